import { redirect, useRouter, useRouterState } from '@tanstack/react-router'
import { faultOf } from '@zenops/client/error-texts'
import type { Session } from '@zenops/client/session'
import { EntryMessage } from '@zenops/ui/sign-in'
import { ErrorCard } from '@zenops/ui/states'
import type { ComponentType } from 'react'
import type { Surface } from './surface.ts'
import { t } from './texts.ts'

/** No session and no sign-in page either: the server is away, or refuses this firm or person. */
function Closed({ surface }: { readonly surface: Surface }) {
  const { session } = surface.client
  const { app } = surface.words()
  const router = useRouter()
  const again = () => void session.restore().then(() => router.invalidate())
  const state = session.state()
  if (state.kind === 'refused') {
    const { text, traceId, until } = faultOf(state.error, Date.now())
    return (
      <EntryMessage app={app} title={t('refused')}>
        <ErrorCard text={text} traceId={traceId} until={until} onRetry={again} />
      </EntryMessage>
    )
  }
  return (
    <EntryMessage app={app} title={t('unreachable')}>
      <ErrorCard text={t('unreachable')} onRetry={again} />
    </EntryMessage>
  )
}

/** Where the page shown belongs to; the location runs ahead while the next one loads. */
export const useShownPath = (): string => useRouterState({ select: (state) => state.resolvedLocation?.pathname ?? '' })

/** The route of everything behind sign-in, all but its parent and what it shows for failures. `Frame` draws the outlet. */
export const behindSignIn = (surface: Surface, Frame: ComponentType<{ readonly session: Session }>) => ({
  id: 'frame' as const,
  beforeLoad({ location }: { readonly location: { readonly href: string } }) {
    const state = surface.client.session.state()
    if (state.kind !== 'signed_out') return
    // Who signs out on purpose leaves no address behind for the next person.
    const keep = state.reason !== 'signed_out' && location.href !== '/'
    throw redirect({ to: '/sign-in', search: keep ? { next: location.href } : {} })
  },
  component: function FrameRoute() {
    const session = surface.useMaybeSession()
    return session ? <Frame session={session} /> : <Closed surface={surface} />
  },
})

import { redirect, useRouter, useRouterState } from '@tanstack/react-router'
import type { ApiError } from '@zenops/client/api-error'
import { faultOf } from '@zenops/client/error-texts'
import type { Session } from '@zenops/client/session'
import { Button } from '@zenops/ui/button'
import { EntryMessage } from '@zenops/ui/entry-page'
import { useFormats } from '@zenops/ui/formats'
import { ErrorCard } from '@zenops/ui/states'
import { useState, type ComponentType } from 'react'
import type { Surface } from './surface.ts'
import { t } from './texts.ts'

/** A block or a shut firm, with its end where it has one. */
function Refusal({ error, onRetry }: { readonly error: ApiError; readonly onRetry: () => void }) {
  const formats = useFormats()
  const [{ text, traceId, until }] = useState(() => faultOf(error, Date.now()))
  const end = until === null ? '' : ` ${t('until', { time: formats.instant(new Date(until).toISOString()) })}`
  // Within the hour the button counts down.
  const soon = until !== null && until - Date.now() < 3_600_000 ? until : null
  return <ErrorCard text={`${text}${end}`} traceId={traceId} until={soon} onRetry={onRetry} />
}

/** No session and no sign-in page either: the server is away, or refuses this firm or person. */
function Closed({ surface }: { readonly surface: Surface }) {
  const { session } = surface.client
  const { app } = surface.words()
  const router = useRouter()
  const again = () => void session.restore().then(() => router.invalidate())
  const state = session.state()
  if (state.kind === 'refused')
    return (
      <EntryMessage app={app} title={t('refused')}>
        <Refusal error={state.error} onRetry={again} />
        <div className="z-row">
          <Button kind="quiet" onClick={() => void session.signOut()}>
            {t('as_another')}
          </Button>
        </div>
      </EntryMessage>
    )
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

import { createRoute, Outlet, redirect, useRouter, useRouterState } from '@tanstack/react-router'
import { faultOf } from '@zenops/client/error-texts'
import type { SessionState } from '@zenops/client/session'
import { ColumnFrame } from '@zenops/ui/frame'
import { PersonMenu } from '@zenops/ui/person-menu'
import { EntryMessage } from '@zenops/ui/sign-in'
import { ErrorCard } from '@zenops/ui/states'
import { client } from '../lib/client.ts'
import { FailurePage, NotFoundPage } from '../lib/failures.tsx'
import { useMaybeSession } from '../lib/session.tsx'
import { t } from '../lib/texts.ts'
import { rootRoute } from './root.tsx'

/** Everything behind sign-in. Children are the pages. */
export const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'frame',
  beforeLoad({ location }) {
    const state = client.session.state()
    if (state.kind !== 'signed_out') return
    // Who signs out on purpose leaves no address behind for the next person.
    const keep = state.reason !== 'signed_out' && location.href !== '/'
    throw redirect({ to: '/sign-in', search: keep ? { next: location.href } : {} })
  },
  component: FrameRoute,
  errorComponent: FailurePage,
  notFoundComponent: NotFoundPage,
})

/** No session and no sign-in page either: the server is away, or refuses this person. */
function Closed({ state }: { readonly state: SessionState }) {
  const router = useRouter()
  const again = () => void client.session.restore().then(() => router.invalidate())
  const refused = state.kind === 'refused' ? faultOf(state.error, Date.now()) : null
  return (
    <EntryMessage app={t('app')} title={t(refused ? 'refused' : 'unreachable')}>
      <ErrorCard text={refused?.text ?? t('unreachable')} traceId={refused?.traceId ?? ''} onRetry={again} />
    </EntryMessage>
  )
}

function FrameRoute() {
  const session = useMaybeSession()
  // Where the page shown belongs to; the location runs ahead while the next one loads.
  const shown = useRouterState({ select: (state) => state.resolvedLocation?.pathname ?? '' })
  if (!session) return <Closed state={client.session.state()} />
  const person = (
    <PersonMenu name={session.user.name} lines={[session.user.email]} onSignOut={() => void client.session.signOut()} />
  )
  return (
    <ColumnFrame firm={session.tenant.name} app={t('app')} end={person} routeKey={shown}>
      <Outlet />
    </ColumnFrame>
  )
}

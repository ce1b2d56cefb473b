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
    if (client.session.state().kind !== 'signed_out') return
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } })
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
  const pathname = useRouterState({ select: (state) => state.location.pathname })
  if (!session) return <Closed state={client.session.state()} />
  const person = (
    <PersonMenu name={session.user.name} lines={[session.user.email]} onSignOut={() => void client.session.signOut()} />
  )
  return (
    <ColumnFrame firm={session.tenant.name} app={t('app')} end={person} routeKey={pathname}>
      <Outlet />
    </ColumnFrame>
  )
}

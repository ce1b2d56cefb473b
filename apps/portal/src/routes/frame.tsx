import { createRoute, Outlet, useRouter } from '@tanstack/react-router'
import type { Session } from '@zenops/client/session'
import { behindSignIn, useShownPath } from '@zenops/surface/behind-sign-in.tsx'
import { FailurePage, NotFoundPage } from '@zenops/surface/failures.tsx'
import { ColumnFrame } from '@zenops/ui/frame'
import { PersonMenu } from '@zenops/ui/person-menu'
import { surface } from '../lib/surface.ts'
import { t } from '../lib/texts.ts'
import { rootRoute } from './root.tsx'

/** Everything behind sign-in. Children are the pages. */
export const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  ...behindSignIn(surface, Frame),
  errorComponent: FailurePage,
  notFoundComponent: NotFoundPage,
})

function Frame({ session }: { readonly session: Session }) {
  const shown = useShownPath()
  const signOut = () => void surface.client.session.signOut()
  const router = useRouter()
  const person = (
    <PersonMenu
      name={session.user.name}
      lines={session.user.email === null ? [] : [session.user.email]}
      onProfile={() => router.history.push('/me')}
      onSignOut={signOut}
    />
  )
  return (
    <ColumnFrame firm={session.tenant.name} app={t('app')} end={person} routeKey={shown}>
      <Outlet />
    </ColumnFrame>
  )
}

import { createRoute } from '@tanstack/react-router'
import { myDataPage, securityPage, sessionsPage } from '@zenops/surface/entry-routes.tsx'
import { surface } from '../lib/surface.ts'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

/** `/me`: the worked example of a page. Loader (here: the session is there already) → crumb → page. */
const profileRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/me',
  staticData: { crumb: t('profile') },
}).lazy(() => import('./me.lazy.tsx').then((page) => page.Route))

const securityRoute = createRoute({
  getParentRoute: () => frameRoute,
  ...securityPage(surface),
  staticData: { crumb: t('security') },
})

const sessionsRoute = createRoute({
  getParentRoute: () => frameRoute,
  ...sessionsPage(surface),
  staticData: { crumb: t('sessions') },
})

const dataRoute = createRoute({
  getParentRoute: () => frameRoute,
  ...myDataPage(surface),
  staticData: { crumb: t('my_data') },
})

/** One's own account. */
export const meRoutes = [profileRoute, securityRoute, sessionsRoute, dataRoute]

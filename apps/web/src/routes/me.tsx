import { createRoute } from '@tanstack/react-router'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

/** `/me`: the worked example of a page. Loader (here: the session is there already) → crumb → page. */
export const meRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/me',
  staticData: { crumb: t('profile') },
}).lazy(() => import('./me.lazy.tsx').then((page) => page.Route))

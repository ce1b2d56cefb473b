import { createRoute } from '@tanstack/react-router'
import { meta, ready } from '@zenops/contracts/meta'
import { surface } from '../lib/surface.ts'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

export const homeRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  staticData: { crumb: t('overview') },
  // Begun here, so that they run beside the page's own code; the page shows what fails.
  loader() {
    const { ask, queryClient } = surface
    void queryClient.prefetchQuery(ask(meta, {}))
    void queryClient.prefetchQuery({ ...ask(ready, {}), retry: false })
  },
}).lazy(() => import('./home.lazy.tsx').then((page) => page.Route))

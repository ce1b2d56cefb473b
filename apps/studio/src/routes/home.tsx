import { createRoute } from '@tanstack/react-router'
import { getMeta, getReady } from '../features/ops/operations.ts'
import { ask, queryClient } from '../lib/queries.ts'
import { frameRoute } from './frame.tsx'

export const homeRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  // Begun here, so that they run beside the page's own code; the page shows what fails.
  loader() {
    void queryClient.prefetchQuery(ask(getMeta, {}))
    void queryClient.prefetchQuery({ ...ask(getReady, {}), retry: false })
  },
}).lazy(() => import('./home.lazy.tsx').then((page) => page.Route))

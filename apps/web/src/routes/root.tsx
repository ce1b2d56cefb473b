import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, Outlet } from '@tanstack/react-router'
import { sessionReady } from '../lib/client.ts'

export interface RouterContext {
  readonly queryClient: QueryClient
  /** Paths for which a page is registered. */
  readonly paths: ReadonlySet<string>
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  beforeLoad: sessionReady,
  component: Outlet,
})

import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, Outlet } from '@tanstack/react-router'
import { surface } from '../lib/surface.ts'

export interface RouterContext {
  readonly queryClient: QueryClient
  /** Paths for which a page is registered. */
  readonly paths: ReadonlySet<string>
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  beforeLoad: surface.sessionReady,
  component: Outlet,
})

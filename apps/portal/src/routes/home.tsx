import { createRoute } from '@tanstack/react-router'
import { frameRoute } from './frame.tsx'

export const homeRoute = createRoute({ getParentRoute: () => frameRoute, path: '/' }).lazy(() =>
  import('./home.lazy.tsx').then((page) => page.Route),
)

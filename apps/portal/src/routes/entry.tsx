import { createRoute } from '@tanstack/react-router'
import { entryRoutes, registerPage } from '@zenops/surface/entry-routes.tsx'
import { surface } from '../lib/surface.ts'
import { rootRoute } from './root.tsx'

/** Sign-in, registration and what belongs to them, outside the frame. */
export const outsideRoutes = [
  ...entryRoutes(surface, () => rootRoute),
  createRoute({ getParentRoute: () => rootRoute, ...registerPage(surface) }),
]

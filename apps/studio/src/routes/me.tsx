import { createRoute } from '@tanstack/react-router'
import { myDataPage, profilePage, securityPage, sessionsPage } from '@zenops/surface/entry-routes.tsx'
import { surface } from '../lib/surface.ts'
import { frameRoute } from './frame.tsx'

/** One's own account. */
export const meRoutes = [
  createRoute({ getParentRoute: () => frameRoute, ...profilePage(surface) }),
  createRoute({ getParentRoute: () => frameRoute, ...securityPage(surface) }),
  createRoute({ getParentRoute: () => frameRoute, ...sessionsPage(surface) }),
  createRoute({ getParentRoute: () => frameRoute, ...myDataPage(surface) }),
]

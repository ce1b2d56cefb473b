import { createRouter } from '@tanstack/react-router'
import { FailurePage, NotFoundPage } from '@zenops/surface/failures.tsx'
import { routerSettings } from '@zenops/surface/routing.ts'
import { administrationRoutes } from './routes/administration.tsx'
import { frameRoute } from './routes/frame.tsx'
import { homeRoute } from './routes/home.tsx'
import { missingRoute } from './routes/missing.tsx'
import { rootRoute } from './routes/root.tsx'
import { signInRoute } from './routes/sign-in.tsx'

const routeTree = rootRoute.addChildren([
  signInRoute,
  frameRoute.addChildren([homeRoute, ...administrationRoutes, missingRoute]),
])

export const router = createRouter({
  routeTree,
  ...routerSettings,
  defaultErrorComponent: FailurePage,
  defaultNotFoundComponent: NotFoundPage,
})

import { createRouter } from '@tanstack/react-router'
import { FailurePage, NotFoundPage } from '@zenops/surface/failures.tsx'
import { routerSettings } from '@zenops/surface/routing.ts'
import { administrationRoutes } from './routes/administration.tsx'
import { auditRoutes } from './routes/audit.tsx'
import { custodyRoutes } from './routes/custody.tsx'
import { outsideRoutes } from './routes/entry.tsx'
import { frameRoute } from './routes/frame.tsx'
import { homeRoute } from './routes/home.tsx'
import { meRoutes } from './routes/me.tsx'
import { missingRoute } from './routes/missing.tsx'
import { opsRoutes } from './routes/ops.tsx'
import { rootRoute } from './routes/root.tsx'
import { backgroundRoutes } from './routes/background.tsx'

const routeTree = rootRoute.addChildren([
  ...outsideRoutes,
  frameRoute.addChildren([
    homeRoute,
    ...administrationRoutes,
    ...auditRoutes,
    ...opsRoutes,
    ...backgroundRoutes,
    ...custodyRoutes,
    ...meRoutes,
    missingRoute,
  ]),
])

export const router = createRouter({
  routeTree,
  ...routerSettings,
  defaultErrorComponent: FailurePage,
  defaultNotFoundComponent: NotFoundPage,
})

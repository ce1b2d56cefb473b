import { createRouter } from '@tanstack/react-router'
import { routerSettings } from '@zenops/surface/routing.ts'
import { FailurePage, NotFoundPage } from './lib/failures.tsx'
import { queryClient } from './lib/queries.ts'
import { assignmentRoutes } from './routes/assignments.tsx'
import { custodyRoutes } from './routes/custody.tsx'
import { directoryRoutes } from './routes/directory.tsx'
import { documentsRoute } from './routes/documents.tsx'
import { auditRoutes } from './routes/audit.tsx'
import { outsideRoutes } from './routes/entry.tsx'
import { frameRoute } from './routes/frame.tsx'
import { homeRoute } from './routes/home.tsx'
import { meRoutes } from './routes/me.tsx'
import { missingRoute } from './routes/missing.tsx'
import { opsRoutes } from './routes/ops.tsx'
import { peopleRoutes } from './routes/people.tsx'
import { reportTree } from './routes/report.tsx'
import { reportsRoute } from './routes/reports.tsx'
import { rightsRoutes } from './routes/rights.tsx'
import { rootRoute } from './routes/root.tsx'
import { backgroundRoutes } from './routes/background.tsx'

/** Every page of the app stands here; a navigation entry appears with its page. */
const routeTree = rootRoute.addChildren([
  ...outsideRoutes,
  frameRoute.addChildren([
    homeRoute,
    assignmentRoutes,
    reportsRoute,
    reportTree,
    documentsRoute,
    ...directoryRoutes,
    ...peopleRoutes,
    ...rightsRoutes,
    ...auditRoutes,
    ...opsRoutes,
    ...custodyRoutes,
    ...backgroundRoutes,
    ...meRoutes,
    missingRoute,
  ]),
])

const paths = new Set<string>()

export const router = createRouter({
  routeTree,
  context: { queryClient, paths },
  ...routerSettings,
  defaultErrorComponent: FailurePage,
  defaultNotFoundComponent: NotFoundPage,
})

for (const path of Object.keys(router.routesByPath)) paths.add(path)

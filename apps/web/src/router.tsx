import { createRouter } from '@tanstack/react-router'
import { parseSearch, stringifySearch } from './lib/address.ts'
import { client } from './lib/client.ts'
import { FailurePage, NotFoundPage } from './lib/failures.tsx'
import { queryClient } from './lib/queries.ts'
import { assignmentRoutes } from './routes/assignments.tsx'
import { directoryRoutes } from './routes/directory.tsx'
import { documentsRoute } from './routes/documents.tsx'
import { frameRoute } from './routes/frame.tsx'
import { homeRoute } from './routes/home.tsx'
import { meRoute } from './routes/me.tsx'
import { missingRoute } from './routes/missing.tsx'
import { reportTree } from './routes/report.tsx'
import { reportsRoute } from './routes/reports.tsx'
import { rootRoute } from './routes/root.tsx'
import { signInRoute } from './routes/sign-in.tsx'

/** Every page of the app stands here; a navigation entry appears with its page. */
const routeTree = rootRoute.addChildren([
  signInRoute,
  frameRoute.addChildren([
    homeRoute,
    assignmentRoutes,
    reportsRoute,
    reportTree,
    documentsRoute,
    ...directoryRoutes,
    meRoute,
    missingRoute,
  ]),
])

const paths = new Set<string>()

export const router = createRouter({
  routeTree,
  context: { queryClient, paths },
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  // Freshness is the query cache's matter.
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: FailurePage,
  defaultNotFoundComponent: NotFoundPage,
  // The router's own restoration keeps positions in session storage, which holds nothing of ours.
  scrollRestoration: false,
})

for (const path of Object.keys(router.routesByPath)) paths.add(path)

let person: string | null = null
let rights = 0

/** A session that ends leads to sign-in; another person finds nothing of the one before; new rights reload what is shown. */
client.session.subscribe((state) => {
  if (state.kind === 'signed_in') {
    const { user, permission_version } = state.session
    if (person !== null && person !== user.id) queryClient.clear()
    else if (rights !== permission_version) void queryClient.invalidateQueries()
    person = user.id
    rights = permission_version
  } else if (state.kind === 'signed_out' || state.kind === 'refused') {
    queryClient.clear()
    void router.invalidate()
  }
})

import { createRoute, Outlet, redirect } from '@tanstack/react-router'
import { getAssignment, listAssignments, summarizeAssignments } from '@zenops/contracts/assignments'
import { listDocuments } from '@zenops/contracts/documents'
import { listReports } from '@zenops/contracts/reports'
import { z } from 'zod'
import { figuresQuery, QueueSearch, queueQuery } from '../features/assignments/queue-search.ts'
import { ask, askList } from '../lib/queries.ts'
import { idParam } from '@zenops/surface/search-params.ts'
import { requireRight } from '../lib/session.tsx'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

/** The queue, the form for a new job, and one job with its tabs. */
export const assignmentsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/assignments',
  beforeLoad: () => requireRight('assignments.read'),
  component: Outlet,
  staticData: { crumb: t('assignments') },
})

const queueRoute = createRoute({
  getParentRoute: () => assignmentsRoute,
  path: '/',
  validateSearch: (search) => QueueSearch.parse(search),
  loaderDeps: ({ search }) => search,
  loader({ context: { queryClient }, deps }) {
    void queryClient.prefetchInfiniteQuery(askList(listAssignments, queueQuery(deps)))
    void queryClient.prefetchQuery(ask(summarizeAssignments, { query: figuresQuery(deps) }))
  },
}).lazy(() => import('./assignments.lazy.tsx').then((page) => page.QueueRoute))

const newRoute = createRoute({
  getParentRoute: () => assignmentsRoute,
  path: '/new',
  beforeLoad: () => requireRight('assignments.create'),
  staticData: { crumb: t('new_assignment') },
}).lazy(() => import('./assignments-new.lazy.tsx').then((page) => page.Route))

const recordRoute = createRoute({
  getParentRoute: () => assignmentsRoute,
  path: '/$id',
  loader: async ({ context: { queryClient }, params: { id } }) => {
    const job = await queryClient.ensureQueryData(ask(getAssignment, { params: { id } }))
    return { crumb: job.code }
  },
}).lazy(() => import('./assignment.lazy.tsx').then((page) => page.RecordRoute))

const indexRoute = createRoute({
  getParentRoute: () => recordRoute,
  path: '/',
  beforeLoad({ params: { id } }) {
    throw redirect({ to: '/assignments/$id/overview', params: { id }, replace: true })
  },
})
const overviewRoute = createRoute({ getParentRoute: () => recordRoute, path: '/overview' }).lazy(() =>
  import('./assignment.lazy.tsx').then((page) => page.OverviewRoute),
)
const documentsRoute = createRoute({
  getParentRoute: () => recordRoute,
  path: '/documents',
  validateSearch: (search) => z.object({ document: idParam }).parse(search),
  beforeLoad: () => requireRight('documents.read'),
  loader: ({ context: { queryClient }, params: { id } }) =>
    void queryClient.prefetchInfiniteQuery(askList(listDocuments, { assignment_id: id })),
}).lazy(() => import('./assignment-documents.lazy.tsx').then((page) => page.Route))
const reportRoute = createRoute({
  getParentRoute: () => recordRoute,
  path: '/report',
  beforeLoad: () => requireRight('reports.read'),
  loader: ({ context: { queryClient }, params: { id } }) =>
    void queryClient.prefetchInfiniteQuery(askList(listReports, { assignment_id: id })),
}).lazy(() => import('./assignment.lazy.tsx').then((page) => page.ReportRoute))
const timelineRoute = createRoute({ getParentRoute: () => recordRoute, path: '/timeline' }).lazy(() =>
  import('./assignment.lazy.tsx').then((page) => page.TimelineRoute),
)

/** With its children, for the tree of pages. */
export const assignmentRoutes = assignmentsRoute.addChildren([
  queueRoute,
  newRoute,
  recordRoute.addChildren([indexRoute, overviewRoute, documentsRoute, reportRoute, timelineRoute]),
])

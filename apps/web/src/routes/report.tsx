import { createRoute, redirect } from '@tanstack/react-router'
import { getReport, listReportForms } from '@zenops/contracts/reports'
import { ask } from '../lib/queries.ts'
import { requireRight } from '../lib/session.tsx'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

/** One report. The list stands above it in the breadcrumb, so that Back leads there. */
export const reportRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/reports/$id',
  beforeLoad: () => requireRight('reports.read'),
  async loader({ context, params: { id } }) {
    void context.queryClient.prefetchQuery(ask(listReportForms, {}))
    const { work_order } = await context.queryClient.ensureQueryData(ask(getReport, { params: { id } }))
    return { crumb: work_order.report_no }
  },
  staticData: { crumb: t('reports') },
}).lazy(() => import('./report.lazy.tsx').then((page) => page.Route))

const toForm = (id: string) =>
  redirect({ to: '/reports/$id/form/$section', params: { id, section: 'basis' }, replace: true })

export const reportIndexRoute = createRoute({
  getParentRoute: () => reportRoute,
  path: '/',
  beforeLoad: ({ params: { id } }) => {
    throw toForm(id)
  },
})
export const reportFormIndexRoute = createRoute({
  getParentRoute: () => reportRoute,
  path: '/form',
  beforeLoad: ({ params: { id } }) => {
    throw toForm(id)
  },
})

export const reportFormRoute = createRoute({
  getParentRoute: () => reportRoute,
  path: '/form/$section',
  validateSearch: (search): { field?: string } =>
    typeof search['field'] === 'string' ? { field: search['field'] } : {},
}).lazy(() => import('./report-form.lazy.tsx').then((page) => page.Route))

export const reportEvidenceRoute = createRoute({
  getParentRoute: () => reportRoute,
  path: '/evidence',
  validateSearch: (search): { column?: string } => {
    const column = search['column'] ?? search['category']
    return typeof column === 'string' ? { column } : {}
  },
}).lazy(() => import('./report-evidence.lazy.tsx').then((page) => page.Route))

export const reportSuggestionsRoute = createRoute({
  getParentRoute: () => reportRoute,
  path: '/suggestions',
}).lazy(() => import('./report-suggestions.lazy.tsx').then((page) => page.Route))

export const reportAnnexuresRoute = createRoute({
  getParentRoute: () => reportRoute,
  path: '/annexures',
}).lazy(() => import('./report-annexures.lazy.tsx').then((page) => page.Route))

export const reportRevisionsRoute = createRoute({
  getParentRoute: () => reportRoute,
  path: '/revisions',
}).lazy(() => import('./report-revisions.lazy.tsx').then((page) => page.Route))

export const reportPacksRoute = createRoute({
  getParentRoute: () => reportRoute,
  path: '/packs',
}).lazy(() => import('./report-packs.lazy.tsx').then((page) => page.Route))

/** A report with its pages. */
export const reportTree = reportRoute.addChildren([
  reportIndexRoute,
  reportFormIndexRoute,
  reportFormRoute,
  reportEvidenceRoute,
  reportSuggestionsRoute,
  reportAnnexuresRoute,
  reportRevisionsRoute,
  reportPacksRoute,
])

import { createRoute } from '@tanstack/react-router'
import { listReports } from '@zenops/contracts/reports'
import { t } from '../lib/texts.ts'
import { requireRight } from '../lib/session.tsx'
import { askList } from '../lib/queries.ts'
import { frameRoute } from './frame.tsx'

const FILTERS = ['q', 'status', 'report_type', 'bank_type', 'qc_state', 'sort', 'preview'] as const
export type ReportSearch = { [name in (typeof FILTERS)[number]]?: string }

function readSearch(search: Readonly<Record<string, unknown>>): ReportSearch {
  const found: ReportSearch = {}
  for (const name of FILTERS) {
    const value = search[name]
    if (typeof value === 'string' && value !== '') found[name] = value
  }
  return found
}

export const reportsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/reports',
  validateSearch: readSearch,
  beforeLoad: () => requireRight('reports.read'),
  // The preview is no filter; the key of the list is the page's own.
  loaderDeps: ({ search }) => ({ ...search, preview: undefined }),
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(askList(listReports, deps)),
  staticData: { crumb: t('reports') },
}).lazy(() => import('./reports.lazy.tsx').then((page) => page.Route))

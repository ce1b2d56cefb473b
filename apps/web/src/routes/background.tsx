import { createRoute } from '@tanstack/react-router'
import { JobsSearch } from '@zenops/surface/background/searches.ts'
import { requireRight } from '../lib/session.tsx'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

const jobsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin/jobs',
  validateSearch: (search) => JobsSearch.parse(search),
  beforeLoad: () => requireRight('ops.read'),
  staticData: { crumb: t('jobs') },
}).lazy(() => import('./background.lazy.tsx').then((page) => page.JobsRoute))

export const backgroundRoutes = [jobsRoute] as const

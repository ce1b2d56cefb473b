import { createRoute } from '@tanstack/react-router'
import { JobsSearch, SchedulerSearch } from '@zenops/surface/background/searches.ts'
import { requireRight } from '../lib/session.ts'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

const load = () => import('./background.lazy.tsx')

const jobsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin/jobs',
  validateSearch: (search) => JobsSearch.parse(search),
  beforeLoad: () => requireRight('ops.read'),
  staticData: { crumb: t('jobs') },
}).lazy(() => load().then((page) => page.JobsRoute))

const schedulerRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin/scheduler',
  validateSearch: (search) => SchedulerSearch.parse(search),
  beforeLoad: () => requireRight('ops.jobs.manage'),
  staticData: { crumb: t('scheduler') },
}).lazy(() => load().then((page) => page.SchedulerRoute))

export const backgroundRoutes = [jobsRoute, schedulerRoute] as const

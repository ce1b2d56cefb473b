import { createLazyRoute, useSearch } from '@tanstack/react-router'
import { JobsPage } from '@zenops/surface/background/jobs-page.tsx'
import { SchedulerPage } from '@zenops/surface/background/scheduler-page.tsx'

export const JobsRoute = createLazyRoute('/frame/admin/jobs')({
  component: () => <JobsPage search={useSearch({ from: '/frame/admin/jobs' })} />,
})
export const SchedulerRoute = createLazyRoute('/frame/admin/scheduler')({
  component: () => <SchedulerPage search={useSearch({ from: '/frame/admin/scheduler' })} />,
})

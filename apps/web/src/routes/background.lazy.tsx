import { createLazyRoute, useSearch } from '@tanstack/react-router'
import { JobsPage } from '@zenops/surface/background/jobs-page.tsx'

export const JobsRoute = createLazyRoute('/frame/admin/jobs')({
  component: () => <JobsPage search={useSearch({ from: '/frame/admin/jobs' })} />,
})

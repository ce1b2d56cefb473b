import { createLazyRoute, useSearch } from '@tanstack/react-router'
import { ApprovalsPage } from '@zenops/surface/identity/approvals.tsx'
import { BlocksPage } from '@zenops/surface/identity/blocks.tsx'
import { SupportSessionsPage } from '@zenops/surface/identity/support-sessions.tsx'
import { JobTemplatesPage } from '../features/identity/administration/job-templates.tsx'
import { MatrixPage } from '../features/identity/administration/matrix-page.tsx'
import { PolicyPage } from '../features/identity/administration/policy.tsx'

export const MatrixRoute = createLazyRoute('/frame/roles/')({
  component: () => <MatrixPage search={useSearch({ from: '/frame/roles/' })} />,
})
export const JobsRoute = createLazyRoute('/frame/roles/jobs')({ component: JobTemplatesPage })
export const PolicyRoute = createLazyRoute('/frame/policy')({ component: PolicyPage })
export const ApprovalsRoute = createLazyRoute('/frame/approvals')({
  component: () => <ApprovalsPage search={useSearch({ from: '/frame/approvals' })} />,
})
export const BlocksRoute = createLazyRoute('/frame/admin/blocks')({
  component: () => <BlocksPage search={useSearch({ from: '/frame/admin/blocks' })} />,
})
export const SupportRoute = createLazyRoute('/frame/admin/support-sessions')({
  component: () => (
    <SupportSessionsPage search={useSearch({ from: '/frame/admin/support-sessions' })} path="/admin/support-sessions" />
  ),
})

import { createLazyRoute, useSearch } from '@tanstack/react-router'
import { PrivacyRequestsPage } from '@zenops/surface/custody/requests-page.tsx'
import { RetentionPage } from '@zenops/surface/custody/retention-page.tsx'

export const RetentionRoute = createLazyRoute('/frame/admin/retention')({
  component: () => <RetentionPage search={useSearch({ from: '/frame/admin/retention' })} />,
})
export const PrivacyRoute = createLazyRoute('/frame/admin/privacy')({
  component: () => <PrivacyRequestsPage search={useSearch({ from: '/frame/admin/privacy' })} />,
})

import { createLazyRoute, useParams, useSearch } from '@tanstack/react-router'
import { ApprovalsPage } from '@zenops/surface/identity/approvals.tsx'
import { BlocksPage } from '@zenops/surface/identity/blocks.tsx'
import { PersonPage } from '@zenops/surface/identity/person-page.tsx'
import { UsersPage } from '@zenops/surface/identity/users.tsx'
import { OnboardPage } from '../features/identity/onboard.tsx'
import { SupportPage } from '../features/identity/support.tsx'
import { TenantPage } from '../features/identity/tenant-page.tsx'
import { TenantsPage } from '../features/identity/tenants.tsx'
import { TokensPage } from '../features/identity/tokens.tsx'

export const TenantsRoute = createLazyRoute('/frame/tenants/')({
  component: () => <TenantsPage search={useSearch({ from: '/frame/tenants/' })} />,
})
export const TenantRoute = createLazyRoute('/frame/tenants/$id')({
  component: () => <TenantPage id={useParams({ from: '/frame/tenants/$id' }).id} />,
})
export const OnboardRoute = createLazyRoute('/frame/onboard')({ component: OnboardPage })
export const SupportRoute = createLazyRoute('/frame/support-sessions')({
  component: () => <SupportPage search={useSearch({ from: '/frame/support-sessions' })} />,
})
export const TokensRoute = createLazyRoute('/frame/service-tokens')({
  component: () => <TokensPage search={useSearch({ from: '/frame/service-tokens' })} />,
})
export const UsersRoute = createLazyRoute('/frame/users/')({
  component: () => <UsersPage search={useSearch({ from: '/frame/users/' })} />,
})
export const PersonRoute = createLazyRoute('/frame/users/$id')({
  component: () => (
    <PersonPage
      id={useParams({ from: '/frame/users/$id' }).id}
      tenantId={useSearch({ from: '/frame/users/$id' }).firm}
    />
  ),
})
export const ApprovalsRoute = createLazyRoute('/frame/approvals')({
  component: () => <ApprovalsPage search={useSearch({ from: '/frame/approvals' })} />,
})
export const BlocksRoute = createLazyRoute('/frame/admin/blocks')({
  component: () => <BlocksPage search={useSearch({ from: '/frame/admin/blocks' })} />,
})

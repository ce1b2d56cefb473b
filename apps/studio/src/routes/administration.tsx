import { createRoute } from '@tanstack/react-router'
import { listUsers } from '@zenops/contracts/identity'
import { listBlocks } from '@zenops/contracts/identity-blocks'
import { getUser } from '@zenops/contracts/identity-people'
import {
  getTenant,
  listControlTenants,
  listServiceTokens,
  listSupportSessions,
} from '@zenops/contracts/identity-platform'
import { listApprovalRequests } from '@zenops/contracts/identity-rights'
import {
  ApprovalsSearch,
  approvalsQuery,
  BlocksSearch,
  blocksQuery,
  PersonSearch,
  SupportSearch,
  UsersSearch,
} from '@zenops/surface/identity/searches.ts'
import { withoutPreview } from '@zenops/surface/search-params.ts'
import { TenantsSearch, TokensSearch } from '../features/identity/searches.ts'
import { requireRight } from '../lib/session.ts'
import { surface } from '../lib/surface.ts'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

const { ask, askList, queryClient } = surface
const load = () => import('./administration.lazy.tsx')

const tenantsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/tenants',
  staticData: { crumb: t('tenants') },
  beforeLoad: () => requireRight('control.read'),
})
const tenantsListRoute = createRoute({
  getParentRoute: () => tenantsRoute,
  path: '/',
  validateSearch: (search) => TenantsSearch.parse(search),
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(askList(listControlTenants, deps)),
}).lazy(() => load().then((page) => page.TenantsRoute))
const tenantRoute = createRoute({
  getParentRoute: () => tenantsRoute,
  path: '$id',
  async loader({ params }) {
    // The page shows what fails; here only the name for the breadcrumb is wanted.
    const tenant = await queryClient.ensureQueryData(ask(getTenant, { params })).catch(() => null)
    return { crumb: tenant?.name ?? t('tenants') }
  },
}).lazy(() => load().then((page) => page.TenantRoute))

const onboardRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/onboard',
  beforeLoad: () => requireRight('control.tenants.write'),
  staticData: { crumb: t('onboard') },
}).lazy(() => load().then((page) => page.OnboardRoute))

const supportRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/support-sessions',
  validateSearch: (search) => SupportSearch.parse(search),
  beforeLoad: () => requireRight('control.support'),
  loaderDeps: ({ search }) => withoutPreview(search),
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(askList(listSupportSessions, deps)),
  staticData: { crumb: t('support_sessions') },
}).lazy(() => load().then((page) => page.SupportRoute))

const tokensRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/service-tokens',
  validateSearch: (search) => TokensSearch.parse(search),
  beforeLoad: () => requireRight('control.tokens.write'),
  loaderDeps: ({ search }) => withoutPreview(search),
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(askList(listServiceTokens, deps)),
  staticData: { crumb: t('service_tokens') },
}).lazy(() => load().then((page) => page.TokensRoute))

const usersRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/users',
  staticData: { crumb: t('users') },
  beforeLoad: () => requireRight('users.read'),
})
const usersListRoute = createRoute({
  getParentRoute: () => usersRoute,
  path: '/',
  validateSearch: (search) => UsersSearch.parse(search),
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(askList(listUsers, deps)),
}).lazy(() => load().then((page) => page.UsersRoute))
const personRoute = createRoute({
  getParentRoute: () => usersRoute,
  path: '$id',
  validateSearch: (search) => PersonSearch.parse(search),
  loaderDeps: ({ search }) => search,
  async loader({ params, deps: { firm } }) {
    const own = surface.client.session.state()
    const tenant_id = firm ?? (own.kind === 'signed_in' ? own.session.tenant.id : undefined)
    const asked = ask(getUser, { params: { id: params.id }, query: tenant_id === undefined ? {} : { tenant_id } })
    const person = await queryClient.ensureQueryData(asked).catch(() => null)
    return { crumb: person?.name ?? t('users') }
  },
}).lazy(() => load().then((page) => page.PersonRoute))

const approvalsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/approvals',
  validateSearch: (search) => ApprovalsSearch.parse(search),
  beforeLoad: () => requireRight('users.rbac.read'),
  loaderDeps: ({ search }) => withoutPreview(search),
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(askList(listApprovalRequests, approvalsQuery(deps))),
  staticData: { crumb: t('approvals') },
}).lazy(() => load().then((page) => page.ApprovalsRoute))

const blocksRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin/blocks',
  validateSearch: (search) => BlocksSearch.parse(search),
  beforeLoad: () => requireRight('ops.blocks.read'),
  loaderDeps: ({ search }) => withoutPreview(search),
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(askList(listBlocks, blocksQuery(deps))),
  staticData: { crumb: t('blocks') },
}).lazy(() => load().then((page) => page.BlocksRoute))

export const administrationRoutes = [
  tenantsRoute.addChildren([tenantsListRoute, tenantRoute]),
  onboardRoute,
  supportRoute,
  tokensRoute,
  usersRoute.addChildren([usersListRoute, personRoute]),
  approvalsRoute,
  blocksRoute,
] as const

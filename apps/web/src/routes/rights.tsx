import { createRoute } from '@tanstack/react-router'
import { listBlocks } from '@zenops/contracts/identity-blocks'
import { listRoleTemplates } from '@zenops/contracts/identity-people'
import { listFirmSupportSessions } from '@zenops/contracts/identity-platform'
import { getMatrix, getSignInPolicy, listApprovalRequests } from '@zenops/contracts/identity-rights'
import {
  ApprovalsSearch,
  approvalsQuery,
  BlocksSearch,
  blocksQuery,
  SupportSearch,
} from '@zenops/surface/identity/searches.ts'
import { withoutPreview } from '@zenops/surface/search-params.ts'
import { MatrixSearch } from '../features/identity/administration/searches.ts'
import { ask, askList } from '../lib/queries.ts'
import { requireRight } from '../lib/session.tsx'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

const load = () => import('./rights.lazy.tsx')

const rolesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/roles',
  staticData: { crumb: t('roles') },
  beforeLoad: () => requireRight('users.rbac.read'),
})
const matrixRoute = createRoute({
  getParentRoute: () => rolesRoute,
  path: '/',
  validateSearch: (search) => MatrixSearch.parse(search),
  loader: ({ context }) => void context.queryClient.prefetchQuery(ask(getMatrix, { query: {} })),
}).lazy(() => load().then((page) => page.MatrixRoute))
const jobsRoute = createRoute({
  getParentRoute: () => rolesRoute,
  path: 'jobs',
  staticData: { crumb: t('job_templates') },
  loader: ({ context }) => void context.queryClient.prefetchQuery(ask(listRoleTemplates, { query: {} })),
}).lazy(() => load().then((page) => page.JobsRoute))

const policyRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/policy',
  staticData: { crumb: t('policy') },
  beforeLoad: () => requireRight('users.security'),
  loader: ({ context }) => void context.queryClient.prefetchQuery(ask(getSignInPolicy, { query: {} })),
}).lazy(() => load().then((page) => page.PolicyRoute))

const approvalsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/approvals',
  validateSearch: (search) => ApprovalsSearch.parse(search),
  beforeLoad: () => requireRight('users.rbac.read'),
  loaderDeps: ({ search }) => withoutPreview(search),
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchInfiniteQuery(askList(listApprovalRequests, approvalsQuery(deps))),
  staticData: { crumb: t('approvals') },
}).lazy(() => load().then((page) => page.ApprovalsRoute))

const blocksRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin/blocks',
  validateSearch: (search) => BlocksSearch.parse(search),
  beforeLoad: () => requireRight('ops.blocks.read'),
  loaderDeps: ({ search }) => withoutPreview(search),
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(askList(listBlocks, blocksQuery(deps))),
  staticData: { crumb: t('blocks') },
}).lazy(() => load().then((page) => page.BlocksRoute))

const supportRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/admin/support-sessions',
  validateSearch: (search) => SupportSearch.parse(search),
  beforeLoad: () => requireRight('users.security'),
  loaderDeps: ({ search }) => withoutPreview(search),
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(askList(listFirmSupportSessions, deps)),
  staticData: { crumb: t('support_sessions') },
}).lazy(() => load().then((page) => page.SupportRoute))

export const rightsRoutes = [
  rolesRoute.addChildren([matrixRoute, jobsRoute]),
  policyRoute,
  approvalsRoute,
  blocksRoute,
  supportRoute,
] as const

import { createRoute } from '@tanstack/react-router'
import { listBankBranches, listBanks, listClientOrgs, listProperties } from '@zenops/contracts/directory'
import { DirectorySearch } from '../features/directory/search.ts'
import { askList } from '../lib/queries.ts'
import { withoutPreview } from '@zenops/surface/search-params.ts'
import { requireRight } from '../lib/session.tsx'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

/** What the four lists share: the address, the right, the first rows. */
const shared = (kind: 'banks' | 'branches' | 'clients' | 'properties') => ({
  getParentRoute: () => frameRoute,
  validateSearch: (search: Record<string, unknown>) => DirectorySearch.parse(search),
  beforeLoad: () => requireRight('masterdata.read'),
  staticData: { crumb: t(kind) },
})
const load = () => import('./directory.lazy.tsx')

const banksRoute = createRoute({
  ...shared('banks'),
  path: '/banks',
  loaderDeps: ({ search }) => withoutPreview(search),
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(askList(listBanks, deps)),
}).lazy(() => load().then((page) => page.BanksRoute))

const branchesRoute = createRoute({
  ...shared('branches'),
  path: '/branches',
  loaderDeps: ({ search }) => withoutPreview(search),
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(askList(listBankBranches, deps)),
}).lazy(() => load().then((page) => page.BranchesRoute))

const clientsRoute = createRoute({
  ...shared('clients'),
  path: '/clients',
  loaderDeps: ({ search }) => withoutPreview(search),
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(askList(listClientOrgs, deps)),
}).lazy(() => load().then((page) => page.ClientsRoute))

const propertiesRoute = createRoute({
  ...shared('properties'),
  path: '/properties',
  loaderDeps: ({ search }) => withoutPreview(search),
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(askList(listProperties, deps)),
}).lazy(() => load().then((page) => page.PropertiesRoute))

export const directoryRoutes = [banksRoute, branchesRoute, clientsRoute, propertiesRoute] as const

import { createRoute } from '@tanstack/react-router'
import { listUsers } from '@zenops/contracts/identity'
import { getUser, listPortalUsers } from '@zenops/contracts/identity-people'
import { PersonSearch, UsersSearch } from '@zenops/surface/identity/searches.ts'
import { withoutPreview } from '@zenops/surface/search-params.ts'
import { PortalUsersSearch } from '../features/identity/administration/searches.ts'
import { ask, askList } from '../lib/queries.ts'
import { requireRight } from '../lib/session.tsx'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

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
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(askList(listUsers, deps)),
}).lazy(() => import('./people.lazy.tsx').then((page) => page.UsersRoute))

const personRoute = createRoute({
  getParentRoute: () => usersRoute,
  path: '$id',
  validateSearch: (search) => PersonSearch.parse(search),
  async loader({ context, params }) {
    // The page shows what fails; here only the name for the breadcrumb is wanted.
    const person = await context.queryClient
      .ensureQueryData(ask(getUser, { params: { id: params.id }, query: {} }))
      .catch(() => null)
    return { crumb: person?.name ?? t('users') }
  },
}).lazy(() => import('./people.lazy.tsx').then((page) => page.PersonRoute))

const portalUsersRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/portal-users',
  validateSearch: (search) => PortalUsersSearch.parse(search),
  beforeLoad: () => requireRight('users.invite'),
  loaderDeps: ({ search }) => withoutPreview(search),
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(askList(listPortalUsers, deps)),
  staticData: { crumb: t('portal_users') },
}).lazy(() => import('./people.lazy.tsx').then((page) => page.PortalUsersRoute))

export const peopleRoutes = [usersRoute.addChildren([usersListRoute, personRoute]), portalUsersRoute] as const

import { createRoute } from '@tanstack/react-router'
import { PersonSearch, UsersSearch } from '@zenops/surface/identity/searches.ts'
import { withoutPreview } from '@zenops/surface/search-params.ts'
import { PortalUsersSearch } from '../features/identity/administration/searches.ts'
import { requireRight } from '../lib/session.tsx'
import { t } from '../lib/texts.ts'
import { frameRoute } from './frame.tsx'

const data = () => import('./administration-data.ts')

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
  loader: ({ deps }) => void data().then((first) => first.users(deps)),
}).lazy(() => import('./people.lazy.tsx').then((page) => page.UsersRoute))

const personRoute = createRoute({
  getParentRoute: () => usersRoute,
  path: '$id',
  validateSearch: (search) => PersonSearch.parse(search),
  loader: async ({ params }) => ({ crumb: (await (await data()).personName(params.id)) ?? t('users') }),
}).lazy(() => import('./people.lazy.tsx').then((page) => page.PersonRoute))

const portalUsersRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/portal-users',
  validateSearch: (search) => PortalUsersSearch.parse(search),
  beforeLoad: () => requireRight('users.invite'),
  loaderDeps: ({ search }) => withoutPreview(search),
  loader: ({ deps }) => void data().then((first) => first.portalUsers(deps)),
  staticData: { crumb: t('portal_users') },
}).lazy(() => import('./people.lazy.tsx').then((page) => page.PortalUsersRoute))

export const peopleRoutes = [usersRoute.addChildren([usersListRoute, personRoute]), portalUsersRoute] as const

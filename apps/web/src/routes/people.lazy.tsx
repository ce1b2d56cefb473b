import { createLazyRoute, useParams, useSearch } from '@tanstack/react-router'
import { PersonPage } from '@zenops/surface/identity/person-page.tsx'
import { UsersPage } from '@zenops/surface/identity/users.tsx'
import { PortalUsersPage } from '../features/identity/administration/portal-users.tsx'

export const UsersRoute = createLazyRoute('/frame/users/')({
  component: () => <UsersPage search={useSearch({ from: '/frame/users/' })} />,
})
export const PersonRoute = createLazyRoute('/frame/users/$id')({
  component: () => <PersonPage id={useParams({ from: '/frame/users/$id' }).id} />,
})
export const PortalUsersRoute = createLazyRoute('/frame/portal-users')({
  component: () => <PortalUsersPage search={useSearch({ from: '/frame/portal-users' })} />,
})

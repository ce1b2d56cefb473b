import { createLazyRoute, useSearch } from '@tanstack/react-router'
import { DirectoryList } from '../features/directory/list.tsx'

export const BanksRoute = createLazyRoute('/frame/banks')({
  component: () => <DirectoryList kind="banks" search={useSearch({ from: '/frame/banks' })} />,
})
export const BranchesRoute = createLazyRoute('/frame/branches')({
  component: () => <DirectoryList kind="branches" search={useSearch({ from: '/frame/branches' })} />,
})
export const ClientsRoute = createLazyRoute('/frame/clients')({
  component: () => <DirectoryList kind="clients" search={useSearch({ from: '/frame/clients' })} />,
})
export const PropertiesRoute = createLazyRoute('/frame/properties')({
  component: () => <DirectoryList kind="properties" search={useSearch({ from: '/frame/properties' })} />,
})

import { createLazyRoute, useSearch } from '@tanstack/react-router'
import { AuditChainPage } from '@zenops/surface/audit/chain-page.tsx'
import { AuditLogPage } from '@zenops/surface/audit/log-page.tsx'

export const AuditLogRoute = createLazyRoute('/frame/admin/audit')({
  component: () => <AuditLogPage search={useSearch({ from: '/frame/admin/audit' })} />,
})
export const AuditChainRoute = createLazyRoute('/frame/admin/audit/chain')({
  component: () => <AuditChainPage search={useSearch({ from: '/frame/admin/audit/chain' })} />,
})

import { createLazyRoute, useSearch } from '@tanstack/react-router'
import { AuditChainPage } from '@zenops/surface/audit/chain-page.tsx'
import { AuditLogPage } from '@zenops/surface/audit/log-page.tsx'
import { BundleAct, LogExportActs } from '@zenops/surface/exports/export-acts.tsx'
import { ExportsPage } from '@zenops/surface/exports/exports-page.tsx'

export const AuditLogRoute = createLazyRoute('/frame/admin/audit')({
  component: () => {
    const search = useSearch({ from: '/frame/admin/audit' })
    return <AuditLogPage search={search} acts={<LogExportActs search={search} />} />
  },
})
export const AuditChainRoute = createLazyRoute('/frame/admin/audit/chain')({
  component: () => {
    const search = useSearch({ from: '/frame/admin/audit/chain' })
    return <AuditChainPage search={search} bundle={<BundleAct tenantId={search.tenant_id} />} />
  },
})
export const ExportsRoute = createLazyRoute('/frame/admin/audit/exports')({
  component: () => <ExportsPage search={useSearch({ from: '/frame/admin/audit/exports' })} />,
})

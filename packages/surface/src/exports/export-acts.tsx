import { useNavigate } from '@tanstack/react-router'
import { Button, ButtonLink } from '@zenops/ui/button'
import { IconDownload } from '@zenops/ui/icons'
import { useState } from 'react'
import { stringifySearch } from '../address.ts'
import { type AuditLogSearch, auditLogQuery } from '../audit/searches.ts'
import { useCan } from '../surface-context.tsx'
import { ExportDialog } from './export-dialog.tsx'
import type { ExportDraft } from './export-draft.ts'
import { t } from './words.ts'

/** Filters of the log as an export takes them, with the time that is looked at. */
function draftOfLog(search: AuditLogSearch): Partial<ExportDraft> {
  const { from_utc, to_utc, tenant_id, ...filters } = auditLogQuery(search)
  void tenant_id
  if (from_utc === undefined) return { filters }
  const exact = { from_utc, to_utc: to_utc ?? new Date().toISOString() }
  return { filters, from: exact.from_utc.slice(0, 10), to: exact.to_utc.slice(0, 10), exact }
}

interface ActProps {
  readonly label: string
  readonly draft: () => Partial<ExportDraft>
  readonly tenantId: string | undefined
}

/** Opens the dialog, and leads to the export that was asked for. */
function ExportAct({ label, draft, tenantId }: ActProps) {
  const [given, setGiven] = useState<Partial<ExportDraft> | null>(null)
  const navigate = useNavigate()
  const search = tenantId === undefined ? {} : { tenant_id: tenantId }
  return (
    <>
      <Button icon={IconDownload} onClick={() => setGiven(draft())}>
        {label}
      </Button>
      {given && (
        <ExportDialog
          draft={given}
          tenantId={tenantId}
          onMade={(preview) =>
            void navigate({ href: `/admin/audit/exports${stringifySearch({ ...search, preview })}` })
          }
          onClose={() => setGiven(null)}
        />
      )}
    </>
  )
}

/** For the page of the log: export what is shown, and the way to all exports. */
export function LogExportActs({ search }: { readonly search: AuditLogSearch }) {
  const mayExport = useCan('audit.export')
  if (!mayExport) return null
  const tenantId = search.tenant_id
  return (
    <>
      <ExportAct label={t('export_log')} draft={() => draftOfLog(search)} tenantId={tenantId} />
      <ButtonLink href={`/admin/audit/exports${stringifySearch(tenantId ? { tenant_id: tenantId } : {})}`}>
        {t('see_exports')}
      </ButtonLink>
    </>
  )
}

/** For the page of the chain: an evidence bundle. */
export function BundleAct({ tenantId }: { readonly tenantId: string | undefined }) {
  const mayExport = useCan('audit.export')
  if (!mayExport) return null
  return <ExportAct label={t('make_bundle')} draft={() => ({ format: 'bundle', much: 'all' })} tenantId={tenantId} />
}

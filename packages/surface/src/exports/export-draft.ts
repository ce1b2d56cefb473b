import type { estimateExport, ExportFilters, ExportJob, ExportRequest } from '@zenops/contracts/exports'
import type { z } from 'zod'

export type Format = ExportJob['format']

/** What the dialog holds. Days are those of UTC. */
export interface ExportDraft {
  readonly format: Format
  readonly much: 'quick' | 'all'
  readonly columns: ExportJob['columns']
  readonly from: string | null
  readonly to: string | null
  readonly personal: boolean
  readonly filters: ExportFilters
  /** Instants that the days do not tell: an export that is created again, a period of the log. */
  readonly exact: { readonly from_utc: string; readonly to_utc: string } | null
}

export const EMPTY_DRAFT: ExportDraft = {
  format: 'json',
  much: 'quick',
  columns: 'base',
  from: null,
  to: null,
  personal: false,
  filters: {},
  exact: null,
}

/** The same export once more. */
export const draftOf = (job: ExportJob): ExportDraft => ({
  format: job.format,
  much: job.profile === 'bulk' ? 'all' : 'quick',
  columns: job.columns,
  from: job.from_utc.slice(0, 10),
  to: job.to_utc.slice(0, 10),
  personal: job.include_personal,
  filters: job.filters,
  exact: { from_utc: job.from_utc, to_utc: job.to_utc },
})

/** What stands in the way, by field. */
export function faultsOf({ from, to }: ExportDraft): {
  readonly from_utc?: 'both_days'
  readonly to_utc?: 'both_days' | 'days_wrong'
} {
  if (from !== null && to === null) return { to_utc: 'both_days' }
  if (from === null && to !== null) return { from_utc: 'both_days' }
  return from !== null && to !== null && from > to ? { to_utc: 'days_wrong' } : {}
}

function rangeOf({ from, to, exact }: ExportDraft): { from_utc?: string; to_utc?: string } {
  if (from === null || to === null) return {}
  const same = exact !== null && exact.from_utc.slice(0, 10) === from && exact.to_utc.slice(0, 10) === to
  return same ? exact : { from_utc: `${from}T00:00:00.000Z`, to_utc: `${to}T23:59:59.999Z` }
}

/** What the file would hold is asked by it. */
export function estimateOf(draft: ExportDraft, tenantId: string | undefined): z.input<typeof estimateExport.query> {
  return {
    ...rangeOf(draft),
    ...(draft.much === 'all' ? { profile: 'bulk' as const } : {}),
    ...(draft.format === 'bundle' ? {} : draft.filters),
    ...(tenantId === undefined ? {} : { tenant_id: tenantId }),
  }
}

/** The request; a bundle takes no filters. */
export function requestOf(draft: ExportDraft, tenantId: string | undefined): z.input<typeof ExportRequest> {
  const { format, much, columns, personal, filters } = draft
  return {
    format,
    ...rangeOf(draft),
    ...(much === 'all' ? { profile: 'bulk' as const } : {}),
    ...(format === 'csv' ? { columns } : {}),
    ...(format === 'bundle' ? {} : { filters, include_personal: personal }),
    ...(tenantId === undefined ? {} : { tenant_id: tenantId }),
  }
}

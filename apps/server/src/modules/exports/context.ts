import type { EXPORT_COLUMNS, EXPORT_FORMATS, EXPORT_PROFILES, ExportFilters } from '@zenops/contracts/exports'
import type { Actor } from '../../platform/auth/actor.ts'
import type { ExportJob } from '../../platform/exports/port.ts'
import { Refusal, refuse } from '../../platform/errors.ts'
import type { BeyondLimit } from './rules/limits.ts'

/** What exports read and write: the log they copy, their own tables beside it, the runs of jobs, and who asked. */
export type Visible = 'audit' | 'ops' | 'identity'

/** A job of the audit log, as its row has it. */
export interface AuditExport extends ExportJob {
  readonly profile: (typeof EXPORT_PROFILES)[number]
  readonly export_format: (typeof EXPORT_FORMATS)[number]
  readonly columns: (typeof EXPORT_COLUMNS)[number]
  readonly filters: ExportFilters
  readonly include_personal: boolean
  readonly from_utc: string
  readonly to_utc: string
  readonly end_epoch: number | null
  readonly end_seq: number | null
  readonly rows_estimate: number | null
  readonly rows_done: number
  readonly sanitiser_version: number
  readonly downloaded_by: string | null
  readonly downloaded_at: string | null
}

export const EXPORT_TABLES = {
  jobs: 'audit.export_jobs',
  parts: 'audit.export_parts',
  chunks: 'audit.export_chunks',
} as const

/** In the studio the call already acts in the firm it names; elsewhere no other may be named. */
export function assertOwnTenant(actor: Actor, named: string | undefined): void {
  if (named !== undefined && named.toLowerCase() !== actor.tenantId) throw refuse.forbidden('tenant_scope')
}

/** A request that asks for more than it may. */
export const beyond = ({ detail }: BeyondLimit): Refusal =>
  new Refusal('AUDIT_EXPORT_RANGE_EXCEEDED', 'The export is larger than it may be.', { details: [detail] })

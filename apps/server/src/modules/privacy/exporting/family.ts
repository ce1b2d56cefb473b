import { sql } from 'kysely'
import type { AuditAction } from '../../../platform/audit/actions.ts'
import { appendAudit } from '../../../platform/audit/record.ts'
import { type ExportChange, type ExportFamily, type ExportHand, recordBoth } from '../../../platform/exports/family.ts'
import type { ExportStores } from '../../../platform/exports/open.ts'
import type { ExportJob } from '../../../platform/exports/port.ts'
import type { ExportMove } from '../../../platform/exports/states.ts'
import type { Mail } from '../../../platform/mail/port.ts'
import { tellFileReady } from '../notices.ts'

export const DATA_EXPORT_TABLES = {
  jobs: 'privacy.data_exports',
  parts: 'privacy.data_export_parts',
  chunks: 'privacy.data_export_chunks',
} as const

/** A person's file, as its row has it. */
export interface PersonFile extends ExportJob {
  readonly subject_kind: 'user' | 'contact'
  readonly subject_id: string
  readonly rows_done: number
  readonly downloaded_by: string | null
  readonly downloaded_at: string | null
}

export interface PrivacyExportParts {
  readonly stores: ExportStores
  readonly mail: Mail
}

const ENDS: Readonly<Partial<Record<ExportMove, AuditAction>>> = {
  complete: 'PRIVACY_EXPORT_COMPLETED',
  fail: 'PRIVACY_EXPORT_FAILED',
  time_out: 'PRIVACY_EXPORT_FAILED',
  cancel: 'PRIVACY_EXPORT_FAILED',
  expire: 'PRIVACY_EXPORT_EXPIRED',
  remove: 'PRIVACY_EXPORT_EXPIRED',
}

/** The request goes along with its file, in one transaction. */
const follow = ({ job }: ExportChange<PersonFile>, { tx }: ExportHand) =>
  sql`update privacy.requests set status = ${job.status}, attempt = ${job.attempt}::int, started_at = ${job.started_at}::timestamptz,
      completed_at = ${job.completed_at}::timestamptz, error_code = ${job.error_code}, error_message = ${job.error_message}
    where tenant_id = ${job.tenant_id}::uuid and id = ${job.id}::uuid`.execute(tx)

/** Files of people's own data. */
export const personFamily = ({ stores, mail }: PrivacyExportParts): ExportFamily<PersonFile> => ({
  tables: DATA_EXPORT_TABLES,
  ttlHours: 24,
  stores,
  record: async (change, hand) => {
    const { move, job } = change
    await follow(change, hand)
    const action = ENDS[move]
    if (!action) return
    const entry = {
      action,
      target_id: job.id,
      tenant_id: job.tenant_id,
      outcome: action === 'PRIVACY_EXPORT_FAILED' ? ('failed' as const) : ('ok' as const),
      after: {
        status: job.status,
        ...(move === 'complete' ? { stored_bytes: job.total_bytes, sha256: job.sha256 } : {}),
        ...(job.status === 'FAILED' ? { error_code: job.error_code } : {}),
      },
    }
    if (move === 'complete') {
      await recordBoth(hand, entry, { metric_key: 'privacy_export_completed' })
      const told = { tenantId: job.tenant_id, userId: job.requested_by ?? job.subject_id, traceId: hand.traceId }
      return tellFileReady(hand.tx, mail, { ...told, expiresAt: job.expires_at })
    }
    const stamp = { traceId: hand.traceId, actor: hand.actor, ipHash: hand.ipHash ?? null }
    hand.unit.withCommit(appendAudit([entry], { ...stamp, at: await hand.unit.startedAt() }))
  },
})

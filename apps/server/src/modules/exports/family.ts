import type { MetricKey } from '@zenops/contracts/metric-keys'
import { sql } from 'kysely'
import type { AuditAction } from '../../platform/audit/actions.ts'
import type { AuditEntry } from '../../platform/audit/record.ts'
import { type ExportChange, type ExportFamily, type ExportHand, recordBoth } from '../../platform/exports/family.ts'
import type { ExportStores } from '../../platform/exports/open.ts'
import type { ExportMove } from '../../platform/exports/states.ts'
import type { Mail } from '../../platform/mail/port.ts'
import type { Metrics } from '../../platform/telemetry/metrics.ts'
import { type AuditExport, EXPORT_TABLES } from './context.ts'

interface Written {
  readonly action: AuditAction
  readonly metric: MetricKey
}
const COMPLETED: Written = { action: 'AUDIT_EXPORT_COMPLETED', metric: 'audit_export_completed' }
const FAILED: Written = { action: 'AUDIT_EXPORT_FAILED', metric: 'audit_export_failed' }
const EXPIRED: Written = { action: 'AUDIT_EXPORT_EXPIRED', metric: 'audit_export_expired' }

/** What a move leaves in the log and among the counted events; taking a job up leaves nothing. */
const WRITTEN: Readonly<Partial<Record<ExportMove, Written>>> = {
  complete: COMPLETED,
  fail: FAILED,
  time_out: FAILED,
  cancel: FAILED,
  expire: EXPIRED,
  remove: EXPIRED,
}

const entryOf = ({ move, job }: ExportChange<AuditExport>, { action }: Written): AuditEntry => ({
  action,
  target_id: job.id,
  tenant_id: job.tenant_id,
  outcome: action === 'AUDIT_EXPORT_FAILED' ? 'failed' : 'ok',
  after: {
    status: job.status,
    ...(move === 'complete'
      ? { rows: job.row_count, stored_bytes: job.total_bytes, sha256: job.sha256, truncated: job.truncated }
      : {}),
    ...(job.status === 'FAILED' ? { error_code: job.error_code } : {}),
  },
})

const TOLD: ReadonlySet<ExportMove> = new Set(['complete', 'fail', 'time_out'])

interface Asker {
  readonly id: string
  readonly email: string
  readonly locale: string
  readonly firm: string
  readonly time_zone: string
}

/** Whoever asked hears of the end, where he belongs to the firm and is still there. */
async function tell({ move, job }: ExportChange<AuditExport>, { tx, traceId }: ExportHand, mail: Mail): Promise<void> {
  if (!TOLD.has(move) || job.requested_by === null) return
  const { rows } = await sql<Asker>`
    select u.id, u.email, u.locale, t.name as firm, t.time_zone from identity.memberships m
    join identity.users u on u.id = m.user_id join identity.tenants t on t.id = m.tenant_id
    where m.tenant_id = ${job.tenant_id}::uuid and m.user_id = ${job.requested_by}::uuid and m.status = 'active' and m.deleted_at is null
      and u.status = 'active' and u.email is not null`.execute(tx)
  const [asker] = rows
  if (!asker) return
  const letter = {
    tenantId: job.tenant_id,
    userId: asker.id,
    to: asker.email,
    link: { surface: 'web', path: '/admin/audit/exports' },
    locale: asker.locale,
    timeZone: asker.time_zone,
    traceId,
  } as const
  if (move === 'complete') {
    const variables = { firm: asker.firm, rows: job.row_count.toLocaleString('en-IN'), expires_at: job.expires_at }
    await mail.queue(tx, { ...letter, template: 'audit_export_completed', variables })
  } else {
    await mail.queue(tx, {
      ...letter,
      template: 'audit_export_failed',
      variables: { firm: asker.firm, reason: job.error_message ?? '' },
    })
  }
}

export interface FamilyParts {
  readonly stores: ExportStores
  readonly ttlHours: number
  readonly metrics: Metrics
  readonly mail: Mail
}

/** Exports of the audit log. */
export const auditFamily = ({ stores, ttlHours, metrics, mail }: FamilyParts): ExportFamily<AuditExport> => ({
  tables: EXPORT_TABLES,
  ttlHours,
  stores,
  record: async (change, hand) => {
    const { move, job } = change
    metrics.exportJobs.inc({ status: job.status })
    if (move === 'complete') {
      metrics.exportRows.inc(job.row_count)
      metrics.exportBytes.inc(job.total_bytes)
      metrics.exportSeconds.observe(
        (Date.parse(job.completed_at ?? job.created_at) - Date.parse(job.started_at ?? job.created_at)) / 1000,
      )
    }
    const written = WRITTEN[move]
    if (!written) return
    const format = { format: job.export_format, profile: job.profile }
    const about = job.status === 'FAILED' && job.error_code !== null ? { about: job.error_code } : {}
    await recordBoth(hand, entryOf(change, written), {
      metric_key: written.metric,
      dimensions: { ...format, ...about },
    })
    await tell(change, hand, mail)
  },
})

import type { MetricKey } from '@zenops/contracts/metric-keys'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { AuditAction } from '../../platform/audit/actions.ts'
import type { AuditEntry } from '../../platform/audit/record.ts'
import { underTenant } from '../../platform/db/scope.ts'
import { type ExportChange, type ExportFamily, type ExportHand, recordBoth } from '../../platform/exports/family.ts'
import type { ExportStores } from '../../platform/exports/open.ts'
import type { ExportMove } from '../../platform/exports/states.ts'
import type { Mail, MailLink } from '../../platform/mail/port.ts'
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
  readonly time_zone: string
}

interface Telling {
  readonly mail: Mail
  /** The house firm, whose people ask from the studio. */
  readonly house: string
}

/** Whoever asked, where he belongs to the firm of the transaction and is still there. */
async function askerIn(tx: Kysely<DB>, tenantId: string, userId: string): Promise<Asker | undefined> {
  const { rows } = await sql<Asker>`
    select u.id, u.email, u.locale, t.time_zone from identity.memberships m
    join identity.users u on u.id = m.user_id join identity.tenants t on t.id = m.tenant_id
    where m.tenant_id = ${tenantId}::uuid and m.user_id = ${userId}::uuid and m.status = 'active' and m.deleted_at is null
      and u.status = 'active' and u.email is not null`.execute(tx)
  return rows[0]
}

/** Whoever asked hears of the end: in the firm, or in the house as an operator who asked for the log of another firm. */
async function tell(change: ExportChange<AuditExport>, hand: ExportHand, { mail, house }: Telling): Promise<void> {
  const { move, job } = change
  const { tx, traceId } = hand
  const userId = job.requested_by
  if (!TOLD.has(move) || userId === null) return
  const { rows } = await sql<{ name: string }>`
    select name from identity.tenants where id = ${job.tenant_id}::uuid`.execute(tx)
  const firm = rows[0]?.name ?? ''
  const tellIn = async (tenantId: string, surface: 'web' | 'studio'): Promise<boolean> => {
    const asker = await askerIn(tx, tenantId, userId)
    if (!asker) return false
    const { id, email: to, locale, time_zone: timeZone } = asker
    const path: MailLink['path'] =
      surface === 'web' ? '/admin/audit/exports' : `/admin/audit/exports?tenant_id=${job.tenant_id}`
    await mail.queue(tx, {
      tenantId,
      userId: id,
      to,
      locale,
      timeZone,
      traceId,
      link: { surface, path },
      ...wordsOf(change, firm),
    })
    return true
  }
  if (await tellIn(job.tenant_id, 'web')) return
  await underTenant(tx, { part: house, rest: job.tenant_id }, () => tellIn(house, 'studio'))
}

const wordsOf = ({ move, job }: ExportChange<AuditExport>, firm: string) =>
  move === 'complete'
    ? ({
        template: 'audit_export_completed',
        variables: { firm, rows: job.row_count.toLocaleString('en-IN'), expires_at: job.expires_at },
      } as const)
    : ({ template: 'audit_export_failed', variables: { firm, reason: job.error_message ?? '' } } as const)

export interface FamilyParts {
  readonly stores: ExportStores
  readonly ttlHours: number
  readonly metrics: Metrics
  readonly mail: Mail
  readonly house: string
}

/** Exports of the audit log. */
export const auditFamily = ({ stores, ttlHours, metrics, mail, house }: FamilyParts): ExportFamily<AuditExport> => ({
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
    await tell(change, hand, { mail, house })
  },
})

import type { Severity } from '@zenops/contracts/alert-rules'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { PROCESS_SCOPE } from '../../platform/db/scope.ts'
import { enqueue } from '../../platform/jobs/port.ts'
import { deliverJob } from './deliver-kind.ts'
import { type Evaluator, tellable } from './evaluator.ts'
import { messageOf, type Message } from './message.ts'
import { dueNotices } from './rules/notices.ts'

interface Due {
  readonly alert: {
    readonly id: string
    readonly tenant_id: string
    readonly severity: Severity
    readonly raised_at: string | null
  }
  readonly notice: string
  /** Highest level of channels that hear of it. */
  readonly level: number
  readonly message: Message
}

/** Where an alert is looked at: the firm's own in the Workspace, the platform's in Studio. */
export const linkTo = (origins: Evaluator['origins'], ofHouse: boolean, id?: string): string =>
  `${ofHouse ? origins.studio : origins.web}/admin/alerts${id === undefined ? '' : `?preview=${id}`}`

/** Writes the messages about a firm's alerts that are due: to its own channels and to those of the platform. */
export async function deliverDue(evaluator: Evaluator, tenantId: string): Promise<void> {
  const { database, actor } = evaluator
  const house = actor.tenantId
  const due = await database.readTransaction({ ...PROCESS_SCOPE, tenantId, userId: actor.userId }, (tx) =>
    dueOf(tx, evaluator, tenantId),
  )
  if (due.length === 0) return
  for (const channelTenant of new Set([tenantId, house])) {
    await database.transact({ ...PROCESS_SCOPE, tenantId: channelTenant, userId: actor.userId }, async (tx) => {
      for (const one of due) await write(tx, evaluator, { ...one, channelTenant })
    })
  }
}

async function dueOf(tx: Kysely<DB>, { actor, origins }: Evaluator, tenantId: string): Promise<Due[]> {
  const { rows } = await tellable(tenantId).execute(tx)
  return rows.flatMap((alert) => {
    const standing = { ...alert, raised: alert.raised_at !== null }
    const link = linkTo(origins, tenantId === actor.tenantId, alert.id)
    return dueNotices(standing).map((notice) => ({
      alert,
      notice,
      level: alert.level,
      message: messageOf(alert, notice, link),
    }))
  })
}

/**
 * One message a channel and notice. A channel that never heard of an alert is told that it fired, and nothing else: not that
 * it got worse, is still open or has ended.
 */
async function write(
  tx: Kysely<DB>,
  { traceId }: Evaluator,
  { alert, notice, level, message, channelTenant }: Due & { readonly channelTenant: string },
): Promise<void> {
  const first = notice === 'fired'
  const heard = sql`exists (select from ops.alert_deliveries d where d.tenant_id = c.tenant_id and d.channel_id = c.id and d.alert_id = ${alert.id}::uuid
    and d.notice <> ${notice} ${notice === 'worsened' ? sql`and d.created_at < ${alert.raised_at}::timestamptz` : sql``})`
  const escalated = notice.startsWith('escalated:')
  const { rows } = await sql<{ id: string }>`
    insert into ops.alert_deliveries (tenant_id, channel_id, alert_tenant_id, alert_id, notice, message, trace_id)
    select c.tenant_id, c.id, ${alert.tenant_id}::uuid, ${alert.id}::uuid, ${notice}, ${JSON.stringify(message)}::jsonb, ${traceId}
    from ops.alert_channels c
    where c.tenant_id = ${channelTenant}::uuid and c.enabled and c.deleted_at is null and c.level <= ${first ? 1 : level}
      and (c.min_severity = 'warning' or ${alert.severity} = 'critical')
      and (${first || escalated}::boolean or ${heard})
    on conflict (tenant_id, channel_id, alert_id, notice) where alert_id is not null do nothing returning id`.execute(
    tx,
  )
  for (const { id } of rows) await enqueue(tx, deliverJob, { payload: { delivery_id: id }, traceId })
}

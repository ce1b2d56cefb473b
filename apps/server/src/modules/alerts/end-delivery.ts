import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { Actor } from '../../platform/auth/actor.ts'
import type { UnitOfWork } from '../../platform/db/database.ts'
import { enqueue } from '../../platform/jobs/port.ts'
import { recordOps } from '../../platform/ops-events.ts'
import type { Metrics } from '../../platform/telemetry/metrics.ts'
import { deliverJob } from './deliver-kind.ts'

/** A transaction of the worker in the channel's firm. */
export interface EndAct {
  readonly tx: Kysely<DB>
  readonly unit: UnitOfWork
  readonly actor: Actor
  readonly traceId: string
  readonly metrics: Metrics
}
interface Reached {
  readonly id: string
  readonly attempts: number
}
interface Failed extends Reached {
  readonly errorCode: string
}

interface Ended {
  readonly channel_id: string
  readonly kind: string
  readonly alert_id: string | null
}

const end = ({ tx, actor }: EndAct, { id, attempts }: Reached, errorCode: string | null) =>
  sql<Ended>`
    update ops.alert_deliveries d set state = ${errorCode === null ? 'DELIVERED' : 'FAILED'}, error_code = ${errorCode}, finished_at = now(),
      attempts = greatest(d.attempts, ${attempts})
    from ops.alert_channels c
    where d.tenant_id = ${actor.tenantId}::uuid and d.id = ${id}::uuid
      and (d.state in ('PENDING', 'HANDED_OVER') or ${errorCode === null} and d.state = 'FAILED')
      and c.tenant_id = d.tenant_id and c.id = d.channel_id
    returning d.channel_id, c.kind, d.alert_id`.execute(tx)

export async function succeedDelivery(act: EndAct, reached: Reached): Promise<void> {
  const { rows } = await end(act, reached, null)
  const [done] = rows
  if (!done) return
  await sql`update ops.alert_channels set last_ok_at = now() where tenant_id = ${act.actor.tenantId}::uuid and id = ${done.channel_id}::uuid`.execute(
    act.tx,
  )
  act.metrics.alertDeliveries.inc({ kind: done.kind, result: 'delivered' })
}

/** Writes the end of a message that no repeat will bring there, and hands it to the next channel that has not got it. */
export async function failDelivery(act: EndAct, failed: Failed): Promise<void> {
  const code = failed.errorCode.slice(0, 80)
  const { rows } = await end(act, failed, code)
  const [ended] = rows
  if (!ended) return
  act.metrics.alertDeliveries.inc({ kind: ended.kind, result: 'failed' })
  recordOps(act, [{ metric_key: 'alert_delivery_failed', dimensions: { kind: ended.kind } }])
  await passOn(act, failed)
}

/** Shows that the channel fails, and hands the message once to the next one that has not got it. */
export async function passOn({ tx, actor, traceId }: EndAct, { id, attempts, errorCode }: Failed): Promise<void> {
  const here = actor.tenantId
  await sql`
    with failing as (
      update ops.alert_deliveries set attempts = greatest(attempts, ${attempts})
      where tenant_id = ${here}::uuid and id = ${id}::uuid returning channel_id
    )
    update ops.alert_channels c set last_error_at = now(), last_error_code = ${errorCode.slice(0, 80)}
    from failing f where c.tenant_id = ${here}::uuid and c.id = f.channel_id`.execute(tx)
  const { rows: next } = await sql<{ id: string }>`
    insert into ops.alert_deliveries (tenant_id, channel_id, alert_tenant_id, alert_id, notice, message, fallback_of, trace_id)
    select d.tenant_id, c.id, d.alert_tenant_id, d.alert_id, d.notice, d.message, d.id, ${traceId}
    from ops.alert_deliveries d join ops.alert_channels_live c on c.tenant_id = d.tenant_id and c.enabled
    where d.tenant_id = ${here}::uuid and d.id = ${id}::uuid and d.alert_id is not null
      and not exists (select from ops.alert_deliveries o where o.tenant_id = d.tenant_id and o.fallback_of = d.id)
      and not exists (
        select from ops.alert_deliveries o where o.tenant_id = d.tenant_id and o.channel_id = c.id and o.alert_id = d.alert_id and o.notice = d.notice)
    order by c.level, c.created_at, c.id limit 1
    on conflict (tenant_id, channel_id, alert_id, notice) where alert_id is not null do nothing returning id`.execute(
    tx,
  )
  for (const one of next) await enqueue(tx, deliverJob, { payload: { delivery_id: one.id }, traceId })
}

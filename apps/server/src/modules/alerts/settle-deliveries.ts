import { sql } from 'kysely'
import { PROCESS_SCOPE } from '../../platform/db/scope.ts'
import { failDelivery, passOn, succeedDelivery } from './end-delivery.ts'
import type { Evaluator } from './evaluator.ts'

/** Failed attempts after which a channel counts as failing: the next one is told, while the outbox goes on trying. */
const FAILING_AFTER = 3

interface Lying {
  readonly id: string
  readonly state: 'HANDED_OVER' | 'FAILED'
  /** One of its messages has arrived; none will. */
  readonly sent: boolean
  readonly over: boolean
  readonly failing: boolean
  readonly attempts: number
  readonly error_code: string | null
}

/**
 * The end of a delivery is known to the outbox: one of its messages sent = delivered, also when somebody had it replayed;
 * all of them dead = failed.
 */
export async function settleDeliveries(evaluator: Evaluator, tenants: readonly string[]): Promise<void> {
  const { database, actor, traceId, metrics } = evaluator
  for (const tenantId of tenants) {
    const here = { ...actor, tenantId }
    await database.transact({ ...PROCESS_SCOPE, tenantId, userId: actor.userId }, async (tx, unit) => {
      const { rows } = await sql<Lying>`
        select d.id, d.state, bool_or(o.status = 'sent') as sent, bool_and(o.status in ('dead', 'suppressed', 'cancelled')) as over,
          bool_and(o.attempt_no >= ${FAILING_AFTER} or o.hold_reason = 'breaker_open') as failing, max(o.attempt_no) as attempts,
          coalesce(max(o.last_error_code), max(o.hold_reason)) as error_code
        from ops.alert_deliveries d join notifications.outbox o on o.tenant_id = d.tenant_id and o.id = any (d.outbox_ids)
        where d.tenant_id = ${tenantId}::uuid
          and (d.state = 'HANDED_OVER' or d.state = 'FAILED' and d.finished_at > now() - interval '7 days')
        group by d.id, d.state
        having bool_or(o.status = 'sent') or d.state = 'HANDED_OVER' and (bool_and(o.status in ('dead', 'suppressed', 'cancelled'))
          or bool_and(o.attempt_no >= ${FAILING_AFTER} or o.hold_reason = 'breaker_open'))
        order by d.id limit 200`.execute(tx)
      const act = { tx, unit, actor: here, traceId, metrics }
      for (const row of rows) {
        const { id, attempts } = row
        if (row.sent) await succeedDelivery(act, { id, attempts })
        else if (row.over) await failDelivery(act, { id, attempts, errorCode: row.error_code ?? 'dead' })
        else await passOn(act, { id, attempts, errorCode: row.error_code ?? 'failing' })
      }
    })
  }
}

import { sql } from 'kysely'
import { PROCESS_SCOPE } from '../../platform/db/scope.ts'
import type { Evaluator } from './evaluator.ts'
import { failDelivery, succeedDelivery } from './end-delivery.ts'

/** The end of mails is known to the outbox: one of its mails sent = delivered, all of them dead = failed. */
export async function settleMails(evaluator: Evaluator, tenants: readonly string[]): Promise<void> {
  const { database, actor, traceId, metrics } = evaluator
  for (const tenantId of tenants) {
    const here = { ...actor, tenantId }
    await database.transact({ ...PROCESS_SCOPE, tenantId, userId: actor.userId }, async (tx, unit) => {
      const { rows } = await sql<{ id: string; sent: boolean; error_code: string | null }>`
        select d.id, bool_or(o.status = 'sent') as sent, max(o.last_error_code) as error_code
        from ops.alert_deliveries d join notifications.outbox o on o.tenant_id = d.tenant_id and o.id = any (d.outbox_ids)
        where d.tenant_id = ${tenantId}::uuid and d.state = 'HANDED_OVER'
        group by d.id having bool_or(o.status = 'sent') or bool_and(o.status in ('dead', 'suppressed', 'cancelled')) limit 200`.execute(
        tx,
      )
      const act = { tx, unit, actor: here, traceId, metrics }
      for (const row of rows) {
        if (row.sent) await succeedDelivery(act, row.id)
        else await failDelivery(act, row.id, row.error_code ?? 'mail_dead')
      }
    })
  }
}

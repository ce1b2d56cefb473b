import { ackAlert } from '@zenops/contracts/ops-alerts'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { alertColumns, alertSource, type AlertRow } from '../alert-rows.ts'

const on = operationsOf<'ops' | 'identity'>()

export const ackAlertOperation = on.command(ackAlert, {
  run: async ({ tx, actor }, { params, body }) => {
    const mine = actor.aud === 'studio' ? sql`true` : sql`a.tenant_id = ${actor.tenantId}::uuid`
    const read = async (): Promise<AlertRow> => {
      const { rows } = await sql<AlertRow>`
        select ${alertColumns} from ${alertSource} where ${mine} and a.id = ${params.id}::uuid`.execute(tx)
      if (!rows[0]) throw refuse.notFound('The alert')
      return rows[0]
    }
    const { rows: changed } = await sql`
      update ops.alerts a set state = 'ACKED', acked_by = ${actor.userId}::uuid, acked_at = now(), ack_note = ${body.note ?? null}
      where ${mine} and a.id = ${params.id}::uuid and a.state = 'OPEN' returning 1`.execute(tx)
    const alert = await read()
    if (changed.length === 0) {
      if (alert.state === 'ACKED') return { body: alert, audit: NOTHING_CHANGED }
      throw new Refusal('ILLEGAL_TRANSITION', 'This alert is over.', {
        details: [{ reason: 'no_such_move', from: 'RESOLVED', to: 'ACKED', allowed: [] }],
      })
    }
    return {
      body: alert,
      audit: {
        action: 'ALERT_ACKNOWLEDGED',
        target_id: alert.id,
        tenant_id: alert.tenant_id,
        reason: body.note ?? null,
        before: { state: 'OPEN' },
        after: { state: 'ACKED', rule: alert.rule_key },
      },
    }
  },
})

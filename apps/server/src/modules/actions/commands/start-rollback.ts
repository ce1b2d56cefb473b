import { invalidTarget, targetOf } from '../targets.ts'
import { startRollback } from '@zenops/contracts/ops-actions'
import { sql } from 'kysely'
import { assertConfirmed } from '../../../platform/confirmed.ts'
import { consumeConfirmation } from '../../../platform/confirmations.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { currentOf, olderThanCurrent, type RollbackTarget } from '../../../platform/rollbacks.ts'
import { applyRollbackJob } from '../jobs/apply-rollback.ts'

const on = operationsOf<'ops'>()

/** Asks for the return to an older version; the worker applies it in one transaction. */
export const startRollbackOperation = (targets: readonly RollbackTarget[]) =>
  on.command(startRollback, {
    prepare: async (context, { body }) =>
      assertConfirmed(context, body.confirmation, {
        action: 'rollback',
        target: `${body.target_type}/${body.target_id}/${body.to_version}`,
      }),
    run: async (context, { body }, confirmation) => {
      const { tx, actor, traceId } = context
      const target = targetOf(targets, body.target_type)
      const place = { tenantId: actor.tenantId, targetId: body.target_id }
      const versions = await target.versions(tx, place)
      const current = currentOf(versions)
      if (!current) throw invalidTarget('no_such_target')
      if (!olderThanCurrent(versions).some((one) => one.version === body.to_version))
        throw invalidTarget('not_an_older_version')
      await consumeConfirmation(tx, confirmation)
      const { rows } = await sql<{ id: string }>`
        insert into ops.rollbacks (tenant_id, target_type, target_id, from_version, to_version, reason, incident_id, requested_by, trace_id)
        values (${actor.tenantId}::uuid, ${body.target_type}, ${body.target_id}, ${current.version}, ${body.to_version}, ${body.reason},
          ${body.incident_id ?? null}, ${actor.userId}::uuid, ${traceId})
        on conflict (tenant_id, target_type, target_id) where status = 'REQUESTED' do nothing returning id`.execute(tx)
      const id = rows[0]?.id
      if (id === undefined) throw refuse.conflict('rollback_running', 'Another rollback of this is under way.')
      await context.enqueue(applyRollbackJob, { rollback_id: id })
      return {
        body: { rollback_id: id, status: 'REQUESTED' as const },
        audit: {
          action: 'OPS_ROLLBACK_REQUESTED',
          target_id: `${body.target_type}/${body.target_id}`,
          reason: body.reason,
          before: { version: current.version },
          after: { version: body.to_version, incident_id: body.incident_id ?? null },
          refs: [id],
        },
      }
    },
  })

import { RETENTION_CLASS_NAMES, startRetentionRun } from '@zenops/contracts/retention'
import { sql } from 'kysely'
import { assertConfirmed, consumeConfirmation } from '../../../platform/confirmations.ts'
import { scopeOf } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { runTarget, type Visible } from '../context.ts'
import { retentionJob } from '../jobs/kinds.ts'
import { isPlatformOnly, isRemovable } from '../rules/classes.ts'

const on = operationsOf<Visible>()

export const startRetentionRunOperation = on.command(startRetentionRun, {
  prepare: async (context, { body }) => {
    if (body.dry_run) return
    const of = { action: 'retention_run', target: runTarget(body.class), given: body.confirmation } as const
    await assertConfirmed(context, { ...of, scope: scopeOf(context.actor) })
  },
  run: async (context, { body }) => {
    const { tx, actor, traceId, services } = context
    const isHouse = actor.tenantId === services.config.ZENOPS_INTERNAL_TENANT_ID
    const names = RETENTION_CLASS_NAMES.filter(
      (name) =>
        (body.class === undefined || body.class === name) && isRemovable(name) && (isHouse || !isPlatformOnly(name)),
    )
    if (names.length === 0)
      throw refuse.invalid('class', 'has_a_run_of_its_own', 'This class is cleared by a job of its own.')
    if (!body.dry_run && body.confirmation) await consumeConfirmation(tx, body.confirmation)
    const turnId = uuidv7()
    const { rows } = await sql`
      insert into ops.retention_runs (tenant_id, turn_id, class, dry_run, requested_by, trace_id)
      select ${actor.tenantId}::uuid, ${turnId}::uuid, name, ${body.dry_run}::boolean, ${actor.userId}::uuid, ${traceId}
      from unnest(${names}::text[]) as name on conflict do nothing returning 1`.execute(tx)
    if (rows.length < names.length) throw refuse.conflict('already_running', 'Such a run is under way.')
    await context.enqueue(retentionJob, { turn_id: turnId, dry_run: body.dry_run })
    return {
      body: { run_id: turnId },
      audit: {
        action: 'RETENTION_RUN_REQUESTED',
        target_id: turnId,
        after: { class: body.class ?? null, dry_run: body.dry_run },
      } as const,
    }
  },
})

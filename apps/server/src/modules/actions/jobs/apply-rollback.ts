import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { DB } from '../../../../db/types.ts'
import { type AuditEntry, appendAudit } from '../../../platform/audit/record.ts'
import type { UnitOfWork } from '../../../platform/db/database.ts'
import { handleJob, type JobContext, type JobHandler, jobKind } from '../../../platform/jobs/port.ts'
import { recordOps } from '../../../platform/ops-events.ts'
import { currentOf, olderThanCurrent, type RollbackTarget } from '../../../platform/rollbacks.ts'

export const applyRollbackJob = jobKind({
  kind: 'ops.apply_rollback',
  payload: z.strictObject({ rollback_id: z.guid() }),
  maxAttempts: 3,
  critical: true,
})

interface Asked {
  readonly target_type: string
  readonly target_id: string
  readonly from_version: string
  readonly to_version: string
  readonly reason: string
}
interface Act {
  readonly context: JobContext
  readonly tx: Kysely<DB>
  readonly unit: UnitOfWork
  readonly id: string
}

/** The rollback that still waits, locked. */
async function lockAsked({ context, tx, id }: Act): Promise<Asked | undefined> {
  const { rows } = await sql<Asked>`
    select target_type, target_id, from_version, to_version, reason from ops.rollbacks
    where tenant_id = ${context.tenantId}::uuid and id = ${id}::uuid and status = 'REQUESTED' for update`.execute(tx)
  return rows[0]
}

async function close(act: Act, asked: Asked, errorCode: string | null): Promise<void> {
  const { context, tx, unit, id } = act
  await sql`
    update ops.rollbacks set status = ${errorCode === null ? 'APPLIED' : 'FAILED'}, error_code = ${errorCode}, finished_at = now()
    where tenant_id = ${context.tenantId}::uuid and id = ${id}::uuid`.execute(tx)
  const entry: AuditEntry = {
    action: errorCode === null ? 'OPS_ROLLBACK_APPLIED' : 'OPS_ROLLBACK_FAILED',
    target_id: `${asked.target_type}/${asked.target_id}`,
    outcome: errorCode === null ? 'ok' : 'failed',
    reason: asked.reason,
    before: { version: asked.from_version },
    after: errorCode === null ? { version: asked.to_version } : { version: asked.from_version, error_code: errorCode },
    refs: [id],
  }
  const stamp = { at: await unit.startedAt(), traceId: context.traceId, actor: context.actor, ipHash: null }
  unit.withCommit(appendAudit([entry], stamp))
  if (errorCode === null)
    recordOps({ ...context, unit }, [
      { metric_key: 'rollback_applied', dimensions: { target_type: asked.target_type } },
    ])
}

/** Why what was asked for can no longer be done; null when it can. */
async function hindrance(act: Act, asked: Asked, target: RollbackTarget | undefined): Promise<string | null> {
  if (!target) return 'no_versions'
  const versions = await target.versions(act.tx, { tenantId: act.context.tenantId, targetId: asked.target_id })
  if (currentOf(versions)?.version !== asked.from_version) return 'version_moved'
  return olderThanCurrent(versions).some((one) => one.version === asked.to_version) ? null : 'not_an_older_version'
}

/** Switches the version in one transaction, or says why not; what was released never changes. */
export const applyRollbackHandler = (targets: readonly RollbackTarget[]): JobHandler =>
  handleJob(applyRollbackJob, {
    run: (context, { rollback_id: id }) =>
      context.transact(async (tx, unit) => {
        const act = { context, tx, unit, id }
        const asked = await lockAsked(act)
        if (!asked) return
        const target = targets.find((one) => one.type === asked.target_type)
        const why = await hindrance(act, asked, target)
        const place = { tenantId: context.tenantId, targetId: asked.target_id }
        if (why === null) await target?.apply(tx, place, asked.to_version)
        await close(act, asked, why)
      }),
    dead: (context, { rollback_id: id }, failure) =>
      context.transact(async (tx, unit) => {
        const act = { context, tx, unit, id }
        const asked = await lockAsked(act)
        if (asked) await close(act, asked, failure.code.slice(0, 80))
      }),
  })

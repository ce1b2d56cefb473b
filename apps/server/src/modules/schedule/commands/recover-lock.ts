import { recoverSchedulerLock } from '@zenops/contracts/ops-scheduler'
import { sql } from 'kysely'
import { consumeConfirmation } from '../../../platform/confirmations.ts'
import { assertConfirmed } from '../../../platform/confirmed.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { recordOps } from '../../../platform/ops-events.ts'
import { LOCK_COLUMNS, type LockRow } from '../rows.ts'

const on = operationsOf<'ops'>()
/** A heartbeat older than this many leases is dead, whatever the lease says. */
const DEAD_LEASES = 2

export const recoverLockOperation = on.command(recoverSchedulerLock, {
  prepare: (context, { params, body }) =>
    assertConfirmed(context, body.confirmation, { action: 'lock_recover', target: params.key }),
  run: async (context, { params: { key }, body }, confirmation) => {
    const { tx, services } = context
    const dead = DEAD_LEASES * services.config.SCHEDULER_LEASE_SECONDS
    const { rows: found } = await sql<LockRow & { live: boolean }>`
      select ${LOCK_COLUMNS}, lease_until >= now() and last_heartbeat_at >= now() - make_interval(secs => ${dead}) as live
      from ops.scheduler_locks where lock_key = ${key} for update`.execute(tx)
    const [lock] = found
    if (!lock) throw refuse.notFound('The lock')
    if (lock.state === 'IDLE') throw refuse.conflict('idle', 'Nobody holds this lock; there is nothing to recover.')
    if (lock.live)
      throw new Refusal('SCHEDULER_LOCK_LIVE', 'The holder of this lock lives and keeps it.', {
        details: [{ path: 'key', reason: 'live', lease_until: lock.lease_until }],
      })
    await consumeConfirmation(tx, confirmation)
    const { rows } = await sql<LockRow>`
      update ops.scheduler_locks set state = 'IDLE', owner_id = null, lease_until = now(), fencing_token = fencing_token + 1,
        recovery_count = recovery_count + 1, last_recovered_at = now(), updated_at = now()
      where lock_key = ${key} returning ${LOCK_COLUMNS}`.execute(tx)
    const [after] = rows
    if (!after) throw refuse.notFound('The lock')
    await sql`update ops.scheduler_fences set high_token = ${after.fencing_token}::bigint where lock_key = ${key}`.execute(
      tx,
    )
    await sql`update ops.job_runs set status = 'ABANDONED', ended_at = now(), error_code = 'ABANDONED', error = 'recovered by hand'
      where lock_key = ${key} and status = 'RUNNING'`.execute(tx)
    recordOps(context, [{ metric_key: 'scheduler_lock_recovered', dimensions: { about: key } }])
    return {
      body: after,
      audit: {
        action: 'SCHEDULER_LOCK_RECOVERED',
        target_id: key,
        reason: body.reason,
        before: { owner_id: lock.owner_id },
        after: { fencing_token: after.fencing_token },
      } as const,
    }
  },
})

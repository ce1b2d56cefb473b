import { recoverSchedulerLock } from '@zenops/contracts/ops-scheduler'
import { sql } from 'kysely'
import { consumeConfirmation } from '../../../platform/confirmations.ts'
import { assertConfirmed } from '../../../platform/confirmed.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { recordOps } from '../../../platform/ops-events.ts'
import { freeHolder, isLost, tellLock } from '../../../platform/scheduler/locks.ts'
import { LOCK_COLUMNS, type LockRow } from '../rows.ts'

const on = operationsOf<'ops'>()

export const recoverLockOperation = on.command(recoverSchedulerLock, {
  prepare: (context, { params, body }) =>
    assertConfirmed(context, body.confirmation, { action: 'lock_recover', target: params.key }),
  run: async (context, { params: { key }, body }, confirmation) => {
    const { tx, services } = context
    const leaseMs = services.config.SCHEDULER_LEASE_SECONDS * 1_000
    const { rows: found } = await sql<LockRow & { live: boolean }>`
      select ${LOCK_COLUMNS}, not ${isLost(leaseMs)} as live from ops.scheduler_locks where lock_key = ${key} for update`.execute(
      tx,
    )
    const [lock] = found
    if (!lock) throw refuse.notFound('The lock')
    if (lock.state === 'IDLE') throw refuse.conflict('idle', 'Nobody holds this lock; there is nothing to recover.')
    if (lock.live)
      throw new Refusal('SCHEDULER_LOCK_LIVE', 'The holder of this lock lives and keeps it.', {
        details: [{ path: 'key', reason: 'live', lease_until: lock.lease_until }],
      })
    await consumeConfirmation(tx, confirmation)
    const { token } = await freeHolder(tx, key, 'recovered by hand')
    const { rows } =
      await sql<LockRow>`select ${LOCK_COLUMNS} from ops.scheduler_locks where lock_key = ${key}`.execute(tx)
    const [after] = rows
    if (!after) throw refuse.notFound('The lock')
    recordOps(context, [{ metric_key: 'scheduler_lock_recovered', dimensions: { about: key, by: 'hand' } }])
    return {
      body: after,
      audit: {
        action: 'SCHEDULER_LOCK_RECOVERED',
        target_id: key,
        reason: body.reason,
        before: { owner_id: lock.owner_id },
        after: { fencing_token: token },
      } as const,
    }
  },
  after: async ({ services }, { params: { key } }) => {
    tellLock(services, key, 'recovered')
    services.metrics.recoveries.inc()
  },
})

import { pauseQueue, resumeQueue } from '@zenops/contracts/ops-queue'
import { sql } from 'kysely'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { reachOf } from '../reach.ts'

const on = operationsOf<'ops'>()

export const pauseQueueOperation = on.command(pauseQueue, {
  run: async ({ tx, actor }, { params: { queue }, body }) => {
    const reach = reachOf(actor, body.tenant_id)
    const { rows } = await sql`
      insert into ops.queue_pauses (tenant_id, queue, paused_by, reason)
      values (${reach}::uuid, ${queue}, ${actor.userId}::uuid, ${body.reason})
      on conflict do nothing returning 1`.execute(tx)
    if (rows.length === 0) throw refuse.conflict('already_paused', 'This queue is paused already.')
    const after = { status: 'PAUSED', firm: reach }
    return {
      body: { queue, paused: true },
      audit: {
        action: 'JOB_QUEUE_PAUSED',
        target_id: queue,
        reason: body.reason,
        after,
        ...(reach === null ? {} : { tenant_id: reach }),
      } as const,
    }
  },
})

export const resumeQueueOperation = on.command(resumeQueue, {
  run: async ({ tx, actor }, { params: { queue }, body }) => {
    const reach = reachOf(actor, body.tenant_id)
    const { rows } = await sql<{ reason: string }>`
      delete from ops.queue_pauses where queue = ${queue} and tenant_id is not distinct from ${reach}::uuid returning reason`.execute(
      tx,
    )
    if (rows.length === 0) throw refuse.conflict('not_paused', 'This queue is not paused.')
    return {
      body: { queue, paused: false },
      audit: {
        action: 'JOB_QUEUE_RESUMED',
        target_id: queue,
        reason: body.reason,
        before: { status: 'PAUSED', reason: rows[0]?.reason },
        after: { status: 'ACTIVE', firm: reach },
        ...(reach === null ? {} : { tenant_id: reach }),
      } as const,
    }
  },
})

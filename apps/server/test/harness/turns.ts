import { sql } from 'kysely'
import type { WorkerOptions } from '../../src/platform/jobs/worker.ts'
import { databaseNow, declarationsOf, declareAll } from '../../src/platform/scheduler/declared.ts'
import { tick } from '../../src/platform/scheduler/tick.ts'
import { lockRoom } from '../../src/platform/scheduler/turns.ts'

/** Starts a turn of a task as an operator would; its job waits in the queue then. */
export async function startTurn(options: WorkerOptions, task: string): Promise<void> {
  const room = lockRoom(options)
  await declareAll(room, declarationsOf(options.recurring, []), await databaseNow(room))
  const scope = { role: 'zen_worker', tenantId: room.actor.tenantId, userId: room.actor.userId, aud: 'worker' } as const
  await room.database.transact(scope, (tx) =>
    sql`update ops.scheduler_locks set wanted_at = now() where task = ${task}`.execute(tx),
  )
  await tick(room, options.recurring, await databaseNow(room))
}

import { sql } from 'kysely'
import assert from 'node:assert/strict'
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

/** One turn of a loop, as the holder of its lock takes it. Answers how many things it did. */
export async function turnLoop(options: WorkerOptions, name: string): Promise<number> {
  const turn = options.loops?.find((one) => one.name === name)?.turn
  assert.ok(turn, `there is no loop ${name}`)
  const room = lockRoom(options)
  const scope = { role: 'zen_worker', tenantId: room.actor.tenantId, userId: room.actor.userId, aud: 'worker' } as const
  return turn({
    services: options.services,
    log: options.services.log,
    actor: room.actor,
    traceId: '0af7651916cd43dd8448eb211c80319d',
    signal: new AbortController().signal,
    fenced: (work) => room.database.transact(scope, work),
  })
}

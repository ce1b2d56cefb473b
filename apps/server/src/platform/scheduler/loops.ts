import { sql } from 'kysely'
import { randomHex } from '../ids.ts'
import type { Loop, LoopTurn } from '../jobs/recurring.ts'
import type { Services } from '../services.ts'
import { fixed } from '../db/fixed.ts'
import { acquire, fenced, type Held, heartbeat, type LockRoom, release } from './locks.ts'

/** Success is written at most this often, unless there is history to write. */
const SUCCESS_MS = 5_000

/** Rests, unless the signal ends it. */
export const rest = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })

export interface LoopRoom extends LockRoom {
  readonly services: Services
}

/** One loop at one instance: holds the lock if it can, turns while it does, and hands it back when it stops. */
export async function runLoop(room: LoopRoom, loop: Loop, stopping: AbortSignal): Promise<void> {
  const key = loop.lock_key ?? loop.name
  while (!stopping.aborted) {
    const held = await acquire(room, key, null).catch((error: unknown) => {
      if (!stopping.aborted) room.log.warn({ err: error, lock_key: key }, 'scheduler_loop_failed')
      return null
    })
    if (held) await holdLoop(room, { loop, held }, stopping)
    // Somebody else turns it, or the database is away: look again when a lost holder could have been noticed.
    else await rest(room.leaseMs / 3, stopping)
  }
}

async function holdLoop(room: LoopRoom, { loop, held }: Turning, stopping: AbortSignal): Promise<void> {
  const lost = new AbortController()
  let paused = false
  const beat = async (): Promise<void> => {
    const { mine, paused: isPaused } = await heartbeat(room, held)
    paused = isPaused
    if (!mine) lost.abort(new Error('the lock is lost'))
  }
  const timer = setInterval(
    () =>
      void beat().catch((error: unknown) =>
        room.log.warn({ err: error, lock_key: held.key }, 'scheduler_heartbeat_failed'),
      ),
    room.leaseMs / 3,
  )
  const signal = AbortSignal.any([stopping, lost.signal])
  let toldAt = Number.NEGATIVE_INFINITY
  try {
    await beat()
    while (!signal.aborted) {
      const rows = paused ? 0 : await turnOnce(room, { loop, held }, signal)
      const now = performance.now()
      if (rows !== null && !paused && (rows > 0 || now - toldAt > SUCCESS_MS)) {
        toldAt = now
        await tellTurn(room, { loop, held }, { rows })
      }
      await rest(loop.every_ms, signal)
    }
  } catch (error) {
    if (!stopping.aborted) room.log.warn({ err: error, lock_key: held.key }, 'scheduler_loop_failed')
    await rest(room.leaseMs / 3, stopping)
  } finally {
    clearInterval(timer)
    await release(room, held, { status: 'DONE', rows: null }).catch(() => {
      // The lease runs out by itself.
    })
  }
}

interface Turning {
  readonly loop: Loop
  readonly held: Held
}

/** One turn; its failure is written and said, and the loop goes on. Null: it failed. */
async function turnOnce(room: LoopRoom, { loop, held }: Turning, signal: AbortSignal): Promise<number | null> {
  const turn: LoopTurn = {
    services: room.services,
    log: room.log,
    actor: room.actor,
    traceId: randomHex(),
    signal,
    fenced: (work) => fenced(room, held, work),
  }
  try {
    return (await loop.turn?.(turn)) ?? 0
  } catch (error) {
    if (signal.aborted) return null
    room.log.warn({ err: error, lock_key: held.key, trace_id: turn.traceId }, 'scheduler_turn_failed')
    await tellTurn(
      room,
      { loop, held },
      {
        rows: 0,
        error: error instanceof Error ? error : new Error('something else than an Error was thrown'),
        traceId: turn.traceId,
      },
    )
    return null
  }
}

interface Told {
  readonly rows: number
  readonly error?: Error
  readonly traceId?: string
}

/** Success on the lock's row; a row of history when something was done or went wrong. */
async function tellTurn(room: LoopRoom, { loop, held }: Turning, told: Told): Promise<void> {
  const isGood = told.error === undefined
  await fenced(room, held, async (tx) => {
    if (isGood)
      await sql`update ops.scheduler_locks set last_success_at = now() where lock_key = ${held.key} and owner_id = ${held.owner}`.execute(
        tx,
      )
    if (isGood && told.rows === 0) return
    const message = told.error instanceof Error ? told.error.message : isGood ? null : 'a failure without words'
    await sql`insert into ops.job_runs (lock_key, task, owner_id, fencing_token, ended_at, status, rows, error_code, error, trace_id)
      values (${held.key}, ${loop.name}, ${held.owner}, ${held.token}::bigint, now(), ${isGood ? 'DONE' : 'FAILED'}, ${told.rows}::bigint,
        ${isGood ? null : 'INTERNAL'}, ${message?.slice(0, 2_000) ?? null}, ${told.traceId ?? randomHex()})`.execute(tx)
  })
}

/** Told by work that keeps a time of its own: it lives, and whether its turn went well. At most every 5 s and loop it is written. */
export function loopReports(room: LockRoom): (name: string, isGood: boolean) => void {
  const toldAt = new Map<string, number>()
  return (name, isGood) => {
    const now = performance.now()
    if (now - (toldAt.get(name) ?? Number.NEGATIVE_INFINITY) < SUCCESS_MS) return
    toldAt.set(name, now)
    room.database
      .write(
        { role: 'zen_worker', tenantId: room.actor.tenantId, userId: room.actor.userId, aud: 'worker' },
        fixed`update ops.scheduler_locks set last_heartbeat_at = now(), last_started_at = now(), updated_at = now(),
          last_success_at = case when ${isGood}::boolean then now() else last_success_at end where task = ${name}`,
      )
      .catch(() => {
        // The next turn tells again.
      })
  }
}

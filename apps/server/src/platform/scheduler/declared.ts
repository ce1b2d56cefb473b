import { sql } from 'kysely'
import { type Loop, type Recurring, taskNameOf } from '../jobs/recurring.ts'
import { fixed } from '../db/fixed.ts'
import { cadenceOf } from './cadence.ts'
import type { LockRoom } from './locks.ts'

const LEAST_LOOP_MS = 60_000
const PERIODS = 2

/** What the table of locks says of a task or loop. */
export interface Declaration {
  readonly task: string
  readonly lockKey: string
  readonly kind: 'task' | 'loop'
  readonly cadence: string
  readonly periodMs: number
  readonly expectedMs: number
}

const interval = (ms: number): string => (ms % 1_000 === 0 ? `every ${ms / 1_000} s` : `every ${ms} ms`)

/** Tasks and loops as the table of locks keeps them. Throws when two share a name or a key, or a cadence makes no sense. */
export function declarationsOf(recurring: readonly Recurring[], loops: readonly Loop[]): Declaration[] {
  const tasks = recurring.map((one): Declaration => {
    const task = taskNameOf(one)
    const { periodMs } = cadenceOf(one.cron)
    return {
      task,
      lockKey: one.lock_key ?? task,
      kind: 'task',
      cadence: one.cron,
      periodMs,
      expectedMs: one.expected_by_seconds === undefined ? PERIODS * periodMs : one.expected_by_seconds * 1_000,
    }
  })
  const turning = loops.map((loop): Declaration => {
    const expectedMs =
      loop.expected_by_seconds === undefined
        ? Math.max(PERIODS * loop.every_ms, LEAST_LOOP_MS)
        : loop.expected_by_seconds * 1_000
    const lockKey = loop.lock_key ?? loop.name
    return {
      task: loop.name,
      lockKey,
      kind: 'loop',
      cadence: interval(loop.every_ms),
      periodMs: loop.every_ms,
      expectedMs,
    }
  })
  const all = [...tasks, ...turning]
  for (const field of ['task', 'lockKey'] as const) {
    const twice = all.find((one, index) => all.findIndex((other) => other[field] === one[field]) !== index)
    if (twice) throw new Error(`"${twice[field]}" is declared twice`)
  }
  return all
}

/**
 * Writes what this build declares; what runs by it stays as it is. In one order, since workers start together. What no
 * build has declared and run for a day and two periods goes: nobody is called for it.
 */
export async function declareAll(room: LockRoom, declarations: readonly Declaration[], now: Date): Promise<void> {
  const { actor, database } = room
  const rows = declarations.map((one) => ({
    lock_key: one.lockKey,
    task: one.task,
    kind: one.kind,
    cadence: one.cadence,
    period_ms: one.periodMs,
    expected_ms: Math.ceil(one.expectedMs),
    next_slot: one.kind === 'task' ? cadenceOf(one.cadence).next(now).toISOString() : null,
  }))
  await database.write(
    { role: 'zen_worker', tenantId: actor.tenantId, userId: actor.userId, aud: 'worker' },
    fixed`insert into ops.scheduler_locks (lock_key, task, kind, cadence, period_ms, expected_ms, next_slot)
      select lock_key, task, kind, cadence, period_ms, expected_ms, next_slot
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as d(lock_key text, task text, kind text, cadence text, period_ms bigint, expected_ms bigint, next_slot timestamptz)
      order by lock_key
      on conflict (lock_key) do update set kind = excluded.kind, cadence = excluded.cadence, period_ms = excluded.period_ms,
        expected_ms = excluded.expected_ms,
        next_slot = case when scheduler_locks.cadence = excluded.cadence then coalesce(scheduler_locks.next_slot, excluded.next_slot) else excluded.next_slot end`,
    fixed`delete from ops.scheduler_locks where state = 'IDLE' and lock_key <> all (${rows.map((row) => row.lock_key)}::text[])
      and coalesce(last_success_at, declared_at) < now() - greatest(interval '1 day', make_interval(secs => expected_ms / 1000.0))`,
    fixed`insert into ops.scheduler_fences (lock_key) select lock_key from ops.scheduler_locks order by lock_key on conflict do nothing`,
  )
}

/** The database's clock, by which slots fall due. */
export async function databaseNow({ database, actor }: LockRoom): Promise<Date> {
  return database.readTransaction(
    { role: 'zen_worker', tenantId: actor.tenantId, userId: actor.userId, aud: 'worker' },
    async (tx) => {
      const { rows } = await sql<{ now: string }>`select now()::timestamptz(3) as now`.execute(tx)
      return new Date(rows[0]?.now ?? Number.NaN)
    },
  )
}

import { randomHex } from '../ids.ts'
import { type Recurring, taskNameOf } from '../jobs/recurring.ts'
import { fixed } from '../db/fixed.ts'
import type { Scope } from '../db/scope.ts'
import { cadenceOf } from './cadence.ts'
import type { LockRoom } from './locks.ts'
import { TURN } from './turn-kind.ts'

/** Slots taken up after a stop, at most. */
const MOST_SLOTS = 10_080
const SLOTS_AT_ONCE = 50

interface Due {
  readonly task: string
  readonly next_slot: string
  readonly wanted_at: string | null
  readonly paused: boolean
}

const scopeOf = ({ actor }: LockRoom): Scope => ({
  role: 'zen_worker',
  tenantId: actor.tenantId,
  userId: actor.userId,
  aud: 'worker',
})

/** What one turn of a task enqueues: its own job where it is of the platform, else the job that asks in each firm. */
const specOf = (recurring: Recurring): string =>
  JSON.stringify({
    ...(recurring.platform
      ? { kind: recurring.job.kind, payload: recurring.payload, max_attempts: recurring.job.maxAttempts ?? 5 }
      : { kind: TURN, payload: { task: taskNameOf(recurring) }, max_attempts: 5 }),
    skips_overlap: false,
    trace_id: randomHex(),
  })

/**
 * Starts the slots that have fallen due. Any number of instances tick, without a leader: a slot's row is inserted, or
 * not, in the transaction that enqueues its job. Answers how many jobs came of it.
 */
export async function tick(room: LockRoom, recurring: readonly Recurring[], now: Date): Promise<number> {
  const at = now.toISOString()
  const [due] = await room.database.read(
    scopeOf(room),
    fixed<Due>`select task, next_slot, wanted_at, paused_at is not null as paused from ops.scheduler_locks
      where kind = 'task' and (next_slot <= ${at}::timestamptz or wanted_at is not null
        or next_slot > ${at}::timestamptz + make_interval(secs => 2 * period_ms / 1000.0))`,
  )
  let started = 0
  for (const row of due) {
    const task = recurring.find((one) => taskNameOf(one) === row.task)
    if (task) started += await startDue(room, { task, row, now })
  }
  return started
}

interface Starting {
  readonly task: Recurring
  readonly row: Due
  readonly now: Date
}

/** By what the task declares, the slots to start now of those since `next_slot`. */
function slotsToStart({ task, row, now }: Starting): Date[] {
  if (row.paused) return []
  const cadence = cadenceOf(task.cron)
  const before = new Date(Date.parse(row.next_slot) - 1)
  const missed = cadence.slots(before, now, task.backfill === 'all' ? MOST_SLOTS : 1)
  if (task.backfill !== 'skip') return missed
  // A slot that was not missed is at most one tick of a slow machine old.
  return missed.filter((slot) => now.getTime() - slot.getTime() < Math.min(cadence.periodMs, 60_000))
}

/** Some slots in a statement of their own: an instance that ticks at the same time waits for these alone. */
async function start(room: LockRoom, task: Recurring, slots: readonly string[]): Promise<number> {
  const [rows] = await room.database.write(
    scopeOf(room),
    fixed<{ started: number }>`
      select coalesce(sum(ops.start_slots(${taskNameOf(task)}, slot, ${specOf(task)}::jsonb, array['platform'], array[${room.actor.tenantId}::uuid])), 0)::int as started
      from unnest(${slots}::timestamptz[]) as due(slot)`,
  )
  const started = rows[0]?.started ?? 0
  room.metrics.jobsEnqueued.inc({ queue: task.platform ? task.job.kind : TURN }, started)
  return started
}

/** What is started stands, whatever comes next; `next_slot` moves on last, so that a crash between leaves nothing out. */
async function startDue(room: LockRoom, starting: Starting): Promise<number> {
  const { task, row, now } = starting
  const name = taskNameOf(task)
  let started = 0
  if (row.wanted_at !== null) {
    started += await start(room, task, [row.wanted_at])
    await room.database.write(
      scopeOf(room),
      fixed`update ops.scheduler_locks set wanted_at = null, updated_at = now() where task = ${name} and wanted_at = ${row.wanted_at}::timestamptz`,
    )
  }
  const slots = slotsToStart(starting).map((slot) => slot.toISOString())
  for (let at = 0; at < slots.length; at += SLOTS_AT_ONCE)
    started += await start(room, task, slots.slice(at, at + SLOTS_AT_ONCE))
  const next = cadenceOf(task.cron).next(now).toISOString()
  // After a clock that ran ahead, too: whatever it started stands in the slots and is not started again.
  await room.database.write(
    scopeOf(room),
    fixed`update ops.scheduler_locks set next_slot = ${next}::timestamptz
      where task = ${name} and next_slot = ${row.next_slot}::timestamptz and next_slot is distinct from ${next}::timestamptz`,
  )
  return started
}

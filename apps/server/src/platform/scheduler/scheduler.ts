import { sql } from 'kysely'
import { fixed } from '../db/fixed.ts'
import type { Loop, LoopTurn } from '../jobs/recurring.ts'
import type { WorkerOptions } from '../jobs/worker.ts'
import { databaseNow, declarationsOf, declareAll } from './declared.ts'
import { type LockRoom, recover, staleLocks } from './locks.ts'
import { type LoopRoom, rest, runLoop } from './loops.ts'
import { tick } from './tick.ts'
import { lockRoom } from './turns.ts'
import { loopOf } from './timetable.ts'

const TICK_MS = 1_000
/** Those who would tell of everything else; every instance looks after them. */
const WATCHERS: readonly string[] = ['scheduler_watchdog', 'alert_evaluator']
const WATCHER_SILENT_SECONDS = 90
const MEASURE_MS = 10_000

export interface SchedulerOptions extends WorkerOptions {
  /** Absent = the database's clock. */
  readonly now?: () => Promise<Date>
}

/** Frees locks whose holders are lost. */
const janitor = (room: LockRoom): Loop =>
  loopOf('scheduler_janitor', {
    turn: async () => {
      let healed = 0
      for (const key of await staleLocks(room)) if (await recover(room, key)) healed++
      return healed
    },
  })

interface Late {
  readonly lock_key: string
  readonly age: number
  readonly wanted: boolean
}

/** Looks after tasks without success: each is asked for once more, and named until it succeeds. */
const watchdog = (room: LockRoom): Loop =>
  loopOf('scheduler_watchdog', {
    turn: async (turn) => {
      const late = await askForLateTasks(turn)
      for (const { lock_key, age, wanted } of late)
        room.log.warn(
          { lock_key, outcome: `no success for ${age} s${wanted ? ', asked for again' : ''}` },
          'scheduler_task_late',
        )
      return late.filter((one) => one.wanted).length
    },
  })

function askForLateTasks(turn: LoopTurn): Promise<Late[]> {
  return turn.fenced(async (tx) => {
    const { rows } = await sql<Late>`
      with late as (
        select lock_key, extract(epoch from now() - coalesce(last_success_at, declared_at))::int as age,
          kind = 'task' and state = 'IDLE' and wanted_at is null
            and (last_started_at is null or last_started_at < now() - make_interval(secs => least(period_ms, 300000) / 1000.0))
            as can_start
        from ops.scheduler_locks
        where paused_at is null and coalesce(last_success_at, declared_at) < now() - make_interval(secs => expected_ms / 1000.0)
      ), wanted as (
        update ops.scheduler_locks l set wanted_at = date_trunc('milliseconds', now()), wanted_by = null, updated_at = now()
        from late where l.lock_key = late.lock_key and late.can_start returning l.lock_key
      )
      select late.lock_key, late.age, exists (select 1 from wanted w where w.lock_key = late.lock_key) as wanted from late`.execute(
      tx,
    )
    return rows
  })
}

/** Ages of tasks and depths of queues as metrics, at every instance; and a look after those who watch. */
async function measure(room: LockRoom, silent: Set<string>): Promise<void> {
  const scope = { role: 'zen_worker', tenantId: room.actor.tenantId, userId: room.actor.userId, aud: 'worker' } as const
  const [tasks, queues] = await room.database.read(
    scope,
    fixed<{ task: string; age: number }>`
      select task, extract(epoch from now() - coalesce(last_success_at, declared_at))::float8 as age from ops.scheduler_locks`,
    fixed<{
      queue: string
      waiting: number
      dead: number
    }>`select queue, waiting + failed as waiting, dead from ops.queue_figures()`,
  )
  for (const { task, age } of tasks) room.metrics.taskAge.set({ task }, age)
  for (const { queue, waiting, dead } of queues) {
    room.metrics.jobsWaiting.set({ queue }, waiting)
    room.metrics.jobsDead.set({ queue }, dead)
  }
  for (const { task, age } of tasks.filter((one) => WATCHERS.includes(one.task))) {
    const isSilent = age > WATCHER_SILENT_SECONDS
    if (isSilent && !silent.has(task))
      room.log.error({ lock_key: task, outcome: `no success for ${Math.round(age)} s` }, 'scheduler_watchdog_silent')
    if (isSilent) silent.add(task)
    else silent.delete(task)
  }
}

/** The scheduler's own loops; every worker has them. */
export const schedulerLoops = (room: LockRoom): Loop[] => [janitor(room), watchdog(room)]

async function repeat(every: number, signal: AbortSignal, turn: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    await turn()
    await rest(every, signal)
  }
}

/** Ticks, turns loops, heals and measures until stopped. Instances share the work without a leader. */
export async function startScheduler(options: SchedulerOptions): Promise<{ stop(): Promise<void> }> {
  const { services, recurring, loops = [] } = options
  const room: LoopRoom = { ...lockRoom(options), services }
  const all = [...schedulerLoops(room), ...loops]
  const now = options.now ?? (() => databaseNow(room))
  await declareAll(room, declarationsOf(recurring, all), await now())
  const stopping = new AbortController()
  const { signal } = stopping
  const guarded = (what: string, turn: () => Promise<unknown>) => async (): Promise<void> => {
    try {
      await turn()
    } catch (error) {
      if (!signal.aborted) room.log.warn({ err: error }, what)
    }
  }
  const silent = new Set<string>()
  const running = [
    repeat(
      TICK_MS,
      signal,
      guarded('scheduler_tick_failed', async () => tick(room, recurring, await now())),
    ),
    repeat(
      MEASURE_MS,
      signal,
      guarded('scheduler_measure_failed', () => measure(room, silent)),
    ),
    ...all.filter((loop) => loop.turn).map((loop) => runLoop(room, loop, signal)),
  ]
  return {
    stop: async () => {
      stopping.abort()
      await Promise.all(running)
    },
  }
}

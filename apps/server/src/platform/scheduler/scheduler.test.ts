import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { z } from 'zod'
import { type House, openHouse } from '../../../test/harness/house.ts'
import { drainJobs } from '../jobs/drain.ts'
import { handleJob, type JobContext, jobKind } from '../jobs/port.ts'
import type { Loop, Recurring } from '../jobs/recurring.ts'
import type { WorkerOptions } from '../jobs/worker.ts'
import { declarationsOf, declareAll } from './declared.ts'
import { acquire, Fenced, fenced, heartbeat, type Held, type LockRoom, recover, release, staleLocks } from './locks.ts'
import { runLoop } from './loops.ts'
import { schedulerLoops } from './scheduler.ts'
import { tick } from './tick.ts'
import { lockRoom } from './turns.ts'

const NOW = new Date('2026-11-20T10:30:30Z')
const law = jobKind({ kind: 'law.task', payload: z.strictObject({}) })

let house: House
let room: LockRoom
let named = 0
before(async () => {
  house = await openHouse()
  room = lockRoom(house.app.workerOptions())
})
after(() => house.close())

/** A lock of its own for each test. */
async function newLock(): Promise<string> {
  const key = `law_lock_${++named}`
  await declareAll(room, declarationsOf([], [{ name: key, every_ms: 1_000 }]), NOW)
  return key
}
interface LockRow {
  readonly state: string
  readonly fencing_token: string
  readonly recovery_count: number
}
const lockOf = async (key: string): Promise<readonly [string, number, number]> => {
  const [row] = await house.sql<LockRow>(
    'select state, fencing_token, recovery_count from ops.scheduler_locks where lock_key = $1',
    [key],
  )
  assert.ok(row)
  return [row.state, Number(row.fencing_token), row.recovery_count]
}
const expire = (key: string): Promise<unknown> =>
  house.sql("update ops.scheduler_locks set lease_until = now() - interval '1 ms' where lock_key = $1", [key])
const countOf = async (key: string, outcome: string): Promise<number> => {
  const { values } = await house.app.services.metrics.lockEvents.get()
  return values.find(({ labels }) => labels.lock_key === key && labels.outcome === outcome)?.value ?? 0
}
const held = async (key: string): Promise<Held> => {
  const mine = await acquire(room, key, { task: key, slot: null, jobId: null, traceId: 'e'.repeat(32) })
  assert.ok(mine)
  return mine
}
const writes = (holder: Held): Promise<boolean> =>
  fenced(room, holder, (tx) => sql`update ops.scheduler_locks set pause_reason = null where false`.execute(tx)).then(
    () => true,
    (error: unknown) => (error instanceof Fenced ? false : Promise.reject(error)),
  )

test('AU-26 a lock is taken, renewed and given back; a live holder is never displaced, not by its own process either', async () => {
  const key = await newLock()
  const mine = await held(key)
  assert.equal(await acquire(room, key, null), null)
  assert.deepEqual(await heartbeat(room, mine), { mine: true, paused: false })
  assert.equal(await writes(mine), true)
  await release(room, mine, { status: 'DONE', rows: 3 })
  assert.deepEqual(await lockOf(key), ['IDLE', 1, 0])
  assert.deepEqual(await heartbeat(room, mine), { mine: false, paused: false })
  const runs = await house.sql(
    'select status, rows, ended_at is not null as ended from ops.job_runs where lock_key = $1',
    [key],
  )
  assert.deepEqual(runs, [{ status: 'DONE', rows: '3', ended: true }])
  assert.equal((await held(key)).token, 2)
  const counts = await Promise.all(
    ['acquired', 'skipped', 'heartbeat_ok', 'heartbeat_miss', 'released', 'recovered'].map((one) => countOf(key, one)),
  )
  assert.deepEqual(counts, [2, 1, 1, 1, 1, 0])
})

test('AU-26 a lock whose lease is over passes to the next, and the old run is abandoned', async () => {
  const key = await newLock()
  const old = await held(key)
  await expire(key)
  const heir = await held(key)
  assert.deepEqual([heir.token, await countOf(key, 'recovered')], [old.token + 1, 1])
  assert.deepEqual(await lockOf(key), ['HELD', 2, 1])
  const runs = await house.sql<{ status: string }>('select status from ops.job_runs where lock_key = $1 order by id', [
    key,
  ])
  assert.deepEqual(
    runs.map((run) => run.status),
    ['ABANDONED', 'RUNNING'],
  )
  await release(room, old, { status: 'DONE', rows: null })
  assert.deepEqual(await lockOf(key), ['HELD', 2, 1])
})

test('AU-26 an idle lock is never recovered, in a day of simulated time', async () => {
  const key = await newLock()
  const mine = await held(key)
  await release(room, mine, { status: 'DONE', rows: null })
  const turns = 24 * 60 * 12
  await house.sql(
    "update ops.scheduler_locks set lease_until = now() - interval '1 day', last_heartbeat_at = now() - interval '1 day', updated_at = now() - interval '1 day' where lock_key = $1",
    [key],
  )
  // A turn of the janitor is the question which locks are stale; a day of them is asked in one go.
  assert.equal((await staleLocks(room)).includes(key), false)
  for (let turn = 0; turn < turns / 1_440; turn++) assert.equal(await recover(room, key), false)
  assert.deepEqual(await lockOf(key), ['IDLE', 1, 0])
  assert.equal(await countOf(key, 'self_healing_recovered'), 0)
})

test('AU-26 a holder with a lease ahead and a dead heartbeat is recovered, without the lock being kept', async () => {
  const key = await newLock()
  const mine = await held(key)
  await house.sql(
    "update ops.scheduler_locks set lease_until = now() + interval '1 hour', last_heartbeat_at = now() - interval '31 s' where lock_key = $1",
    [key],
  )
  assert.equal((await staleLocks(room)).includes(key), true)
  assert.equal(await recover(room, key), true)
  assert.equal(await recover(room, key), false)
  assert.deepEqual(await lockOf(key), ['IDLE', mine.token + 1, 1])
  assert.deepEqual([await countOf(key, 'self_healing_recovered'), await countOf(key, 'recover_miss')], [1, 1])
  const events = await house.sql(
    "select 1 from ops.events where metric_key = 'scheduler_lock_recovered' and dimensions ->> 'about' = $1",
    [key],
  )
  assert.equal(events.length, 1)
  const audited = (await house.audit(house.config.ZENOPS_INTERNAL_TENANT_ID)).filter((event) => event.target.id === key)
  assert.deepEqual(
    audited.map((event) => event.action),
    ['SCHEDULER_LOCK_RECOVERED'],
  )
})

test('AU-28 a late writer changes nothing: taken over by the janitor or by the next, before and after its first write', async () => {
  const ways = ['janitor', 'acquire'].flatMap((by) => [false, true].map((hasWritten) => ({ by, hasWritten })))
  for (const { by, hasWritten } of ways) {
    const key = await newLock()
    const late = await held(key)
    await expire(key)
    if (by === 'janitor') assert.equal(await recover(room, key), true)
    // The janitor keeps no lock: the next holder comes after it.
    const heir = by === 'acquire' || hasWritten ? await held(key) : null
    if (heir && hasWritten) assert.equal(await writes(heir), true)
    assert.equal(await writes(late), false, `${by} ${hasWritten}`)
    assert.equal((await lockOf(key))[2], 1)
  }
})

test('AU-28 a recovery that cannot write says so, and counts once', async () => {
  const key = await newLock()
  await held(key)
  await expire(key)
  await house.sql(
    `alter table ops.scheduler_fences add constraint law_breaks check (lock_key <> '${key}' or high_token < 2)`,
  )
  try {
    assert.equal(await recover(room, key), false)
  } finally {
    await house.sql('alter table ops.scheduler_fences drop constraint law_breaks')
  }
  assert.equal(await countOf(key, 'self_healing_failed'), 1)
  const events = await house.sql(
    "select 1 from ops.events where metric_key = 'scheduler_lock_recovery_failed' and dimensions ->> 'about' = $1",
    [key],
  )
  assert.equal(events.length, 1)
  assert.equal(await recover(room, key), true)
})

test('AU-28 a token lies beyond all that were given out or have written: a fence that ran ahead shuts nobody out', async () => {
  const key = await newLock()
  await house.sql('update ops.scheduler_fences set high_token = 40 where lock_key = $1', [key])
  const mine = await held(key)
  assert.equal(mine.token, 41)
  assert.equal(await writes(mine), true)
  await house.sql('update ops.scheduler_fences set high_token = 60 where lock_key = $1', [key])
  await expire(key)
  assert.equal(await recover(room, key), true)
  assert.deepEqual(await lockOf(key), ['IDLE', 61, 1])
  assert.equal(await writes(await held(key)), true)
})

test('AU-27 what no build declares or runs any more goes with the next start; what is late but declared stays', async () => {
  const [gone, kept] = [await newLock(), await newLock()]
  const lastSuccess =
    "update ops.scheduler_locks set declared_at = now() - interval '25 hours' where lock_key = any($1)"
  await house.sql(lastSuccess, [[gone, kept]])
  await declareAll(room, declarationsOf([], [{ name: kept, every_ms: 1_000 }]), NOW)
  const left = await house.sql('select lock_key from ops.scheduler_locks where lock_key = any($1)', [[gone, kept]])
  assert.deepEqual(left, [{ lock_key: kept }])
})

/** A worker with one task, and what it did. */
function taskWorker(changes: Partial<Recurring>, run: (context: JobContext) => Promise<void> = async () => {}) {
  const task: Recurring = {
    name: `law_task_${++named}`,
    job: law,
    cron: '0 * * * *',
    payload: {},
    platform: true,
    ...changes,
  }
  const options: WorkerOptions = {
    ...house.app.workerOptions(),
    recurring: [task],
    handlers: [handleJob(law, { run: async (context) => run(context) })],
  }
  const name = task.name ?? ''
  const tickAt = (at: string): Promise<number> => tick(room, [task], new Date(at))
  const slots = async (): Promise<string[]> =>
    (
      await house.sql<{ slot: Date }>(
        "select slot from ops.task_slots where task = $1 and scope = 'platform' order by slot",
        [name],
      )
    ).map(({ slot }) => slot.toISOString().slice(11, 16))
  const declare = (): Promise<void> => declareAll(room, declarationsOf([task], []), NOW)
  return { task, name, options, tickAt, slots, declare, run: () => drainJobs(options) }
}

test('AU-27 a slot starts once, whoever ticks; its job is asked for in the same transaction', async () => {
  const { declare, tickAt, slots, run, name } = taskWorker({})
  await declare()
  assert.equal(await tickAt('2026-11-20T10:59:59Z'), 0)
  const started = await Promise.all(Array.from({ length: 6 }, () => tickAt('2026-11-20T11:00:00Z')))
  assert.equal(
    started.reduce((a, b) => a + b, 0),
    1,
  )
  assert.deepEqual(await slots(), ['11:00'])
  await run()
  const runs = await house.sql('select status, slot::text from ops.job_runs where task = $1', [name])
  assert.deepEqual(runs, [{ status: 'DONE', slot: '2026-11-20 11:00:00+00' }])
})

test('AU-27 missed slots are left out, made up for by the last, or by all', async () => {
  const wanted = { skip: [], last: ['14:00'], all: ['11:00', '12:00', '13:00', '14:00'] } as const
  for (const backfill of ['skip', 'last', 'all'] as const) {
    const { declare, tickAt, slots } = taskWorker({ backfill })
    await declare()
    await tickAt('2026-11-20T14:20:00Z')
    assert.deepEqual(await slots(), wanted[backfill], backfill)
    await tickAt('2026-11-20T15:00:01Z')
    assert.deepEqual(await slots(), [...wanted[backfill], '15:00'], backfill)
  }
})

test('AU-27 a clock that jumps ahead and back starts no slot twice and stops no task', async () => {
  const { declare, tickAt, slots } = taskWorker({ backfill: 'all' })
  await declare()
  await tickAt('2026-11-20T11:00:00Z')
  await tickAt('2026-11-20T14:00:00Z')
  await tickAt('2026-11-20T11:30:00Z')
  for (const hour of [12, 13, 14, 15]) await tickAt(`2026-11-20T${hour}:00:00Z`)
  assert.deepEqual(await slots(), ['11:00', '12:00', '13:00', '14:00', '15:00'])
})

test('AU-27 a slot that falls due while the one before is at work is skipped, or queued, as declared', async () => {
  for (const overlap of ['skip', 'queue'] as const) {
    const { declare, tickAt, run, name, task } = taskWorker({ overlap })
    await declare()
    await tickAt('2026-11-20T11:00:00Z')
    const before = await acquire(room, task.name ?? '', null)
    assert.ok(before)
    await run()
    const runs = await house.sql<{ status: string }>('select status from ops.job_runs where task = $1', [name])
    assert.deepEqual(
      runs.map((one) => one.status),
      overlap === 'skip' ? ['SKIPPED'] : [],
    )
    await release(room, before, { status: 'DONE', rows: null })
    await house.jobsDue()
    await run()
    const after = await house.sql<{ status: string }>('select status from ops.job_runs where task = $1', [name])
    assert.deepEqual(
      after.map((one) => one.status),
      overlap === 'skip' ? ['SKIPPED'] : ['DONE'],
    )
  }
})

test('AU-27 a turn that takes longer than its task allows is given up, and its lock is free', async () => {
  const { promise: never } = Promise.withResolvers<never>()
  const worker = taskWorker({ max_seconds: 0.2 }, () => never)
  await worker.declare()
  await worker.tickAt('2026-11-20T11:00:00Z')
  await worker.run()
  const runs = await house.sql('select status, error from ops.job_runs where task = $1', [worker.name])
  assert.deepEqual(runs, [{ status: 'FAILED', error: 'the attempt took longer than 0.2 s' }])
  assert.deepEqual((await lockOf(worker.name)).slice(0, 1), ['IDLE'])
})

test('AU-28 the task of a worker that lost the lock writes nothing; its attempt is given up', async () => {
  let wrote: boolean | null = null
  const worker = taskWorker({}, async (context) => {
    await expire(worker.name)
    await recover(room, worker.name)
    wrote = await context
      .transact((tx) => sql`select 1`.execute(tx))
      .then(
        () => true,
        () => false,
      )
    throw new Error('the lock is gone')
  })
  await worker.declare()
  await worker.tickAt('2026-11-20T11:00:00Z')
  await worker.run()
  assert.equal(wrote, false)
  const runs = await house.sql<{ status: string }>('select status from ops.job_runs where task = $1', [worker.name])
  assert.deepEqual(
    runs.map((one) => one.status),
    ['ABANDONED'],
  )
  assert.deepEqual((await lockOf(worker.name)).slice(0, 1), ['IDLE'])
})

test('AU-27 the watchdog asks for a task without success once more and names it; a loop it only names', async () => {
  const { declare, name, tickAt, run } = taskWorker({})
  await declare()
  const loop = await newLock()
  const watchdog = schedulerLoops(room).find((one) => one.name === 'scheduler_watchdog')
  assert.ok(watchdog?.turn)
  await declareAll(room, declarationsOf([], [watchdog]), NOW)
  await house.sql("update ops.scheduler_locks set declared_at = now() - interval '3 hours' where task = any($1)", [
    [name, loop],
  ])
  await house.sql('update ops.scheduler_locks set last_success_at = now() where task <> all($1)', [[name, loop]])
  const turn = async (): Promise<void> => {
    const stop = new AbortController()
    const turning = runLoop(
      { ...room, services: house.app.workerOptions().services },
      { ...watchdog, every_ms: 60_000 },
      stop.signal,
    )
    await wait(300)
    stop.abort()
    await turning
  }
  await turn()
  const wanted = await house.sql<{ task: string }>('select task from ops.scheduler_locks where wanted_at is not null')
  assert.deepEqual(wanted, [{ task: name }])
  assert.equal(await tickAt('2026-11-20T10:40:00Z'), 1)
  await run()
  await turn()
  assert.deepEqual(await house.sql('select task from ops.scheduler_locks where wanted_at is not null'), [])
  const history = await house.sql<{ status: string; rows: string }>(
    "select status, rows from ops.job_runs where task = 'scheduler_watchdog'",
  )
  assert.deepEqual(history, [{ status: 'DONE', rows: '1' }])
})

test('AU-26 a loop turns at one instance, hands over when that stops, and writes history only of what it did', async () => {
  const name = await newLock()
  const turned: string[] = []
  const loopAt = (who: string): Loop => ({
    name,
    every_ms: 10,
    turn: async ({ fenced: write }) => {
      await write(async () => void turned.push(who))
      return turned.length === 3 ? 5 : 0
    },
  })
  const quick = { ...room, services: house.app.workerOptions().services, leaseMs: 300 }
  const [first, second] = [new AbortController(), new AbortController()]
  const one = runLoop(quick, loopAt('one'), first.signal)
  while (turned.length < 5) await wait(5)
  const two = runLoop(quick, loopAt('two'), second.signal)
  await wait(50)
  assert.deepEqual(new Set(turned), new Set(['one']))
  first.abort()
  await one
  while (!turned.includes('two')) await wait(5)
  second.abort()
  await two
  assert.deepEqual((await lockOf(name)).slice(0, 1), ['IDLE'])
  const runs = await house.sql<{ status: string; rows: string }>(
    'select status, rows from ops.job_runs where task = $1',
    [name],
  )
  assert.deepEqual(runs, [{ status: 'DONE', rows: '5' }])
})

test('AU-26 a loop whose turn fails goes on, and the failure stands in the history', async () => {
  const name = await newLock()
  let turns = 0
  const stop = new AbortController()
  const loop: Loop = {
    name,
    every_ms: 5,
    turn: async () => {
      if (++turns === 1) throw new Error('a bad moment')
      return 0
    },
  }
  const turning = runLoop({ ...room, services: house.app.workerOptions().services }, loop, stop.signal)
  while (turns < 3) await wait(5)
  stop.abort()
  await turning
  const runs = await house.sql('select status, error from ops.job_runs where task = $1', [name])
  assert.deepEqual(runs, [{ status: 'FAILED', error: 'a bad moment' }])
})

test('AU-26 no two tasks share a name or a lock', () => {
  const twice: Loop = { name: 'law_twice', every_ms: 1_000 }
  assert.throws(() => declarationsOf([], [twice, twice]), /declared twice/)
  assert.throws(
    () => declarationsOf([], [twice, { ...twice, name: 'law_other', lock_key: 'law_twice' }]),
    /declared twice/,
  )
})

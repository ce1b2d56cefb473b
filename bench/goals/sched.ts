import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { z } from 'zod'
import { bootstrap, createApp } from '../../apps/server/src/app.ts'
import { readConfig } from '../../apps/server/src/config.ts'
import { homeSecrets, withSecrets } from '../../apps/server/src/home.ts'
import { jobKind } from '../../apps/server/src/platform/jobs/port.ts'
import { startWorker } from '../../apps/server/src/platform/jobs/worker.ts'
import { openLiveness } from '../../apps/server/src/platform/jobs/liveness.ts'
import type { Loop, Recurring } from '../../apps/server/src/platform/jobs/recurring.ts'
import { declarationsOf, declareAll } from '../../apps/server/src/platform/scheduler/declared.ts'
import { acquire, fenced, keepAlive, type LockRoom, release } from '../../apps/server/src/platform/scheduler/locks.ts'
import { startScheduler } from '../../apps/server/src/platform/scheduler/scheduler.ts'
import { tick } from '../../apps/server/src/platform/scheduler/tick.ts'
import { lockRoom } from '../../apps/server/src/platform/scheduler/turns.ts'
import { type BenchDatabase, openBenchDatabase } from '../bench-database.ts'
import { type Goal, type GoalResult, round } from '../goal-kit.ts'
import { type BenchWorkerOptions, benchServices } from '../job-worker.ts'
import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'

const minutely = jobKind({ kind: 'bench.minutely', payload: z.strictObject({}) })
const task: Recurring = {
  name: 'bench_minutely',
  job: minutely,
  cron: '* * * * *',
  payload: {},
  platform: true,
  backfill: 'all',
}
const MINUTE_MS = 60_000
const START = Date.parse('2030-01-01T00:00:00Z')

interface Instance {
  readonly room: LockRoom
  readonly options: Parameters<typeof startScheduler>[0]
  close(): Promise<void>
}

/** An instance of the product's scheduler: connections of its own on the shared database. */
function instanceOf(options: BenchWorkerOptions, leaseMs: number): Instance {
  const services = benchServices(options)
  const worker = {
    services: { ...services, config: { ...services.config, SCHEDULER_LEASE_SECONDS: leaseMs / 1_000 } },
    url: options.url,
    handlers: [],
    recurring: [] as Recurring[],
    loops: [] as Loop[],
    concurrency: 1,
    workerUserId: options.workerUserId,
    capabilities: new Map(),
  }
  return { room: lockRoom(worker), options: worker, close: () => services.database.close() }
}

interface Site {
  readonly database: BenchDatabase
  readonly options: BenchWorkerOptions
  /** A whole process of the product on the same database: its worker with all its loops, and its pulse. */
  startProduct(leaseMs: number): Promise<{ stop(): Promise<void> }>
  close(): Promise<void>
}

async function open(): Promise<Site> {
  const database = await openBenchDatabase()
  const home = await mkdtemp(path.join(os.tmpdir(), 'zenops-sched-home-'))
  const base = readConfig({
    ZENOPS_HOME: home,
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    BOOTSTRAP_ADMIN_PASSWORD: 'the founding phrase of goals',
  })
  const config = withSecrets(base, await homeSecrets(home))
  const { apiUrl: api, workerUrl: worker, sealerUrl: sealer, keeperUrl: keeper } = database
  const urls = { api, worker, sealer, keeper }
  const app = await createApp({ config, urls })
  await bootstrap(app.services.database, config, app.passwords)
  const { workerUserId } = app.workerOptions()
  await app.close()
  const startProduct = async (leaseMs: number): ReturnType<Site['startProduct']> => {
    const product = await createApp({ config: { ...config, SCHEDULER_LEASE_SECONDS: leaseMs / 1_000 }, urls })
    const working = await startWorker(product.workerOptions())
    const pulse = product.startPulse()
    return {
      stop: async () => {
        await working.stop()
        await pulse.stop()
        await product.close()
      },
    }
  }
  return {
    database,
    startProduct,
    options: {
      url: database.workerUrl,
      internalTenantId: config.ZENOPS_INTERNAL_TENANT_ID,
      workerUserId,
      concurrency: 4,
      silentMs: 30_000,
      unfenced: false,
    },
    close: async () => {
      await database.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** Both instances tick a clock that walks, and jumps by an hour and a day, ahead and back. */
async function slots(database: BenchDatabase, instances: readonly Instance[], wanted: number) {
  for (const { room } of instances) await declareAll(room, declarationsOf([task], []), new Date(START))
  const hour = 60 * MINUTE_MS
  const jumps = new Map([
    [0.2, hour],
    [0.35, -hour],
    [0.5, 24 * hour],
    [0.6, -24 * hour],
    [0.8, -hour],
    [0.9, hour],
  ])
  const pending = [...jumps]
  let [now, furthest] = [START, START]
  for (let step = 0; step < wanted; step++) {
    const [next] = pending
    if (next && step >= next[0] * wanted) {
      pending.shift()
      now += next[1]
    }
    now += MINUTE_MS
    furthest = Math.max(furthest, now)
    await Promise.all(instances.map(({ room }) => tick(room, [task], new Date(now))))
  }
  const expected = (furthest - START) / MINUTE_MS
  const [row] = await database.sql<{ slots: number; jobs: number; distinct_jobs: number }>(
    `select (select count(distinct slot) from ops.task_slots where task = 'bench_minutely')::int as slots,
       (select count(*) from ops.jobs where task = 'bench_minutely')::int as jobs,
       (select count(distinct slot) from ops.jobs where task = 'bench_minutely')::int as distinct_jobs`,
  )
  return { expected, slots: row?.slots ?? 0, jobs: row?.jobs ?? 0, distinct: row?.distinct_jobs ?? 0 }
}

/** Seconds until a lock is IDLE again. */
async function healed(
  database: BenchDatabase,
  key: string,
  { started, limitMs }: { started: number; limitMs: number },
): Promise<number> {
  while (performance.now() - started < limitMs) {
    const [row] = await database.sql<{ state: string }>('select state from ops.scheduler_locks where lock_key = $1', [
      key,
    ])
    if (row?.state === 'IDLE') return (performance.now() - started) / 1_000
    await wait(100)
  }
  return Number.POSITIVE_INFINITY
}

const broken = (name: string): Loop => ({ name, every_ms: 10_000 })
const BROKEN = ['bench_stuck', 'bench_future', 'bench_sleeper', 'bench_idle'].map(broken)
/** What stopped: a loop that nobody turns, and the watchdog, whose lock a holder keeps who does nothing. */
const STOPPED = ['bench_stopped', 'scheduler_watchdog']
/** What somebody must be told. */
const TOLD = [
  'scheduler_healed:locks',
  'scheduler_healed:listener',
  ...STOPPED.map((name) => `scheduler_task_late:${name}`),
]

async function stopLoops({ room }: Instance, database: BenchDatabase): Promise<{ goOn(): void }> {
  await declareAll(
    room,
    declarationsOf(
      [],
      STOPPED.map((name) => ({ name, every_ms: 30_000 })),
    ),
    new Date(START),
  )
  const held = await acquire(room, 'scheduler_watchdog', null)
  if (!held) throw new Error('nobody else has the watchdog yet')
  await database.sql(
    "update ops.scheduler_locks set last_success_at = now() - interval '61 seconds' where lock_key = any($1)",
    [STOPPED],
  )
  return { goOn: keepAlive(room, held, () => {}) }
}

/** Which of them stand as alerts, as soon as all do or the time is over. */
async function alerted(database: BenchDatabase, limitMs: number): Promise<string[]> {
  const until = performance.now() + limitMs
  for (;;) {
    const rows = await database.sql<{ fingerprint: string }>(
      'select distinct fingerprint from ops.alerts where fingerprint = any($1) order by 1',
      [TOLD],
    )
    if (rows.length === TOLD.length || performance.now() > until) return rows.map((row) => row.fingerprint)
    await wait(200)
  }
}

/** Every listening connection dies, and one of our own with them; after how many seconds it hears again. */
async function killListeners(database: BenchDatabase) {
  const heard = { at: Number.POSITIVE_INFINITY }
  const liveness = await openLiveness({
    url: database.workerUrl,
    worker: 'bench-listener',
    report: () => {},
    pingMs: 1_000,
  })
  await database.sql(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'zenops-liveness'",
  )
  const killedAt = performance.now()
  liveness.onWake = () => {
    heard.at = Math.min(heard.at, performance.now())
  }
  return {
    seconds: async (): Promise<number> => {
      while (heard.at === Number.POSITIVE_INFINITY && performance.now() - killedAt < 30_000) {
        await database.sql("select pg_notify('ops_jobs', 'bench')")
        await wait(100)
      }
      return (heard.at - killedAt) / 1_000
    },
    end: () => liveness.end(),
  }
}

/** Locks that are stuck in several ways, with three instances about, whose listening connections die. */
async function healing(
  { database, startProduct }: Site,
  [first, second]: readonly [Instance, Instance],
  planted: boolean,
) {
  const stopped = await stopLoops(first, database)
  await declareAll(first.room, declarationsOf([], BROKEN), new Date(START))
  const idle = await acquire(first.room, 'bench_idle', null)
  if (idle) await release(first.room, idle, { status: 'DONE', rows: null })
  await database.sql(
    "update ops.scheduler_locks set lease_until = now() - interval '1 year', last_heartbeat_at = now() - interval '1 year' where lock_key = 'bench_idle'",
  )
  // Its holder never beats again.
  await acquire(first.room, 'bench_stuck', null)
  await acquire(first.room, 'bench_future', null)
  await database.sql(
    "update ops.scheduler_locks set lease_until = now() + interval '1 day', last_heartbeat_at = now() - interval '1 day' where lock_key = 'bench_future'",
  )
  const sleeper = await acquire(first.room, 'bench_sleeper', null)
  const sleeping = new AbortController()
  const asleep =
    sleeper &&
    fenced(first.room, sleeper, async (tx) => {
      await sql`select 1`.execute(tx)
      await wait(60_000, undefined, { signal: sleeping.signal }).catch(() => {})
      await sql`update ops.scheduler_locks set last_success_at = now() where lock_key = 'bench_sleeper'`.execute(tx)
    }).then(
      () => 'wrote',
      () => 'refused',
    )
  const started = performance.now()
  // The planted defect: nobody looks after lost holders.
  const running = planted
    ? []
    : [
        await startScheduler(first.options),
        await startScheduler(second.options),
        await startProduct(first.room.leaseMs),
      ]
  const listening = await killListeners(database)
  const limitMs = planted ? 3_000 : 45_000
  const [stuck, future, slept] = await Promise.all(
    ['bench_stuck', 'bench_future', 'bench_sleeper'].map((key) => healed(database, key, { started, limitMs })),
  )
  const listens = await listening.seconds()
  const alerts = await alerted(database, limitMs)
  stopped.goOn()
  sleeping.abort()
  const woke = await asleep
  for (const one of running) await one.stop()
  await listening.end()
  const [counts] = await database.sql<{ idle: number; told: number }>(
    `select (select recovery_count from ops.scheduler_locks where lock_key = 'bench_idle') as idle,
       (select count(distinct dimensions ->> 'about') from ops.events where metric_key = 'scheduler_lock_recovered'
          and dimensions ->> 'about' like 'bench%')::int as told`,
  )
  return {
    alerts,
    stuck,
    future,
    slept,
    woke,
    listens,
    idle: counts?.idle ?? -1,
    told: counts?.told ?? 0,
  }
}

type Slots = Awaited<ReturnType<typeof slots>>
type Healing = Awaited<ReturnType<typeof healing>>

/** Each slot once; every lost holder healed within two periods of the shortest task, and told; the sleeper refused. */
function verdict(steps: number, seen: Slots, heal: Healing): GoalResult {
  const { stuck = Number.NaN, future = Number.NaN, slept = Number.NaN } = heal
  const holds = [
    seen.slots === seen.expected,
    seen.jobs === seen.expected,
    seen.distinct === seen.expected,
    Math.max(stuck, future, slept) <= 30,
    heal.listens <= 30,
    heal.told === 3,
    heal.alerts.length === TOLD.length,
    heal.idle === 0,
    heal.woke === 'refused',
  ]
  return {
    ok: holds.every(Boolean),
    figures: {
      steps,
      slots_expected: seen.expected,
      slots: seen.slots,
      jobs: seen.jobs,
      stuck_healed_s: round(stuck),
      dead_heartbeat_healed_s: round(future),
      sleeper_healed_s: round(slept),
      sleeper_then: heal.woke,
      listener_back_s: round(heal.listens),
      told: heal.told,
      alerts: heal.alerts,
      idle_recoveries: heal.idle,
    },
  }
}

/** The planted defect of the slots: their table forgets that a slot is started once. */
const FORGETFUL = 'alter table ops.task_slots drop constraint task_slots_pkey'

async function sched({ full, planted }: { readonly full: boolean; readonly planted: boolean }): Promise<GoalResult> {
  const site = await open()
  const { database, options } = site
  const leaseMs = full ? 10_000 : 3_000
  const instances = [instanceOf(options, leaseMs), instanceOf(options, leaseMs)] as const
  try {
    if (planted) await database.sql(FORGETFUL)
    const seen = await slots(database, instances, full ? 1_000 : 150)
    const heal = await healing(site, instances, planted)
    return verdict(full ? 1_000 : 150, seen, heal)
  } finally {
    for (const instance of instances) await instance.close()
    await site.close()
  }
}

export const goals: readonly Goal[] = [{ name: 'sched', correctness: true, run: sched }]

import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { handleJob, jobKind } from '../../apps/server/src/platform/jobs/port.ts'
import type { BenchDatabase } from '../bench-database.ts'
import { type Goal, type GoalResult, percentile, round } from '../goal-kit.ts'
import { type JobBench, openJobBench } from '../job-bench.ts'
import { type BenchWorkerOptions, POINTS, startBenchWorker } from '../job-worker.ts'
import { startWorkerChild, type WorkerChild } from '../worker-children.ts'

interface How {
  readonly full: boolean
  readonly planted: boolean
}

const countOf = async (database: BenchDatabase, from: string): Promise<number> =>
  (await database.sql<{ n: number }>(`select count(*)::int as n from ${from}`))[0]?.n ?? -1
const open = (queue: string): string => `ops.jobs where kind = '${queue}' and state in ('queued', 'running', 'failed')`

/** Waits until nothing of the queue is open. False: it took longer. */
async function workedOff(database: BenchDatabase, queue: string, limitMs: number): Promise<boolean> {
  const until = performance.now() + limitMs
  while ((await countOf(database, open(queue))) > 0) {
    if (performance.now() > until) return false
    await wait(100)
  }
  return true
}

// ── chaos ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Kills one of the workers each 0.5–2 s and puts another in its place; notes when a killed one's jobs began again. */
async function killing(bench: JobBench, options: BenchWorkerOptions, limitMs: number) {
  const { database } = bench
  const lost: { job: string; attempt: number; at: number }[] = []
  let workers: WorkerChild[] = await Promise.all([0, 1, 2].map(() => startWorkerChild(options)))
  const until = performance.now() + limitMs
  let kills = 0
  while ((await countOf(database, open('bench.plain'))) > 0 && performance.now() < until) {
    await wait(500 + Math.random() * 1_500)
    const [victim, ...others] = workers
    if (!victim) break
    victim.kill('SIGKILL')
    await victim.gone()
    kills++
    const held = await database.sql<{ id: string; attempts: number; at: number }>(
      `select id, attempts, extract(epoch from clock_timestamp())::float8 as at from ops.jobs where state = 'running' and worker_id = $1`,
      [victim.worker],
    )
    lost.push(...held.map((job) => ({ job: job.id, attempt: job.attempts, at: job.at })))
    workers = [...others, await startWorkerChild(options)]
  }
  const again = await database.sql<{ delay: number | null }>(
    `select (select min(extract(epoch from a.at)) from bench.attempts a where a.job_id = l.job and a.attempt > l.attempt)::float8 - l.at as delay
     from jsonb_to_recordset($1::jsonb) as l(job uuid, attempt int, at float8)`,
    [JSON.stringify(lost)],
  )
  return {
    kills,
    workers,
    reruns: again.map((row) => row.delay ?? Number.POSITIVE_INFINITY),
    isDone: performance.now() < until,
  }
}

const doubled = 'bench.effects group by job_id having count(*) > 1'
const countDoubled = async (database: BenchDatabase): Promise<number> =>
  (await database.sql(`select 1 from ${doubled}`)).length

/** A worker that sleeps past its lease and wakes up after another has done its job. */
async function zombie(bench: JobBench, how: How): Promise<{ effects: number; fenced: boolean }> {
  const { database } = bench
  await database.sql('truncate bench.effects, bench.attempts')
  const silentMs = how.full ? 30_000 : 2_000
  const options = bench.worker({ silentMs, unfenced: how.planted })
  const sleeper = await startWorkerChild(options)
  await bench.ask('bench.plain', { perFirm: 1, payload: '{"ms": 1000}', firms: bench.firms.slice(0, 1) })
  while ((await countOf(database, 'bench.attempts')) === 0) await wait(20)
  sleeper.kill('SIGSTOP')
  const heir = await startWorkerChild(options)
  try {
    const isDone = await workedOff(database, 'bench.plain', silentMs + 20_000)
    sleeper.kill('SIGCONT')
    await wait(2_500)
    return { effects: await countOf(database, 'bench.effects'), fenced: isDone }
  } finally {
    for (const child of [sleeper, heir]) {
      child.kill('SIGKILL')
      await child.gone()
    }
  }
}

/** Workers killed with many jobs at the same point of their way. */
async function killPoints(bench: JobBench, how: How): Promise<{ jobs: number; wrong: number }> {
  const { database } = bench
  const perPoint = how.full ? 200 : 8
  let [jobs, wrong] = [0, 0]
  // Reduced, one kill meets all points at once.
  for (const points of how.full ? POINTS.map((at) => [at]) : [POINTS]) {
    const each = perPoint * points.length
    await database.sql('truncate bench.effects, bench.attempts, bench.reached')
    for (const at of points)
      await bench.ask('bench.point', { perFirm: perPoint / bench.firms.length, payload: JSON.stringify({ at }) })
    const victim = await startWorkerChild(bench.worker({ concurrency: each * 2, unfenced: how.planted }))
    const until = performance.now() + 60_000
    while ((await countOf(database, 'bench.reached')) < each && performance.now() < until) await wait(50)
    victim.kill('SIGKILL')
    await victim.gone()
    const heir = await startWorkerChild(bench.worker({ concurrency: 8, unfenced: how.planted }))
    const isDone = await workedOff(database, 'bench.point', 60_000)
    heir.kill('SIGKILL')
    await heir.gone()
    const effects = await countOf(database, 'bench.effects')
    jobs += each
    wrong += Math.abs(effects - each) + (await countDoubled(database)) + (isDone ? 0 : each)
  }
  return { jobs, wrong }
}

async function chaos(how: How): Promise<GoalResult> {
  const { full, planted } = how
  const bench = await openJobBench(4, { max_connections: 520 })
  const { database } = bench
  try {
    const total = full ? 10_000 : 600
    await bench.ask('bench.plain', { perFirm: total / bench.firms.length, payload: '{"ms": 20}' })
    // The planted defect: effects without key and fence.
    const options = bench.worker({ unfenced: planted })
    const { kills, workers, reruns, isDone } = await killing(bench, options, full ? 300_000 : 40_000)
    const finished = isDone && (await workedOff(database, 'bench.plain', 60_000))
    for (const child of workers) {
      child.kill('SIGKILL')
      await child.gone()
    }
    const effects = await countOf(database, 'bench.effects')
    const twice = await countDoubled(database)
    const slept = await zombie(bench, how)
    const points = await killPoints(bench, how)
    const p95 = percentile(reruns, 0.95)
    const slowest = reruns.reduce((a, b) => Math.max(a, b), 0)
    const isExact = [finished, effects === total, twice === 0, slept.effects === 1, slept.fenced, points.wrong === 0]
    const isSoon = [p95 <= 15, slowest <= 60]
    return {
      ok: [...isExact, ...(full ? isSoon : [])].every(Boolean),
      figures: {
        jobs: total,
        effects,
        doubled: twice,
        kills,
        lost_jobs: reruns.length,
        rerun_p95_s: round(p95),
        rerun_slowest_s: round(slowest),
        all_done: finished,
        zombie_effects: slept.effects,
        kill_point_jobs: points.jobs,
        kill_point_wrong: points.wrong,
      },
    }
  } finally {
    await bench.close()
  }
}

// ── speed ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Jobs a second of one worker on a hot queue. */
async function rate(bench: JobBench, jobs: number): Promise<{ perSecond: number; isDone: boolean }> {
  const { database } = bench
  await bench.ask('bench.hot', { perFirm: jobs / bench.firms.length, payload: '{"n": 1}' })
  await database.sql('vacuum analyze ops.jobs')
  const worker = await startWorkerChild(bench.worker({ concurrency: 4 }))
  const isDone = await workedOff(database, 'bench.hot', 120_000)
  worker.kill('SIGKILL')
  await worker.gone()
  const [row] = await database.sql<{ seconds: number }>(
    `select extract(epoch from max(finished_at) - min(started_at))::float8 as seconds from ops.jobs where kind = 'bench.hot'`,
  )
  return { perSecond: jobs / (row?.seconds ?? Number.POSITIVE_INFINITY), isDone }
}

const quick = jobKind({ kind: 'bench.quick', payload: z.object({}) })
const slow = jobKind({ kind: 'bench.slow', payload: z.object({}) })
const poison = jobKind({ kind: 'bench.poison', payload: z.object({}), maxAttempts: 3 })

/** Milliseconds from the commit of one job to its handler, at a worker that has nothing else to do. */
async function wakes(bench: JobBench, samples: number): Promise<number[]> {
  const begun = new Map<string, number>()
  const handler = handleJob(quick, { run: async ({ runId }) => void begun.set(runId, performance.now()) })
  const worker = await startBenchWorker(bench.worker(), { handlers: [handler] })
  const waits: number[] = []
  for (let n = 0; n < samples + 5; n++) {
    const [row] = await bench.database.sql<{ id: string }>(
      `select ops.enqueue_job('bench.quick', '{}', repeat('a', 32)) as id from (select set_config('app.tenant_id', $1, true) offset 0) asked`,
      [bench.firms[n % bench.firms.length]],
    )
    const asked = performance.now()
    while (!begun.has(row?.id ?? '')) {
      if (performance.now() - asked > 5_000) break
      await wait(1)
    }
    // The first ones find nothing prepared.
    if (n >= 5) waits.push(Math.max(0, (begun.get(row?.id ?? '') ?? Number.POSITIVE_INFINITY) - asked))
  }
  await worker.stop()
  return waits
}

/** Seconds that jobs of a quiet firm wait while another has a long backlog, hanging jobs and jobs that always fail. */
async function starving(bench: JobBench, jobs: number): Promise<{ worst: number; backlog: number }> {
  const [noisy = '', quiet = ''] = bench.firms
  const handlers = [
    handleJob(slow, { run: () => wait(50) }),
    handleJob(poison, {
      run: async () => {
        throw new Error('always')
      },
    }),
    handleJob(quick, { run: async () => {} }),
  ]
  const noise = { firms: [noisy], payload: '{}' }
  await bench.ask('bench.slow', { ...noise, perFirm: 2_000 })
  await bench.ask('bench.poison', { ...noise, perFirm: 200 })
  const worker = await startBenchWorker(bench.worker(), { handlers })
  for (let n = 0; n < jobs; n++) {
    await bench.ask('bench.quick', { firms: [quiet], payload: '{}', perFirm: 1 })
    await wait(50)
  }
  await wait(500)
  const backlog = await countOf(bench.database, open('bench.slow'))
  const [row] = await bench.database.sql<{ worst: number }>(
    `select max(extract(epoch from coalesce(started_at, clock_timestamp()) - run_at))::float8 as worst from ops.jobs where tenant_id = $1 and kind = 'bench.quick'`,
    [quiet],
  )
  await bench.database.sql(
    `update ops.jobs set state = 'cancelled', worker_id = null, heartbeat_at = null where kind in ('bench.slow', 'bench.poison') and state <> 'running'`,
  )
  await worker.stop()
  return { worst: row?.worst ?? Number.POSITIVE_INFINITY, backlog }
}

/** The planted defect: jobs leave in the order of their asking, whose firm's they are. */
const FIRST_COME = `do $$ declare text text := pg_get_functiondef('ops.claim_jobs(text, text[], int, int, boolean)'::regprocedure);
  begin
    text := replace(replace(text, 't.turn <= p_group', 'true'), 'order by t.turn, t.run_at, t.id', 'order by t.run_at, t.id');
    execute text;
  end $$`

async function speed({ full, planted }: How): Promise<GoalResult> {
  const bench = await openJobBench(20)
  try {
    if (planted) await bench.database.sql(FIRST_COME)
    const { perSecond, isDone } = await rate(bench, full ? 60_000 : 2_000)
    const waits = await wakes(bench, full ? 500 : 40)
    const { worst, backlog } = await starving(bench, full ? 100 : 40)
    const p99 = percentile(waits, 0.99)
    const isFast = perSecond >= 2_000 && p99 <= 50
    return {
      ok: isDone && worst <= 2 && backlog > 0 && (!full || isFast),
      figures: {
        ...(full
          ? { jobs_per_s: Math.round(perSecond), wake_p50_ms: round(percentile(waits, 0.5)), wake_p99_ms: round(p99) }
          : {}),
        all_done: isDone,
        quiet_firm_worst_wait_s: round(worst),
        backlog_of_the_noisy_firm: backlog,
      },
    }
  } finally {
    await bench.close()
  }
}

export const goals: readonly Goal[] = [
  { name: 'jobs:chaos', correctness: true, run: chaos },
  { name: 'jobs:speed', correctness: true, run: speed },
]

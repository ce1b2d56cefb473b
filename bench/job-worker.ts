import pg from 'pg'
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { DB } from '../apps/server/db/types.ts'
import { systemClock } from '../apps/server/src/platform/clock.ts'
import { Database } from '../apps/server/src/platform/db/database.ts'
import {
  handleBatch,
  handleJob,
  type JobContext,
  type JobHandler,
  jobKind,
} from '../apps/server/src/platform/jobs/port.ts'
import { startWorker, type WorkerOptions } from '../apps/server/src/platform/jobs/worker.ts'
import type { Services } from '../apps/server/src/platform/services.ts'
import { createLog } from '../apps/server/src/platform/telemetry/log.ts'
import { createVitals } from '../apps/server/src/platform/telemetry/vitals.ts'
import { createMetrics } from '../apps/server/src/platform/telemetry/metrics.ts'

export const plain = jobKind({ kind: 'bench.plain', payload: z.object({ ms: z.number() }), maxAttempts: 25 })
export const point = jobKind({ kind: 'bench.point', payload: z.object({ at: z.string() }), maxAttempts: 25 })
export const hot = jobKind({ kind: 'bench.hot', payload: z.object({ n: z.int() }), maxAttempts: 5 })
/** Where a worker may be killed in the middle of a job. */
export const POINTS = ['taken', 'begun', 'written', 'committed', 'failing', 'completed'] as const
const HOT_BATCH = 500

/** Tables of the goals: every effect that happened, with its attempt, and who was seen where. */
export const BENCH_TABLES = `
  create schema bench;
  grant usage on schema bench to zen_worker;
  create table bench.effects (job_id uuid not null, attempt int not null, at timestamptz not null default clock_timestamp());
  create table bench.attempts (job_id uuid not null, attempt int not null, at timestamptz not null default clock_timestamp());
  create table bench.reached (job_id uuid not null, at_point text not null);
  grant select, insert on all tables in schema bench to zen_worker;`

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const forever = (): Promise<never> => new Promise(() => {})

export interface BenchWorkerOptions {
  readonly url: string
  readonly internalTenantId: string
  readonly workerUserId: string
  readonly concurrency: number
  readonly silentMs: number
  /** The planted defect: the effect is written without key and fence. */
  readonly unfenced: boolean
}

export function benchServices({ url, internalTenantId, concurrency }: BenchWorkerOptions): Services {
  const database = new Database({
    url,
    poolSize: Math.max(4, concurrency),
    prepared: true,
    applicationName: 'bench-worker',
    transactionTimeoutMs: 300_000,
  })
  return {
    config: {
      ZENOPS_MULTI_TENANT_ENABLED: true,
      ZENOPS_INTERNAL_TENANT_ID: internalTenantId,
      SCHEDULER_LEASE_SECONDS: 15,
    },
    database,
    clock: systemClock,
    log: createLog({ level: 'silent' }),
    metrics: createMetrics(),
    vitals: createVitals({ instanceId: 'bench', roles: ['worker'], version: 'bench', now: Date.now }),
  } as unknown as Services // the queue needs these parts alone
}

const effect = (tx: Kysely<DB>, context: JobContext): Promise<unknown> =>
  sql`insert into bench.effects (job_id, attempt) values (${context.runId}::uuid, ${context.attempt})`.execute(tx)

function handlersOf({ unfenced }: BenchWorkerOptions, aside: pg.Pool): JobHandler[] {
  const happen = (context: JobContext, work: (tx: Kysely<DB>) => Promise<unknown>): Promise<unknown> =>
    unfenced ? context.transact(work) : context.complete(async (tx) => void (await work(tx)))
  return [
    handleJob(plain, {
      run: async (context, { ms }) => {
        await aside.query('insert into bench.attempts (job_id, attempt) values ($1, $2)', [
          context.runId,
          context.attempt,
        ])
        await rest(ms)
        await happen(context, (tx) => effect(tx, context))
      },
    }),
    handleJob(point, { run: (context, { at }) => killedAt(context, { at, aside, happen }) }),
    handleBatch(hot, { size: HOT_BATCH, run: async () => {} }),
  ]
}

interface Killed {
  readonly at: string
  readonly aside: pg.Pool
  happen(context: JobContext, work: (tx: Kysely<DB>) => Promise<unknown>): Promise<unknown>
}

/** Does its work, but the first attempt stops at a point and waits there to be killed. */
async function killedAt(context: JobContext, { at, aside, happen }: Killed): Promise<void> {
  const stop = async (here: string): Promise<void> => {
    if (context.attempt > 1 || here !== at) return
    await aside.query('insert into bench.reached (job_id, at_point) values ($1, $2)', [context.runId, here])
    await forever()
  }
  await stop('taken')
  if (at === 'failing' && context.attempt === 1) {
    await stop('failing')
    throw new Error('a bad moment')
  }
  if (at === 'committed') {
    await context.effect(context.effectKey, async (tx) => void (await effect(tx, context)))
    await stop('committed')
    return
  }
  await happen(context, async (tx) => {
    await stop('begun')
    await effect(tx, context)
    await stop('written')
  })
  await stop('completed')
}

export async function startBenchWorker(options: BenchWorkerOptions, extra: Partial<WorkerOptions> = {}) {
  const aside = new pg.Pool({ connectionString: options.url, max: 4, options: '-c app.aud=worker' })
  aside.on('error', () => {})
  const worker = await startWorker({
    services: benchServices(options),
    url: options.url,
    handlers: handlersOf(options, aside),
    recurring: [],
    concurrency: options.concurrency,
    workerUserId: options.workerUserId,
    capabilities: new Map(),
    silentMs: options.silentMs,
    ...extra,
  })
  return {
    id: worker.id,
    stop: async () => {
      await worker.stop()
      await aside.end()
    },
  }
}

if (import.meta.main) {
  const options = JSON.parse(process.env['BENCH_WORKER_OPTIONS'] ?? '{}') as BenchWorkerOptions // written by the goal
  const { id } = await startBenchWorker(options)
  process.send?.({ worker: id })
}

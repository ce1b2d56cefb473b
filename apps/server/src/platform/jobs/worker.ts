import type { Capability, Scope } from '@zenops/contracts/capabilities'
import type { Kysely } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { randomHex } from '../ids.ts'
import { startScheduler } from '../scheduler/scheduler.ts'
import { taskLocks, turnHandler } from '../scheduler/turns.ts'
import type { Services } from '../services.ts'
import { attemptBatch, attemptJob, type Desk } from './attempt.ts'
import { openLiveness } from './liveness.ts'
import type { JobHandler } from './port.ts'
import { postgresQueue } from './postgres-queue.ts'
import type { ClaimedJob, JobPort } from './queue.ts'
import type { Loop, Recurring } from './recurring.ts'
import { work, type WorkOptions } from './work.ts'

export interface WorkerOptions {
  readonly services: Services
  /** Connection as zen_worker for what must be a session: the lock on the worker's id, and notices. */
  readonly url: string
  readonly handlers: readonly JobHandler[]
  /** Work that comes round by itself; each turn becomes one job per tenant, or one. */
  readonly recurring: readonly Recurring[]
  readonly loops?: readonly Loop[]
  readonly concurrency: number
  readonly workerUserId: string
  readonly capabilities: ReadonlyMap<Capability, Scope>
  /** A worker not heard of for this long has lost its jobs; it is heard of every third of it. Default 30,000. */
  readonly silentMs?: number
}

const SWEEP_MS = 2_000
const POLL_MS = 2_000
export const SILENT_MS = 30_000
const HEARTBEATS = 3

/** Ends jobs well, those of one moment in one statement. */
function finisher(port: JobPort<Kysely<DB>>, worker: string): Desk['finish'] {
  let waiting: { job: ClaimedJob; resolve: (owned: boolean) => void; reject: (error: unknown) => void }[] = []
  let flushing = false
  const flush = async (): Promise<void> => {
    flushing = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        const ended = await port.completeAll(
          worker,
          batch.map(({ job }) => job),
        )
        for (const { job, resolve } of batch) resolve(ended.has(job.id))
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    flushing = false
  }
  return (job) =>
    new Promise((resolve, reject) => {
      waiting.push({ job, resolve, reject })
      if (!flushing) setImmediate(() => void (flushing || flush()))
    })
}

/** A worker's queue and what it works with. */
interface Bench {
  readonly port: JobPort<Kysely<DB>>
  readonly work: WorkOptions
}

export function benchOf(given: WorkerOptions, worker: string): Bench {
  const options = { ...given, handlers: [...given.handlers, turnHandler(given)] }
  const { services, workerUserId, concurrency } = options
  const port = postgresQueue({
    database: services.database,
    workerUserId,
    multiTenant: services.config.ZENOPS_MULTI_TENANT_ENABLED,
  })
  const desk: Desk = { options, port, finish: finisher(port, worker), underLock: taskLocks({ options, port }) }
  const queues = new Map(
    options.handlers.map(({ job, batch }) => [job.kind, batch === undefined ? {} : { batch: batch.size }] as const),
  )
  return {
    port,
    work: {
      worker,
      queues,
      concurrency,
      pollMs: POLL_MS,
      heartbeatMs: (options.silentMs ?? SILENT_MS) / HEARTBEATS,
      run: (jobs, signalOf) => {
        const [only] = jobs
        const isHot = only !== undefined && queues.get(only.kind)?.batch !== undefined
        return only !== undefined && !isHot
          ? attemptJob(desk, only, signalOf(only))
          : attemptBatch(desk, jobs, signalOf)
      },
      report: (error) => services.log.warn({ err: error }, 'queue_connection'),
    },
  }
}

/** Runs jobs, one firm at a time, each in its own transactions, and ticks the schedule; lost workers' jobs are taken over within seconds. */
export async function startWorker(options: WorkerOptions): Promise<{ readonly id: string; stop(): Promise<void> }> {
  const { services } = options
  const worker = randomHex()
  let stopping = false
  // A leaving connection may still hear that the server goes; that is no news.
  const report = (error: unknown): void => void (stopping || services.log.warn({ err: error }, 'queue_connection'))
  const onLost = (): void => services.vitals.count('listener_lost')
  const liveness = await openLiveness({ url: options.url, worker, report, onLost })
  const bench = benchOf(options, worker)
  const working = work(bench.port, { ...bench.work, report })
  liveness.onWake = () => working.wake()
  const sweep = async (): Promise<void> => {
    if ((await bench.port.freeLost(options.silentMs ?? SILENT_MS)) > 0) working.wake()
  }
  const sweeping = setInterval(() => void sweep().catch(report), SWEEP_MS)
  const scheduler = await startScheduler(options)
  return {
    id: worker,
    stop: async () => {
      stopping = true
      clearInterval(sweeping)
      await Promise.all([scheduler.stop(), working.stop()])
      await liveness.end()
    },
  }
}

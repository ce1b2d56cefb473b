import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { appendAudit } from '../audit/record.ts'
import { sanitise } from '../audit/sanitise.ts'
import { systemActor } from '../auth/actor.ts'
import { fixed } from '../db/fixed.ts'
import type { Scope } from '../db/scope.ts'
import { recordOps } from '../ops-events.ts'
import { maskForLog } from '../telemetry/mask.ts'
import { abandonIntents, callOutside, recordEffect } from './effects.ts'
import { type BatchContext, type JobContext, JobFailure, type JobHandler } from './port.ts'
import { AttemptSuperseded, type BadEnd, type ClaimedJob, type JobPort, retryAfter } from './queue.ts'
import type { WorkerOptions } from './worker.ts'
import { taskNameOf } from './recurring.ts'

const PROGRESS_MS = 250
const ERROR_MAX = 2_000
const MAX_SECONDS = 1_800

/** What a worker runs attempts with. */
export interface Desk {
  readonly options: WorkerOptions
  readonly port: JobPort<Kysely<DB>>
  /** Ends a job well, together with others that end now. */
  finish(job: ClaimedJob): Promise<boolean>
  /** Runs the job of a task under the task's lock; answers false when the job was put back for later. */
  readonly underLock: (locked: LockedRun) => Promise<boolean>
}

/** A task's job that waits for the task's lock. */
export interface LockedRun {
  readonly job: ClaimedJob
  readonly signal: AbortSignal
  /** Runs the handler; `fence` becomes the first statement of each of its transactions. */
  run(signal: AbortSignal, fence: ((tx: Kysely<DB>) => Promise<void>) | null): Promise<void>
  /** What the handler says it has worked on. */
  rows(): number | null
}

/** What is kept of a failure. Its words may repeat what the job was given, so they pass the masker of the log. */
const failureOf = (error: unknown): { code: string; message: string; details?: unknown } => {
  const message = maskForLog((error instanceof Error ? error.message : String(error)).slice(0, ERROR_MAX))
  return error instanceof JobFailure
    ? { code: error.code, message, details: error.details }
    : { code: 'INTERNAL', message }
}

const scopeOf = ({ options }: Desk, job: ClaimedJob): Scope => ({
  role: 'zen_worker',
  tenantId: job.tenant_id,
  userId: options.workerUserId,
  aud: 'worker',
})

/** One attempt at one job. Never rejects. */
export async function attemptJob(desk: Desk, job: ClaimedJob, signal: AbortSignal): Promise<void> {
  const { services, handlers } = desk.options
  const handler = handlers.find((one) => one.job.kind === job.kind)
  if (!handler) return
  const running = openContext(desk, job, signal)
  const stop = services.metrics.jobSeconds.startTimer({ queue: job.kind })
  services.metrics.jobWaitSeconds.observe({ queue: job.kind }, Math.max(0, Date.now() - Date.parse(job.run_at)) / 1_000)
  try {
    // Its worker was lost too often: whatever it does to a worker, it is not given another one.
    if (job.attempts > job.max_attempts)
      throw new JobFailure('WORKER_LOST', 'The workers that took this job were lost.')
    if (!(await runHandler(desk, running, handler))) return
    if (!running.completed && !(await desk.finish(job))) services.metrics.jobsFenced.inc()
    services.metrics.jobsDone.inc({ queue: job.kind, result: 'done' })
  } catch (error) {
    await fail(desk, { ...running, handler }, error).catch((failure: unknown) =>
      // The lease runs out and the job is tried again.
      running.context.log.warn({ err: failure }, 'job_end_not_written'),
    )
  } finally {
    stop()
  }
}

/** The handler, under its task's lock and within its time. */
async function runHandler(desk: Desk, open: Open, handler: JobHandler): Promise<boolean> {
  const { job, context } = open
  const within: LockedRun['run'] = (signal, fence) => {
    open.fence = fence
    const declared = desk.options.recurring.find((one) => taskNameOf(one) === job.task)?.max_seconds
    const seconds = declared ?? handler.job.maxSeconds ?? MAX_SECONDS
    const { promise: over, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error(`the attempt took longer than ${seconds} s`)), seconds * 1_000)
    const lost = (): void => reject(new AttemptSuperseded('the lease is lost'))
    signal.addEventListener('abort', lost, { once: true })
    return Promise.race([handler.run({ ...context, signal }, job.payload), over]).finally(() => {
      clearTimeout(timer)
      signal.removeEventListener('abort', lost)
    })
  }
  if (job.task !== null) return desk.underLock({ job, signal: context.signal, run: within, rows: () => open.rows })
  await within(context.signal, null)
  return true
}

interface Open {
  readonly job: ClaimedJob
  readonly context: JobContext
  /** The handler has ended the job itself, with its effect. */
  completed: boolean
  rows: number | null
  fence: ((tx: Kysely<DB>) => Promise<void>) | null
}

function openContext(desk: Desk, job: ClaimedJob, signal: AbortSignal): Open {
  const { services, capabilities, workerUserId } = desk.options
  const acting = job.actor_user_id ?? workerUserId
  const scope = { ...scopeOf(desk, job), userId: acting }
  const log = services.log.child({ trace_id: job.trace_id, job_id: job.id, queue: job.kind, attempt: job.attempts })
  const transact: JobContext['transact'] = (work) =>
    services.database.transact(scope, async (tx, unit) => {
      await open.fence?.(tx)
      return work(tx, unit)
    })
  const duplicate = (): false => {
    services.metrics.effectsDuplicate.inc()
    return false
  }
  let shownAt = 0
  const open: Open = {
    job,
    completed: false,
    rows: null,
    fence: null,
    context: {
      runId: job.id,
      attempt: job.attempts,
      maxAttempts: job.max_attempts,
      effectKey: job.effect_key,
      slot: job.slot,
      tenantId: job.tenant_id,
      actor: systemActor(job.tenant_id, acting, capabilities),
      traceId: job.trace_id,
      log,
      database: services.database,
      signal,
      transact,
      effect: (key, work) =>
        transact(async (tx, unit) => {
          if (!(await recordEffect(tx, job, key))) return duplicate()
          await work(tx, unit)
          return true
        }),
      complete: async (work) => {
        const fresh = await transact(async (tx, unit) => {
          const isFresh = await recordEffect(tx, job, job.effect_key)
          if (isFresh) await work(tx, unit)
          await desk.port.complete(tx, job)
          return isFresh || duplicate()
        })
        open.completed = true
        return fresh
      },
      external: (call) => callOutside({ job, transact, log }, call),
      progress: async (state) => {
        const now = performance.now()
        if (now - shownAt < PROGRESS_MS && state.percent < 100) return
        shownAt = now
        await services.database.write(
          scopeOf(desk, job),
          fixed`update ops.jobs set progress = ${JSON.stringify(state)}::jsonb
            where tenant_id = ${job.tenant_id}::uuid and id = ${job.id}::uuid and state = 'running' and attempts = ${job.attempts}`,
        )
      },
      worked: (rows) => {
        open.rows = (open.rows ?? 0) + rows
      },
    },
  }
  return open
}

interface Failing extends Open {
  readonly handler: JobHandler
}

async function fail(desk: Desk, running: Failing, error: unknown): Promise<void> {
  const { services } = desk.options
  const { handler, job, context } = running
  if (error instanceof AttemptSuperseded) return void services.metrics.jobsFenced.inc()
  const failure = failureOf(error)
  const dead = error instanceof JobFailure || job.attempts >= job.max_attempts
  context.log.warn({ err: error, error_code: failure.code }, dead ? 'job_dead' : 'job_failed')
  services.metrics.jobsDone.inc({ queue: job.kind, result: dead ? 'dead' : 'failed' })
  const end = { ...failure, state: dead ? 'dead' : 'failed', retryMs: dead ? 0 : retryAfter(job.attempts) } as const
  const owned = await giveUp(desk, job, end)
  if (!owned) return void services.metrics.jobsFenced.inc()
  if (dead) await handler.dead?.(context, job.payload, failure)
}

/** Writes the bad end of an attempt; a death leaves its dead job, its audit event and its ops event. */
function giveUp(desk: Desk, job: ClaimedJob, end: BadEnd): Promise<boolean> {
  const { services, workerUserId, capabilities } = desk.options
  return services.database.transact(scopeOf(desk, job), async (tx, unit) => {
    const owned = await desk.port.fail(tx, job, end)
    if (!owned || end.state !== 'dead') return owned
    const critical = desk.options.handlers.some(({ job: kind }) => kind.kind === job.kind && kind.critical === true)
    await sql`
      insert into ops.dead_jobs (tenant_id, queue, job_id, effect_key, attempts, first_failed_at, last_failed_at, error_code, error, payload, critical, trace_id)
      select tenant_id, kind, id, effect_key, attempts, coalesce(first_failed_at, now()), now(), ${end.code.slice(0, 80)},
        ${end.message.slice(0, ERROR_MAX)}, ${JSON.stringify(sanitise(job.payload))}::jsonb, ${critical}, trace_id
      from ops.jobs where tenant_id = ${job.tenant_id}::uuid and id = ${job.id}::uuid
      on conflict (tenant_id, job_id) do nothing`.execute(tx)
    if ((await abandonIntents(tx, job)) > 0)
      services.log.error({ about: { effect_key: job.effect_key }, trace_id: job.trace_id }, 'job_effect_unknown')
    const actor = systemActor(job.tenant_id, workerUserId, capabilities)
    const after = { kind: job.kind, error_code: end.code, attempts: job.attempts }
    const entry = { action: 'JOB_DEAD', target_id: job.id, outcome: 'failed', after } as const
    unit.withCommit(appendAudit([entry], { at: await unit.startedAt(), traceId: job.trace_id, actor, ipHash: null }))
    recordOps({ actor, traceId: job.trace_id, unit }, [
      { metric_key: 'job_dead', dimensions: { queue: job.kind, critical } },
    ])
    return true
  })
}

/**
 * A batch of a hot queue: firm by firm one transaction that records the effects, does the work and ends the jobs. Where
 * it fails, each job is tried alone.
 */
export async function attemptBatch(
  desk: Desk,
  jobs: readonly ClaimedJob[],
  signalOf: (job: ClaimedJob) => AbortSignal,
): Promise<void> {
  const handler = desk.options.handlers.find((one) => one.job.kind === jobs[0]?.kind)
  const firms = Map.groupBy(jobs, (job) => job.tenant_id)
  for (const [tenantId, group] of firms) {
    const sound = group.filter((job) => job.attempts === 1 && !signalOf(job).aborted)
    const done =
      sound.length > 0 && handler?.batch ? await together(desk, { tenantId, jobs: sound, handler }) : new Set()
    for (const job of group) if (!done.has(job)) await attemptJob(desk, job, signalOf(job))
  }
}

interface Group {
  readonly tenantId: string
  readonly jobs: readonly ClaimedJob[]
  readonly handler: JobHandler
}

async function together(desk: Desk, { tenantId, jobs, handler }: Group): Promise<ReadonlySet<ClaimedJob>> {
  const { services, workerUserId, capabilities } = desk.options
  const [first] = jobs
  const batch = handler.batch
  if (!first || !batch) return new Set()
  const stop = services.metrics.jobSeconds.startTimer({ queue: first.kind })
  const log = services.log.child({ trace_id: first.trace_id, queue: first.kind })
  const actor = systemActor(tenantId, workerUserId, capabilities)
  try {
    const held = await services.database.transact(scopeOf(desk, first), async (tx, unit) => {
      const own = await endTogether(tx, jobs)
      const fresh = jobs.filter((job) => own.get(job.id) === true)
      const items = fresh.map((job) => ({ runId: job.id, effectKey: job.effect_key, payload: job.payload }))
      const context: BatchContext = { tenantId, actor, log, tx, unit }
      if (items.length > 0) await batch.run(context, items)
      return own
    })
    const duplicates = [...held.values()].filter((fresh) => !fresh).length
    if (duplicates > 0) services.metrics.effectsDuplicate.inc(duplicates)
    if (held.size < jobs.length) services.metrics.jobsFenced.inc(jobs.length - held.size)
    services.metrics.jobsDone.inc({ queue: first.kind, result: 'done' }, held.size)
    // Those that are missing belong to another attempt.
    return new Set(jobs)
  } catch (error) {
    log.warn({ err: error, about: { jobs: jobs.length } }, 'job_batch_failed')
    return new Set()
  } finally {
    stop()
  }
}

/** Locks and ends the jobs of one firm that are still this attempt's, and records their effects; true = was not there. */
async function endTogether(tx: Kysely<DB>, jobs: readonly ClaimedJob[]): Promise<ReadonlyMap<string, boolean>> {
  const { rows } = await sql<{ id: string; fresh: boolean }>`
    with given as (
      select * from unnest(${jobs.map((job) => job.id)}::uuid[], ${jobs.map((job) => job.attempts)}::int[]) as given(id, attempt)
    ), ended as (
      update ops.jobs j set state = 'done', worker_id = null, heartbeat_at = null, error_code = null, error = null, finished_at = now()
      from given g where j.tenant_id = ${jobs[0]?.tenant_id}::uuid and j.id = g.id and j.state = 'running' and j.attempts = g.attempt and j.worker_id = ${jobs[0]?.worker_id}
      returning j.tenant_id, j.id, j.effect_key, j.attempts, j.kind
    ), recorded as (
      insert into ops.job_effects (tenant_id, effect_key, job_id, attempt, queue, done_at)
      select tenant_id, effect_key, id, attempts, kind, now() from ended
      on conflict do nothing returning job_id
    )
    select e.id, r.job_id is not null as fresh from ended e left join recorded r on r.job_id = e.id`.execute(tx)
  return new Map(rows.map((row) => [row.id, row.fresh]))
}

import { EventEmitter } from 'node:events'
import { Logger, type Runner, run, type TaskList, type WorkerEvents } from 'graphile-worker'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import pg from 'pg'
import type { Capability, Scope } from '@zenops/contracts/capabilities'
import { systemActor } from '../auth/actor.ts'
import type { Scope as DatabaseScope } from '../db/scope.ts'
import type { Services } from '../services.ts'
import { writeDown } from '../audit/counted.ts'
import { fixed } from '../db/fixed.ts'
import { AttemptSuperseded, type JobContext, JobFailure, type JobHandler, type JobKind } from './port.ts'
import { type Recurring, recurringCronItems, recurringTaskList } from './recurring.ts'

export interface WorkerOptions {
  readonly services: Services
  /** Connection as zen_worker for the queue itself. */
  readonly url: string
  readonly handlers: readonly JobHandler[]
  /** Work that comes round by itself; each turn becomes one job per tenant. */
  readonly recurring: readonly Recurring[]
  readonly concurrency: number
  readonly workerUserId: string
  readonly capabilities: ReadonlyMap<Capability, Scope>
}

interface RunRow {
  readonly kind: string
  readonly payload: unknown
  readonly actor_user_id: string | null
  readonly trace_id: string
  readonly attempts: number
  readonly max_attempts: number
  readonly state: string
  readonly held: boolean
}

const SWEEP_MS = 2_000
const POLL_MS = 2_000
const KEPT_MS = 1_000
const CLOSING_MS = 5
const PROGRESS_MS = 250
const ERROR_MAX = 2_000
/** A held job looks again after this time. */
const HOLD_MS = 5 * 60_000

interface QueuePayload {
  readonly run_id: string
  readonly tenant_id: string
}

const failureOf = (error: unknown): { code: string; message: string; details?: unknown } =>
  error instanceof JobFailure
    ? { code: error.code, message: error.message, details: error.details }
    : { code: 'INTERNAL', message: (error instanceof Error ? error.message : String(error)).slice(0, ERROR_MAX) }

/** Runs jobs, one tenant at a time, each in its own transactions; dead workers' jobs are freed within seconds. */
export async function startWorker(options: WorkerOptions): Promise<{ stop(): Promise<void> }> {
  const { services } = options
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.concurrency + 2,
    application_name: 'zenops-queue',
    options: '-c app.aud=worker -c timezone=UTC',
  })
  let stopping = false
  // A leaving connection may still hear that the server goes; that is no news.
  const report = (error: Error): void => void (stopping || services.log.warn({ err: error }, 'queue_connection'))
  pool.on('error', report)
  pool.on('connect', (client) => client.on('error', report))
  const liveness = await markAlive(options, report)
  const runner: Runner = await run({
    pgPool: pool,
    concurrency: options.concurrency,
    noHandleSignals: true,
    preset: {
      worker: {
        pollInterval: POLL_MS,
        // Fetched and closed several at a time; a job kept behind a long one goes back within a second, for others to take.
        localQueue: { size: options.concurrency, ttl: KEPT_MS },
        // A job whose closing is lost with its process finds its run done and does nothing.
        completeJobBatchDelay: CLOSING_MS,
      },
    },
    taskList: taskListOf(options),
    parsedCronItems: recurringCronItems(options.recurring),
    events: liveness.events,
    logger: new Logger(() => () => {}),
  })
  await liveness.ready()
  const sweep = setInterval(() => void liveness.sweep(pool).catch(report), SWEEP_MS)
  return {
    stop: async () => {
      stopping = true
      clearInterval(sweep)
      await runner.stop()
      await liveness.end()
      await pool.end()
    },
  }
}

/** The queue's task table: one entry a job kind. */
export function taskListOf(options: WorkerOptions): TaskList {
  const taskList: TaskList = recurringTaskList(options)
  for (const handler of options.handlers) {
    taskList[handler.job.kind] = (payload, helpers) => {
      const asked = payload as Partial<QueuePayload> // written by ops.enqueue_job, or by hand
      if (asked.tenant_id === undefined || asked.run_id === undefined) return dropHomeless(options, handler.job.kind)
      const { run_id, tenant_id } = asked
      return runJob(options, handler, {
        run_id,
        tenant_id,
        attempt: helpers.job.attempts,
        signal: helpers.abortSignal,
        again: async (job, row) => {
          const queueName = job.queueName?.(job.payload.parse(row.payload))
          await helpers.addJob(handler.job.kind, asked, {
            jobKey: run_id,
            runAt: new Date(Date.now() + HOLD_MS),
            maxAttempts: row.max_attempts,
            ...(queueName === undefined ? {} : { queueName }),
          })
        },
      })
    }
  }
  return taskList
}

/**
 * Each worker pool holds an advisory lock on its id while its process lives. Whoever can take the lock of another's
 * id knows that process is gone and frees its jobs: recovery in seconds instead of the library's hours.
 */
async function markAlive(options: WorkerOptions, report: (error: Error) => void) {
  const client = new pg.Client({
    connectionString: options.url,
    application_name: 'zenops-liveness',
    options: '-c app.aud=worker',
  })
  client.on('error', report)
  await client.connect()
  const marked: Promise<unknown>[] = []
  // Cast: the emitter is typed by the library's event map; only pool:create is used here.
  const events = new EventEmitter() as unknown as WorkerEvents
  events.on('pool:create', ({ workerPool }) => {
    const id = workerPool.id
    marked.push(
      client
        .query('insert into ops.workers (worker_id) values ($1) on conflict do nothing', [id])
        .then(() => client.query('select pg_advisory_lock(hashtextextended($1, 42))', [id])),
    )
  })
  return {
    events,
    ready: () => Promise.all(marked),
    sweep: (pool: pg.Pool) =>
      pool.query(`
        with dead as (
          select worker_id from ops.workers where pg_try_advisory_xact_lock(hashtextextended(worker_id, 42))
        ), gone as (
          delete from ops.workers w using dead d where w.worker_id = d.worker_id
        )
        select graphile_worker.force_unlock_workers(array_agg(worker_id)) from dead having count(*) > 0`),
    end: () => client.end(),
  }
}

interface Attempt extends QueuePayload {
  readonly attempt: number
  readonly signal: AbortSignal | undefined
  /** Puts a held run back into the queue for later. */
  again(job: JobKind, row: RunRow): Promise<void>
}

/** A job without a tenant has no place to run in: it is dead at once, and a retry would not mend it. */
async function dropHomeless({ services }: WorkerOptions, kind: string): Promise<void> {
  services.metrics.jobsDone.inc({ queue: kind, result: 'dead' })
  services.log.warn({ queue: kind, error_code: 'tenant_missing' }, 'job_dead')
}

/** One attempt at a run. */
interface Claimed {
  readonly attempt: Attempt
  readonly row: RunRow
  readonly scope: DatabaseScope
}

/**
 * Takes the run, unless its firm is not enabled here or not active: then it stays queued and says why. The gate compares
 * with the configuration; the two fixed lanes are always open.
 */
const claim = (attempt: Attempt, config: Services['config']) => fixed<RunRow>`
    update ops.job_runs r set state = case when t.open then 'running' else 'queued' end,
      hold_reason = case when not t.open then 'TENANT_NOT_ENABLED' end,
      attempts = case when t.open then ${attempt.attempt} else r.attempts end,
      started_at = case when t.open then coalesce(r.started_at, now()) else r.started_at end
    from (select coalesce(bool_or(x.status = 'active' and x.deleted_at is null
      and (x.lane <> 'tenant' or ${config.ZENOPS_MULTI_TENANT_ENABLED}::boolean)), false) as open
      from identity.tenants x where x.id = ${attempt.tenant_id}::uuid) t
    where r.tenant_id = ${attempt.tenant_id}::uuid and r.id = ${attempt.run_id}::uuid and r.state in ('queued', 'running', 'failed')
    returning r.kind, r.payload, r.actor_user_id, r.trace_id, r.attempts, r.max_attempts, r.state, not t.open as held`

async function runJob(options: WorkerOptions, handler: JobHandler, attempt: Attempt): Promise<void> {
  const { services } = options
  const scope: DatabaseScope = {
    role: 'zen_worker',
    tenantId: attempt.tenant_id,
    userId: options.workerUserId,
    aud: 'worker',
  }
  const [[row]] = await services.database.write(scope, claim(attempt, services.config))
  if (!row) return // cancelled, or already ended by an attempt that outlived its lease
  if (row.held) return attempt.again(handler.job, row)
  const claimed = { attempt, row, scope }
  const context = contextOf(options, claimed)
  const stop = services.metrics.jobSeconds.startTimer({ queue: row.kind })
  try {
    await handler.run(context, row.payload)
    await finish(options, claimed)
    services.metrics.jobsDone.inc({ queue: row.kind, result: 'done' })
  } catch (error) {
    await fail(options, { ...claimed, context, handler }, error)
  } finally {
    stop()
  }
}

function contextOf(options: WorkerOptions, { attempt, row, scope }: Claimed): JobContext {
  const { services } = options
  let shownAt = 0
  const acting = row.actor_user_id ?? options.workerUserId
  const actingScope = { ...scope, userId: acting }
  return {
    runId: attempt.run_id,
    attempt: attempt.attempt,
    maxAttempts: row.max_attempts,
    tenantId: attempt.tenant_id,
    actor: systemActor(attempt.tenant_id, acting, options.capabilities),
    traceId: row.trace_id,
    log: services.log.child({
      trace_id: row.trace_id,
      job_id: attempt.run_id,
      queue: row.kind,
      attempt: attempt.attempt,
    }),
    database: services.database,
    signal: attempt.signal ?? new AbortController().signal,
    transact: (work) => services.database.transact(actingScope, work),
    effect: (key, work) =>
      services.database.transact(actingScope, async (tx, unit) => {
        await holdLease(tx, attempt)
        const { rows } = await sql`
          insert into ops.job_effects (tenant_id, effect_key, job_id, attempt)
          values (${attempt.tenant_id}::uuid, ${key}, ${attempt.run_id}::uuid, ${attempt.attempt})
          on conflict do nothing returning effect_key`.execute(tx)
        if (rows.length === 0) return false
        await work(tx, unit)
        return true
      }),
    progress: async (state) => {
      const now = performance.now()
      if (now - shownAt < PROGRESS_MS && state.percent < 100) return
      shownAt = now
      await services.database.write(
        scope,
        fixed`update ops.job_runs set progress = ${JSON.stringify(state)}::jsonb
          where tenant_id = ${attempt.tenant_id}::uuid and id = ${attempt.run_id}::uuid and state = 'running'`,
      )
    },
  }
}

/** Locks the run for this attempt; a paused worker that wakes up after its lease finds another attempt there. */
async function holdLease(tx: Kysely<DB>, attempt: Attempt): Promise<void> {
  const { rows } = await sql`
    select 1 from ops.job_runs where tenant_id = ${attempt.tenant_id}::uuid and id = ${attempt.run_id}::uuid
      and state = 'running' and attempts = ${attempt.attempt} for update`.execute(tx)
  if (rows.length === 0) throw new AttemptSuperseded('another attempt owns this job')
}

/** Writes the good end of an attempt; one that was superseded writes nothing. */
async function finish({ services }: WorkerOptions, { attempt, scope }: Claimed): Promise<void> {
  const [rows] = await services.database.write(
    scope,
    fixed`update ops.job_runs set state = 'done', error_code = null, error = null, finished_at = now()
      where tenant_id = ${attempt.tenant_id}::uuid and id = ${attempt.run_id}::uuid and state = 'running' and attempts = ${attempt.attempt}
      returning id`,
  )
  if (rows.length === 0) services.metrics.jobsFenced.inc()
}

interface BadEnd {
  readonly state: 'failed' | 'dead'
  readonly failure: { readonly code: string; readonly message: string }
}

/** Writes the bad end of an attempt; one that was superseded writes nothing. A death leaves its audit event. */
function giveUp(options: WorkerOptions, running: Claimed, how: BadEnd): Promise<void> {
  const { attempt, row, scope } = running
  const { failure } = how
  return options.services.database.transact(scope, async (tx, unit) => {
    const { rows } = await sql`
      update ops.job_runs set state = ${how.state}, error_code = ${failure.code},
        error = ${failure.message.slice(0, ERROR_MAX)}, finished_at = ${how.state === 'failed' ? null : sql`now()`}
      where tenant_id = ${attempt.tenant_id}::uuid and id = ${attempt.run_id}::uuid and state = 'running' and attempts = ${attempt.attempt}
      returning id`.execute(tx)
    if (rows.length === 0) options.services.metrics.jobsFenced.inc()
    if (rows.length === 0 || how.state !== 'dead') return
    const actor = systemActor(attempt.tenant_id, options.workerUserId, options.capabilities)
    const entry = {
      action: 'JOB_DEAD',
      target_id: attempt.run_id,
      outcome: 'failed',
      after: { kind: row.kind, error_code: failure.code },
    } as const
    writeDown(unit, [entry], { at: await unit.startedAt(), traceId: row.trace_id, actor, ipHash: null })
  })
}

interface Running extends Claimed {
  readonly context: JobContext
  readonly handler: JobHandler
}

async function fail(options: WorkerOptions, running: Running, error: unknown): Promise<void> {
  const { services } = options
  const { handler } = running
  if (error instanceof AttemptSuperseded) return void services.metrics.jobsFenced.inc()
  const failure = failureOf(error)
  const final = error instanceof JobFailure || running.attempt.attempt >= running.row.max_attempts
  running.context.log.warn({ err: error, error_code: failure.code }, final ? 'job_dead' : 'job_failed')
  services.metrics.jobsDone.inc({ queue: running.row.kind, result: final ? 'dead' : 'failed' })
  await giveUp(options, running, { state: final ? 'dead' : 'failed', failure })
  // A failure no retry can mend ends here; throwing would make the queue try again.
  if (!final) throw error
  await handler.dead?.(running.context, running.row.payload, failure)
}

import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { Database } from '../db/database.ts'
import { fixed } from '../db/fixed.ts'
import type { Scope } from '../db/scope.ts'
import { AttemptSuperseded, type BadEnd, type ClaimedJob, type JobPort } from './queue.ts'

type Tx = Kysely<DB>

export interface PostgresQueueOptions {
  readonly database: Database
  readonly workerUserId: string
  /** Firms beside the fixed ones are served. */
  readonly multiTenant: boolean
}

const ERROR_MAX = 2_000
const ids = (jobs: readonly ClaimedJob[]): string[] => jobs.map((job) => job.id)
const attempts = (jobs: readonly ClaimedJob[]): number[] => jobs.map((job) => job.attempts)

/** The job, while this attempt of this worker has it. */
const held = (job: ClaimedJob) =>
  sql`tenant_id = ${job.tenant_id}::uuid and id = ${job.id}::uuid and state = 'running' and attempts = ${job.attempts} and worker_id = ${job.worker_id}`

/** Locks the job for this attempt until the transaction ends; a resumed zombie finds another attempt there. */
export async function holdLease(tx: Tx, job: ClaimedJob): Promise<void> {
  const { rows } = await sql`select 1 from ops.jobs where ${held(job)} for update`.execute(tx)
  if (rows.length === 0) throw new AttemptSuperseded('another attempt owns this job')
}

/** The queue on `ops.jobs`; what crosses firms goes through definer functions that only workers may call. */
export function postgresQueue({ database, workerUserId, multiTenant }: PostgresQueueOptions): JobPort<Tx> {
  const scope: Scope = { role: 'zen_worker', tenantId: null, userId: workerUserId, aud: 'worker' }
  const idSet = (rows: readonly { id: string }[]): ReadonlySet<string> => new Set(rows.map((row) => row.id))
  return {
    enqueue: async (tx, envelope, order = {}) => {
      const options = {
        tenant_id: envelope.tenant_id,
        effect_key: envelope.effect_key,
        run_at: order.run_at,
        max_attempts: order.max_attempts,
        queue_name: order.serial_key,
      }
      const { rows } = await sql<{
        id: string
      }>`select ops.enqueue_job(${envelope.queue}, ${JSON.stringify(envelope.payload)}::jsonb,
        ${envelope.trace_id}, ${JSON.stringify(options)}::jsonb) as id`.execute(tx)
      if (!rows[0]) throw new Error('the queue gave no id')
      return rows[0].id
    },
    claim: async ({ worker, kinds, limit, group }) => {
      const [rows] = await database.write(
        scope,
        fixed<ClaimedJob>`select tenant_id, id, kind, payload, actor_user_id, trace_id, attempts, max_attempts, effect_key, run_at, task, slot, worker_id
          from ops.claim_jobs(${worker}, ${kinds}::text[], ${limit}, ${group}, ${multiTenant})`,
      )
      return rows
    },
    heartbeat: async (worker, jobs) => {
      const [rows] = await database.write(
        scope,
        fixed<{
          id: string
        }>`select heartbeat_jobs as id from ops.heartbeat_jobs(${worker}, ${ids(jobs)}::uuid[], ${attempts(jobs)}::int[])`,
      )
      return idSet(rows)
    },
    complete: async (tx, job) => {
      const { rows } =
        await sql`update ops.jobs set state = 'done', worker_id = null, heartbeat_at = null, error_code = null,
        error = null, finished_at = now() where ${held(job)} returning 1`.execute(tx)
      if (rows.length === 0) throw new AttemptSuperseded('another attempt owns this job')
    },
    completeAll: async (worker, jobs) => {
      const [rows] = await database.write(
        scope,
        fixed<{
          id: string
        }>`select complete_jobs as id from ops.complete_jobs(${worker}, ${ids(jobs)}::uuid[], ${attempts(jobs)}::int[])`,
      )
      return idSet(rows)
    },
    fail: async (tx, job, end) => (await fail(tx, job, end)) > 0,
    postpone: async (job, ms) => {
      await database.write(
        { ...scope, tenantId: job.tenant_id },
        fixed`update ops.jobs set state = 'queued', worker_id = null, heartbeat_at = null, max_attempts = least(max_attempts + 1, 1000000),
            run_at = date_trunc('milliseconds', now()) + make_interval(secs => ${ms / 1_000}::float8)
          where tenant_id = ${job.tenant_id}::uuid and id = ${job.id}::uuid and state = 'running' and attempts = ${job.attempts}`,
      )
    },
    freeLost: async (silentMs) => {
      const [, rows] = await database.write(
        scope,
        fixed`select ops.mark_held_jobs(${multiTenant})`,
        fixed<{ id: string }>`select id from ops.free_lost_jobs(make_interval(secs => ${silentMs / 1_000}::float8))`,
      )
      return rows.length
    },
  }
}

async function fail(tx: Tx, job: ClaimedJob, end: BadEnd): Promise<number> {
  const dead = end.state === 'dead'
  const { rows } = await sql`
    update ops.jobs set state = ${end.state}, worker_id = null, heartbeat_at = null, error_code = ${end.code},
      error = ${end.message.slice(0, ERROR_MAX)}, finished_at = ${dead ? sql`now()` : null},
      first_failed_at = coalesce(first_failed_at, now()), last_failed_at = now(),
      run_at = date_trunc('milliseconds', now()) + make_interval(secs => ${end.retryMs / 1_000}::float8)
    where ${held(job)} returning 1`.execute(tx)
  return rows.length
}

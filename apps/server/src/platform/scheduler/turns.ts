import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import type { DB } from '../../../db/types.ts'
import { systemActor } from '../auth/actor.ts'
import type { LockedRun } from '../jobs/attempt.ts'
import { handleJob, JobFailure, type JobHandler, jobKind } from '../jobs/port.ts'
import type { ClaimedJob, JobPort } from '../jobs/queue.ts'
import { type Recurring, taskNameOf } from '../jobs/recurring.ts'
import type { WorkerOptions } from '../jobs/worker.ts'
import { fixed } from '../db/fixed.ts'
import type { Scope } from '../db/scope.ts'
import { activeFirms } from './firms.ts'
import { acquire, fence, type Held, keepAlive, type LockRoom, release } from './locks.ts'
import { TURN } from './turn-kind.ts'

const turnJob = jobKind({ kind: TURN, payload: z.strictObject({ task: z.string().max(80) }) })
const FIRMS_AT_ONCE = 500
/** A turn that waits for the one before looks again after this time. */
const QUEUED_MS = 5_000
const OWN_LEASE_MS = 2_000

/** What locks are kept with by a worker. */
export function lockRoom({ services, workerUserId, capabilities }: WorkerOptions): LockRoom {
  return {
    database: services.database,
    log: services.log,
    metrics: services.metrics,
    actor: systemActor(services.config.ZENOPS_INTERNAL_TENANT_ID, workerUserId, capabilities),
    leaseMs: services.config.SCHEDULER_LEASE_SECONDS * 1_000,
  }
}

/**
 * A turn is a fan-out: it lists the active firms and asks for one job in each, which then runs in that firm's own
 * transactions. A turn that is taken up again after a crash asks only where it had not yet.
 */
export function turnHandler(options: WorkerOptions): JobHandler {
  return handleJob(turnJob, {
    run: async (context, { task }) => {
      const declared = options.recurring.find((one) => taskNameOf(one) === task)
      if (!declared) throw new JobFailure('TASK_UNKNOWN', 'No task of this name is declared.')
      const slot = context.slot ?? new Date().toISOString()
      const spec = JSON.stringify({
        kind: declared.job.kind,
        payload: declared.payload,
        max_attempts: declared.job.maxAttempts ?? 5,
        skips_overlap: declared.overlap !== 'queue',
        serial_prefix: `${task}:`,
        trace_id: context.traceId,
      })
      const all = await activeFirms(options.services, options.workerUserId)
      for (let at = 0; at < all.length; at += FIRMS_AT_ONCE) {
        const some = all.slice(at, at + FIRMS_AT_ONCE)
        const { rows } = await context.transact((tx) =>
          sql<{
            started: number
          }>`select ops.start_slots(${task}, ${slot}::timestamptz, ${spec}::jsonb, ${some}::text[], ${some}::uuid[]) as started`.execute(
            tx,
          ),
        )
        const started = rows[0]?.started ?? 0
        options.services.metrics.jobsEnqueued.inc({ queue: declared.job.kind }, started)
        context.worked(started)
      }
    },
  })
}

interface Desk {
  readonly options: WorkerOptions
  readonly port: JobPort<Kysely<DB>>
}

const isTurn = (job: ClaimedJob, task: Recurring | undefined): task is Recurring =>
  task !== undefined && (task.platform === true || job.kind === TURN)

/** Runs the turns of tasks each under its task's lock; see `Desk.underLock`. */
export function taskLocks({ options, port }: Desk): (run: LockedRun) => Promise<boolean> {
  const room = lockRoom(options)
  return async (locked) => {
    const { job } = locked
    const task = options.recurring.find((one) => taskNameOf(one) === job.task)
    if (!isTurn(job, task)) {
      await locked.run(locked.signal, null)
      return true
    }
    const name = taskNameOf(task)
    const of = { task: name, slot: job.slot, jobId: job.id, traceId: job.trace_id }
    const held = await acquire(room, task.lock_key ?? name, of)
    if (!held) return passedOver({ room, port, task, job })
    await underLock(room, held, locked)
    return true
  }
}

interface PassedOver {
  readonly room: LockRoom
  readonly port: JobPort<Kysely<DB>>
  readonly task: Recurring
  readonly job: ClaimedJob
}

/** The slot before is still at work: this one is left out or waits, as declared. What a lost attempt of its own still holds it waits for. */
async function passedOver({ room, port, task, job }: PassedOver): Promise<boolean> {
  const name = taskNameOf(task)
  const key = task.lock_key ?? name
  const scope: Scope = { role: 'zen_worker', tenantId: room.actor.tenantId, userId: room.actor.userId, aud: 'worker' }
  const [own] = await room.database.read(
    scope,
    fixed`select 1 from ops.job_runs where lock_key = ${key} and status = 'RUNNING' and job_id = ${job.id}::uuid`,
  )
  if (own.length > 0 || task.overlap === 'queue') {
    await port.postpone(job, own.length > 0 ? OWN_LEASE_MS : QUEUED_MS)
    return false
  }
  await room.database.write(
    scope,
    fixed`insert into ops.job_runs (lock_key, task, slot, job_id, owner_id, fencing_token, ended_at, status, trace_id)
      select lock_key, ${name}, ${job.slot}::timestamptz, ${job.id}::uuid, coalesce(owner_id, ''), fencing_token, now(), 'SKIPPED', ${job.trace_id}
      from ops.scheduler_locks where lock_key = ${key}`,
  )
  return true
}

async function underLock(room: LockRoom, held: Held, locked: LockedRun): Promise<void> {
  const lost = new AbortController()
  const stop = keepAlive(room, held, () => lost.abort(new Error('the lock is lost')))
  try {
    await locked.run(AbortSignal.any([locked.signal, lost.signal]), (tx) => fence(tx, held))
    await release(room, held, { status: 'DONE', rows: locked.rows() })
  } catch (error) {
    const code = error instanceof JobFailure ? error.code : 'INTERNAL'
    const message = error instanceof Error ? error.message : String(error)
    // A release that fails leaves the lock to its lease.
    await release(room, held, { status: 'FAILED', rows: locked.rows(), code, message }).catch((failure: unknown) =>
      room.log.warn({ err: failure, lock_key: held.key }, 'scheduler_release_failed'),
    )
    throw error
  } finally {
    stop()
  }
}

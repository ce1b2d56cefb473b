import { type Kysely, type QueryExecutorProvider, sql } from 'kysely'
import type { z } from 'zod'
import type { Actor } from '../auth/actor.ts'
import { countJob, type Database, type UnitOfWork } from '../db/database.ts'
import type { DB } from '../../../db/types.ts'
import type { Log } from '../telemetry/log.ts'

export { AttemptSuperseded } from './queue.ts'

/** A kind of background work: its name, payload schema, retries. Jobs of one kind stand in one queue. */
export interface JobKind<P extends z.ZodType = z.ZodType> {
  readonly kind: string
  readonly payload: P
  /** Attempts before the job is dead; default 5. */
  readonly maxAttempts?: number
  /** Jobs of one name run one after the other. */
  readonly queueName?: (payload: z.output<P>) => string
  /** An attempt that takes longer has failed; default 1,800. */
  readonly maxSeconds?: number
  /** A death in it is news at once; of other queues only many are. */
  readonly critical?: true
}

export const jobKind = <P extends z.ZodType>(spec: JobKind<P>): JobKind<P> => spec

export interface EnqueueOptions {
  readonly run_at?: string
  /** The key under which the effect is recorded; a second job with the same key has none. */
  readonly effect_key?: string
  /** The firm, when a portal user asks. */
  readonly tenant_id?: string
}

/** Enqueues within the caller's transaction; tenant and actor are stamped by the database. Returns the job's id. */
export async function enqueue<P extends z.ZodType>(
  tx: QueryExecutorProvider,
  job: JobKind<P>,
  request: { payload: z.input<P>; traceId: string; options?: EnqueueOptions },
): Promise<string> {
  const payload = job.payload.parse(request.payload) as z.output<P> // the schema's own output
  const options = {
    ...request.options,
    max_attempts: job.maxAttempts ?? 5,
    queue_name: job.queueName?.(payload),
  }
  const answer = await sql<{
    id: string
  }>`select ops.enqueue_job(${job.kind}, ${JSON.stringify(payload)}::jsonb, ${request.traceId}, ${JSON.stringify(options)}::jsonb) as id`.execute(
    tx,
  )
  const id = answer.rows[0]?.id
  if (id === undefined) throw new Error('the queue gave no id')
  countJob(tx, job.kind)
  return id
}

type Effect = (tx: Kysely<DB>, unit: UnitOfWork) => Promise<void>

/** A call to the outside that must not happen twice. */
export interface ExternalCall<R> {
  /** Names the act within the job, where it makes several. */
  readonly name?: string
  /** What is sent; a later attempt that would send something else is refused. */
  readonly request: unknown
  /** Makes the call; the key travels as its idempotency key. Throws ExternalRefused when it surely did not happen. */
  call(key: string): Promise<R>
  /** Asks the other side what became of an earlier call whose end nobody saw. Absent: nobody can tell. */
  ask?(
    key: string,
  ): Promise<{ readonly outcome: 'done'; readonly result: R } | { readonly outcome: 'not_done' | 'unknown' }>
}

/** The other side has said no: nothing happened, the call may be repeated later. */
export class ExternalRefused extends Error {}

/** What a running job gets. */
export interface JobContext {
  readonly runId: string
  readonly attempt: number
  readonly maxAttempts: number
  /** Stays the same when a dead job is replayed: effects are recorded under it. */
  readonly effectKey: string
  /** The slot of the recurring task that asked for it. */
  readonly slot: string | null
  readonly tenantId: string
  readonly actor: Actor
  readonly traceId: string
  readonly log: Log
  readonly database: Database
  /** Aborted when the lease is lost, the time is over or the worker stops. */
  readonly signal: AbortSignal
  /** A transaction of the worker in this job's tenant. */
  transact<T>(work: (tx: Kysely<DB>, unit: UnitOfWork) => Promise<T>): Promise<T>
  /**
   * A transaction whose effect happens once: its key is recorded with it, and an attempt that has lost its lease
   * changes nothing. Answers false when the effect was there already.
   */
  effect(key: string, work: Effect): Promise<boolean>
  /** The same as the job's last act, under its own effect key: effect and completion are one transaction. */
  complete(work: Effect): Promise<boolean>
  /**
   * A call to the outside: an INTENT is committed first; one whose end is not known is asked for, never repeated. Null:
   * a person has said that it happened, and its answer is lost.
   */
  external<R>(call: ExternalCall<R>): Promise<R | null>
  /** Shown to whoever waits; kept at most every 250 ms. */
  progress(state: { percent: number; step: string; done?: number; total?: number }): Promise<void>
  /** How many rows the turn of a task has worked on; stands in its run history. */
  worked(rows: number): void
}

/** A failure that no retry can mend: the job is dead at once, with this code. */
export class JobFailure extends Error {
  readonly code: string
  readonly details: unknown
  constructor(code: string, message: string, details?: unknown) {
    super(message)
    this.code = code
    this.details = details
  }
}

type Failure = { code: string; message: string; details?: unknown }

/** One job of a batch. */
export interface BatchItem<P> {
  readonly runId: string
  readonly effectKey: string
  readonly payload: P
}
/** What the jobs of one firm in one batch share. */
export interface BatchContext {
  readonly tenantId: string
  readonly actor: Actor
  readonly log: Log
  readonly tx: Kysely<DB>
  readonly unit: UnitOfWork
}

export interface JobHandler {
  readonly job: JobKind
  run(context: JobContext, payload: unknown): Promise<void>
  /** A hot queue: so many jobs at a time, their effects and completions in one transaction a firm. */
  readonly batch?: {
    readonly size: number
    run(context: BatchContext, items: readonly BatchItem<unknown>[]): Promise<void>
  }
  /** Told once when the job is dead; writes the visible end of what it worked on. */
  dead?(context: JobContext, payload: unknown, failure: Failure): Promise<void>
}

/** Binds a kind to its code; the payload's type follows the schema. */
export function handleJob<P extends z.ZodType>(
  job: JobKind<P>,
  spec: {
    run(context: JobContext, payload: z.output<P>): Promise<void>
    dead?(context: JobContext, payload: z.output<P>, failure: Failure): Promise<void>
  },
): JobHandler {
  const parse = (payload: unknown): z.output<P> => job.payload.parse(payload) as z.output<P> // the schema's own output
  const dead = spec.dead
  return {
    job,
    run: (context, payload) => spec.run(context, parse(payload)),
    ...(dead ? { dead: (context, payload, failure) => dead(context, parse(payload), failure) } : {}),
  }
}

/**
 * Binds a kind to code that works on many of its jobs at once. Called with jobs of one firm whose effects are not there
 * yet, in the transaction that records these and ends the jobs. When a batch fails, each of its jobs is tried alone, so
 * one bad job spoils no other.
 */
export function handleBatch<P extends z.ZodType>(
  job: JobKind<P>,
  spec: { readonly size: number; run(context: BatchContext, items: readonly BatchItem<z.output<P>>[]): Promise<void> },
): JobHandler {
  const parse = (payload: unknown): z.output<P> => job.payload.parse(payload) as z.output<P> // the schema's own output
  return {
    job,
    run: async (context, payload) => {
      const { tenantId, actor, log, runId, effectKey } = context
      await context.complete((tx, unit) =>
        spec.run({ tenantId, actor, log, tx, unit }, [{ runId, effectKey, payload: parse(payload) }]),
      )
    },
    batch: {
      size: spec.size,
      run: (context, items) =>
        spec.run(
          context,
          items.map((item) => ({ ...item, payload: parse(item.payload) })),
        ),
    },
  }
}

import { type Kysely, type QueryExecutorProvider, sql } from 'kysely'
import type { z } from 'zod'
import type { Actor } from '../auth/actor.ts'
import type { Database, UnitOfWork } from '../db/database.ts'
import type { DB } from '../../../db/types.ts'
import type { Log } from '../telemetry/log.ts'

/** A kind of background work: its name, payload schema, retries, and the capabilities its actor gets. */
export interface JobKind<P extends z.ZodType = z.ZodType> {
  readonly kind: string
  readonly payload: P
  /** Attempts before the job is dead; default 5. */
  readonly maxAttempts?: number
  /** Jobs of one name run one after the other. */
  readonly queueName?: (payload: z.output<P>) => string
}

export const jobKind = <P extends z.ZodType>(spec: JobKind<P>): JobKind<P> => spec

export interface EnqueueOptions {
  readonly run_at?: string
  /** The key under which the effect is recorded; a second job with the same key has none. */
  readonly effect_key?: string
  /** The firm, when a portal user asks. */
  readonly tenant_id?: string
}

/** Enqueues within the caller's transaction; tenant and actor are stamped by the database. Returns the run's id. */
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
  return id
}

/** Thrown by an attempt that outlived its lease: another one owns the job now. */
export class AttemptSuperseded extends Error {}

/** What a running job gets. */
export interface JobContext {
  readonly runId: string
  readonly attempt: number
  readonly maxAttempts: number
  readonly tenantId: string
  readonly actor: Actor
  readonly traceId: string
  readonly log: Log
  readonly database: Database
  readonly signal: AbortSignal
  /** A transaction of the worker in this job's tenant. */
  transact<T>(work: (tx: Kysely<DB>, unit: UnitOfWork) => Promise<T>): Promise<T>
  /**
   * A transaction whose effect happens once: its key is recorded with it, and an attempt that has lost its lease
   * changes nothing. Answers false when the effect was there already.
   */
  effect(key: string, work: (tx: Kysely<DB>, unit: UnitOfWork) => Promise<void>): Promise<boolean>
  /** Shown to whoever waits; kept at most every 250 ms. */
  progress(state: { percent: number; step: string; done?: number; total?: number }): Promise<void>
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

export interface JobHandler {
  readonly job: JobKind
  run(context: JobContext, payload: unknown): Promise<void>
  /** Told once when the job is dead; writes the visible end of what it worked on. */
  dead?(
    context: JobContext,
    payload: unknown,
    failure: { code: string; message: string; details?: unknown },
  ): Promise<void>
}

/** Binds a kind to its code; the payload's type follows the schema. */
export function handleJob<P extends z.ZodType>(
  job: JobKind<P>,
  spec: {
    run(context: JobContext, payload: z.output<P>): Promise<void>
    dead?(
      context: JobContext,
      payload: z.output<P>,
      failure: { code: string; message: string; details?: unknown },
    ): Promise<void>
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

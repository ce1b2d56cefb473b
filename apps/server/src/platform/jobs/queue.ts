/** What a job is enqueued with. Personal data travels by reference; at most 64 KiB. */
export interface Envelope {
  readonly queue: string
  readonly tenant_id: string
  readonly trace_id: string
  readonly payload: unknown
  /** The key under which its effect is recorded; absent = the job's own id. */
  readonly effect_key?: string
}

export interface EnqueueOrder {
  /** RFC 3339; absent = now. */
  readonly run_at?: string
  /** 1–25, default 5. */
  readonly max_attempts?: number
  /** Of jobs with one key one runs at a time. */
  readonly serial_key?: string
}

/** A job in the hands of a worker, for one attempt. */
export interface ClaimedJob {
  readonly tenant_id: string
  readonly id: string
  readonly kind: string
  readonly payload: unknown
  readonly actor_user_id: string | null
  readonly trace_id: string
  /** Number of this attempt, from 1; whatever the attempt writes names it. */
  readonly attempts: number
  readonly max_attempts: number
  readonly effect_key: string
  readonly run_at: string
  readonly task: string | null
  readonly slot: string | null
  readonly worker_id: string
}

export interface Claim {
  readonly worker: string
  readonly kinds: readonly string[]
  /** At most this many. */
  readonly limit: number
  /** Places that one firm may take at this worker. */
  readonly group: number
}

/** How an attempt ended badly. */
export interface BadEnd {
  readonly state: 'failed' | 'dead'
  readonly code: string
  readonly message: string
  /** Until the next attempt; of no use to a dead job. */
  readonly retryMs: number
}

/** Thrown by whatever an attempt writes after it has lost its lease: another one owns the job now. */
export class AttemptSuperseded extends Error {}

/**
 * The queue as its users see it. Delivery is at least once: a worker that is not heard of loses its jobs to others.
 * Completion and failure count only for the attempt that holds the job, so a late one changes nothing. `Tx` is a
 * transaction of the store that the effects live in.
 */
export interface JobPort<Tx> {
  /** Within the caller's transaction: rolled back with it. Answers the job's id. */
  enqueue(tx: Tx, envelope: Envelope, order?: EnqueueOrder): Promise<string>
  /** Due jobs, firms in turn; attempts counted up, leases begun. */
  claim(claim: Claim): Promise<ClaimedJob[]>
  /** Renews leases; answers the ids still held. */
  heartbeat(worker: string, jobs: readonly ClaimedJob[]): Promise<ReadonlySet<string>>
  /** Ends a job well in the transaction of its effect. Throws AttemptSuperseded, which rolls the effect back. */
  complete(tx: Tx, job: ClaimedJob): Promise<void>
  /** Ends jobs whose effects, if any, are written; answers the ids it ended. */
  completeAll(worker: string, jobs: readonly ClaimedJob[]): Promise<ReadonlySet<string>>
  /** Ends an attempt badly; false when it had been superseded. */
  fail(tx: Tx, job: ClaimedJob, end: BadEnd): Promise<boolean>
  /** Puts a job back for later without counting the attempt against it. */
  postpone(job: ClaimedJob, ms: number): Promise<void>
  /** Takes jobs from workers that are gone, or silent for longer than this. Answers how many. */
  freeLost(silentMs: number): Promise<number>
}

const FIRST_RETRY_MS = 1_000
const MAX_DOUBLINGS = 10
/** Waits grow e-fold with each attempt, ± 20 %, so that jobs that failed together do not come back together. */
export const retryAfter = (attempt: number, draw = Math.random()): number =>
  Math.round(FIRST_RETRY_MS * Math.exp(Math.min(attempt, MAX_DOUBLINGS)) * (0.8 + 0.4 * draw))

/** The five states of an export job (`P21-L02`). Nothing returns to PENDING, and EXPIRED is final. */
export const EXPORT_STATES = ['PENDING', 'RUNNING', 'DONE', 'FAILED', 'EXPIRED'] as const
export type ExportState = (typeof EXPORT_STATES)[number]

/**
 * What moves a job. `claim` by the first worker, `take_over` by another after the lease; `fail` for a limit or the last
 * attempt; `time_out` by cleanup; `cancel` and `remove` by people; `expire` when its time is over.
 */
export const EXPORT_MOVES = [
  'claim',
  'take_over',
  'complete',
  'fail',
  'time_out',
  'cancel',
  'expire',
  'remove',
] as const
export type ExportMove = (typeof EXPORT_MOVES)[number]

/** The whole table; what does not stand here does not happen. */
export const EXPORT_TRANSITIONS: Readonly<Record<ExportState, Partial<Readonly<Record<ExportMove, ExportState>>>>> = {
  PENDING: { claim: 'RUNNING', cancel: 'FAILED', expire: 'EXPIRED' },
  RUNNING: { take_over: 'RUNNING', complete: 'DONE', fail: 'FAILED', time_out: 'FAILED', cancel: 'FAILED' },
  DONE: { expire: 'EXPIRED', remove: 'EXPIRED' },
  FAILED: { expire: 'EXPIRED' },
  EXPIRED: {},
}

export const MAX_ATTEMPTS = 5
/** A worker's hold on a job, renewed each 5 s. */
export const LEASE_SECONDS = 20
export const RENEW_MS = 5_000
/** Cleanup fails a running job this long after its own limit. */
export const GRACE_SECONDS = 60

export const nextState = (state: ExportState, move: ExportMove): ExportState | null =>
  EXPORT_TRANSITIONS[state][move] ?? null

/** States that a move starts from; the `where` of its compare-and-set. */
export const statesBefore = (move: ExportMove): ExportState[] =>
  EXPORT_STATES.filter((state) => EXPORT_TRANSITIONS[state][move] !== undefined)

/** The one state that a move leads to. */
export function stateAfter(move: ExportMove): ExportState {
  for (const state of EXPORT_STATES) {
    const next = EXPORT_TRANSITIONS[state][move]
    if (next !== undefined) return next
  }
  throw new Error(`${move} leads nowhere`)
}

/** What the rules see of a job; times in seconds on one clock. */
export interface ExportFacts {
  readonly state: ExportState
  readonly attempt: number
  readonly startedAt: number | null
  readonly leaseUntil: number | null
  readonly expiresAt: number
  readonly maxDuration: number
}

const isLeaseOver = (job: ExportFacts, now: number): boolean => job.leaseUntil === null || job.leaseUntil <= now

const GUARDS: Partial<Record<ExportMove, (job: ExportFacts, now: number) => boolean>> = {
  take_over: (job, now) => isLeaseOver(job, now) && job.attempt < MAX_ATTEMPTS,
  time_out: (job, now) => job.startedAt !== null && now > job.startedAt + job.maxDuration + GRACE_SECONDS,
  expire: (job, now) => job.expiresAt <= now,
}

/** Whether a move may happen now: the table and, where time or attempts count, its guard. */
export const mayMove = (job: ExportFacts, move: ExportMove, now: number): boolean =>
  nextState(job.state, move) !== null && (GUARDS[move]?.(job, now) ?? true)

import type { Kysely } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { UnitOfWork } from '../db/database.ts'
import type { Actor } from '../auth/actor.ts'
import type { Services } from '../services.ts'
import type { Log } from '../telemetry/log.ts'
import type { JobKind } from './port.ts'

/** What a task and a loop declare alike. */
interface Declared {
  /** What others call it: screens, alerts, run history. */
  readonly name?: string
  /** The lock that its turns take; absent = its name. */
  readonly lock_key?: string
}

/** A task: work that comes round by itself, a minute or more apart. Each slot starts once, whoever ticks. */
export interface Recurring extends Declared {
  readonly job: JobKind
  /** When, as five crontab fields in UTC. */
  readonly cron: string
  readonly payload: unknown
  /** Work on tables that belong to no firm: one job a turn, kept with the house firm, instead of one in each. */
  readonly platform?: true
  /** A slot that falls due while the one before is still at work: left out (default) or taken up afterwards. */
  readonly overlap?: 'skip' | 'queue'
  /** Slots that were missed while nobody ticked: none, the last (default), or all of them. */
  readonly backfill?: 'skip' | 'last' | 'all'
  /** A job of the task that takes longer is given up; default: what its kind says, else 1,800. */
  readonly max_seconds?: number
  /** Without success for this long it is late; default two periods. */
  readonly expected_by_seconds?: number
}

/** What a loop's turn gets. */
export interface LoopTurn {
  readonly services: Services
  readonly log: Log
  readonly actor: Actor
  readonly traceId: string
  /** Aborted when the lease is lost or the worker stops. */
  readonly signal: AbortSignal
  /** A transaction of the worker in the house firm that commits only while this holder's token is the newest. */
  fenced<T>(work: (tx: Kysely<DB>, unit: UnitOfWork) => Promise<T>): Promise<T>
}

/** A loop: work less than a minute apart, by one holder of its lock at a time. */
export interface Loop extends Declared {
  readonly name: string
  readonly every_ms: number
  /** Without success for this long it is late; default two periods, at least 60 s. */
  readonly expected_by_seconds?: number
  /** Answers how many things it did; 0 leaves no history. Absent: the work keeps a time of its own and reports here. */
  readonly turn?: (turn: LoopTurn) => Promise<number>
}

/** The task's name: the declared one, else its job kind in snake_case. */
export const taskNameOf = (recurring: Recurring): string => recurring.name ?? recurring.job.kind.replaceAll('.', '_')

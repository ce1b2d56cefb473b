import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { type AuditEntry, appendAudit } from '../audit/record.ts'
import type { Actor } from '../auth/actor.ts'
import type { UnitOfWork } from '../db/database.ts'
import { type OpsEvent, recordOps } from '../ops-events.ts'
import { isHeld, jobIs } from './db-storage.ts'
import type { ExportStores } from './open.ts'
import { type BreachReason, type ExportJob, type ExportTables, FAILURES, type Fence, type JobKey } from './port.ts'
import { type ExportMove, GRACE_SECONDS, LEASE_SECONDS, MAX_ATTEMPTS, stateAfter, statesBefore } from './states.ts'

/** A change of state, told within its transaction. */
export interface ExportChange<Job extends ExportJob> {
  readonly move: ExportMove
  /** As it is afterwards. */
  readonly job: Job
}

/** Who changes a job, in which transaction. */
export interface ExportHand {
  readonly tx: Kysely<DB>
  readonly unit: UnitOfWork
  readonly actor: Actor
  readonly traceId: string
  /** Hash of the caller's address, where there is a caller. */
  readonly ipHash?: string | null
  /** Takes the audit event where the caller's own transaction writes it; otherwise it is appended. */
  readonly collect?: (entry: AuditEntry) => void
}

/** The two rows that a change of state leaves, both with its commit (`P21-L06`). */
export async function recordBoth(hand: ExportHand, entry: AuditEntry, event: OpsEvent): Promise<void> {
  const { unit, actor, traceId } = hand
  if (hand.collect) hand.collect(entry)
  else
    unit.withCommit(appendAudit([entry], { at: await unit.startedAt(), traceId, actor, ipHash: hand.ipHash ?? null }))
  recordOps({ unit, actor, traceId }, [event])
}

/** One kind of export: its tables, where its bytes lie, and what is written down when one changes. */
export interface ExportFamily<Job extends ExportJob> {
  readonly tables: ExportTables
  readonly ttlHours: number
  readonly stores: Pick<ExportStores, 'of' | 'configured'>
  /** Audit event, ops event, notices: in the transaction of the change, or it does not happen. */
  record(change: ExportChange<Job>, hand: ExportHand): Promise<void>
}

const lease = sql`now() + ${LEASE_SECONDS} * interval '1 second'`

/** What a move writes beside the state, and what must hold for it beside the state before. */
interface MoveSql {
  readonly sets: RawBuilder<unknown>
  readonly holds?: RawBuilder<unknown>
}

const failed = (reason: BreachReason): RawBuilder<unknown> =>
  sql`completed_at = now(), lease_until = null, error_code = ${FAILURES[reason].code}, error_message = ${FAILURES[reason].message}`

const BARE: Readonly<Record<Exclude<ExportMove, 'complete' | 'fail'>, MoveSql>> = {
  claim: { sets: sql`attempt = 1, started_at = now(), lease_until = ${lease}`, holds: sql`expires_at > now()` },
  take_over: {
    sets: sql`attempt = attempt + 1, lease_until = ${lease}`,
    holds: sql`lease_until <= now() and attempt < ${MAX_ATTEMPTS}`,
  },
  time_out: {
    sets: failed('max_duration_exceeded'),
    holds: sql`now() > started_at + (max_duration_sec + ${GRACE_SECONDS}) * interval '1 second'`,
  },
  cancel: { sets: failed('cancelled') },
  expire: { sets: sql`lease_until = null`, holds: sql`expires_at <= now()` },
  remove: { sets: sql`expires_at = now()` },
}

export interface CompleteSums {
  readonly sha256: string
  readonly totalBytes: number
  readonly truncated: boolean
}

/**
 * Compare-and-set of one job. Answers the job as it is afterwards, or null when it was not in a state for it (or the
 * attempt no longer holds it). Payloads of failed and expired jobs go in the same transaction, by the database.
 */
export async function moveExport<Job extends ExportJob>(
  family: ExportFamily<Job>,
  hand: ExportHand,
  asked: { readonly key: JobKey } & MoveAsked,
): Promise<Job | null> {
  const { sets, holds } = sqlOf(family, asked)
  const { rows } = await sql<Job>`
    update ${sql.table(family.tables.jobs)} set status = ${stateAfter(asked.move)}, ${sets}
    where ${jobIs(asked.key)} and status = any (${statesBefore(asked.move)}::text[]) and ${holds ?? sql`true`} returning *`.execute(
    hand.tx,
  )
  const [job] = rows
  if (!job) return null
  await family.record({ move: asked.move, job }, hand)
  return job
}

type MoveAsked =
  | { readonly move: Exclude<ExportMove, 'complete' | 'fail'> }
  | { readonly move: 'complete'; readonly fence: Fence; readonly sums: CompleteSums }
  | { readonly move: 'fail'; readonly fence: Fence; readonly reason: BreachReason }

function sqlOf<Job extends ExportJob>(family: ExportFamily<Job>, asked: MoveAsked): MoveSql {
  if (asked.move === 'fail') return { sets: failed(asked.reason), holds: isHeld(asked.fence) }
  if (asked.move !== 'complete') return BARE[asked.move]
  const { sha256, totalBytes, truncated } = asked.sums
  return {
    sets: sql`sha256 = ${sha256}, total_bytes = ${totalBytes}::bigint, truncated = ${truncated}::boolean, rows_done = row_count,
      completed_at = now(), lease_until = null, expires_at = now() + ${family.ttlHours}::int * interval '1 hour'`,
    holds: sql`${isHeld(asked.fence)} and now() <= started_at + max_duration_sec * interval '1 second'`,
  }
}

import type { AssignmentStatus } from '@zenops/contracts/assignment-states'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { type EventStamp, recordEvents } from '../../../platform/events.ts'
import type { JobKey } from '../neighbours.ts'
import type { ReportFact } from '../rules/moves.ts'
import type { Due } from '../rules/due.ts'

/** What acts in a transaction; every command context is one. */
export interface Act extends EventStamp {
  readonly tx: QueryExecutorProvider
}

export interface Step {
  readonly from: AssignmentStatus
  readonly to: AssignmentStatus
  readonly note?: string | null | undefined
  readonly due?: Due | undefined
  /** Revisions handed to QC. */
  readonly reports?: readonly ReportFact[]
  readonly system?: boolean
}

/** Times of the states that are stamped; the first hand-over to QC stays. */
const STAMPS: Readonly<Partial<Record<AssignmentStatus, ReturnType<typeof sql>>>> = {
  QC_PENDING: sql`submitted_at = coalesce(submitted_at, now())`,
  QC_APPROVED: sql`approved_at = now()`,
  DELIVERED: sql`delivered_at = now()`,
  CLOSED: sql`closed_at = now()`,
  CANCELLED: sql`cancelled_at = now(), hold_since = null, hold_reason = null, hold_by = null`,
  COLLECTING: sql`closed_at = null`,
}

const actionOf = (to: AssignmentStatus) => (to === 'CANCELLED' ? 'ASSIGNMENT_CANCELLED' : 'ASSIGNMENT_TRANSITIONED')

/** Writes one step of a job whose row is locked: state, stamps, event. Answers its audit entry. */
export async function takeStep(act: Act, job: JobKey, step: Step): Promise<AuditEntry> {
  const sets = [sql`status = ${step.to}`, sql`state_since = now()`, ...(STAMPS[step.to] ? [STAMPS[step.to]] : [])]
  if (step.due) sets.push(sql`due_at = ${step.due.at}::timestamptz, due_basis = ${step.due.basis}`)
  if (step.to === 'QC_PENDING') {
    const revisions = Object.fromEntries((step.reports ?? []).map((report) => [report.report_id, report.revision]))
    sets.push(sql`qc_revisions = ${JSON.stringify(revisions)}::jsonb`)
  }
  const change = { before: { status: step.from }, after: { status: step.to }, reason: step.note ?? null }
  recordEvents(act, [
    {
      kind: 'status_changed',
      entity_type: 'ASSIGNMENT',
      entity_id: job.id,
      assignment_id: job.id,
      ...change,
      ...(step.system ? { system: true } : {}),
    },
  ])
  await sql`update assignments.assignments set ${sql.join(sets)}, version = version + 1, updated_at = now(), last_event_at = now()
    where tenant_id = ${job.tenantId}::uuid and id = ${job.id}::uuid and status = ${step.from}`.execute(act.tx)
  return { action: actionOf(step.to), target_id: job.id, ...change }
}

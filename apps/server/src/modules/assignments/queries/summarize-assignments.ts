import { summarizeAssignments } from '@zenops/contracts/assignments'
import { ASSIGNMENT_STATUSES, type AssignmentStatus } from '@zenops/contracts/assignment-states'
import { sql } from 'kysely'
import { operationsOf } from '../../../platform/operations.ts'
import { conditionsOf, dueState } from './list-filters.ts'

const on = operationsOf<'assignments' | 'directory' | 'identity'>()

const NUMBERS = [
  'open',
  'due_soon',
  'urgent',
  'overdue',
  'missing_docs',
  'release_blocked',
  'unassigned',
  'on_hold',
] as const
type Numbers = Record<(typeof NUMBERS)[number], number>
type Row = Numbers & { readonly status: AssignmentStatus; readonly n: number }

/** The strip above the queue; everything but `by_status` counts open jobs. */
export const summarizeAssignmentsOperation = on.query(summarizeAssignments, async (context, { query }) => {
  const { read, build, actor, now } = context
  const when = (state: string) => dueState(state, actor.tenantId, now)
  const [rows] = await read(
    sql<Row>`
      select a.status, count(*) as n, count(*) filter (where a.is_open) as open,
        count(*) filter (where ${when('DUE_SOON')}) as due_soon, count(*) filter (where ${when('URGENT')}) as urgent,
        count(*) filter (where ${when('OVERDUE')}) as overdue,
        count(*) filter (where a.is_open and a.missing_docs > 0) as missing_docs,
        count(*) filter (where a.is_open and a.release_blocked) as release_blocked,
        count(*) filter (where a.is_open and a.lead_user_id is null) as unassigned,
        count(*) filter (where a.is_open and a.hold_since is not null) as on_hold
      from assignments.assignments a where ${conditionsOf(context, query)} group by a.status`.compile(build),
  )
  // Cast: every name of NUMBERS gets its sum.
  const sums = Object.fromEntries(
    NUMBERS.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)]),
  ) as Numbers
  const counted = new Map(rows.map((row) => [row.status, row.n]))
  // Cast: the keys are all the statuses.
  const by_status = Object.fromEntries(
    ASSIGNMENT_STATUSES.map((status) => [status, counted.get(status) ?? 0]),
  ) as Record<AssignmentStatus, number>
  return { ...sums, by_status }
})

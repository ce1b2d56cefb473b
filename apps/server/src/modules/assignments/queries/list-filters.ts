import type { listAssignments, summarizeAssignments } from '@zenops/contracts/assignments'
import { ASSIGNMENT_STAGES, ASSIGNMENT_STATUSES } from '@zenops/contracts/assignment-states'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type RawBuilder, sql } from 'kysely'
import type { ActorContext } from '../../../platform/operations.ts'
import { firmZone } from './assignment-row.ts'

export type Filters = Partial<ParsedOf<typeof listAssignments>['query']> &
  Partial<ParsedOf<typeof summarizeAssignments>['query']>
type Condition = RawBuilder<unknown>

/** Columns that are filtered by any of several values. */
const LISTS = {
  status: 'text',
  priority: 'text',
  bank_id: 'uuid',
  bank_branch_id: 'uuid',
  client_org_id: 'uuid',
  channel_id: 'uuid',
  service_line: 'text',
  case_type: 'text',
  source_type: 'text',
} as const

const anyOf = (column: string, type: string, values: readonly string[]): Condition =>
  values.length === 1
    ? sql`${sql.ref(`a.${column}`)} = ${values[0]}`
    : sql`${sql.ref(`a.${column}`)} = any (${[...values]}::${sql.raw(type)}[])` // type: a word of this file

const truth = (condition: Condition, wanted: boolean): Condition => (wanted ? condition : sql`not ${condition}`)

/** Jobs that name a person. Written as one list of ids, so that the index of the people drives it. */
const naming = (tenantId: string, users: readonly string[]): Condition => sql`a.id in (
  select s.assignment_id from assignments.assignment_assignees s
  where s.tenant_id = ${tenantId}::uuid and s.user_id = any (${[...users]}::uuid[]) and s.deleted_at is null)`

const startOf = (day: string, tenantId: string): Condition =>
  sql`(${day}::date::timestamp at time zone ${firmZone(tenantId)})`
const endOf = (day: string, tenantId: string): Condition =>
  sql`((${day}::date + 1)::timestamp at time zone ${firmZone(tenantId)})`

const HOURS = { due_soon: 72, urgent: 4 }

/** Due states as conditions on the deadline; hours are the firm's, read in the statement. */
export function dueState(state: string, tenantId: string, now: Date): Condition {
  const at = sql`${now.toISOString()}::timestamptz`
  const limit = (key: string, hours: number): Condition =>
    sql`(${at} + make_interval(hours => coalesce((select (t.settings -> 'operations' ->> ${key})::int from identity.tenants t
      where t.id = ${tenantId}::uuid), ${hours}::int)))`
  const urgent = limit('due_urgent_hours', HOURS.urgent)
  const soon = limit('due_soon_hours', HOURS.due_soon)
  const running = sql`a.is_open and a.hold_since is null`
  switch (state) {
    case 'OVERDUE':
      return sql`(${running} and a.due_at < ${at})`
    case 'URGENT':
      return sql`(${running} and a.due_at >= ${at} and a.due_at <= ${urgent})`
    case 'DUE_SOON':
      return sql`(${running} and a.due_at > ${urgent} and a.due_at <= ${soon})`
    case 'OK':
      return sql`(${running} and a.due_at > ${soon})`
    default:
      return sql`(not a.is_open or a.hold_since is not null)`
  }
}

/** Short words find codes by their beginning; longer ones anything that the search text holds. */
const search = (q: string): Condition =>
  q.length < 3
    ? sql`starts_with(a.code, ${q.toUpperCase()})`
    : sql`a.id = any ((select assignments.search(${q}))::uuid[])`

function dates(filters: Filters, tenantId: string): Condition[] {
  const { due_date, due_from, due_to, created_from, created_to } = filters
  const list: Condition[] = []
  for (const day of [due_date, due_from]) if (day !== undefined) list.push(sql`a.due_at >= ${startOf(day, tenantId)}`)
  for (const day of [due_date, due_to]) if (day !== undefined) list.push(sql`a.due_at < ${endOf(day, tenantId)}`)
  if (created_from !== undefined) list.push(sql`a.created_at >= ${startOf(created_from, tenantId)}`)
  if (created_to !== undefined) list.push(sql`a.created_at < ${endOf(created_to, tenantId)}`)
  return list
}

function flags(filters: Filters): Condition[] {
  const list: Condition[] = []
  if (filters.open !== undefined) list.push(truth(sql`a.is_open`, filters.open))
  if (filters.on_hold !== undefined) list.push(truth(sql`(a.hold_since is not null)`, filters.on_hold))
  if (filters.unassigned !== undefined) list.push(truth(sql`(a.lead_user_id is null)`, filters.unassigned))
  if (filters.missing_docs !== undefined) list.push(truth(sql`(a.missing_docs > 0)`, filters.missing_docs))
  if (filters.release_blocked !== undefined) list.push(truth(sql`a.release_blocked`, filters.release_blocked))
  return list
}

/**
 * The one scope builder of assignments: the acting tenant, what the caller's scope covers, and his filters. Row-level
 * security repeats tenant and scope.
 */
export function conditionsOf(context: ActorContext, filters: Filters): RawBuilder<unknown> {
  const { actor } = context
  const { tenantId, userId } = actor
  const list: Condition[] = [sql`a.tenant_id = ${tenantId}::uuid`]
  if (context.can('assignments.read') !== 'all')
    list.push(sql`(a.created_by = ${userId}::uuid or ${naming(tenantId, [userId])})`)
  for (const [column, type] of Object.entries(LISTS)) {
    const values = filters[column as keyof typeof LISTS] // a key of LISTS
    if (values) list.push(anyOf(column, type, values))
  }
  if (filters.stage)
    list.push(
      anyOf(
        'status',
        'text',
        ASSIGNMENT_STATUSES.filter((status) => filters.stage?.includes(ASSIGNMENT_STAGES[status])),
      ),
    )
  if (filters.due_state) {
    const states = filters.due_state.map((state) => dueState(state, tenantId, context.now))
    list.push(sql`(${sql.join(states, sql` or `)})`)
  }
  if (filters.assignee_user_id) list.push(naming(tenantId, filters.assignee_user_id))
  if (filters.mine !== undefined) list.push(truth(naming(tenantId, [userId]), filters.mine))
  if (filters.property_type_id) {
    list.push(sql`a.property_id in (select p.id from directory.properties p
      where p.tenant_id = ${tenantId}::uuid and p.property_type_id = any (${filters.property_type_id}::uuid[]))`)
  }
  list.push(...dates(filters, tenantId), ...flags(filters))
  if (filters.q !== undefined) list.push(search(filters.q))
  return sql.join(list, sql` and `)
}

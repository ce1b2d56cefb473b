import { type AssignmentRow, ASSIGNMENT_SOURCES } from '@zenops/contracts/assignment-records'
import { ASSIGNMENT_STAGES, type AssignmentStatus } from '@zenops/contracts/assignment-states'
import { type RawBuilder, sql } from 'kysely'
import { completenessOf } from '../rules/completeness.ts'
import { dueStateOf, localDay } from '../rules/due.ts'
import type { Mover } from '../rules/moves.ts'
import type { Firm } from '../rules/settings.ts'
import { badgesOf, nextActionOf } from '../rules/signs.ts'

/** Columns that people and the system change, as the contract names them. */
const HEADER = [
  'id',
  'tenant_id',
  'code',
  'commission_id',
  'source',
  'source_type',
  'case_type',
  'service_line',
  'loan_product',
  'title',
  'summary',
  'borrower_name',
  'borrower_phone',
  'bank_id',
  'bank_branch_id',
  'client_org_id',
  'property_id',
  'channel_id',
  'primary_contact_id',
  'fee_paise',
  'billing_account_id',
  'priority',
  'land_area',
  'land_area_unit',
  'built_up_area',
  'built_up_area_unit',
  'due_at',
  'due_basis',
  'status',
  'state_since',
  'hold_since',
  'hold_reason',
  'hold_by',
  'assigned_at',
  'submitted_at',
  'approved_at',
  'delivered_at',
  'closed_at',
  'cancelled_at',
  'lead_user_id',
  'missing_docs',
  'open_tasks',
  'messages',
  'release_blocked',
  'billing_state',
  'last_event_at',
  'created_by',
  'created_at',
  'updated_at',
  'version',
  'qc_revisions',
] as const

type Nullable = string | null
type Unit = 'sqm' | 'sqft' | null
type Verified = 'PENDING' | 'VERIFIED' | 'REJECTED' | 'MERGED' | null

/** A job folder as statements bring it: header, names beside the ids, people. */
export interface StoredRow {
  readonly id: string
  readonly tenant_id: string
  readonly code: string
  readonly commission_id: Nullable
  readonly source: 'tenant' | 'external_portal' | 'partner'
  readonly source_type: 'bank' | 'direct' | 'channel'
  readonly case_type: 'BANK' | 'EXTERNAL_VALUER' | 'DIRECT'
  readonly service_line: AssignmentRow['service_line']
  readonly loan_product: AssignmentRow['loan_product']
  readonly title: string
  readonly summary: Nullable
  readonly borrower_name: Nullable
  readonly borrower_phone: Nullable
  readonly bank_id: Nullable
  readonly bank_branch_id: Nullable
  readonly client_org_id: Nullable
  readonly property_id: Nullable
  readonly channel_id: Nullable
  readonly primary_contact_id: Nullable
  readonly fee_paise: number | null
  readonly billing_account_id: Nullable
  readonly priority: AssignmentRow['priority']
  readonly land_area: Nullable
  readonly land_area_unit: Unit
  readonly built_up_area: Nullable
  readonly built_up_area_unit: Unit
  readonly due_at: string
  readonly due_date: string
  readonly due_basis: AssignmentRow['due_basis']
  readonly status: AssignmentStatus
  readonly state_since: string
  readonly hold_since: Nullable
  readonly hold_reason: Nullable
  readonly hold_by: Nullable
  readonly assigned_at: Nullable
  readonly submitted_at: Nullable
  readonly approved_at: Nullable
  readonly delivered_at: Nullable
  readonly closed_at: Nullable
  readonly cancelled_at: Nullable
  readonly lead_user_id: Nullable
  readonly missing_docs: number
  readonly open_tasks: number
  readonly messages: number
  readonly release_blocked: boolean
  readonly billing_state: string
  readonly last_event_at: string
  readonly created_by: string
  readonly created_at: string
  readonly updated_at: string
  readonly version: number
  readonly qc_revisions: Readonly<Record<string, number>>
  readonly bank_name: Nullable
  readonly bank_verification: Verified
  readonly bank_branch_name: Nullable
  readonly bank_branch_verification: Verified
  readonly client_org_name: Nullable
  readonly client_org_verification: Verified
  readonly property_name: Nullable
  readonly property_city: Nullable
  readonly primary_contact_name: Nullable
  readonly team:
    | readonly {
        readonly user_id: string
        readonly name: string
        readonly role: AssignmentRow['assignees'][number]['role']
        readonly since: string
      }[]
    | null
}

const columns = sql.raw(HEADER.map((name) => `a.${name}`).join(', ')) // words of this file

export type StoredHeader = Pick<StoredRow, (typeof HEADER)[number]>

/** The row of a job that names no record of the directory and nobody: all of it is in its header. */
export const unnamed = (header: StoredHeader, zone: string): StoredRow => ({
  ...header,
  due_date: localDay(new Date(header.due_at), zone),
  bank_name: null,
  bank_verification: null,
  bank_branch_name: null,
  bank_branch_verification: null,
  client_org_name: null,
  client_org_verification: null,
  property_name: null,
  property_city: null,
  primary_contact_name: null,
  team: null,
})

/** Columns of a row; `a` is the assignment, `zone` the firm's time zone. */
const selection = (
  zone: RawBuilder<unknown>,
): RawBuilder<unknown> => sql`${columns}, (a.due_at at time zone ${zone})::date as due_date,
  bank.name as bank_name, bank.verification as bank_verification, branch.branch_name as bank_branch_name,
  branch.verification as bank_branch_verification, org.name as client_org_name, org.verification as client_org_verification,
  property.name as property_name, property.city as property_city, contact.name as primary_contact_name, people.team`

const JOINS = sql`
  left join directory.banks bank on bank.tenant_id = a.tenant_id and bank.id = a.bank_id
  left join directory.bank_branches branch on branch.tenant_id = a.tenant_id and branch.id = a.bank_branch_id
  left join directory.client_orgs org on org.tenant_id = a.tenant_id and org.id = a.client_org_id
  left join directory.properties property on property.tenant_id = a.tenant_id and property.id = a.property_id
  left join directory.contacts contact on contact.tenant_id = a.tenant_id and contact.id = a.primary_contact_id
  left join lateral (
    select jsonb_agg(jsonb_build_object('user_id', s.user_id, 'name', u.name, 'role', s.role, 'since', s.since) order by s.since, s.id) as team
    from assignments.assignment_assignees s join identity.users u on u.id = s.user_id
    where s.tenant_id = a.tenant_id and s.assignment_id = a.id and s.deleted_at is null) people on true`

/** The zone of the acting firm, once per statement. */
export const firmZone = (tenantId: string): RawBuilder<unknown> =>
  sql`(select t.time_zone from identity.tenants t where t.id = ${tenantId}::uuid)`

/** Full rows of a page of assignments; the page limits before anything is joined. */
export const rowsOf = (
  tenantId: string,
  page: RawBuilder<unknown>,
  order: RawBuilder<unknown>,
): RawBuilder<StoredRow> =>
  sql<StoredRow>`select ${selection(firmZone(tenantId))} from (${page}) a ${JOINS} order by ${order}`

export const rowById = (tenantId: string, id: string): RawBuilder<StoredRow> =>
  sql<StoredRow>`select ${selection(firmZone(tenantId))} from assignments.assignments a ${JOINS}
    where a.tenant_id = ${tenantId}::uuid and a.id = ${id}::uuid`

export const firmOf = (tenantId: string): RawBuilder<{ time_zone: string; operations: unknown }> =>
  sql`select t.time_zone, t.settings -> 'operations' as operations from identity.tenants t where t.id = ${tenantId}::uuid`

const areaOf = (value: Nullable, unit: Unit) =>
  value === null || unit === null ? null : { value: Number(value), unit }
const isPending = (verification: Verified): boolean => verification !== null && verification !== 'VERIFIED'

/** Whether bank, branch or client still wait for an approver. */
export const masterdataPending = (row: StoredRow): boolean =>
  [row.bank_verification, row.bank_branch_verification, row.client_org_verification].some(isPending)

const holdOf = (row: StoredRow): AssignmentRow['hold'] =>
  row.hold_since !== null && row.hold_reason !== null && row.hold_by !== null
    ? { since: row.hold_since, reason: row.hold_reason, by: row.hold_by }
    : null

/** What a row is seen with: the firm's settings, the time, and what the caller may do. */
export interface Viewer {
  readonly firm: Firm
  readonly now: Date
  readonly mover: Pick<Mover, 'can'>
}

/** A stored row as the contract shows it: areas, aliases, completeness, due state, badges, next action. */
export function shown(row: StoredRow, { firm, now, mover }: Viewer): AssignmentRow {
  const onHold = row.hold_since !== null
  const due_state = dueStateOf({ due_at: row.due_at, status: row.status, onHold }, firm.settings, now)
  const signs = { ...row, on_hold: onHold, due_state, masterdata_pending: masterdataPending(row) }
  const assignees = (row.team ?? []).map((person) => ({ ...person, since: new Date(person.since).toISOString() }))
  return {
    ...row,
    work_order_id: row.commission_id,
    source_label: ASSIGNMENT_SOURCES[row.source],
    source_ref_id:
      row.source_type === 'bank' ? row.bank_branch_id : row.source_type === 'channel' ? row.channel_id : null,
    land_area: areaOf(row.land_area, row.land_area_unit),
    built_up_area: areaOf(row.built_up_area, row.built_up_area_unit),
    lifecycle_status: row.status,
    stage: ASSIGNMENT_STAGES[row.status],
    hold: holdOf(row),
    channel_name: null,
    lead_name: assignees.find((person) => person.user_id === row.lead_user_id)?.name ?? null,
    completeness: completenessOf(row),
    due_state,
    badges: badgesOf(signs),
    assignees,
    next_action: nextActionOf(signs, mover),
  }
}

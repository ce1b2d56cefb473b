import type { AssignmentRow } from '@zenops/contracts/assignment-records'
import { type RawBuilder, sql } from 'kysely'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { type BusinessEvent, recordEvents } from '../../../platform/events.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import type { Due } from '../rules/due.ts'
import type { StoredHeader } from '../queries/assignment-row.ts'
import type { Context, HeaderLinks } from './links.ts'
import { searchText } from './search-text.ts'

type Area = { readonly value: string; readonly unit: 'sqm' | 'sqft' } | null | undefined

/** A job as it is first stored; links are settled, the lead is a member. */
export interface NewAssignment {
  readonly title: string
  readonly summary?: string | null | undefined
  readonly source_type: AssignmentRow['source_type']
  readonly case_type: AssignmentRow['case_type']
  readonly service_line: AssignmentRow['service_line']
  readonly loan_product?: AssignmentRow['loan_product'] | undefined
  readonly priority: AssignmentRow['priority']
  readonly borrower_name?: string | null | undefined
  readonly borrower_phone?: string | null | undefined
  readonly fee_paise?: number | null | undefined
  readonly land_area?: Area
  readonly built_up_area?: Area
  readonly lead_user_id?: string | undefined
  readonly links: HeaderLinks
  readonly due: Due
}

export interface Opened {
  /** As it is stored. */
  readonly header: StoredHeader
  /** What writes it, in this order. */
  readonly statements: readonly RawBuilder<unknown>[]
  readonly audit: AuditEntry
}

const areaOf = (area: Area) => [sql`${area?.value ?? null}::numeric`, sql`${area?.unit ?? null}::text`]

function insertion({ tenant_id, id, code, created_by, assigned_at }: StoredHeader, job: NewAssignment) {
  const { links } = job
  const searched = {
    ...links,
    title: job.title,
    borrower_name: job.borrower_name ?? null,
    borrower_phone: job.borrower_phone ?? null,
  }
  return sql`
    insert into assignments.assignments (tenant_id, id, code, source_type, case_type, service_line, loan_product, title, summary,
      borrower_name, borrower_phone, bank_id, bank_branch_id, client_org_id, property_id, channel_id, primary_contact_id, fee_paise,
      priority, land_area, land_area_unit, built_up_area, built_up_area_unit, due_at, due_basis, lead_user_id, assigned_at, search_text, created_by)
    values (${tenant_id}::uuid, ${id}::uuid, ${code}, ${job.source_type}, ${job.case_type}, ${job.service_line}, ${job.loan_product ?? null},
      ${job.title}, ${job.summary ?? null}, ${searched.borrower_name}, ${searched.borrower_phone}, ${links.bank_id}::uuid,
      ${links.bank_branch_id}::uuid, ${links.client_org_id}::uuid, ${links.property_id}::uuid, ${links.channel_id}::uuid,
      ${links.primary_contact_id}::uuid, ${job.fee_paise ?? null}::bigint, ${job.priority},
      ${sql.join([...areaOf(job.land_area), ...areaOf(job.built_up_area)])}, ${job.due.at}::timestamptz, ${job.due.basis},
      ${job.lead_user_id ?? null}::uuid, ${assigned_at}::timestamptz, ${searchText(tenant_id, code, searched)}, ${created_by}::uuid)`
}

/** How every job starts, by the defaults of its table. */
const START = {
  commission_id: null,
  source: 'tenant',
  billing_account_id: null,
  status: 'DRAFT',
  hold_since: null,
  hold_reason: null,
  hold_by: null,
  submitted_at: null,
  approved_at: null,
  delivered_at: null,
  closed_at: null,
  cancelled_at: null,
  missing_docs: 0,
  open_tasks: 0,
  messages: 0,
  release_blocked: false,
  billing_state: 'NONE',
  qc_revisions: {},
  version: 1,
} as const

const areaColumns = (job: NewAssignment) => ({
  land_area: job.land_area?.value ?? null,
  land_area_unit: job.land_area?.unit ?? null,
  built_up_area: job.built_up_area?.value ?? null,
  built_up_area_unit: job.built_up_area?.unit ?? null,
})

/** The stored job: what is written, and how every job starts. */
function headerOf(context: Context, job: NewAssignment, { code, at }: { code: string; at: string }): StoredHeader {
  const { tenantId, userId } = context.actor
  const lead = job.lead_user_id ?? null
  return {
    ...START,
    ...job.links,
    id: uuidv7(),
    tenant_id: tenantId,
    code,
    source_type: job.source_type,
    case_type: job.case_type,
    service_line: job.service_line,
    loan_product: job.loan_product ?? null,
    title: job.title,
    summary: job.summary ?? null,
    borrower_name: job.borrower_name ?? null,
    borrower_phone: job.borrower_phone ?? null,
    fee_paise: job.fee_paise ?? null,
    priority: job.priority,
    ...areaColumns(job),
    due_at: new Date(job.due.at).toISOString(),
    due_basis: job.due.basis,
    lead_user_id: lead,
    assigned_at: lead === null ? null : at,
    created_by: userId,
    state_since: at,
    last_event_at: at,
    created_at: at,
    updated_at: at,
  }
}

/** What the audit log keeps of a new job: no personal values. */
function auditOf(job: NewAssignment): Record<string, unknown> {
  const { links, due, borrower_name: _name, borrower_phone: _phone, ...rest } = job
  return { ...rest, ...links, due_at: due.at, due_basis: due.basis }
}

/** A job under its code as it is to be written; its history leaves with the commit. */
export async function openAssignment(context: Context, job: NewAssignment, code: string): Promise<Opened> {
  const header = headerOf(context, job, { code, at: await context.unit.startedAt() })
  const { tenant_id, id, lead_user_id } = header
  const statements = [insertion(header, job)]
  const target = { entity_type: 'ASSIGNMENT', entity_id: id, assignment_id: id } as const
  const events: BusinessEvent[] = [{ kind: 'created', ...target, after: { title: job.title, status: 'DRAFT' } }]
  if (lead_user_id !== null) {
    statements.push(sql`insert into assignments.assignment_assignees (tenant_id, assignment_id, user_id, role)
      values (${tenant_id}::uuid, ${id}::uuid, ${lead_user_id}::uuid, 'lead')`)
    events.push({ kind: 'assignee_added', ...target, after: { user_id: lead_user_id, role: 'lead' } })
  }
  recordEvents(context, events)
  return { header, statements, audit: { action: 'ASSIGNMENT_CREATED', target_id: id, after: auditOf(job) } }
}

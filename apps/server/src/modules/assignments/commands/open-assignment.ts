import type { AssignmentRow } from '@zenops/contracts/assignment-records'
import { type RawBuilder, sql } from 'kysely'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { type BusinessEvent, recordEvents } from '../../../platform/events.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { monthOf } from '../rules/code.ts'
import type { Due } from '../rules/due.ts'
import type { StoredHeader } from '../queries/assignment-row.ts'
import type { Firm } from '../rules/settings.ts'
import type { Context, HeaderLinks } from './links.ts'
import { together } from '../../../platform/db/together.ts'
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
  readonly id: string
  /** Resolves to the job as it is stored when the statements that wrote it have answered. */
  readonly written: Promise<StoredHeader>
  readonly audit: AuditEntry
}

/** What the database adds to a new job. */
interface Numbered {
  readonly code: string
  readonly at: string
}

const areaOf = (area: Area) => [sql`${area?.value ?? null}::numeric`, sql`${area?.unit ?? null}::text`]

/** One statement: the next number of the month, and the job with its code. */
function insertion(
  context: Context,
  job: NewAssignment,
  made: { readonly id: string; readonly firm: Firm },
): RawBuilder<Numbered> {
  const { tenantId, userId } = context.actor
  const { id, firm } = made
  const { links } = job
  const yymm = monthOf(context.now, firm.zone)
  const searched = {
    ...links,
    title: job.title,
    borrower_name: job.borrower_name ?? null,
    borrower_phone: job.borrower_phone ?? null,
  }
  const lead = sql`${job.lead_user_id ?? null}::uuid`
  return sql<Numbered>`
    with counter as (
      insert into assignments.assignment_counters (tenant_id, yymm, last) values (${tenantId}::uuid, ${yymm}, 1)
      on conflict (tenant_id, yymm) do update set last = assignment_counters.last + 1 returning last
    ), numbered as (
      select ${firm.settings.code_prefix}::text || '-' || ${yymm}::text || '-' || lpad(last::text, greatest(4, length(last::text)), '0') as code
      from counter
    ), made as (
    insert into assignments.assignments (tenant_id, id, code, source_type, case_type, service_line, loan_product, title, summary,
      borrower_name, borrower_phone, bank_id, bank_branch_id, client_org_id, property_id, channel_id, primary_contact_id, fee_paise,
      priority, land_area, land_area_unit, built_up_area, built_up_area_unit, due_at, due_basis, lead_user_id, assigned_at, search_text, created_by)
    select ${tenantId}::uuid, ${id}::uuid, code, ${job.source_type}, ${job.case_type}, ${job.service_line}, ${job.loan_product ?? null},
      ${job.title}, ${job.summary ?? null}, ${searched.borrower_name}, ${searched.borrower_phone}, ${links.bank_id}::uuid,
      ${links.bank_branch_id}::uuid, ${links.client_org_id}::uuid, ${links.property_id}::uuid, ${links.channel_id}::uuid,
      ${links.primary_contact_id}::uuid, ${job.fee_paise ?? null}::bigint, ${job.priority},
      ${sql.join([...areaOf(job.land_area), ...areaOf(job.built_up_area)])}, ${job.due.at}::timestamptz, ${job.due.basis},
      ${lead}, case when ${lead} is not null then now() end, ${searchText(tenantId, sql`code`, searched)}, ${userId}::uuid
    from numbered
    )
    select code, now()::timestamptz(3) as at from numbered`
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

/** The stored job: what was written, and how every job starts. */
function storedHeader(context: Context, job: NewAssignment, { id, code, at }: Numbered & { id: string }): StoredHeader {
  const { tenantId, userId } = context.actor
  const lead = job.lead_user_id ?? null
  return {
    ...START,
    ...job.links,
    id,
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

/**
 * Writes a job with the next code of the local month. The counter's row stays locked until the commit, so codes have
 * no gap; nothing slow may follow.
 */
export function openAssignment(context: Context, job: NewAssignment, firm: Firm): Opened {
  const { tx, actor } = context
  const id = uuidv7()
  const lead = job.lead_user_id ?? null
  const inserted = insertion(context, job, { id, firm }).execute(tx)
  const statements: Promise<unknown>[] = [inserted]
  const target = { entity_type: 'ASSIGNMENT', entity_id: id, assignment_id: id } as const
  const events: BusinessEvent[] = [{ kind: 'created', ...target, after: { title: job.title, status: 'DRAFT' } }]
  if (lead !== null) {
    const people = sql`insert into assignments.assignment_assignees (tenant_id, assignment_id, user_id, role)
      values (${actor.tenantId}::uuid, ${id}::uuid, ${lead}::uuid, 'lead')`
    statements.push(people.execute(tx))
    events.push({ kind: 'assignee_added', ...target, after: { user_id: lead, role: 'lead' } })
  }
  recordEvents(context, events)
  return {
    id,
    written: together(statements).then(async () => {
      const [numbered] = (await inserted).rows
      if (!numbered) throw new Error('the new assignment was not stored')
      return storedHeader(context, job, { ...numbered, id })
    }),
    audit: { action: 'ASSIGNMENT_CREATED', target_id: id, after: auditOf(job) },
  }
}

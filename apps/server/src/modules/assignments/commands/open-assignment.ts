import type { AssignmentRow } from '@zenops/contracts/assignment-records'
import { sql } from 'kysely'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { type BusinessEvent, recordEvents } from '../../../platform/events.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { monthOf } from '../rules/code.ts'
import type { Due } from '../rules/due.ts'
import type { Firm } from '../rules/settings.ts'
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
  readonly id: string
  /** Resolves when the statements that wrote the job have answered; later statements may be sent before. */
  readonly written: Promise<unknown>
  readonly audit: AuditEntry
}

/**
 * Writes a job with the next code of the local month. The counter's row stays locked until the commit, so codes have
 * no gap; nothing slow may follow.
 */
export function openAssignment(context: Context, job: NewAssignment, firm: Firm): Opened {
  const { tx, actor, now } = context
  const { tenantId, userId } = actor
  const id = uuidv7()
  const yymm = monthOf(now, firm.zone)
  const lead = job.lead_user_id ?? null
  const searched = {
    ...job.links,
    title: job.title,
    borrower_name: job.borrower_name ?? null,
    borrower_phone: job.borrower_phone ?? null,
  }
  const made = sql`
    with counter as (
      insert into assignments.assignment_counters (tenant_id, yymm, last) values (${tenantId}::uuid, ${yymm}, 1)
      on conflict (tenant_id, yymm) do update set last = assignment_counters.last + 1 returning last
    ), numbered as (
      select ${firm.settings.code_prefix}::text || '-' || ${yymm}::text || '-' || lpad(last::text, greatest(4, length(last::text)), '0') as code from counter
    )
    insert into assignments.assignments (tenant_id, id, code, source_type, case_type, service_line, loan_product, title, summary, borrower_name,
      borrower_phone, bank_id, bank_branch_id, client_org_id, property_id, channel_id, primary_contact_id, fee_paise, priority,
      land_area, land_area_unit, built_up_area, built_up_area_unit, due_at, due_basis, lead_user_id, assigned_at, search_text, created_by)
    select ${tenantId}::uuid, ${id}::uuid, code, ${job.source_type}, ${job.case_type}, ${job.service_line}, ${job.loan_product ?? null}, ${job.title},
      ${job.summary ?? null}, ${searched.borrower_name}, ${searched.borrower_phone}, ${job.links.bank_id}::uuid, ${job.links.bank_branch_id}::uuid,
      ${job.links.client_org_id}::uuid, ${job.links.property_id}::uuid, ${job.links.channel_id}::uuid, ${job.links.primary_contact_id}::uuid,
      ${job.fee_paise ?? null}::bigint, ${job.priority}, ${job.land_area?.value ?? null}::numeric, ${job.land_area?.unit ?? null},
      ${job.built_up_area?.value ?? null}::numeric, ${job.built_up_area?.unit ?? null}, ${job.due.at}::timestamptz, ${job.due.basis},
      ${lead}::uuid, case when ${lead}::uuid is not null then now() end, ${searchText(tenantId, sql`code`, searched)}, ${userId}::uuid
    from numbered`.execute(tx)
  const named =
    lead === null
      ? null
      : sql`insert into assignments.assignment_assignees (tenant_id, assignment_id, user_id, role)
          values (${tenantId}::uuid, ${id}::uuid, ${lead}::uuid, 'lead')`.execute(tx)
  const target = { entity_type: 'ASSIGNMENT', entity_id: id, assignment_id: id } as const
  const added: BusinessEvent[] =
    lead === null ? [] : [{ kind: 'assignee_added', ...target, after: { user_id: lead, role: 'lead' } }]
  recordEvents(context, [{ kind: 'created', ...target, after: { title: job.title, status: 'DRAFT' } }, ...added])
  const { links, due, borrower_name: _name, borrower_phone: _phone, ...rest } = job
  return {
    id,
    written: Promise.all([made, named]),
    audit: {
      action: 'ASSIGNMENT_CREATED',
      target_id: id,
      after: { ...rest, ...links, due_at: due.at, due_basis: due.basis },
    },
  }
}

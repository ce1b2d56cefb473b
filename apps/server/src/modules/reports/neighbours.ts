import type { LOAN_PRODUCTS } from '@zenops/contracts/report-enums'
import { type CompiledQuery, sql } from 'kysely'
import { compileOnly } from '../../platform/db/database.ts'
import { type Refusal, refuse } from '../../platform/errors.ts'
import type { Command, Tx } from './context.ts'
import type { AssignmentKnows } from './rules/prefill.ts'

/** One line of a report's history in the firm's event log. */
export interface ReportEvent {
  readonly kind: string
  readonly before?: unknown
  readonly after?: unknown
  readonly reason?: string | null
}
export interface EventSubject {
  readonly report_id: string
  readonly assignment_id: string
}

/** Writes lines of the event log, all in one statement. */
export async function recordEvents(
  { tx, actor, traceId }: Pick<Command, 'tx' | 'actor' | 'traceId'>,
  about: EventSubject,
  events: readonly ReportEvent[],
): Promise<void> {
  const rows = events.map(
    (event, order) => sql`(${actor.tenantId}::uuid, uuidv7() , ${event.kind}, ${actor.userId}::uuid, ${actor.kind === 'system' ? 'SYSTEM' : 'PERSON'},
      'report', ${about.report_id}::uuid, ${about.assignment_id}::uuid, ${about.report_id}::uuid, ${jsonOf(event.before)}::jsonb,
      ${jsonOf(event.after)}::jsonb, ${event.reason ?? null}, ${traceId}, ${order}::int)`,
  )
  await sql`
    insert into assignments.activity_events (tenant_id, id, kind, actor_user_id, actor_kind, entity_type, entity_id, assignment_id,
      report_id, before, after, reason, trace_id)
    select tenant_id, id, kind, actor, actor_kind, entity_type, entity_id, assignment_id, report_id, before, after, reason, trace_id
    from (values ${sql.join(rows)}) as e (tenant_id, id, kind, actor, actor_kind, entity_type, entity_id, assignment_id, report_id, before,
      after, reason, trace_id, ord)`.execute(tx)
}
const jsonOf = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))

/** What a new report must know of its assignment before there is one of it. */
export interface AssignmentFacts extends AssignmentKnows {
  readonly id: string
  readonly code: string
  readonly title: string
  readonly status: string
  readonly is_open: boolean
  readonly bank_id: string | null
  readonly bank_name: string | null
  readonly bank_type: 'SBI' | 'PSU_GENERIC' | 'COOP' | 'AGRI' | 'OTHER' | null
  readonly branch_city: string | null
}

interface FactsRow extends Omit<AssignmentFacts, 'latitude' | 'longitude' | 'floors' | 'address'> {
  readonly loan_product: (typeof LOAN_PRODUCTS)[number] | null
  readonly line_1: string | null
  readonly line_2: string | null
  readonly latitude: string | null
  readonly longitude: string | null
  readonly floors: { name: string; area: number; unit: 'sqm' | 'sqft' }[] | null
}

/** Assignment and master data by assignment id, as the caller may see them. */
export const assignmentFactsQuery = (tenantId: string, id: string): CompiledQuery<FactsRow> =>
  sql<FactsRow>`
    select a.id, a.code, a.title, a.status, a.is_open, a.bank_id, b.name as bank_name, b.bank_type, a.loan_product, a.borrower_name,
      o.name as client_name, r.branch_name, r.branch_code, r.address as branch_address, r.city as branch_city, a.lead_user_id,
      (select s.user_id from assignments.assignment_assignees s where s.tenant_id = a.tenant_id and s.assignment_id = a.id and s.role = 'field'
        and s.deleted_at is null order by s.since, s.id limit 1) as field_user_id,
      p.line_1, p.line_2, p.village, p.taluk, p.district, p.city, p.state, p.postal_code as pin, p.survey_no, p.cts_no, p.khata_no,
      p.latitude, p.longitude,
      (select jsonb_agg(jsonb_build_object('name', f.name, 'area', f.area, 'unit', f.unit) order by f.sort_order, f.id)
        from assignments.assignment_floors f where f.tenant_id = a.tenant_id and f.assignment_id = a.id and f.deleted_at is null) as floors
    from assignments.assignments a
    left join directory.banks b on b.tenant_id = a.tenant_id and b.id = a.bank_id
    left join directory.bank_branches r on r.tenant_id = a.tenant_id and r.id = a.bank_branch_id
    left join directory.client_orgs o on o.tenant_id = a.tenant_id and o.id = a.client_org_id
    left join directory.properties p on p.tenant_id = a.tenant_id and p.id = a.property_id
    where a.tenant_id = ${tenantId}::uuid and a.id = ${id}::uuid and a.deleted_at is null`.compile(compileOnly)

export function assignmentFactsOf(row: FactsRow): AssignmentFacts {
  const { line_1, line_2, latitude, longitude, ...rest } = row
  const address = [line_1, line_2, row.village, row.taluk, row.district, row.city, row.state, row.pin]
    .filter((part, index, parts) => part && parts.indexOf(part) === index)
    .join(', ')
  return {
    ...rest,
    address: line_1 || line_2 ? address : null,
    // Seven decimals: within the 15 digits that a JSON number keeps exactly.
    latitude: latitude === null ? null : Number(latitude),
    longitude: longitude === null ? null : Number(longitude),
    floors: row.floors ?? [],
  }
}

export async function findAssignmentFacts(tx: Tx, tenantId: string, id: string): Promise<AssignmentFacts | undefined> {
  const { rows } = await tx.getExecutor().executeQuery<FactsRow>(assignmentFactsQuery(tenantId, id))
  return rows[0] && assignmentFactsOf(rows[0])
}

/** The assignment a report is opened for: visible to the caller and not yet at its end. */
export async function assignmentForReport(context: Command, id: string): Promise<AssignmentFacts> {
  const facts = await findAssignmentFacts(context.tx, context.actor.tenantId, id)
  if (!facts) throw await missingAssignment(context.tx, id)
  if (facts.status === 'CANCELLED' || facts.status === 'CLOSED') {
    throw refuse.conflict('assignment_closed', 'This assignment is closed.')
  }
  return facts
}

async function missingAssignment(tx: Tx, id: string): Promise<Refusal> {
  const { rows } = await sql<{ here: boolean }>`select app.exists_in_tenant('assignments.assignments', ${id}::uuid) as here`.execute(tx)
  return rows[0]?.here ? refuse.forbidden('out_of_scope') : refuse.notFound('The assignment', 'assignment_id')
}

/** Opens the DRAFT assignment of a report that was asked for without one. */
export async function openDraftAssignment(
  context: Command,
  wanted: { readonly title: string; readonly bank_id: string | null },
): Promise<string> {
  if (context.can('assignments.create') === null) throw refuse.forbidden('missing_capability', { capability: 'assignments.create' })
  const { rows } = await sql<{ id: string }>`insert into assignments.assignments (tenant_id, code, title, bank_id, case_type, due_at, due_basis, created_by)
    values (${context.actor.tenantId}::uuid, ${`T-${Math.floor(Math.random() * 1e9)}`}, ${wanted.title}, ${wanted.bank_id}::uuid, 'DIRECT', now(), 'DEFAULT', ${context.actor.userId}::uuid) returning id`.execute(context.tx)
  return rows[0]?.id ?? ''
}

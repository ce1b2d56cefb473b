import type { AssignmentDetail } from '@zenops/contracts/assignment-records'
import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { AuditEntry } from '../../platform/audit/record.ts'
import { compileOnly } from '../../platform/db/database.ts'
import { type Refusal, refuse } from '../../platform/errors.ts'
import { type EventStamp, recordEvents as writeEvents } from '../../platform/events.ts'
import {
  type Act,
  type AssignmentFacts,
  advance,
  assignmentFacts,
  createDraftAssignment,
  type Draft,
  type JobKey,
  type Neighbours,
  type ReportFact,
  reportLeftReady,
  startCollecting,
} from '../assignments/index.ts'
import type { Command, Tx } from './context.ts'
import type { AssignmentKnows } from './rules/prefill.ts'
import type { ReportRow } from './rules/report-row.ts'

export type { AssignmentFacts }

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

/** Writes lines of the event log with the commit. */
export const recordEvents = (context: EventStamp, about: EventSubject, events: readonly ReportEvent[]): void =>
  writeEvents(
    context,
    events.map((event) => ({ ...event, ...about, entity_type: 'REPORT', entity_id: about.report_id })),
  )

/** Assignment and master data by assignment id, as the caller may see them. */
export const assignmentFactsQuery = (tenantId: string, id: string): CompiledQuery<AssignmentFacts> =>
  assignmentFacts({ tenantId, id }).compile(compileOnly)

const exact = (decimal: string | null | undefined): number | null =>
  // At most 12 digits: a JSON number keeps them exactly.
  decimal === null || decimal === undefined ? null : Number(decimal)

const NOWHERE = {
  line_1: null,
  line_2: null,
  village: null,
  taluk: null,
  district: null,
  city: null,
  state: null,
  postal_code: null,
  survey_no: null,
  cts_no: null,
  khata_no: null,
  latitude: null,
  longitude: null,
}

/** What a report takes over from its assignment. */
export function knowledgeOf(facts: AssignmentFacts): AssignmentKnows {
  const { line_1, line_2, postal_code: pin, latitude, longitude, ...place } = facts.property ?? NOWHERE
  const lines = [line_1, line_2, place.village, place.taluk, place.district, place.city, place.state, pin]
  const address = lines.filter((part, index) => part && lines.indexOf(part) === index).join(', ')
  return {
    loan_product: facts.loan_product as AssignmentKnows['loan_product'] & (string | null), // the same list in both tables
    borrower_name: facts.borrower_name,
    client_name: facts.client_org_name,
    branch_name: facts.bank_branch_name,
    branch_address: facts.bank_branch_address,
    lead_user_id: facts.lead_user_id,
    field_user_id: facts.assignees.find(({ role }) => role === 'field')?.user_id ?? null,
    ...place,
    pin,
    address: line_1 || line_2 ? address : null,
    latitude: exact(latitude),
    longitude: exact(longitude),
    floors: facts.floors.map(({ name, area, unit }) => ({ name, area: Number(area), unit })),
  }
}

export async function findAssignmentFacts(tx: Tx, tenantId: string, id: string): Promise<AssignmentFacts | undefined> {
  const { rows } = await assignmentFacts({ tenantId, id }).execute(tx)
  return rows[0]
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
  const { rows } = await sql<{
    here: boolean
  }>`select app.exists_in_tenant('assignments.assignments', ${id}::uuid) as here`.execute(tx)
  return rows[0]?.here ? refuse.forbidden('out_of_scope') : refuse.notFound('The assignment', 'assignment_id')
}

/** Opens the DRAFT assignment of a report that was asked for without one; answers its id and its audit entry. */
export function openDraftAssignment(context: Command, draft: Draft): Promise<{ id: string; audit: AuditEntry }> {
  if (context.can('assignments.create') === null)
    throw refuse.forbidden('missing_capability', { capability: 'assignments.create' })
  return createDraftAssignment(context, draft)
}

/** Somebody on the job has written report data: collecting begins where it has not. */
export const workHasBegun = (context: Command, report: Pick<ReportRow, 'assignment_id'>): Promise<AuditEntry[]> =>
  startCollecting(context, report.assignment_id)

/** A report left READY: what was handed to QC goes back to the desk. */
export const leftReady = (context: Command, report: Pick<ReportRow, 'assignment_id'>): Promise<AuditEntry[]> =>
  reportLeftReady(context, report.assignment_id)

/** A final pack is finished: its assignment goes on as far as its guards hold. */
export const packCompleted = (act: Act, assignmentId: string): Promise<AuditEntry[]> =>
  advance(act, { job: { tenantId: act.actor.tenantId, id: assignmentId }, neighbours: jobNeighbours })

type ReportLine = NonNullable<AssignmentDetail['reports']>['items'][number]

/** What reports tell about a job to the assignments module. */
export const jobNeighbours = {
  reportFacts: ({ tenantId, id }: JobKey) => sql<ReportFact>`
    select r.id as report_id, r.status in ('READY_FOR_RENDER', 'CLOSED') as ready, r.latest_revision as revision,
      (select max(p.revision) from reports.report_packs p where p.tenant_id = r.tenant_id and p.report_id = r.id and p.final
        and p.status in ('generated', 'superseded')) as packed_revision,
      r.released_at is not null as released,
      (select v.author_id from reports.report_revisions v where v.tenant_id = r.tenant_id and v.report_id = r.id and v.kind = 'CONTRACT'
        order by v.n desc limit 1) as author_id
    from reports.reports r
    where r.tenant_id = ${tenantId}::uuid and r.assignment_id = ${id}::uuid and r.status <> 'CANCELLED' and r.deleted_at is null
    order by r.created_at, r.id`,
  reportLines: ({ tenantId, id }: JobKey, limit: number) => sql<ReportLine>`
    select r.id, r.report_no, r.title, r.report_type, r.status, r.readiness_score, r.missing_fields_count + r.missing_evidence_count as missing_count,
      r.latest_pack_id, r.pack_stale, r.updated_at
    from reports.reports r
    where r.tenant_id = ${tenantId}::uuid and r.assignment_id = ${id}::uuid and r.deleted_at is null
    order by r.created_at desc, r.id desc limit ${limit}`,
} satisfies Neighbours

/** How many reports a job has, as part of a statement. */
export const countReports = ({ tenantId, id }: JobKey): RawBuilder<number> =>
  sql<number>`(select count(*)::int from reports.reports r where r.tenant_id = ${tenantId}::uuid and r.assignment_id = ${id}::uuid and r.deleted_at is null)`

/** What reports tell documents: where a report belongs, and which documents frozen revisions and packs hold on to. */
export const documentNeighbours = {
  report: async (tx: Tx, id: string) => {
    const { rows } = await sql<{ assignment_id: string; commission_id: string | null }>`
      select r.assignment_id, a.commission_id from reports.reports r
      join assignments.assignments a on a.tenant_id = r.tenant_id and a.id = r.assignment_id
      where r.tenant_id = (select app.current_tenant_id()) and r.id = ${id}::uuid and r.deleted_at is null`.execute(tx)
    return rows[0]
  },
  frozenUses: async (tx: Tx, documentId: string) => {
    const { rows } = await sql<{ uses: number }>`select reports.frozen_uses(${documentId}::uuid) as uses`.execute(tx)
    return rows[0]?.uses ?? 0
  },
}

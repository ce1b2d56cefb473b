import type { AssignmentDetail } from '@zenops/contracts/assignment-records'
import type { AssignmentMove } from '@zenops/contracts/assignment-states'
import { type CompiledQuery, type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import type { ActorContext } from '../../../platform/operations.ts'
import { type JobKey, type Neighbours } from '../neighbours.ts'
import { isOwnWork, mayMove, type MoveFacts, personalMoves, type ReportFact, unmetGuards } from '../rules/moves.ts'
import { type Firm, firmFrom } from '../rules/settings.ts'
import { firmOf, masterdataPending, rowById, shown, type StoredRow } from './assignment-row.ts'
import { together } from '../../../platform/db/together.ts'
import { activityOf, type EventRow, eventsOf, pageOf } from './events.ts'

const PART_LIMIT = 20

interface FloorRow {
  readonly id: string
  readonly name: string
  readonly sort_order: number
  readonly area: number
  readonly unit: 'sqm' | 'sqft'
}

/** The live floors in their order; areas leave as JSON numbers. */
export const floorsOf = (job: JobKey): RawBuilder<FloorRow> => sql<FloorRow>`
  select id, name, sort_order, area::float8 as area, unit from assignments.assignment_floors
  where tenant_id = ${job.tenantId}::uuid and assignment_id = ${job.id}::uuid order by sort_order, id`

export interface DetailRows {
  readonly row: StoredRow
  readonly firm: Firm
  readonly facts: MoveFacts
  readonly floors: readonly FloorRow[]
  readonly counts: { readonly documents: number; readonly reports: number }
  readonly events: readonly EventRow[] | null
  readonly documents: readonly unknown[] | null
  readonly reports: readonly unknown[] | null
}

export type Part = 'floors' | 'assignees' | 'events' | 'documents' | 'reports'

/** What guards judge, from the row and its neighbours. */
export const factsOf = (
  row: StoredRow,
  more: { reports: readonly ReportFact[]; charges: MoveFacts['charges'] },
): MoveFacts => ({
  ...more,
  qc_revisions: row.qc_revisions,
  status: row.status,
  on_hold: row.hold_since !== null,
  source_type: row.source_type,
  lead_user_id: row.lead_user_id,
  bank_branch_id: row.bank_branch_id,
  property_id: row.property_id,
  masterdata_verified: !masterdataPending(row),
  team: row.team ?? [],
  open_tasks: row.open_tasks,
})

/** The statements of a detail by name: a fixed number, and none for what no neighbour tells. */
function statementsOf({ job, neighbours, parts = [] }: DetailRequest) {
  const wants = (part: Part): boolean => parts.includes(part)
  const all: Readonly<Record<string, RawBuilder<unknown> | undefined>> = {
    row: rowById(job.tenantId, job.id),
    firm: firmOf(job.tenantId),
    floors: floorsOf(job),
    reportFacts: neighbours.reportFacts?.(job),
    chargeFacts: neighbours.chargeFacts?.(job),
    counts: neighbours.counts?.(job),
    events: wants('events') ? eventsOf(job, { limit: PART_LIMIT }) : undefined,
    documents: wants('documents') ? neighbours.documentLines?.(job, PART_LIMIT + 1) : undefined,
    reports: wants('reports') ? neighbours.reportLines?.(job, PART_LIMIT + 1) : undefined,
  }
  return Object.entries(all).flatMap(([name, statement]) => (statement ? [{ name, statement }] : []))
}

interface DetailRequest {
  readonly job: JobKey
  readonly neighbours: Neighbours
  readonly parts?: readonly Part[]
}
type Found = ReadonlyMap<string, readonly unknown[]>

function gathered(found: Found, parts: readonly Part[] = []): DetailRows | undefined {
  // Casts: each name brings the rows of its own statement above.
  const of = <T>(name: string): readonly T[] => (found.get(name) ?? []) as readonly T[]
  const row = of<StoredRow>('row')[0]
  if (!row) return undefined
  const reports = of<ReportFact>('reportFacts')
  const facts = factsOf(row, { reports, charges: of('chargeFacts') })
  return {
    row,
    firm: firmFrom(of<{ time_zone: string; operations: unknown }>('firm')[0]),
    facts,
    floors: of('floors'),
    counts: of<DetailRows['counts']>('counts')[0] ?? { documents: 0, reports: reports.length },
    events: parts.includes('events') ? of('events') : null,
    documents: parts.includes('documents') ? of('documents') : null,
    reports: parts.includes('reports') ? of('reports') : null,
  }
}

/** The detail's rows through a batch reader: one round trip. */
export async function readDetail(
  read: (...queries: CompiledQuery<unknown>[]) => Promise<readonly (readonly unknown[])[]>,
  request: DetailRequest,
): Promise<DetailRows | undefined> {
  const statements = statementsOf(request)
  const results = await read(...statements.map(({ statement }) => statement.compile(compileOnly)))
  return gathered(new Map(statements.map(({ name }, place) => [name, results[place] ?? []])), request.parts)
}

/** The detail's rows within a transaction; the statements leave together. */
export async function detailWithin(tx: QueryExecutorProvider, request: DetailRequest): Promise<DetailRows | undefined> {
  const entries = statementsOf(request).map(
    async ({ name, statement }) => [name, (await statement.execute(tx)).rows] as const,
  )
  return gathered(new Map(await together(entries)), request.parts)
}

/** The detail's rows of a job that was stored just now: nothing stands on it yet. */
export const freshDetail = (row: StoredRow, firm: Firm): DetailRows => ({
  row,
  firm,
  facts: factsOf(row, { reports: [], charges: [] }),
  floors: [],
  counts: { documents: 0, reports: 0 },
  events: null,
  documents: null,
  reports: null,
})

const UNMET_ALWAYS = { missing: 'missing_capability', hold: 'on_hold', own: 'self_approval' } as const

/** A move as the caller sees it: may he make it now, and if not, what is in the way. */
function allowedMove(move: AssignmentMove, { facts, firm }: DetailRows, context: ActorContext) {
  const unmet: string[] = []
  if (!mayMove(move, context)) unmet.push(UNMET_ALWAYS.missing)
  if (facts.on_hold && move.to !== 'CANCELLED') unmet.push(UNMET_ALWAYS.hold)
  if (move.fourEyes && !firm.settings.allow_self_qc && isOwnWork(facts, context.actor.userId))
    unmet.push(UNMET_ALWAYS.own)
  const guards = unmetGuards(move, facts)
  const hindered = unmet.length > 0 || (guards.length > 0 && !move.waivable)
  return {
    to_status: move.to,
    allowed: !hindered,
    unmet: [...unmet, ...guards].map((reason) => ({ reason })),
    note_min: move.noteMin,
    needs_due_date: move.needsDueDate,
    waivable: move.waivable,
  }
}

/** The detail as the contract shows it. */
export function detailOf(rows: DetailRows, context: ActorContext): AssignmentDetail {
  const { row, firm, floors, counts, events, documents, reports } = rows
  return {
    ...shown(row, { firm, now: context.now, mover: context }),
    source_record: null,
    floors: [...floors],
    allowed_moves: personalMoves(row.status).map((move) => allowedMove(move, rows, context)),
    counters: { ...counts, open_tasks: row.open_tasks, messages: row.messages, missing_docs: row.missing_docs },
    ...(events ? { events: pageOf(events, PART_LIMIT, activityOf) } : {}),
    // Casts: the neighbours give lines of their own contract; the output check judges them.
    ...(documents
      ? {
          documents: pageOf(documents as { id: string }[], PART_LIMIT, (line) => line) as AssignmentDetail['documents'],
        }
      : {}),
    ...(reports
      ? { reports: pageOf(reports as { id: string }[], PART_LIMIT, (line) => line) as AssignmentDetail['reports'] }
      : {}),
  }
}

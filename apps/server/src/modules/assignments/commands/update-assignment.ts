import { isLocked } from '@zenops/contracts/assignment-states'
import { updateAssignment } from '@zenops/contracts/assignments'
import type { ParsedOf } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { recordEvents } from '../../../platform/events.ts'
import { type Bound, operationsOf } from '../../../platform/operations.ts'
import type { JobKey, Neighbours } from '../neighbours.ts'
import type { StoredRow } from '../queries/assignment-row.ts'
import { type DetailRows, detailOf, detailWithin } from '../queries/detail.ts'
import { dueOf } from '../rules/due.ts'
import type { Firm } from '../rules/settings.ts'
import { sourceRef } from '../rules/sources.ts'
import { lockedDetail } from './job-lock.ts'
import { type Context, type HeaderLinks, settledLinks } from './links.ts'
import { together } from '../../../platform/db/together.ts'
import { searchText } from './search-text.ts'

const on = operationsOf<'assignments' | 'directory' | 'identity'>()
type Body = ParsedOf<typeof updateAssignment>['body']
type Columns = Partial<Record<keyof StoredRow, unknown>>

const PLAIN = [
  'title',
  'summary',
  'borrower_name',
  'borrower_phone',
  'loan_product',
  'fee_paise',
  'source_type',
  'case_type',
  'service_line',
  'priority',
] as const
const LINKS = ['bank_id', 'bank_branch_id', 'client_org_id', 'property_id', 'channel_id', 'primary_contact_id'] as const
const SEARCHED = new Set<string>([
  'title',
  'borrower_name',
  'borrower_phone',
  'bank_id',
  'bank_branch_id',
  'client_org_id',
  'property_id',
])
/** Personal values: the log says that they changed, not what they were. */
const PERSONAL = new Set(['borrower_name', 'borrower_phone'])

/** Links after the change; a new branch brings its bank and client where they are not named. */
async function changedLinks(context: Context, row: StoredRow, body: Body): Promise<Partial<HeaderLinks>> {
  const source_type = body.source_type ?? row.source_type
  const source = sourceRef({ ...body, source_type })
  if ('reason' in source) throw refuse.invalid('source_ref_id', source.reason)
  const sent: Partial<Record<(typeof LINKS)[number], string | null | undefined>> = { ...body, ...source }
  if (LINKS.every((name) => sent[name] === undefined)) return {}
  const moved =
    sent.bank_branch_id !== undefined && sent.bank_branch_id !== null && sent.bank_branch_id !== row.bank_branch_id
  const kept = (name: (typeof LINKS)[number]): string | null =>
    moved && (name === 'bank_id' || name === 'client_org_id') ? null : row[name]
  const known = new Set(LINKS.filter((name) => sent[name] === undefined || sent[name] === row[name]))
  const entries = LINKS.map((name) => [name, sent[name] === undefined ? kept(name) : sent[name]] as const)
  // Cast: one entry for every name of HeaderLinks.
  const wanted = Object.fromEntries(entries) as unknown as HeaderLinks
  const settled = await settledLinks(context, wanted, known)
  // A branch without a client of its own leaves the one that is there.
  const keepsClient = moved && sent.client_org_id === undefined && settled.client_org_id === null
  return keepsClient ? { ...settled, client_org_id: row.client_org_id } : settled
}

function areaColumns(name: 'land_area' | 'built_up_area', body: Body): Columns {
  const area = body[name]
  if (area === undefined) return {}
  return { [name]: area?.value ?? null, [`${name}_unit`]: area?.unit ?? null }
}

function dueColumns(body: Body, firm: Firm, now: Date): Columns {
  if (body.due_at === undefined && body.due_date === undefined) return {}
  const due = dueOf(body, firm, now)
  return { due_at: due.at, due_basis: due.basis }
}

const sameValue = (before: unknown, after: unknown): boolean =>
  before === after ||
  (before !== null &&
    after !== null &&
    typeof before === 'string' &&
    /^-?\d+(\.\d+)?$/.test(before) &&
    Number(before) === Number(after))

async function changesOf(context: Context, rows: DetailRows, body: Body): Promise<Columns> {
  const { row, firm } = rows
  const wanted: Columns = {
    ...Object.fromEntries(PLAIN.filter((name) => body[name] !== undefined).map((name) => [name, body[name]])),
    ...(await changedLinks(context, row, body)),
    ...areaColumns('land_area', body),
    ...areaColumns('built_up_area', body),
    ...dueColumns(body, firm, context.now),
  }
  // Casts: every key of wanted is a column of the row.
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => !sameValue(row[name as keyof StoredRow], value ?? null)),
  ) as Columns
}

/** What may not be changed now, or not by this person. */
function allow(context: Context, rows: DetailRows, changes: Columns): void {
  const { row } = rows
  const names = Object.keys(changes)
  if (isLocked(row.status) && names.some((name) => name !== 'summary')) {
    throw new Refusal('ASSIGNMENT_LOCKED', 'Delivered jobs keep their header; only the summary may change.', {
      details: names.filter((name) => name !== 'summary').map((path) => ({ path, reason: 'locked' })),
    })
  }
  if ('fee_paise' in changes && row.status !== 'DRAFT' && context.can('billing.write') === null) {
    throw refuse.forbidden('missing_capability', { path: 'fee_paise', capability: 'billing.write' })
  }
  if (rows.floors.length > 0 && ('built_up_area' in changes || 'built_up_area_unit' in changes)) {
    throw refuse.invalid('built_up_area', 'sum_of_floors', 'The built-up area is the sum of the floors.')
  }
}

const spoken = (name: string, value: unknown): unknown => (PERSONAL.has(name) ? 'changed' : (value ?? null))

function written(context: Context, row: StoredRow, changes: Columns) {
  const { tenantId } = context.actor
  const sets = Object.entries(changes).map(([name, value]) => sql`${sql.ref(name)} = ${value ?? null}`)
  if (Object.keys(changes).some((name) => SEARCHED.has(name))) {
    // Cast: the row with its changes has the row's own columns.
    sets.push(sql`search_text = ${searchText(tenantId, row.code, { ...row, ...changes } as StoredRow)}`)
  }
  return sql`update assignments.assignments set ${sql.join(sets)}, version = version + 1, updated_at = now(), last_event_at = now()
    where tenant_id = ${tenantId}::uuid and id = ${row.id}::uuid`.execute(context.tx)
}

export const updateAssignmentOperation = (neighbours: Neighbours): Bound =>
  on.command(updateAssignment, {
    run: async (context, { params, body }) => {
      if (body.expected_version === undefined) throw refuse.invalid('expected_version', 'required')
      const { tx, actor } = context
      const job: JobKey = { tenantId: actor.tenantId, id: params.id }
      const rows = await lockedDetail(tx, { job, neighbours })
      if (rows.row.version !== body.expected_version) throw refuse.stale(rows.row.version)
      const changes = await changesOf(context, rows, body)
      allow(context, rows, changes)
      const names = Object.keys(changes)
      if (names.length === 0) return { body: detailOf(rows, context), audit: NOTHING_CHANGED }
      const [, fresh] = await together([written(context, rows.row, changes), detailWithin(tx, { job, neighbours })])
      if (!fresh) throw new Error('the locked assignment is gone')
      const before = Object.fromEntries(names.map((name) => [name, spoken(name, rows.row[name as keyof StoredRow])])) // names are columns of the row
      const after = Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, spoken(name, value)]))
      const target = {
        kind: 'field_updated',
        entity_type: 'ASSIGNMENT',
        entity_id: job.id,
        assignment_id: job.id,
      } as const
      recordEvents(
        context,
        names.map((field) => ({
          ...target,
          before: { field, value: before[field] },
          after: { field, value: after[field] },
        })),
      )
      return {
        body: detailOf(fresh, context),
        audit: { action: 'ASSIGNMENT_UPDATED', target_id: job.id, before, after },
      }
    },
  })

import { listDeletedRows } from '@zenops/contracts/retention'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { compileOnly } from '../../../platform/db/database.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import type { Visible } from '../context.ts'

const on = operationsOf<Visible>()
const Key = z.tuple([z.iso.datetime({ precision: 3 }), z.guid()])

interface Kind {
  /** What the row is called; null where the name itself is personal. */
  readonly label: string
  /** The job that a hold may name. */
  readonly assignment?: string
  /** The job or report that the row is a part of. */
  readonly whole?: string
  /** The route of the module that brings the row back; SQL over `r`. */
  readonly restore?: string
  /** Why no route brings it back. */
  readonly final?: string
  /** The studio never sees these. */
  readonly webOnly?: true
}

const NO_ROUTE = 'no route deletes it'
const OF_REPORT =
  '(select p.assignment_id from reports.reports p where p.tenant_id = r.tenant_id and p.id = r.report_id and p.deleted_at is null)'

/** Everything that is soft-deleted, and how it comes back; a law test fails on a table that is missing. */
export const DELETED_KINDS: Readonly<Record<string, Kind>> = {
  'documents.documents': {
    label: "case when r.sensitivity in ('public', 'internal') then r.original_filename end",
    restore: "'/v1/documents/' || r.id || '/restore'",
    webOnly: true,
  },
  'reports.report_evidence_items': {
    label: 'r.label',
    assignment: OF_REPORT,
    whole: 'r.report_id',
    restore: "'/v1/repogen/work-orders/' || r.report_id || '/evidence/' || r.id || '/restore'",
    webOnly: true,
  },
  'assignments.assignment_floors': {
    label: 'r.name',
    assignment: 'r.assignment_id',
    whole: 'r.assignment_id',
    restore: "'/v1/assignments/' || r.assignment_id || '/floors/' || r.id || '/restore'",
    webOnly: true,
  },
  'ops.alert_channels': { label: 'r.name', restore: "'/v1/ops/alert-channels/' || r.id || '/restore'" },
  'directory.banks': { label: 'r.name', final: NO_ROUTE },
  'directory.bank_branches': { label: 'r.branch_name', final: NO_ROUTE },
  'directory.client_orgs': { label: 'r.name', final: NO_ROUTE },
  'directory.contacts': { label: 'null', final: 'an erasure alone deletes it, and is not undone' },
  'directory.properties': { label: 'r.name', final: NO_ROUTE },
  'directory.property_types': { label: 'r.name', final: NO_ROUTE },
  'directory.property_subtypes': { label: 'r.name', final: NO_ROUTE },
  'assignments.assignments': { label: 'r.code', assignment: 'r.id', final: NO_ROUTE },
  'reports.reports': { label: 'r.report_no', assignment: 'r.assignment_id', final: NO_ROUTE },
  'reports.evidence_profiles': { label: 'r.name', final: NO_ROUTE },
}
/** Soft-deleted too, and not listed among what may come back. */
export const NOT_LISTED: Readonly<Record<string, string>> = {
  'assignments.assignment_assignees': 'a link: adding the person again makes it anew',
  'identity.memberships': 'whoever was removed is invited again, so that no right comes back unseen',
  'identity.tenants': 'platform operators restore a firm by its own route, under step-up',
  'identity.users': 'an erasure alone deletes it, and is not undone',
}

const rowsOf = (
  table: string,
  { label, assignment, whole, restore }: Kind,
  tenantId: string,
): RawBuilder<unknown> => sql`
  select r.tenant_id, ${table}::text as kind, r.id, ${sql.raw(`(${label})::text`)} as label, r.deleted_at, r.deleted_by, r.delete_reason, r.purge_after,
    ${assignment === undefined ? sql`null::uuid` : sql.raw(assignment)} as assignment_id,
    ${whole === undefined ? sql`null::uuid` : sql.raw(whole)} as whole_id,
    case when r.purge_after > now() then ${restore === undefined ? sql`null::text` : sql.raw(restore)} end as restore_path
  from ${sql.raw(table)} r where r.tenant_id = ${tenantId}::uuid and r.deleted_at is not null`

interface Row {
  readonly tenant_id: string
  readonly kind: string
  readonly id: string
  readonly label: string | null
  readonly deleted_at: string
  readonly deleted_by: string | null
  readonly deleted_by_name: string | null
  readonly delete_reason: string | null
  readonly purge_after: string
  readonly held: boolean
  readonly whole_id: string | null
  readonly restore_path: string | null
}

export const listDeletedRowsOperation = on.query(listDeletedRows, async ({ actor, read }, { query }) => {
  const kinds = Object.entries(DELETED_KINDS).filter(
    ([table, kind]) => (query.kind === undefined || query.kind === table) && !(kind.webOnly && actor.aud !== 'web'),
  )
  if (query.kind !== undefined && DELETED_KINDS[query.kind] === undefined) throw refuse.invalid('kind', 'unknown')
  if (kinds.length === 0) return { items: [], next_cursor: null }
  const key = query.cursor === undefined ? null : decodeCursor(Key, query.cursor)
  const all = sql.join(
    kinds.map(([table, kind]) => rowsOf(table, kind, actor.tenantId)),
    sql` union all `,
  )
  const [, rows] = await read(
    sql`select set_config('app.sees_deleted', 'on', true)`.compile(compileOnly),
    sql<Row>`
      select d.*, u.name as deleted_by_name, exists (select 1 from privacy.legal_holds h where h.tenant_id = d.tenant_id and h.lifted_at is null
          and (h.until is null or h.until > now()) and (h.scope = 'tenant' or h.assignment_id = d.assignment_id or h.subject_id = d.id)) as held
      from (${all}) d left join identity.users u on u.id = d.deleted_by
      where ${key === null ? sql`true` : sql`(d.purge_after, d.id) > (${key[0]}::timestamptz, ${key[1]}::uuid)`}
      order by d.purge_after, d.id limit ${query.limit + 1}`.compile(compileOnly),
  )
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined
  return {
    items: rows.slice(0, query.limit).map((row) => ({
      ...row,
      row_id: row.id,
      deleted_by: row.deleted_by === null ? null : { id: row.deleted_by, name: row.deleted_by_name ?? '' },
    })),
    next_cursor: last ? encodeCursor([last.purge_after, last.id]) : null,
  }
})

import type { DerivedValues } from '@zenops/contracts/report-outputs'
import { listReports } from '@zenops/contracts/reports'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import type { Visible } from '../context.ts'
import { headerOf, type ReportRow } from '../rules/report-row.ts'

interface ListedRow extends ReportRow {
  readonly assignment_code: string
  readonly derived: DerivedValues | null
  readonly revised_at: string | null
  readonly sort_key: string | number
}

const SORTS = {
  '-created_at': {
    column: sql`r.created_at`,
    descending: true,
    cast: sql`timestamptz`,
    key: z.iso.datetime({ precision: 3 }),
  },
  updated_at: {
    column: sql`r.updated_at`,
    descending: false,
    cast: sql`timestamptz`,
    key: z.iso.datetime({ precision: 3 }),
  },
  '-updated_at': {
    column: sql`r.updated_at`,
    descending: true,
    cast: sql`timestamptz`,
    key: z.iso.datetime({ precision: 3 }),
  },
  readiness_score: { column: sql`r.readiness_score`, descending: false, cast: sql`int`, key: z.int() },
} as const

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** A text that is an id finds its report; any other is only text. */
const searched = (words: string): RawBuilder<boolean> =>
  UUID.test(words)
    ? sql<boolean>`r.id = ${words}::uuid`
    : sql<boolean>`r.id = any ((select reports.search(${words}))::uuid[])`

export const listReportsOperation = operationsOf<Visible>().query(
  listReports,
  async ({ read, build, actor }, { query }) => {
    const sort = SORTS[query.sort]
    const after = query.cursor === undefined ? null : decodeCursor(z.tuple([sort.key, z.guid()]), query.cursor)
    const where: RawBuilder<unknown>[] = [sql`r.tenant_id = ${actor.tenantId}::uuid`, sql`r.deleted_at is null`]
    const among = (column: RawBuilder<unknown>, values: readonly string[] | undefined): void => {
      if (values) where.push(sql`${column} = any (${[...values]}::text[])`)
    }
    among(sql`r.status`, query.status)
    among(sql`r.report_type`, query.report_type)
    among(sql`r.bank_type`, query.bank_type)
    among(sql`r.value_slab`, query.value_slab)
    among(sql`r.template_selector`, query.template_selector)
    among(sql`r.source_type`, query.source_type)
    among(sql`r.qc_state`, query.qc_state)
    if (query.assignment_id) where.push(sql`r.assignment_id = ${query.assignment_id}::uuid`)
    if (query.bank_id) where.push(sql`r.bank_id = ${query.bank_id}::uuid`)
    if (query.ready !== undefined)
      where.push(sql`(r.status in ('READY_FOR_RENDER', 'CLOSED')) = ${query.ready}::boolean`)
    if (query.released !== undefined) where.push(sql`(r.released_at is not null) = ${query.released}::boolean`)
    if (query.pack_stale !== undefined) where.push(sql`r.pack_stale = ${query.pack_stale}::boolean`)
    if (query.created_from)
      where.push(sql`r.created_at >= (${query.created_from}::date)::timestamp at time zone t.time_zone`)
    if (query.created_to)
      where.push(sql`r.created_at < (${query.created_to}::date + 1)::timestamp at time zone t.time_zone`)
    if (query.q) where.push(searched(query.q))
    const beyond = sort.descending ? sql`<` : sql`>`
    if (after) where.push(sql`(${sort.column}, r.id) ${beyond} (${after[0]}::${sort.cast}, ${after[1]}::uuid)`)
    const direction = sort.descending ? sql`desc` : sql`asc`
    const [rows] = await read(
      sql<ListedRow>`
      select r.*, a.code as assignment_code, v.derived, v.created_at as revised_at, ${sort.column} as sort_key
      from reports.reports r
      join identity.tenants t on t.id = r.tenant_id
      join assignments.assignments a on a.tenant_id = r.tenant_id and a.id = r.assignment_id
      left join reports.report_revisions v on v.tenant_id = r.tenant_id and v.report_id = r.id and v.n = r.latest_revision
      where ${sql.join(where, sql` and `)}
      order by ${sort.column} ${direction}, r.id ${direction} limit ${query.limit + 1}`.compile(build),
    )
    const items = rows.slice(0, query.limit)
    const last = rows.length > query.limit ? items.at(-1) : undefined
    return { items: items.map(rowOf), next_cursor: last ? encodeCursor([last.sort_key, last.id]) : null }
  },
)

const rowOf = (row: ListedRow) => ({
  ...headerOf(row),
  assignment_code: row.assignment_code,
  borrower_name: row.borrower_name,
  missing_fields_count: row.missing_fields_count,
  missing_evidence_count: row.missing_evidence_count,
  warnings_count: row.warnings_count,
  derived_values: row.derived,
  evidence_count: row.evidence_count,
  comments_count: row.comments_count,
  latest_snapshot: row.revised_at ? { version: 2 * row.latest_revision, at: row.revised_at } : null,
})

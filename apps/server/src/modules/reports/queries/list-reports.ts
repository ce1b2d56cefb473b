import type { DerivedValues } from '@zenops/contracts/report-outputs'
import { listReports } from '@zenops/contracts/reports'
import { type RawBuilder, sql } from 'kysely'
import type { ParsedOf } from '@zenops/contracts/kit'
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

type Filters = ParsedOf<typeof listReports>['query']

/** Choices among closed lists. */
function chosen(query: Filters): RawBuilder<unknown>[] {
  const among: [RawBuilder<unknown>, readonly string[] | undefined][] = [
    [sql`r.status`, query.status],
    [sql`r.report_type`, query.report_type],
    [sql`r.bank_type`, query.bank_type],
    [sql`r.value_slab`, query.value_slab],
    [sql`r.template_selector`, query.template_selector],
    [sql`r.source_type`, query.source_type],
    [sql`r.qc_state`, query.qc_state],
  ]
  return among.flatMap(([column, values]) => (values ? [sql`${column} = any (${[...values]}::text[])`] : []))
}

function filtersOf(tenantId: string, query: Filters): RawBuilder<unknown>[] {
  const { ready, released, pack_stale: stale, created_from: from, created_to: to } = query
  const conditions: (RawBuilder<unknown> | false | undefined | '')[] = [
    query.assignment_id && sql`r.assignment_id = ${query.assignment_id}::uuid`,
    query.bank_id && sql`r.bank_id = ${query.bank_id}::uuid`,
    ready !== undefined && sql`(r.status in ('READY_FOR_RENDER', 'CLOSED')) = ${ready}::boolean`,
    released !== undefined && sql`(r.released_at is not null) = ${released}::boolean`,
    stale !== undefined && sql`r.pack_stale = ${stale}::boolean`,
    from && sql`r.created_at >= (${from}::date)::timestamp at time zone t.time_zone`,
    to && sql`r.created_at < (${to}::date + 1)::timestamp at time zone t.time_zone`,
    query.q && searched(query.q),
  ]
  const alive = [sql`r.tenant_id = ${tenantId}::uuid`, sql`r.deleted_at is null`]
  return [...alive, ...chosen(query), ...conditions.flatMap((condition) => (condition ? [condition] : []))]
}

export const listReportsOperation = operationsOf<Visible>().query(
  listReports,
  async ({ read, build, actor }, { query }) => {
    const sort = SORTS[query.sort]
    const after = query.cursor === undefined ? null : decodeCursor(z.tuple([sort.key, z.guid()]), query.cursor)
    const where = filtersOf(actor.tenantId, query)
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

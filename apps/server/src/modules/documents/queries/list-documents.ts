import { listDocuments } from '@zenops/contracts/documents'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { operationsOf, type QueryContext } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { inMyFirms, isOpen, isPortal, type Visible } from '../context.ts'
import { type DocumentRow, documentColumns, presentDocument } from './document.ts'

const on = operationsOf<Visible>()
type Context = QueryContext<Visible>
type Query = z.output<(typeof listDocuments)['query']>
type Condition = RawBuilder<unknown>

const LINK_FILTERS = [
  ['work_order_id', 'commission_id'],
  ['assignment_id', 'assignment_id'],
  ['report_request_id', 'report_id'],
  ['employee_id', 'employee_id'],
  ['invoice_id', 'invoice_id'],
] as const

const ROW_FILTERS = ['source', 'classification', 'sensitivity', 'review_state'] as const

const hasLink = (conditions: readonly Condition[]): Condition => sql`exists (
  select 1 from documents.document_links l
  where l.tenant_id = d.tenant_id and l.document_id = d.id${conditions.length > 0 ? sql` and ${sql.join(conditions, sql` and `)}` : sql``})`

/** Link filters hold on one and the same link. */
function linkConditions(query: Query): Condition[] {
  const targets = LINK_FILTERS.flatMap(([name, column]) => {
    const id = query[name]
    return id === undefined ? [] : [sql`l.${sql.ref(column)} = ${id}::uuid`]
  })
  const purposes = query.purpose === undefined ? [] : [sql`l.purpose = any (${query.purpose}::text[])`]
  const wanted = [...targets, ...purposes]
  return [
    ...(wanted.length > 0 ? [hasLink(wanted)] : []),
    ...(query.unlinked === undefined ? [] : [query.unlinked ? sql`not ${hasLink([])}` : hasLink([])]),
  ]
}

/** Tag filters hold on one tag; what is withheld is not found by it. */
function tagCondition(context: Context, query: Query): Condition[] {
  const { tag_key: key, tag_value: value } = query
  if (key === undefined && value === undefined) return []
  return [
    sql`${isOpen(context)} and exists (select 1 from documents.document_tags t where t.tenant_id = d.tenant_id and t.document_id = d.id
      ${key === undefined ? sql`` : sql`and t.key = ${key}`}
      ${value === undefined ? sql`` : sql`and t.value_norm = lower(normalize(${value}::text, nfkc))`})`,
  ]
}

/** Days are those of the firm. */
function capturedConditions(context: Context, query: Query): Condition[] {
  const firm = isPortal(context) ? sql`d.tenant_id` : sql`${context.actor.tenantId}::uuid`
  const zone = sql`(select f.time_zone from documents.firm_rules(${firm}) f)`
  return [
    ...(query.captured_from === undefined
      ? []
      : [sql`d.captured_at >= ${query.captured_from}::date::timestamp at time zone ${zone}`]),
    ...(query.captured_to === undefined
      ? []
      : [sql`d.captured_at < (${query.captured_to}::date + 1)::timestamp at time zone ${zone}`]),
  ]
}

function nameConditions(context: Context, query: Query): Condition[] {
  const found = (words: string): Condition =>
    sql`(${isOpen(context)} and d.id = any ((select documents.search(${words}))::uuid[]))`
  return [query.q, query.filename].flatMap((words) =>
    words === undefined || words.trim() === '' ? [] : [found(words)],
  )
}

/**
 * Narrow scopes are found through their own indexes: the policy alone would walk all documents of the firm. It still
 * judges every row; holders of wider reads beside it (people, invoices) are left to it.
 */
function scopeCondition(context: Context, query: Query): Condition[] {
  const { actor, can } = context
  const isWide = can('documents.read') === 'all' || can('employees.read') === 'all' || can('invoices.read') === 'all'
  if (isPortal(context) || isWide || LINK_FILTERS.some(([name]) => query[name] !== undefined)) return []
  return [
    sql`d.id = any (array(
      select l.document_id from documents.document_links l
      where l.tenant_id = ${actor.tenantId}::uuid and l.assignment_id = any ((select app.my_assignments())::uuid[])
      union select o.id from documents.documents o
      where o.tenant_id = ${actor.tenantId}::uuid and o.owner_user_id = ${actor.userId}::uuid))`,
  ]
}

function rowConditions(context: Context, query: Query): Condition[] {
  const listed = ROW_FILTERS.flatMap((name) => {
    const values = query[name]
    return values === undefined ? [] : [sql`d.${sql.ref(name)} = any (${values}::text[])`]
  })
  const status = query.status ?? ['uploaded']
  const [only, ...more] = status
  return [
    inMyFirms(context),
    // An equality lets the partial indexes of uploaded rows serve.
    more.length === 0 && only === 'uploaded'
      ? sql`d.status = 'uploaded' and d.deleted_at is null`
      : sql`d.status = any (${status}::text[])`,
    ...listed,
    ...(query.owner_user_id === undefined ? [] : [sql`d.owner_user_id = ${query.owner_user_id}::uuid`]),
    ...(query.current_only ? [sql`d.is_current`] : []),
    ...(query.has_gps === undefined
      ? []
      : [
          sql`${isOpen(context)} and (jsonb_typeof(d.suggestions -> 'gps') is not distinct from 'object') = ${query.has_gps}::boolean`,
        ]),
  ]
}

const NEWEST = z.tuple([z.guid()])
const KEYED = z.tuple([z.string().max(200), z.guid()])

interface Order {
  readonly key: RawBuilder<string | null>
  readonly after: readonly Condition[]
  readonly by: RawBuilder<unknown>
}

function orderOf(context: Context, { sort, cursor }: Query): Order {
  if (sort === '-created_at') {
    // Ids grow with time.
    const after = cursor === undefined ? [] : [sql`d.id < ${decodeCursor(NEWEST, cursor)[0]}::uuid`]
    return { key: sql<null>`null`, after, by: sql`d.id desc` }
  }
  const after = cursor === undefined ? undefined : decodeCursor(KEYED, cursor)
  if (sort === 'captured_at') {
    const key = sql<string>`coalesce(d.captured_at, 'infinity'::timestamptz)`
    // Text that is no instant is 422 as every malformed cursor.
    if (after && after[0] !== 'infinity') decodeCursor(KEYED_INSTANT, cursor ?? '')
    return {
      key: sql<string>`${key}::text`,
      after: after ? [sql`(${key}, d.id) > (${after[0]}::timestamptz, ${after[1]}::uuid)`] : [],
      by: sql`${key}, d.id`,
    }
  }
  // Withheld names neither order the list nor travel in its cursor.
  const key =
    context.can('documents.pii') === 'all'
      ? sql<string>`d.original_filename`
      : sql<string>`case when ${isOpen(context)} then d.original_filename else '' end`
  return { key, after: after ? [sql`(${key}, d.id) > (${after[0]}, ${after[1]}::uuid)`] : [], by: sql`${key}, d.id` }
}
const KEYED_INSTANT = z.tuple([z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+00$/), z.guid()])

export const listDocumentsOperation = on.query(listDocuments, async (context, { query }) => {
  const order = orderOf(context, query)
  const conditions = [
    ...rowConditions(context, query),
    ...scopeCondition(context, query),
    ...linkConditions(query),
    ...tagCondition(context, query),
    ...capturedConditions(context, query),
    ...nameConditions(context, query),
    ...order.after,
  ]
  const [rows] = await context.read(
    sql<DocumentRow & { sort_key: string | null }>`
      select ${documentColumns(context)}, ${order.key} as sort_key from documents.documents d
      where ${sql.join(conditions, sql` and `)} order by ${order.by} limit ${query.limit + 1}`.compile(context.build),
  )
  const shown = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? shown.at(-1) : undefined
  return {
    items: await Promise.all(shown.map((row) => presentDocument(context.services.storage, row))),
    next_cursor: last ? encodeCursor(last.sort_key === null ? [last.id] : [last.sort_key, last.id]) : null,
  }
})

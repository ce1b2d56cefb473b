import { type ASSIGNMENT_SORTS, listAssignments } from '@zenops/contracts/assignments'
import { ASSIGNMENT_STATUSES } from '@zenops/contracts/assignment-states'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { firmFrom } from '../rules/settings.ts'
import { firmOf, rowsOf, shown, type StoredRow } from './assignment-row.ts'
import { conditionsOf } from './list-filters.ts'

const on = operationsOf<'assignments' | 'directory' | 'identity'>()

type Sort = (typeof ASSIGNMENT_SORTS)[number]
type Key = string | number

interface SortKey {
  readonly expression: RawBuilder<unknown>
  readonly type: 'timestamptz' | 'text' | 'int' | 'uuid'
  of(row: StoredRow): Key
}
interface Order {
  readonly direction: 'asc' | 'desc'
  readonly keys: readonly SortKey[]
  /** Sorts without an index of their own look at open jobs only. */
  readonly openOnly: boolean
}

const PRIORITY_RANK: Readonly<Record<string, number>> = { urgent: 0, high: 1, normal: 2, low: 3 }
const due: SortKey = { expression: sql`a.due_at`, type: 'timestamptz', of: (row) => row.due_at }
const id: SortKey = { expression: sql`a.id`, type: 'uuid', of: (row) => row.id }
const created: SortKey = { expression: sql`a.created_at`, type: 'timestamptz', of: (row) => row.created_at }
const updated: SortKey = { expression: sql`a.updated_at`, type: 'timestamptz', of: (row) => row.updated_at }
const code: SortKey = { expression: sql`a.code`, type: 'text', of: (row) => row.code }
const priority: SortKey = {
  expression: sql`a.priority_rank`,
  type: 'int',
  of: (row) => PRIORITY_RANK[row.priority] ?? 0,
}
const missing: SortKey = { expression: sql`(-a.missing_docs)`, type: 'int', of: (row) => -row.missing_docs }
const status: SortKey = {
  expression: sql`array_position(array[${sql.join(ASSIGNMENT_STATUSES.map((name) => sql.lit(name)))}], a.status)`,
  type: 'int',
  of: (row) => ASSIGNMENT_STATUSES.indexOf(row.status) + 1,
}

/** Most urgent, furthest behind, most missing first. */
const ORDERS: Readonly<Record<Sort, Order>> = {
  due_at: { direction: 'asc', keys: [due, id], openOnly: false },
  '-created_at': { direction: 'desc', keys: [created, id], openOnly: false },
  code: { direction: 'asc', keys: [code, id], openOnly: false },
  '-updated_at': { direction: 'desc', keys: [updated, id], openOnly: true },
  priority: { direction: 'asc', keys: [priority, due, id], openOnly: true },
  status: { direction: 'asc', keys: [status, due, id], openOnly: true },
  missing_docs: { direction: 'asc', keys: [missing, due, id], openOnly: true },
}

const FIELD = { timestamptz: z.iso.datetime(), text: z.string().max(60), int: z.int(), uuid: z.guid() }
/** The cursor of a sort: its name, then the keys of the last row. */
function cursorOf(sort: Sort, order: Order) {
  const [first, ...others] = order.keys.map((key) => FIELD[key.type])
  if (!first) throw new Error('a sort has keys')
  return z.tuple([z.literal(sort), first, ...others])
}

const after = (order: Order, values: readonly unknown[]): RawBuilder<unknown> => {
  const bounds = order.keys.map((key, place) => sql`${values[place]}::${sql.raw(key.type)}`) // types are words of this file
  const sign = order.direction === 'asc' ? sql`>` : sql`<`
  return sql`(${sql.join(order.keys.map((key) => key.expression))}) ${sign} (${sql.join(bounds)})`
}

export const listAssignmentsOperation = on.query(listAssignments, async (context, { query }) => {
  const { read, build, actor, now } = context
  const order = ORDERS[query.sort]
  const conditions = [conditionsOf(context, order.openOnly ? { ...query, open: true } : query)]
  if (query.cursor !== undefined) {
    const [, ...values] = decodeCursor(cursorOf(query.sort, order), query.cursor)
    conditions.push(after(order, values))
  }
  const direction = order.direction === 'asc' ? sql`` : sql` desc`
  const sorting = sql.join(order.keys.map((key) => sql`${key.expression}${direction}`))
  const page = sql`select a.* from assignments.assignments a where ${sql.join(conditions, sql` and `)}
    order by ${sorting} limit ${query.limit + 1}`
  const [firms, rows] = await read(
    firmOf(actor.tenantId).compile(build),
    rowsOf(actor.tenantId, page, sorting).compile(build),
  )
  const viewer = { firm: firmFrom(firms[0]), now, mover: context }
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return {
    items: items.map((row) => shown(row, viewer)),
    next_cursor: last ? encodeCursor([query.sort, ...order.keys.map((key) => key.of(last))]) : null,
  }
})

import type { Operation, ResultOf } from '@zenops/contracts/kit'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { type Bound, operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { type RecordKind, tableOf } from '../kinds.ts'
import { type RecordRow, selectRecord } from './record-row.ts'

const on = operationsOf<'directory'>()

/** What the queries of all kinds may carry; each contract admits its own. */
interface ListQuery {
  readonly limit: number
  readonly cursor?: string | undefined
  readonly q?: string | undefined
  readonly is_active?: boolean | undefined
  readonly verification?: string[] | undefined
  readonly near?: { lat: string; lng: string; metres: string } | undefined
  readonly [filter: string]: unknown
}
type ListOperation = Operation<z.ZodType, z.ZodType<ListQuery>>

/** Rank of verification, rank of the prefix match, distance in centimetres, name, id. */
const Cursor = z.tuple([z.int(), z.int(), z.int().nullable(), z.string(), z.guid()])
const SAME = ['bank_id', 'client_org_id', 'ifsc', 'state', 'property_type_id', 'property_subtype_id', 'postal_code']
const METRES_OF_DEGREE = 111_320

const both = (conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> => sql.join(conditions, sql` and `)

/** Great-circle distance in whole centimetres; exact enough to order by and to page on. */
const distance = ({
  lat,
  lng,
}: {
  lat: string
  lng: string
}): RawBuilder<unknown> => sql`round(100 * 12742000 * asin(least(1, sqrt(
  sin(radians((r.latitude::float8 - ${lat}::float8) / 2)) ^ 2 + cos(radians(${lat}::float8)) * cos(radians(r.latitude::float8))
  * sin(radians((r.longitude::float8 - ${lng}::float8) / 2)) ^ 2))))::bigint`

function filters(kind: RecordKind, tenantId: string, query: ListQuery): RawBuilder<unknown>[] {
  const conditions: RawBuilder<unknown>[] = [sql`r.tenant_id = ${tenantId}::uuid`]
  if (query.is_active !== undefined) conditions.push(sql`r.is_active = ${query.is_active}`)
  if (query.verification) conditions.push(sql`r.verification = any (${query.verification}::text[])`)
  else if (kind.vouched) conditions.push(sql`r.verification <> 'MERGED'`)
  for (const name of SAME) {
    const value = query[name]
    if (value !== undefined) conditions.push(sql`${sql.ref(`r.${name}`)} = ${value}`)
  }
  if (query.city !== undefined) conditions.push(sql`r.norm_city = app.norm(${query.city})`)
  if (query.q !== undefined)
    conditions.push(sql`r.id = any ((select directory.search(${kind.name}, ${query.q}))::uuid[])`)
  if (query.near) {
    // A box first, so that only neighbours are measured; cosines below 0.01 are poles, where nobody values land.
    const lat = Number(query.near.lat)
    const degrees = Number(query.near.metres) / METRES_OF_DEGREE
    const wide = degrees / Math.max(0.01, Math.cos((lat * Math.PI) / 180))
    conditions.push(
      sql`r.latitude between ${lat - degrees}::numeric and ${lat + degrees}::numeric`,
      sql`r.longitude between ${Number(query.near.lng) - wide}::numeric and ${Number(query.near.lng) + wide}::numeric`,
      sql`${distance(query.near)} <= ${query.near.metres}::bigint * 100`,
    )
  }
  return conditions
}

/** Order of the list; parts that are the same for every row are left out, so that the index keeps the order. */
function orderOf(kind: RecordKind, query: ListQuery): { name: string; expression: RawBuilder<unknown> }[] {
  return [
    ...(kind.vouched ? [{ name: 'verified_rank', expression: sql`r.verified_rank` }] : []),
    ...(query.q === undefined
      ? []
      : [
          {
            name: 'prefix_rank',
            expression: sql`(case when starts_with(r.norm_name, app.norm(${query.q})) then 0 else 1 end)`,
          },
        ]),
    ...(query.near ? [{ name: 'distance', expression: distance(query.near) }] : []),
    { name: 'norm_name', expression: sql`r.norm_name` },
    { name: 'id', expression: sql`r.id` },
  ]
}

interface PageKey {
  readonly id: string
  readonly verified_rank?: number
  readonly prefix_rank?: number
  readonly distance?: number
  readonly norm_name: string
}

/** A page of records: verified first, prefix matches, distance where a place is named, then by name. */
export const listRecordsOperation = (operation: ListOperation, kind: RecordKind): Bound =>
  on.query(operation, async ({ read, build, actor }, { query }) => {
    const order = orderOf(kind, query)
    const conditions = filters(kind, actor.tenantId, query)
    if (query.cursor !== undefined) {
      const [verified, prefix, metres, name, id] = decodeCursor(Cursor, query.cursor)
      const keys: Readonly<Record<string, unknown>> = {
        verified_rank: verified,
        prefix_rank: prefix,
        distance: metres ?? 0,
        norm_name: name,
        id,
      }
      conditions.push(
        sql`(${sql.join(order.map((part) => part.expression))}) > (${sql.join(order.map((part) => sql`${keys[part.name]}`))})`,
      )
    }
    const keyed = sql.join(order.map((part) => sql`${part.expression} as ${sql.ref(part.name)}`))
    const [rows] = await read(
      sql<RecordRow & { key: PageKey }>`
        with page as (
          select ${keyed} from ${tableOf(kind)} r where ${both(conditions)}
          order by ${sql.join(order.map((part) => part.expression))} limit ${query.limit + 1})
        select found.*, to_jsonb(page) as key
        from page join (${selectRecord(kind)} where r.tenant_id = ${actor.tenantId}::uuid) found on found.id = page.id
        order by ${sql.join(order.map((part) => sql.ref(`page.${part.name}`)))}`.compile(build),
    )
    const items = rows.slice(0, query.limit)
    const last = rows.length > query.limit ? items.at(-1)?.key : undefined
    const next = last && [
      last.verified_rank ?? 0,
      last.prefix_rank ?? 0,
      last.distance ?? null,
      last.norm_name,
      last.id,
    ]
    return { items, next_cursor: next ? encodeCursor(next) : null } as ResultOf<ListOperation> // checked by the contract of this kind
  })

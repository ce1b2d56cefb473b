import { type Block, listBlocks } from '@zenops/contracts/identity-blocks'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type QueryExecutorProvider, sql } from 'kysely'
import { z } from 'zod'
import type { Actor } from '../../../platform/auth/actor.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'

const on = operationsOf<'identity'>()
const Cursor = z.tuple([z.iso.datetime(), z.guid()])
export type BlockRow = z.infer<typeof Block>

/** An address alone is told without its width. */
const blocksWhere = (condition: ReturnType<typeof sql>) => sql<BlockRow>`
  select b.id, b.tenant_id, b.kind, case when u.id is not null then jsonb_build_object('id', u.id, 'name', u.name) end as "user",
    case when b.cidr is not null then
      case when masklen(b.cidr) = case family(b.cidr) when 4 then 32 else 128 end then host(b.cidr) else b.cidr::text end end as value,
    b.reason, b.automatic, case when c.id is not null then jsonb_build_object('id', c.id, 'name', c.name) end as created_by,
    b.created_at, b.expires_at, b.lifted_at,
    case when l.id is not null then jsonb_build_object('id', l.id, 'name', l.name) end as lifted_by,
    b.lifted_at is null and b.expires_at > now() as active
  from identity.auth_blocks b
  left join identity.users u on u.id = b.user_id
  left join identity.users c on c.id = b.created_by
  left join identity.users l on l.id = b.lifted_by
  where ${condition}`

export async function readBlock(tx: QueryExecutorProvider, id: string): Promise<BlockRow> {
  const { rows } = await blocksWhere(sql`b.id = ${id}::uuid`).execute(tx)
  const row = rows[0]
  if (!row) throw refuse.notFound('The block', 'id')
  return row
}

type Filters = ParsedOf<typeof listBlocks>['query']

/** A firm sees its own blocks, the platform those of everybody or of the firm it names. */
function reachOf(actor: Actor, named: string | undefined): string | null {
  if (actor.aud === 'studio') return named ?? null
  if (named !== undefined && named !== actor.tenantId) throw refuse.notFound('The firm', 'tenant_id')
  return actor.tenantId
}

function pageOf(tenantId: string | null, query: Filters) {
  const [at, id] = query.cursor === undefined ? [null, null] : decodeCursor(Cursor, query.cursor)
  const active = query.active === undefined ? null : query.active === 'true'
  const like = query.q === undefined ? null : `%${query.q.replace(/[\\%_]/g, '\\$&')}%`
  const kinds = query.kind ?? null
  return sql<BlockRow>`${blocksWhere(sql`
    (${tenantId}::uuid is null or b.tenant_id = ${tenantId}::uuid)
    and (${active}::boolean is null or (b.lifted_at is null and b.expires_at > now()) = ${active}::boolean)
    and (${kinds}::text[] is null or b.kind = any (${kinds}::text[]))
    and (${like}::text is null or b.reason ilike ${like} or u.name ilike ${like} or b.cidr::text ilike ${like})
    and (${at}::timestamptz is null or (b.created_at, b.id) < (${at}::timestamptz, ${id}::uuid))`)}
    order by b.created_at desc, b.id desc limit ${query.limit + 1}`
}

/** Class 12: read as zen_auth, never past the caller's reach. */
export const listBlocksOperation = on.query(listBlocks, async ({ services, actor }, { query }) => {
  const page = pageOf(reachOf(actor, query.tenant_id), query)
  const [rows] = await services.database.read(authScope(), page.compile(compileOnly))
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return { items, next_cursor: last ? encodeCursor([last.created_at, last.id]) : null }
})

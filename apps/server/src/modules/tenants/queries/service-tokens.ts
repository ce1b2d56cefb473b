import { listServiceTokens, type ServiceToken } from '@zenops/contracts/identity-platform'
import { type QueryExecutorProvider, sql } from 'kysely'
import { z } from 'zod'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'

const on = operationsOf<'identity'>()
const Cursor = z.tuple([z.iso.datetime(), z.guid()])
export type ServiceTokenRow = z.infer<typeof ServiceToken>

const tokensWhere = (condition: ReturnType<typeof sql>) => sql<ServiceTokenRow>`
  select t.id, u.name, t.user_id, t.capabilities, t.tenant_ids, t.created_at, t.expires_at, t.last_used_at, t.revoked_at,
    case when c.id is not null then jsonb_build_object('id', c.id, 'name', c.name) end as created_by,
    t.revoked_at is null and t.expires_at > now() as live
  from identity.service_tokens t join identity.users u on u.id = t.user_id left join identity.users c on c.id = t.created_by
  where ${condition}`

export async function readServiceToken(tx: QueryExecutorProvider, id: string): Promise<ServiceTokenRow> {
  const { rows } = await tokensWhere(sql`t.id = ${id}::uuid`).execute(tx)
  const row = rows[0]
  if (!row) throw new Error('the token is gone')
  return row
}

/** Class 12: only zen_auth reads them, and never the hash. */
export const listServiceTokensOperation = on.query(listServiceTokens, async ({ services }, { query }) => {
  const [at, id] = query.cursor === undefined ? [] : decodeCursor(Cursor, query.cursor)
  const live = query.live === undefined ? null : query.live === 'true'
  const like = query.q === undefined ? null : `%${query.q.replace(/[\\%_]/g, '\\$&')}%`
  const statement = sql<ServiceTokenRow>`${tokensWhere(sql`
    (${live}::boolean is null or (t.revoked_at is null and t.expires_at > now()) = ${live}::boolean)
    and (${like}::text is null or u.name ilike ${like})
    and (${at ?? null}::timestamptz is null or (t.created_at, t.id) < (${at ?? null}::timestamptz, ${id ?? null}::uuid))`)}
    order by t.created_at desc, t.id desc limit ${query.limit + 1}`
  const [rows] = await services.database.read(authScope(), statement.compile(compileOnly))
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return { items, next_cursor: last ? encodeCursor([last.created_at, last.id]) : null }
})

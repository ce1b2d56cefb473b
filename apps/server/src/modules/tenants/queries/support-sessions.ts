import { listFirmSupportSessions, listSupportSessions, type SupportSession } from '@zenops/contracts/identity-platform'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type QueryExecutorProvider, sql } from 'kysely'
import { z } from 'zod'
import { operationsOf, type QueryContext } from '../../../platform/operations.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'

const on = operationsOf<'identity'>()
const Cursor = z.tuple([z.iso.datetime(), z.guid()])
export type SupportRow = z.infer<typeof SupportSession>

/** Sessions with the names of who opened and ended them. Run as zen_auth: a firm may know an operator's name, no more. */
const sessionsWhere = (condition: ReturnType<typeof sql>) => sql<SupportRow>`
  select s.id, s.tenant_id, t.name as tenant_name, jsonb_build_object('id', u.id, 'name', u.name) as "user", s.reason,
    s.opened_at, s.expires_at, s.closed_at,
    case when c.id is not null then jsonb_build_object('id', c.id, 'name', c.name) end as closed_by,
    s.closed_at is null and s.expires_at > now() as open
  from identity.support_sessions s
  join identity.tenants t on t.id = s.tenant_id
  join identity.users u on u.id = s.user_id
  left join identity.users c on c.id = s.closed_by
  where ${condition}`

export async function readSupportSession(tx: QueryExecutorProvider, id: string): Promise<SupportRow> {
  const { rows } = await sessionsWhere(sql`s.id = ${id}::uuid`).execute(tx)
  const row = rows[0]
  if (!row) throw new Error('the support session is gone')
  return row
}

type Filters = ParsedOf<typeof listSupportSessions>['query']

async function list({ services }: QueryContext<'identity'>, query: Filters, tenantId: string | undefined) {
  const [at, id] = query.cursor === undefined ? [] : decodeCursor(Cursor, query.cursor)
  const open = query.open === undefined ? null : query.open === 'true'
  const statement = sql<SupportRow>`${sessionsWhere(sql`
    (${tenantId ?? null}::uuid is null or s.tenant_id = ${tenantId ?? null}::uuid)
    and (${open}::boolean is null or (s.closed_at is null and s.expires_at > now()) = ${open}::boolean)
    and (${at ?? null}::timestamptz is null or (s.opened_at, s.id) < (${at ?? null}::timestamptz, ${id ?? null}::uuid))`)}
    order by s.opened_at desc, s.id desc limit ${query.limit + 1}`
  const [rows] = await services.database.read(authScope(), statement.compile(compileOnly))
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return { items, next_cursor: last ? encodeCursor([last.opened_at, last.id]) : null }
}

export const listSupportSessionsOperation = on.query(listSupportSessions, (context, { query }) =>
  list(context, query, query.tenant_id),
)
/** A firm sees who of the platform looks at it. */
export const listFirmSupportSessionsOperation = on.query(listFirmSupportSessions, (context, { query }) =>
  list(context, query, context.actor.tenantId),
)

import { getTenant, listControlTenants, listTenants, type Tenant } from '@zenops/contracts/identity-platform'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf, type QueryContext } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'

const on = operationsOf<'identity'>()
const Cursor = z.tuple([z.string(), z.guid()])
export type TenantRow = z.infer<typeof Tenant>

/** Columns of a firm `t` as the wire has them; the head count only for who may see people. */
export const tenantColumns = (countsPeople: boolean): RawBuilder<TenantRow> => sql<TenantRow>`
  t.id, t.slug, t.name, t.lane, t.status, t.time_zone, t.rbac_approvals, t.settings, t.version, t.deleted_at, t.created_at,
  t.lane <> 'tenant' as protected,
  case when ${countsPeople}::boolean then (select count(*)::int from identity.memberships m
    where m.tenant_id = t.id and m.status = 'active' and m.deleted_at is null and m.role <> 'SYSTEM') end as people`

type Filters = ParsedOf<typeof listTenants>['query']

/** People of a firm see their own by its policy; the control plane all that the launch gate allows. */
async function findTenants(context: QueryContext<'identity'>, query: Filters) {
  const [name, id] = query.cursor === undefined ? [] : decodeCursor(Cursor, query.cursor)
  const like = query.q === undefined ? null : `%${query.q.replace(/[\\%_]/g, '\\$&')}%`
  const statement = sql<TenantRow>`
    select ${tenantColumns(context.can('users.read') !== null)} from identity.tenants t
    where (${context.services.config.ZENOPS_MULTI_TENANT_ENABLED}::boolean or t.lane <> 'tenant')
      and (t.deleted_at is not null) = ${query.deleted === 'true'}::boolean
      and (${query.status ?? null}::text[] is null or t.status = any (${query.status ?? null}::text[]))
      and (${query.lane ?? null}::text[] is null or t.lane = any (${query.lane ?? null}::text[]))
      and (${like}::text is null or t.name ilike ${like} or t.slug ilike ${like})
      and (${name}::text is null or (t.name, t.id) > (${name}::text, ${id}::uuid))
    order by t.name, t.id limit ${query.limit + 1}`
  const [rows] = await context.read(statement.compile(context.build))
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return { items, next_cursor: last ? encodeCursor([last.name, last.id]) : null }
}

/** On the control plane's surface the reader needs its capability, whoever he is in his own firm. */
function assertMayLook({ actor, can }: QueryContext<'identity'>): void {
  if (actor.aud === 'studio' && can('control.read') === null) {
    throw refuse.forbidden('missing_capability', { capability: 'control.read', scope: 'none' })
  }
}

export const listTenantsOperation = on.query(listTenants, (context, { query }) => {
  assertMayLook(context)
  return findTenants(context, query)
})

export const listControlTenantsOperation = on.query(listControlTenants, (context, { query }) =>
  findTenants(context, query),
)

export const getTenantOperation = on.query(getTenant, async (context, { params }) => {
  assertMayLook(context)
  const statement = sql<TenantRow>`
    select ${tenantColumns(context.can('users.read') !== null)} from identity.tenants t where t.id = ${params.id}::uuid`
  const [[row]] = await context.read(statement.compile(context.build))
  if (!row) throw refuse.notFound('The firm', 'id')
  return row
})

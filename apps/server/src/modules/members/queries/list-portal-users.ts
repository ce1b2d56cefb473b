import { listPortalUsers } from '@zenops/contracts/identity-people'
import type { MembershipState } from '@zenops/contracts/identity'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { DB } from '../../../../db/types.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { type NamedParty, nameLinks, namesOf, type Party } from '../parties.ts'
import type { IdentityParts } from '../../identity/index.ts'
import { searchFor, stateIs } from './list-users.ts'
import { lockedAmong, lockOf, locksInForce } from './locked-people.ts'
import { lastSeen, shownState } from './person-columns.ts'

const on = operationsOf<'identity' | 'directory'>()
const Cursor = z.tuple([z.string(), z.guid()])

interface Row {
  readonly id: string
  readonly email: string | null
  readonly name: string
  readonly phone: string | null
  readonly status: Exclude<MembershipState, 'locked'>
  readonly parties: Party[]
  readonly last_seen_at: string | null
  readonly created_at: string
}

type Filters = ParsedOf<typeof listPortalUsers>['query']

interface Where {
  readonly tenantId: string
  readonly lane: string
  readonly condition: RawBuilder<boolean>
  readonly limit: number
}

/** People with an active link to the firm; their state is that of the portal's lane. */
const portalUsersOf = ({ tenantId, lane, condition, limit }: Where): RawBuilder<Row> => sql<Row>`
  select u.id, u.email, u.name, u.phone, ${shownState} as status, ${lastSeen} as last_seen_at, links.parties, links.created_at
  from (
    select user_id, jsonb_agg(jsonb_build_object('kind', party_kind, 'id', party_id) order by party_kind, party_id) as parties,
      min(created_at) as created_at
    from identity.portal_links where tenant_id = ${tenantId}::uuid and status = 'active' group by user_id
  ) links
  join identity.users u on u.id = links.user_id
  join identity.memberships m on m.tenant_id = ${lane}::uuid and m.user_id = u.id
  where u.kind = 'PERSON' and ${condition} order by u.name, u.id limit ${limit}`

function filtersOf(query: Filters, tenantId: string): RawBuilder<boolean> {
  const conditions = [searchFor(query.q)]
  const { party_kind, party_id, cursor } = query
  if (party_kind !== undefined || party_id !== undefined) {
    const kind = party_kind === undefined ? sql`true` : sql`l.party_kind = ${party_kind}`
    const id = party_id === undefined ? sql`true` : sql`l.party_id = ${party_id}::uuid`
    conditions.push(sql`exists (select 1 from identity.portal_links l
      where l.tenant_id = ${tenantId}::uuid and l.user_id = u.id and l.status = 'active' and ${kind} and ${id})`)
  }
  if (cursor !== undefined) {
    const [name, after] = decodeCursor(Cursor, cursor)
    conditions.push(sql`(u.name, u.id) > (${name}, ${after}::uuid)`)
  }
  return sql<boolean>`${sql.join(conditions, sql` and `)}`
}

const shown = (
  row: Row,
  how: { locks: ReadonlyMap<string, string>; names: readonly NamedParty[]; parts: IdentityParts },
) => {
  const isLocked = row.status === 'active' && lockOf(how.locks, row.email, how.parts) !== null
  return { ...row, status: isLocked ? ('locked' as const) : row.status, parties: nameLinks(row.parties, how.names) }
}

/** A portal user after a change; the parties are known by name already. */
export async function readPortalUser(
  tx: Kysely<DB>,
  whose: { readonly tenantId: string; readonly userId: string },
  { parts, parties }: { readonly parts: IdentityParts; readonly parties: readonly NamedParty[] },
) {
  const condition = sql<boolean>`u.id = ${whose.userId}::uuid`
  const where = { tenantId: whose.tenantId, lane: parts.gate.externalTenantId, condition, limit: 1 }
  const { rows } = await portalUsersOf(where).execute(tx)
  const row = rows[0]
  if (!row) throw refuse.notFound('The portal user')
  return shown(row, { locks: await locksInForce(tx), names: parties, parts })
}

export const listPortalUsersOperation = (parts: IdentityParts) =>
  on.query(listPortalUsers, async ({ services, actor, read }, { query }) => {
    const { tenantId } = actor
    const lane = parts.gate.externalTenantId
    const { rows, locks } = await services.database.readTransaction(authScope(tenantId, actor.userId), async (tx) => {
      const locks = await locksInForce(tx)
      const asksState = query.status?.some((state) => state === 'locked' || state === 'active') ?? false
      const linked = sql<{ id: string; email: string | null }>`
        select u.id, u.email from identity.users u where u.id in (
          select user_id from identity.portal_links where tenant_id = ${tenantId}::uuid and status = 'active')`
      const locked = asksState ? await lockedAmong(tx, linked, { locks, parts }) : []
      const state = query.status === undefined ? sql`true` : stateIs(query.status, locked)
      const condition = sql<boolean>`${state} and ${filtersOf(query, tenantId)}`
      const { rows } = await portalUsersOf({ tenantId, lane, condition, limit: query.limit + 1 }).execute(tx)
      return { rows, locks }
    })
    const items = rows.slice(0, query.limit)
    const last = rows.length > query.limit ? items.at(-1) : undefined
    const [names] = await read(
      namesOf(
        tenantId,
        items.flatMap((row) => row.parties),
      ),
    )
    return {
      items: items.map((row) => shown(row, { locks, names, parts })),
      next_cursor: last ? encodeCursor([last.name, last.id]) : null,
    }
  })

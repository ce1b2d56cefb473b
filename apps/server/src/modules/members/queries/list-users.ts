import type { JobTemplate, Role } from '@zenops/contracts/capabilities'
import { listUsers, type MembershipState } from '@zenops/contracts/identity'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { DB } from '../../../../db/types.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import type { IdentityParts } from '../../identity/index.ts'
import { seenTenants } from '../../rights/index.ts'
import { lockedAmong, lockOf, locksInForce } from './locked-people.ts'
import { hasFactor, lastSeen, shownState } from './person-columns.ts'

const on = operationsOf<'identity'>()
const Cursor = z.tuple([z.string(), z.guid(), z.guid()])

interface Row {
  readonly tenant_id: string
  readonly id: string
  readonly email: string | null
  readonly name: string
  readonly status: Exclude<MembershipState, 'locked'>
  readonly role: Role
  readonly admin_level: 'MANAGER' | 'SYSTEM_ADMIN' | null
  readonly job_templates: JobTemplate[]
  readonly mfa: boolean
  readonly last_seen_at: string | null
}

type Filters = ParsedOf<typeof listUsers>['query']

/** Condition on the shown state; who is locked is active, and `locked` says so. Ended people show only when asked for. */
export function stateIs(
  states: readonly MembershipState[] | undefined,
  locked: readonly string[],
): RawBuilder<boolean> {
  if (states === undefined) return sql<boolean>`m.deleted_at is null`
  const isLocked = sql<boolean>`(m.status = 'active' and m.user_id = any (${[...locked]}::uuid[]))`
  const plain = states.filter((state) => state !== 'locked')
  const kept = sql<boolean>`${shownState} = any (${plain}::text[])`
  if (states.includes('locked')) return sql<boolean>`(${kept} or ${isLocked})`
  return locked.length === 0 ? kept : sql<boolean>`(${kept} and not ${isLocked})`
}

export const searchFor = (q: string | undefined): RawBuilder<boolean> => {
  if (q === undefined) return sql<boolean>`true`
  const like = `%${q.replace(/[\\%_]/g, '\\$&')}%`
  return sql<boolean>`(u.name ilike ${like} or u.email::text ilike ${like})`
}

function filtersOf(query: Filters): RawBuilder<boolean> {
  const { role, job_template, aud, q } = query
  const conditions = [searchFor(q)]
  if (role !== undefined) conditions.push(sql`m.role = ${role}`)
  if (job_template !== undefined) {
    conditions.push(sql`exists (select 1 from identity.membership_job_templates t
      where t.tenant_id = m.tenant_id and t.user_id = m.user_id and t.job_template = any (${job_template}::text[]))`)
  }
  if (aud !== undefined) {
    conditions.push(sql`exists (select 1 from identity.membership_job_templates t join identity.job_templates j on j.key = t.job_template
      where t.tenant_id = m.tenant_id and t.user_id = m.user_id and ${aud} = any (j.aud))`)
  }
  if (query.cursor !== undefined) {
    const [name, id, tenantId] = decodeCursor(Cursor, query.cursor)
    conditions.push(sql`(u.name, u.id, m.tenant_id) > (${name}, ${id}::uuid, ${tenantId}::uuid)`)
  }
  return sql<boolean>`${sql.join(conditions, sql` and `)}`
}

const peopleOf = (condition: RawBuilder<boolean>, limit: number): RawBuilder<Row> => sql<Row>`
  select m.tenant_id, m.user_id as id, u.email, u.name, ${shownState} as status, m.role, m.admin_level, ${hasFactor} as mfa,
    ${lastSeen} as last_seen_at,
    array(select t.job_template from identity.membership_job_templates t
      where t.tenant_id = m.tenant_id and t.user_id = m.user_id order by 1) as job_templates
  from (
    select m.tenant_id, m.user_id from identity.memberships m join identity.users u on u.id = m.user_id
    where ${condition} order by u.name, u.id, m.tenant_id limit ${limit}
  ) page
  join identity.memberships m on m.tenant_id = page.tenant_id and m.user_id = page.user_id
  join identity.users u on u.id = page.user_id
  order by u.name, u.id, m.tenant_id`

async function pageOf(tx: Kysely<DB>, tenants: RawBuilder<boolean>, ask: { query: Filters; parts: IdentityParts }) {
  const { query, parts } = ask
  const locks = await locksInForce(tx)
  const asksState = query.status?.some((state) => state === 'locked' || state === 'active') ?? false
  const active = sql<{ id: string; email: string | null }>`
    select u.id, u.email from identity.memberships m join identity.users u on u.id = m.user_id
    where ${tenants} and m.status = 'active' and m.deleted_at is null`
  const locked = asksState ? await lockedAmong(tx, active, { locks, parts }) : []
  const condition = sql<boolean>`${tenants} and u.kind = 'PERSON' and ${stateIs(query.status, locked)} and ${filtersOf(query)}`
  const { rows } = await peopleOf(condition, query.limit + 1).execute(tx)
  return { rows, locks }
}

export const listUsersOperation = (parts: IdentityParts) =>
  on.query(listUsers, async ({ services, actor }, { query }) => {
    const tenants = seenTenants(sql.ref('m.tenant_id'), { actor, named: query.tenant_id, gate: parts.gate })
    // Factors and locks are credentials: read as identity, in the caller's firm alone.
    const scope = authScope(actor.tenantId, actor.userId)
    const { rows, locks } = await services.database.readTransaction(scope, (tx) =>
      pageOf(tx, tenants, { query, parts }),
    )
    const items = rows.slice(0, query.limit)
    const last = rows.length > query.limit ? items.at(-1) : undefined
    return {
      items: items.map(({ tenant_id, ...row }) => {
        const locked_until = row.status === 'active' ? lockOf(locks, row.email, parts) : null
        const status = locked_until === null ? row.status : ('locked' as const)
        return { ...row, status, locked_until, ...(actor.aud === 'studio' ? { tenant_id } : {}) }
      }),
      next_cursor: last ? encodeCursor([last.name, last.id, last.tenant_id]) : null,
    }
  })

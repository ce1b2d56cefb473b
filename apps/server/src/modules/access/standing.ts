import { isIP } from 'node:net'
import type { Surface } from '@zenops/contracts/identity'
import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely'
import type { Database } from '../../platform/db/database.ts'
import { first, look } from '../../platform/db/rows.ts'
import { Refusal, refuse } from '../../platform/errors.ts'
import { addressKey } from '../../platform/limits/address.ts'
import { tenantNotEnabled } from '../../platform/perform.ts'
import type { IdentityParts } from './parts.ts'
import { isGated } from './rules/gate.ts'

/** How somebody stands in a firm, whatever he shows: the firm, his address, blocks, his account, his surface. */
export interface Standing {
  readonly tenant_active: boolean
  readonly passwordless: boolean
  readonly address_blocked_until: string | null
  readonly blocked_until: string | null
  readonly active: boolean
  readonly admitted: boolean
}

/** The one address a caller has: IPv4 also where it is mapped into IPv6; null for what is no address. */
function plainAddress(ip: string): string | null {
  const counted = addressKey(ip)
  if (isIP(counted) === 4) return counted
  const bare = ip.split('%', 1)[0] ?? ''
  return isIP(bare) === 0 ? null : bare
}

/** Until when blocks hold that name `what` of `b`, in the firm or everywhere; null = none does. */
const blockedUntil = (what: RawBuilder<unknown>, tenantId: RawBuilder<unknown>) => sql<string | null>`
  (select max(b.expires_at) from identity.auth_blocks b where ${what} and b.lifted_at is null and b.expires_at > now()
    and (b.tenant_id is null or b.tenant_id = ${tenantId}))`
export const accountBlock = (userId: RawBuilder<unknown>, tenantId: RawBuilder<unknown>) =>
  blockedUntil(sql`b.user_id = ${userId}`, tenantId)
export const addressBlock = (ip: string, tenantId: RawBuilder<unknown>) =>
  blockedUntil(sql`b.cidr >>= ${plainAddress(ip)}::inet`, tenantId)

export interface Place {
  readonly tenantId: string
  readonly aud: Surface
  readonly ip: string
}

/**
 * The standing of `person` (a condition on `u`), with more columns of `u`, his membership `m`, the firm `t` and what is
 * joined besides. One row for known and unknown people, as long as there is such a firm.
 */
const standingOf = (
  person: RawBuilder<unknown>,
  { tenantId, aud, ip }: Place,
  more: { readonly columns: RawBuilder<unknown>; readonly joins?: RawBuilder<unknown> } = { columns: sql`` },
) => sql`
  select t.status = 'active' as tenant_active, t.passwordless, ${addressBlock(ip, sql`t.id`)} as address_blocked_until,
    ${accountBlock(sql`u.id`, sql`t.id`)} as blocked_until, coalesce(u.status = 'active' and m.status = 'active', false) as active,
    exists (select 1 from identity.membership_job_templates mt
      join identity.job_templates j on j.key = mt.job_template and ${aud} = any (j.aud)
      where mt.tenant_id = m.tenant_id and mt.user_id = m.user_id) as admitted ${more.columns}
  from identity.tenants t
  left join identity.users u on ${person} and u.deleted_at is null
  left join identity.memberships m on m.user_id = u.id and m.tenant_id = t.id and m.deleted_at is null
  ${more.joins ?? sql``} where t.id = ${tenantId}::uuid and t.deleted_at is null`

export const findStanding = (
  tx: QueryExecutorProvider,
  person: RawBuilder<unknown>,
  place: Place,
): Promise<Standing | undefined> => first(tx)<Standing>`${standingOf(person, place)}`

/** The same with `more` columns, in a round trip of its own. */
export const lookStanding = <More = unknown>(
  database: Database,
  person: RawBuilder<unknown>,
  { more, ...place }: Place & { readonly more?: Parameters<typeof standingOf>[2] },
): Promise<(Standing & More) | undefined> => look(database)<Standing & More>`${standingOf(person, place, more)}`

export const blocked = (reason: 'account' | 'ip', until: string): Refusal =>
  new Refusal('AUTH_BLOCKED', 'Access is blocked for the time being.', { details: [{ reason, until }] })

/** What is closed to everybody from there: the firm, the address. Null = nothing. */
export function closed(standing: Standing | undefined): Refusal | null {
  if (!standing?.tenant_active) return tenantNotEnabled()
  return standing.address_blocked_until === null ? null : blocked('ip', standing.address_blocked_until)
}

/** What bars a person although his credential is right: block, account, surface. Null = nothing. */
export function barred(standing: Standing, aud: Surface): Refusal | null {
  if (standing.blocked_until !== null) return blocked('account', standing.blocked_until)
  if (!standing.active) return new Refusal('AUTH_ACCOUNT_DISABLED', 'This account is switched off.')
  return standing.admitted ? null : refuse.forbidden('audience_not_allowed', { audience: aud })
}

/** All that stands in the way of a session although every factor is right, in the order of a sign-in. Null = nothing. */
export async function barrier(
  tx: QueryExecutorProvider,
  who: Place & { readonly userId: string; readonly byPasskey?: boolean },
  { gate }: IdentityParts,
): Promise<Refusal | null> {
  if (isGated(who.aud, who.tenantId, gate)) return tenantNotEnabled()
  const standing = await findStanding(tx, sql`u.id = ${who.userId}::uuid`, who)
  const refusal = closed(standing) ?? (standing ? barred(standing, who.aud) : null)
  if (refusal || !who.byPasskey || standing?.passwordless) return refusal
  return new Refusal('AUTH_PASSWORDLESS_DISABLED', 'Please sign in with your password.')
}

/** Throws AUTH_BLOCKED while the address is shut out of one of the firms. */
export async function assertAddressFree(
  tx: QueryExecutorProvider,
  ip: string,
  tenantIds: readonly string[],
): Promise<void> {
  const shut = tenantIds.map((tenantId) => addressBlock(ip, sql`${tenantId}::uuid`))
  const found = await first(tx)<{ until: string | null }>`select greatest(${sql.join(shut)}) as until`
  if (found?.until) throw blocked('ip', found.until)
}

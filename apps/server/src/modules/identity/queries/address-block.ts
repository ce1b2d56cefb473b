import { isIP } from 'node:net'
import { type CompiledQuery, sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import { Refusal } from '../../../platform/errors.ts'
import { addressKey } from '../../../platform/limits/address.ts'

/** The one address a caller has: IPv4 also where it is mapped into IPv6; null for what is no address. */
export function plainAddress(ip: string): string | null {
  const counted = addressKey(ip)
  if (isIP(counted) === 4) return counted
  const bare = ip.split('%', 1)[0] ?? ''
  return isIP(bare) === 0 ? null : bare
}

/**
 * Until when an address is blocked in a firm (null: only the blocks that hold everywhere) or everywhere; null = it is
 * not. One row always. Read as `zen_auth`.
 */
export const addressBlock = (ip: string, tenantId: string | null): CompiledQuery<{ until: string | null }> =>
  sql<{ until: string | null }>`
    select max(b.expires_at) as until from identity.auth_blocks b
    where b.cidr >>= ${plainAddress(ip)}::inet and b.lifted_at is null and b.expires_at > now()
      and (b.tenant_id is null or b.tenant_id = ${tenantId}::uuid)`.compile(compileOnly)

/** The same for a person. */
export const accountBlock = (userId: string, tenantId: string | null): CompiledQuery<{ until: string | null }> =>
  sql<{ until: string | null }>`
    select max(b.expires_at) as until from identity.auth_blocks b
    where b.user_id = ${userId}::uuid and b.lifted_at is null and b.expires_at > now()
      and (b.tenant_id is null or b.tenant_id = ${tenantId}::uuid)`.compile(compileOnly)

export const blocked = (reason: 'account' | 'ip', until: string): Refusal =>
  new Refusal('AUTH_BLOCKED', 'Access is blocked for the time being.', { details: [{ reason, until }] })

/** Throws AUTH_BLOCKED where the row of `addressBlock` says so. */
export function assertAddressFree(rows: readonly { until: string | null }[]): void {
  const until = rows[0]?.until ?? null
  if (until !== null) throw blocked('ip', until)
}

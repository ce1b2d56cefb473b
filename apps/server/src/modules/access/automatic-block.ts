import { isIP } from 'node:net'
import type { QueryExecutorProvider } from 'kysely'
import { first } from '../../platform/db/rows.ts'
import type { AuditEntry } from '../../platform/audit/record.ts'
import { addressKey } from '../../platform/limits/address.ts'
import type { IdentityParts } from './parts.ts'

const BLOCK_FAILURES = 100
const BLOCK_NAMES = 10
const WATCHED_SECONDS = 10 * 60
const BLOCK_SECONDS = 15 * 60

/**
 * Notes a failed sign-in. An address that tries many names is shut out everywhere for a while; one that an operator let
 * in again is not. `hmac` stands for the name. Answers the event of a new block.
 */
export async function blockAddress(
  tx: QueryExecutorProvider,
  failure: { readonly ip: string; readonly hmac: Buffer },
  { gate }: IdentityParts,
): Promise<AuditEntry | undefined> {
  const address = addressKey(failure.ip)
  if (address === 'unknown') return undefined
  const kind = isIP(address) === 4 ? 'IP' : 'CIDR'
  const [, placed] = await Promise.all([
    first(
      tx,
    )`insert into identity.auth_failed_addresses (address, login_hmac) values (${address}, ${failure.hmac}::bytea)`,
    first(tx)<{ id: string; expires_at: string }>`
      insert into identity.auth_blocks (kind, cidr, reason, automatic, expires_at)
      select ${kind}, ${address}::cidr, 'Too many failed sign-ins from this address.', true, now() + make_interval(secs => ${BLOCK_SECONDS})
      from (select count(*) as failures, count(distinct login_hmac) as names from identity.auth_failed_addresses
        where address = ${address} and failed_at > now() - make_interval(secs => ${WATCHED_SECONDS})) seen
      where seen.failures >= ${BLOCK_FAILURES} and seen.names >= ${BLOCK_NAMES} and not exists (
        select 1 from identity.auth_blocks b where b.automatic and b.cidr = ${address}::cidr
          and coalesce(b.lifted_at, b.expires_at) > now() - make_interval(secs => case when b.lifted_at is null then 0 else ${WATCHED_SECONDS} end))
      returning id, expires_at`,
  ])
  if (!placed) return undefined
  const after = { automatic: true, expires_at: placed.expires_at }
  return { action: 'OPS_BLOCK_APPLIED', target_id: placed.id, tenant_id: gate.internalTenantId, after }
}

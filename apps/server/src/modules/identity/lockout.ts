import { createHmac } from 'node:crypto'
import { isIP } from 'node:net'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { AuditEntry } from '../../platform/audit/record.ts'
import { authScope } from '../../platform/db/scope.ts'
import { Refusal } from '../../platform/errors.ts'
import { addressKey } from '../../platform/limits/address.ts'
import type { OpenContext } from '../../platform/operations.ts'
import type { IdentityParts } from './parts.ts'
import { FAILURE_WINDOW_SECONDS } from './rules/surfaces.ts'

/** What stands for an e-mail in counters, limits and audit, whether or not anybody has it. */
export const loginHmac = (email: string, parts: IdentityParts): Buffer =>
  createHmac('sha256', parts.config.AUTH_PEPPER).update(`login:${email}`).digest()
/** The same as the target of an audit event. */
export const hmacTarget = (hmac: Buffer): string => hmac.toString('hex').slice(0, 32)

export const locked = (seconds: number): Refusal =>
  new Refusal('AUTH_LOCKED', 'Too many wrong passwords. Please wait before the next try.', {
    headers: { 'retry-after': String(seconds) },
    details: [{ reason: 'locked', retry_after_seconds: seconds }],
  })

/** Throws AUTH_LOCKED while the name is locked. */
export async function assertNotLocked(tx: Kysely<DB>, hmac: Buffer): Promise<void> {
  const { rows } = await sql<{ seconds: number }>`
    select ceil(extract(epoch from locked_until - now()))::int as seconds from identity.auth_login_counters
    where login_hmac = ${hmac}::bytea and locked_until > now()`.execute(tx)
  if (rows[0]) throw locked(rows[0].seconds)
}

/** Forgets the failures of a name. Answers whether that lifted a lock. */
export async function liftLock(tx: Kysely<DB>, hmac: Buffer): Promise<boolean> {
  const { rows } = await sql<{ was_locked: boolean }>`
    delete from identity.auth_login_counters where login_hmac = ${hmac}::bytea
    returning coalesce(locked_until > now(), false) as was_locked`.execute(tx)
  return rows[0]?.was_locked ?? false
}

/** Counts a failure; the threshold's one sets the lock. Answers whether the name is locked now. */
async function countFailure(tx: Kysely<DB>, hmac: Buffer, parts: IdentityParts): Promise<boolean> {
  const { AUTH_LOCK_THRESHOLD, AUTH_LOCK_SECONDS } = parts.config
  const { rows } = await sql<{ locked: boolean }>`
    insert into identity.auth_login_counters as c (login_hmac, failed_count, last_failed_at) values (${hmac}::bytea, 1, now())
    on conflict (login_hmac) do update set
      failed_count = case when c.last_failed_at > now() - make_interval(secs => ${FAILURE_WINDOW_SECONDS})
        and (c.locked_until is null or c.locked_until > now()) then c.failed_count + 1 else 1 end,
      last_failed_at = now(),
      locked_until = case when c.last_failed_at > now() - make_interval(secs => ${FAILURE_WINDOW_SECONDS})
        and (c.locked_until is null or c.locked_until > now()) and c.failed_count + 1 >= ${AUTH_LOCK_THRESHOLD}
        then now() + make_interval(secs => ${AUTH_LOCK_SECONDS}) end
    returning locked_until is not null as locked`.execute(tx)
  return rows[0]?.locked ?? false
}

const BLOCK_FAILURES = 100
const BLOCK_NAMES = 10
const WATCHED_SECONDS = 10 * 60
const BLOCK_SECONDS = 15 * 60

interface Block {
  readonly id: string
  readonly expires_at: string
}

/** An address that tries many names is shut out everywhere for a while; one that an operator let in again is not. */
async function blockAddress(tx: Kysely<DB>, failure: { ip: string; hmac: Buffer }): Promise<Block | undefined> {
  const address = addressKey(failure.ip)
  const kind = isIP(address) === 4 ? 'IP' : 'CIDR'
  if (address === 'unknown') return undefined
  const [, { rows }] = await Promise.all([
    sql`insert into identity.auth_failed_addresses (address, login_hmac) values (${address}, ${failure.hmac}::bytea)`.execute(
      tx,
    ),
    sql<Block>`
      insert into identity.auth_blocks (kind, cidr, reason, automatic, expires_at)
      select ${kind}, ${address}::cidr, 'Too many failed sign-ins from this address.', true, now() + make_interval(secs => ${BLOCK_SECONDS})
      from (select count(*) as failures, count(distinct login_hmac) as names from identity.auth_failed_addresses
        where address = ${address} and failed_at > now() - make_interval(secs => ${WATCHED_SECONDS})) seen
      where seen.failures >= ${BLOCK_FAILURES} and seen.names >= ${BLOCK_NAMES} and not exists (
        select 1 from identity.auth_blocks b where b.automatic and b.cidr = ${address}::cidr
          and coalesce(b.lifted_at, b.expires_at) > now() - make_interval(secs => case when b.lifted_at is null then 0 else ${WATCHED_SECONDS} end))
      returning id, expires_at`.execute(tx),
  ])
  return rows[0]
}

/** Where a wrong password was aimed at. */
export interface Aimed {
  readonly tenantId: string
  readonly hmac: Buffer
  /** Whose password it was to be, where he is signed in. */
  readonly userId?: string
}

/**
 * A wrong password: counted against name and address, written to the log of the firm it aimed at. Throws AUTH_INVALID,
 * or AUTH_LOCKED when this failure locked the name.
 */
export async function wrongPassword(context: OpenContext, aimed: Aimed, parts: IdentityParts): Promise<never> {
  const { metrics } = context.services
  const outcome = await context.record(authScope(aimed.tenantId), async (tx) => {
    const [isLocked, block] = await Promise.all([
      countFailure(tx, aimed.hmac, parts),
      blockAddress(tx, { ip: context.transport.ip, hmac: aimed.hmac }),
    ])
    const entry = {
      target_id: aimed.userId ?? hmacTarget(aimed.hmac),
      tenant_id: aimed.tenantId,
      outcome: 'denied',
    } as const
    const events: [AuditEntry, ...AuditEntry[]] = [{ ...entry, action: 'AUTH_LOGIN_FAILED' }]
    if (isLocked) events.push({ ...entry, action: 'AUTH_ACCOUNT_LOCKED' })
    if (block) events.push(blockEntry(block, parts))
    return { value: { isLocked, block }, audit: events }
  })
  if (outcome.isLocked) metrics.events.inc({ key: 'auth_account_locked' })
  if (outcome.block) metrics.events.inc({ key: 'ops_block_applied' })
  throw outcome.isLocked
    ? locked(parts.config.AUTH_LOCK_SECONDS)
    : new Refusal('AUTH_INVALID', 'E-mail or password is not right.')
}

const blockEntry = (block: Block, parts: IdentityParts): AuditEntry => ({
  action: 'OPS_BLOCK_APPLIED',
  target_id: block.id,
  tenant_id: parts.gate.internalTenantId,
  after: { automatic: true, expires_at: block.expires_at },
})

import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import type { AuditEntry } from '../../platform/audit/record.ts'
import { first, look, type Tx } from '../../platform/db/rows.ts'
import { authScope } from '../../platform/db/scope.ts'
import { Refusal, refuse } from '../../platform/errors.ts'
import type { OpenContext } from '../../platform/operations.ts'
import { blockAddress, type IdentityParts } from '../access/index.ts'

/** What stands for an e-mail in counters, limits and audit, whether or not anybody has it. */
export const loginHmac = (email: string, parts: IdentityParts): Buffer =>
  createHmac('sha256', parts.config.AUTH_PEPPER).update(`login:${email}`).digest()
/** The same as the target of an audit event. */
export const hmacTarget = (hmac: Buffer): string => hmac.toString('hex').slice(0, 32)

const locked = (seconds: number): Refusal =>
  refuse.locked('AUTH_LOCKED', 'Too many wrong passwords. Please wait before the next try.', seconds)

/** Forgets the failures of a name. Answers whether that lifted a lock. */
export async function liftLock(tx: Tx, hmac: Buffer): Promise<boolean> {
  const lifted = await first(tx)<{ was_locked: boolean }>`
    delete from identity.auth_login_counters where login_hmac = ${hmac}::bytea
      returning coalesce(locked_until > now(), false) as was_locked`
  return lifted?.was_locked ?? false
}

/** Failures further apart than this begin a new count, seconds. */
const FAILURE_WINDOW = 15 * 60

/** Counts a failure; the threshold's one sets the lock. Answers whether the name is locked now. */
async function countFailure(tx: Tx, hmac: Buffer, { config }: IdentityParts): Promise<boolean> {
  const goesOn = sql`c.last_failed_at > now() - make_interval(secs => ${FAILURE_WINDOW})
    and (c.locked_until is null or c.locked_until > now())`
  const counted = await first(tx)<{ locked: boolean }>`
    insert into identity.auth_login_counters as c (login_hmac, failed_count, last_failed_at) values (${hmac}::bytea, 1, now())
    on conflict (login_hmac) do update set last_failed_at = now(),
      failed_count = case when ${goesOn} then c.failed_count + 1 else 1 end,
      locked_until = case when ${goesOn} and c.failed_count + 1 >= ${config.AUTH_LOCK_THRESHOLD}
        then now() + make_interval(secs => ${config.AUTH_LOCK_SECONDS}) end
    returning locked_until is not null as locked`
  return counted?.locked ?? false
}

/** Whose password is to be proven. */
export interface Claimed {
  readonly email: string
  /** Null where nobody has it, or no password: a dummy is verified, so that both take the same time. */
  readonly phc: string | null
  /** The firm whose log has a failure. */
  readonly tenantId: string
  /** Where he is signed in. */
  readonly userId?: string
  /** What a failure means besides. */
  readonly failure?: AuditEntry
}

interface Given {
  readonly password: string
  readonly parts: IdentityParts
}

/** Proves a password under the lock of its name, by exactly one verification. Throws AUTH_LOCKED, AUTH_INVALID. */
export async function provePassword(context: OpenContext, claimed: Claimed, given: Given): Promise<void> {
  const { password, parts } = given
  const hmac = loginHmac(claimed.email, parts)
  const lock = await look(context.database)<{ seconds: number }>`
    select ceil(extract(epoch from locked_until - now()))::int as seconds
      from identity.auth_login_counters where login_hmac = ${hmac}::bytea and locked_until > now()`
  if (lock) throw locked(lock.seconds)
  const right = await parts.passwords.verify(claimed.phc, password)
  if (!right) await refuseGuess(context, { ...claimed, hmac }, parts)
}

/** A wrong password: counted against name and address, written to the log of the firm it aimed at. */
function refuseGuess(context: OpenContext, guess: Claimed & { hmac: Buffer }, parts: IdentityParts): Promise<never> {
  const { tenantId, userId, hmac, failure } = guess
  const { events } = context.services.metrics
  return context.record<never>(authScope(tenantId), async (tx) => {
    const [isLocked, block] = await Promise.all([
      countFailure(tx, hmac, parts),
      blockAddress(tx, { ip: context.transport.ip, hmac }, parts),
    ])
    const entry = { target_id: userId ?? hmacTarget(hmac), tenant_id: tenantId, outcome: 'denied' } as const
    const audit: [AuditEntry, ...AuditEntry[]] = [{ ...entry, action: 'AUTH_LOGIN_FAILED' }]
    if (failure) audit.push(failure)
    if (isLocked) {
      events.inc({ key: 'auth_account_locked' })
      audit.push({ ...entry, action: 'AUTH_ACCOUNT_LOCKED' })
    }
    if (block) {
      events.inc({ key: 'ops_block_applied' })
      audit.push(block)
    }
    const wrong = new Refusal('AUTH_INVALID', 'E-mail or password is not right.')
    return { value: isLocked ? locked(parts.config.AUTH_LOCK_SECONDS) : wrong, audit }
  })
}

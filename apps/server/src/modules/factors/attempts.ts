import { first } from '../../platform/db/rows.ts'
import { type Refusal, refuse } from '../../platform/errors.ts'
import type { FactorCall } from './holder.ts'
import { refused } from './refusals.ts'

const TICKET_TRIES = 5
const TICKET_LOCK_SECONDS = 5 * 60
const PERSON_TRIES = 10
const PERSON_WINDOW_SECONDS = 15 * 60
const PERSON_LOCK_SECONDS = 15 * 60

const locked = (seconds: number): Refusal =>
  refuse.locked('AUTH_MFA_LOCKED', 'Too many wrong codes. Please wait before the next try.', seconds)

/** AUTH_MFA_LOCKED while the person or his ticket is locked. */
export async function assertUnlocked({ tx, holder: { userId, ticket } }: FactorCall): Promise<void> {
  const lock = await first(tx)<{ seconds: number | null }>`
    select ceil(extract(epoch from greatest(
      (select locked_until from identity.auth_factor_counters where user_id = ${userId}::uuid),
      (select locked_until from identity.auth_mfa_tickets where ticket_sha256 = ${ticket?.hash ?? null}::bytea)
    ) - now()))::int as seconds`
  const seconds = lock?.seconds ?? 0
  if (seconds > 0) throw locked(seconds)
}

/** Counts a wrong code against ticket and person. Answers the refusal to hand back, so that the count stays. */
async function countWrongCode({ tx, context, holder: { userId, ticket } }: FactorCall): Promise<Refusal> {
  context.services.metrics.events.inc({ key: 'auth_mfa_failed' })
  const [onTicket, onPerson] = await Promise.all([
    first(tx)<{ locked: boolean }>`
      update identity.auth_mfa_tickets set
        attempts = case when attempts + 1 >= ${TICKET_TRIES} then 0 else attempts + 1 end,
        locked_until = case when attempts + 1 >= ${TICKET_TRIES} then now() + make_interval(secs => ${TICKET_LOCK_SECONDS}) end
      where ticket_sha256 = ${ticket?.hash ?? null}::bytea returning locked_until is not null as locked`,
    first(tx)<{ locked: boolean }>`
      insert into identity.auth_factor_counters as c (user_id, failures) values (${userId}::uuid, array[extract(epoch from now())::bigint])
      on conflict (user_id) do update set (failures, locked_until) = (
        select case when cardinality(f) >= ${PERSON_TRIES} then '{}' else f end,
          case when cardinality(f) >= ${PERSON_TRIES} then now() + make_interval(secs => ${PERSON_LOCK_SECONDS}) end
        from (select array(select t from unnest(c.failures) t
          where t > extract(epoch from now())::bigint - ${PERSON_WINDOW_SECONDS}) || extract(epoch from now())::bigint) as recent (f))
      returning locked_until is not null as locked`,
  ])
  if (onPerson?.locked) return locked(PERSON_LOCK_SECONDS)
  return onTicket?.locked ? locked(TICKET_LOCK_SECONDS) : refused('AUTH_MFA_INVALID_CODE', 'invalid_code')
}

/** Takes a code unless person or ticket is locked. Answers the refusal of a wrong one, which is counted. */
export async function proveCode(call: FactorCall, take: () => Promise<boolean>): Promise<Refusal | null> {
  await assertUnlocked(call)
  return (await take()) ? null : countWrongCode(call)
}

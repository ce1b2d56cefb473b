import { type QueryExecutorProvider, sql } from 'kysely'
import { Refusal } from '../../platform/errors.ts'
import type { Holder } from './factor-holder.ts'

const TICKET_TRIES = 5
const TICKET_LOCK_SECONDS = 5 * 60
const PERSON_TRIES = 10
const PERSON_WINDOW_SECONDS = 15 * 60
const PERSON_LOCK_SECONDS = 15 * 60

type Tried = Pick<Holder, 'userId' | 'ticket'>

const locked = (seconds: number): Refusal =>
  new Refusal('AUTH_MFA_LOCKED', 'Too many wrong codes. Please wait before the next try.', {
    headers: { 'retry-after': String(seconds) },
    details: [{ reason: 'locked', retry_after_seconds: seconds }],
  })
export const wrongCode = (): Refusal =>
  new Refusal('AUTH_MFA_INVALID_CODE', 'This code is not right, or was used before.', {
    details: [{ reason: 'invalid_code' }],
  })

/** AUTH_MFA_LOCKED while the person or his ticket is locked. */
export async function assertUnlocked(tx: QueryExecutorProvider, { userId, ticket }: Tried): Promise<void> {
  const { rows } = await sql<{ seconds: number | null }>`
    select ceil(extract(epoch from greatest(
      (select locked_until from identity.auth_factor_counters where user_id = ${userId}::uuid),
      (select locked_until from identity.auth_mfa_tickets where ticket_sha256 = ${ticket?.hash ?? null}::bytea)
    ) - now()))::int as seconds`.execute(tx)
  const seconds = rows[0]?.seconds ?? 0
  if (seconds > 0) throw locked(seconds)
}

/** Counts a wrong code against ticket and person. Answers the refusal to hand back, so that the count stays. */
export async function countWrongCode(tx: QueryExecutorProvider, { userId, ticket }: Tried): Promise<Refusal> {
  const [onTicket, onPerson] = await Promise.all([
    sql<{ locked: boolean }>`
      update identity.auth_mfa_tickets set
        attempts = case when attempts + 1 >= ${TICKET_TRIES} then 0 else attempts + 1 end,
        locked_until = case when attempts + 1 >= ${TICKET_TRIES} then now() + make_interval(secs => ${TICKET_LOCK_SECONDS}) end
      where ticket_sha256 = ${ticket?.hash ?? null}::bytea returning locked_until is not null as locked`.execute(tx),
    sql<{ locked: boolean }>`
      insert into identity.auth_factor_counters as c (user_id, failures) values (${userId}::uuid, array[extract(epoch from now())::bigint])
      on conflict (user_id) do update set (failures, locked_until) = (
        select case when cardinality(f) >= ${PERSON_TRIES} then '{}' else f end,
          case when cardinality(f) >= ${PERSON_TRIES} then now() + make_interval(secs => ${PERSON_LOCK_SECONDS}) end
        from (select array(select t from unnest(c.failures) t
          where t > extract(epoch from now())::bigint - ${PERSON_WINDOW_SECONDS}) || extract(epoch from now())::bigint) as recent (f))
      returning locked_until is not null as locked`.execute(tx),
  ])
  if (onPerson.rows[0]?.locked) return locked(PERSON_LOCK_SECONDS)
  return onTicket.rows[0]?.locked ? locked(TICKET_LOCK_SECONDS) : wrongCode()
}

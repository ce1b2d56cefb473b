import { randomUUID } from 'node:crypto'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { UnitOfWork } from '../db/database.ts'
import type { Breaker } from './breaker.ts'

type Tx = Kysely<DB>

/** A message in the hands of a relay. */
export interface OutboxMessage {
  readonly tenant_id: string
  readonly id: string
  readonly event_type: string
  /** Whose address and key it is, where the recipient is only what may be shown of it. */
  readonly endpoint_id: string | null
  readonly recipient: string
  readonly subject: string
  readonly body_text: string | null
  readonly attempt_no: number
  readonly lease_token: string
}

/** Refused by the other side: nothing was delivered. */
export class DeliveryRefused extends Error {
  readonly code: string
  /** Trying again would not help. */
  readonly permanent: boolean
  constructor(code: string, message: string, permanent = false) {
    super(message)
    this.code = code
    this.permanent = permanent
  }
}

export interface Courier {
  readonly provider: string
  /** What fails together: a host, a provider. */
  endpointOf(message: OutboxMessage): string
  /** Delivers under a key that stays the same over all attempts. Answers the other side's own id. */
  deliver(message: OutboxMessage, key: string): Promise<string>
}

/** What a turn made of a message. */
export interface RelayEnd {
  readonly id: string
  /** `held`: the endpoint is left alone. `open`: nobody knows, the lease runs out. `late`: another relay has it by now. */
  readonly end: 'sent' | 'failed' | 'dead' | 'held' | 'open' | 'late'
  readonly code: string | null
  /** When it is looked at again, where it is. RFC 3339. */
  readonly at: string | null
}

export interface RelayOptions {
  readonly tenantId: string
  readonly channel: 'email' | 'whatsapp' | 'webhook'
  /** This message alone; absent: whichever are due. */
  readonly only?: string
  readonly limit: number
  readonly leaseSeconds: number
  readonly breaker: Breaker
  readonly courier: Courier
  transact<T>(work: (tx: Tx, unit: UnitOfWork) => Promise<T>): Promise<T>
  /** Told in the transaction that writes it. */
  ended?(end: RelayEnd, tx: Tx, unit: UnitOfWork): Promise<void>
}

/** Waits after the first, second … failed attempt; each ± 20 %. After the last the message is dead. */
export const WAITS_SECONDS = [5, 30, 120, 600, 3_600, 21_600, 86_400] as const
export const waitAfter = (attempt: number, draw = Math.random()): number | undefined => {
  const wait = WAITS_SECONDS[attempt - 1]
  return wait === undefined ? undefined : wait * (0.8 + 0.4 * draw)
}

/**
 * Takes due messages, delivers them and writes what became of them; answers it. Claimed by state, never by the order of
 * ids, and committed before anybody is called: a relay that dies leaves its messages to their leases, and the next one
 * delivers them under the same key. One whose time is over is dead and is not delivered any more.
 */
export async function relayTurn(options: RelayOptions): Promise<readonly RelayEnd[]> {
  const { over, messages } = await options.transact(async (tx, unit) => {
    const late = await expire(tx, options)
    for (const end of late) await options.ended?.(end, tx, unit)
    return { over: late, messages: await claim(tx, options) }
  })
  return [...over, ...(await Promise.all(messages.map((message) => deliver(options, message))))]
}

/** Messages of the channel that are somebody's to take now. */
const dueOf = ({ tenantId, channel, only }: RelayOptions): RawBuilder<unknown> => sql`
  tenant_id = ${tenantId}::uuid and channel = ${channel} and mode = 'auto' and (${only ?? null}::uuid is null or id = ${only ?? null}::uuid)
  and (status in ('queued', 'failed') and next_attempt_at <= now() or status = 'sending' and lease_until < now())`

async function expire(tx: Tx, options: RelayOptions): Promise<RelayEnd[]> {
  const { rows } = await sql<{ id: string }>`
    with due as (
      select id from notifications.outbox where ${dueOf(options)} and expires_at <= now() limit ${options.limit} for update skip locked
    )
    update notifications.outbox o set status = 'dead', last_error_code = 'expired', hold_reason = null, lease_token = null, lease_until = null,
      version = o.version + 1
    from due where o.tenant_id = ${options.tenantId}::uuid and o.id = due.id returning o.id`.execute(tx)
  return rows.map(({ id }) => ({ id, end: 'dead', code: 'expired', at: null }))
}

async function claim(tx: Tx, options: RelayOptions): Promise<OutboxMessage[]> {
  const { tenantId, limit, leaseSeconds, courier } = options
  const token = randomUUID()
  const { rows } = await sql<OutboxMessage>`
    with due as (
      select id, status from notifications.outbox where ${dueOf(options)}
      order by next_attempt_at limit ${limit} for update skip locked
    ), taken as (
      update notifications.outbox o set status = 'sending', attempt_no = o.attempt_no + 1, provider = ${courier.provider}, hold_reason = null,
        lease_token = ${token}::uuid, lease_until = now() + make_interval(secs => ${leaseSeconds}), version = o.version + 1
      from due where o.tenant_id = ${tenantId}::uuid and o.id = due.id
      returning o.tenant_id, o.id, o.event_type, o.endpoint_id, o.recipient, o.subject, o.body_text, o.attempt_no, o.lease_token,
        due.status = 'sending' as was_lost
    ), lost as (
      update notifications.attempts a set status = 'unknown', finished_at = now()
      from taken t where t.was_lost and a.tenant_id = t.tenant_id and a.outbox_id = t.id and a.attempt_no = t.attempt_no - 1 and a.status = 'sending'
    ), begun as (
      insert into notifications.attempts (tenant_id, outbox_id, attempt_no, provider)
      select tenant_id, id, attempt_no, ${courier.provider} from taken
      -- A message that was put back before anybody was called begins the same attempt again.
      on conflict (tenant_id, outbox_id, attempt_no) do update set provider = excluded.provider
    )
    select tenant_id, id, event_type, endpoint_id, recipient, subject, body_text, attempt_no, lease_token from taken`.execute(
    tx,
  )
  return rows
}

async function deliver(options: RelayOptions, message: OutboxMessage): Promise<RelayEnd> {
  const { breaker, courier } = options
  const endpoint = courier.endpointOf(message)
  const until = breaker.closedUntil(endpoint)
  const write = (end: (tx: Tx) => Promise<Omit<RelayEnd, 'id'>>): Promise<RelayEnd> =>
    options.transact(async (tx, unit) => {
      const ended = { id: message.id, ...(await end(tx)) }
      await options.ended?.(ended, tx, unit)
      return ended
    })
  if (until !== null) return write((tx) => putBack(tx, message, new Date(until)))
  try {
    const providerId = await courier.deliver(message, message.id)
    breaker.succeeded(endpoint)
    return await write((tx) => sent(tx, message, providerId))
  } catch (error) {
    // Anything else than a clear no leaves the message to its lease: it may have been delivered.
    if (!(error instanceof DeliveryRefused)) return { id: message.id, end: 'open', code: null, at: null }
    breaker.failed(endpoint)
    return write((tx) => refused(tx, message, error))
  }
}

interface Ends {
  readonly attempt: RawBuilder<unknown>
  readonly message: RawBuilder<unknown>
}

/** Under its lease: a relay that comes too late writes nothing. Answers when the message is due again. */
async function end(
  tx: Tx,
  { tenant_id, id, attempt_no, lease_token }: OutboxMessage,
  ends: Ends,
): Promise<{ readonly at: string } | null> {
  const { rows } = await sql<{ at: string }>`
    update notifications.outbox set ${ends.message}, lease_token = null, lease_until = null, version = version + 1
    where tenant_id = ${tenant_id}::uuid and id = ${id}::uuid and status = 'sending' and lease_token = ${lease_token}::uuid and attempt_no = ${attempt_no}
    returning next_attempt_at as at`.execute(tx)
  const [owned] = rows
  if (!owned) return null
  await sql`update notifications.attempts set ${ends.attempt}, finished_at = now(), latency_ms = (extract(epoch from now() - started_at) * 1000)::int
    where tenant_id = ${tenant_id}::uuid and outbox_id = ${id}::uuid and attempt_no = ${attempt_no}`.execute(tx)
  return owned
}
const LATE = { end: 'late', code: null, at: null } as const

async function sent(tx: Tx, message: OutboxMessage, providerId: string): Promise<Omit<RelayEnd, 'id'>> {
  const owned = await end(tx, message, {
    attempt: sql`status = 'sent', provider_message_id = ${providerId}`,
    message: sql`status = 'sent', sent_at = now(), provider_message_id = ${providerId}, last_error_code = null`,
  })
  return owned ? { end: 'sent', code: null, at: null } : LATE
}

async function refused(tx: Tx, message: OutboxMessage, error: DeliveryRefused): Promise<Omit<RelayEnd, 'id'>> {
  const wait = error.permanent ? undefined : waitAfter(message.attempt_no)
  const code = error.code.slice(0, 80)
  const owned = await end(tx, message, {
    attempt: sql`status = 'failed', error_code = ${code}, error = ${error.message.slice(0, 500)}`,
    message:
      wait === undefined
        ? sql`status = 'dead', last_error_code = ${code}`
        : // Its end is looked at when it comes.
          sql`status = 'failed', last_error_code = ${code}, next_attempt_at = least(expires_at, now() + make_interval(secs => ${wait}::float8))`,
  })
  if (!owned) return LATE
  return wait === undefined ? { end: 'dead', code, at: null } : { end: 'failed', code, at: owned.at }
}

/** The endpoint is left alone: no attempt is counted against the message. */
async function putBack(
  tx: Tx,
  { tenant_id, id, attempt_no, lease_token }: OutboxMessage,
  until: Date,
): Promise<Omit<RelayEnd, 'id'>> {
  const at = until.toISOString()
  const { rows } =
    await sql`update notifications.outbox set status = 'queued', hold_reason = 'breaker_open', attempt_no = attempt_no - 1,
      next_attempt_at = ${at}::timestamptz, lease_token = null, lease_until = null, version = version + 1
    where tenant_id = ${tenant_id}::uuid and id = ${id}::uuid and status = 'sending' and lease_token = ${lease_token}::uuid and attempt_no = ${attempt_no}
    returning 1`.execute(tx)
  return rows.length > 0 ? { end: 'held', code: 'breaker_open', at } : LATE
}

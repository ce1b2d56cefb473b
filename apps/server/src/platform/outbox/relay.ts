import { randomUUID } from 'node:crypto'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { Breaker } from './breaker.ts'

type Tx = Kysely<DB>

/** A message in the hands of a relay. */
export interface OutboxMessage {
  readonly tenant_id: string
  readonly id: string
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

export interface RelayOptions {
  readonly tenantId: string
  readonly channel: 'email' | 'whatsapp' | 'webhook'
  readonly limit: number
  readonly leaseSeconds: number
  readonly breaker: Breaker
  readonly courier: Courier
  transact<T>(work: (tx: Tx) => Promise<T>): Promise<T>
}

/** Waits after the first, second … failed attempt; each ± 20 %. After the last the message is dead. */
export const WAITS_SECONDS = [5, 30, 120, 600, 3_600, 21_600, 86_400] as const
export const waitAfter = (attempt: number, draw = Math.random()): number | undefined => {
  const wait = WAITS_SECONDS[attempt - 1]
  return wait === undefined ? undefined : wait * (0.8 + 0.4 * draw)
}

/**
 * Takes due messages, delivers them and writes what became of them; answers how many it took. Claimed by state, never by
 * the order of ids, and committed before anybody is called: a relay that dies leaves its messages to their leases, and
 * the next one delivers them under the same key.
 */
export async function relayTurn(options: RelayOptions): Promise<number> {
  const messages = await options.transact((tx) => claim(tx, options))
  await Promise.all(messages.map((message) => deliver(options, message)))
  return messages.length
}

async function claim(
  tx: Tx,
  { tenantId, channel, limit, leaseSeconds, courier }: RelayOptions,
): Promise<OutboxMessage[]> {
  const token = randomUUID()
  const { rows } = await sql<OutboxMessage>`
    with due as (
      select id, status from notifications.outbox
      where tenant_id = ${tenantId}::uuid and channel = ${channel} and mode = 'auto'
        and (status in ('queued', 'failed') and next_attempt_at <= now() or status = 'sending' and lease_until < now())
      order by next_attempt_at limit ${limit} for update skip locked
    ), taken as (
      update notifications.outbox o set status = 'sending', attempt_no = o.attempt_no + 1, provider = ${courier.provider}, hold_reason = null,
        lease_token = ${token}::uuid, lease_until = now() + make_interval(secs => ${leaseSeconds}), version = o.version + 1
      from due where o.tenant_id = ${tenantId}::uuid and o.id = due.id
      returning o.tenant_id, o.id, o.recipient, o.subject, o.body_text, o.attempt_no, o.lease_token, due.status = 'sending' as was_lost
    ), lost as (
      update notifications.attempts a set status = 'unknown', finished_at = now()
      from taken t where t.was_lost and a.tenant_id = t.tenant_id and a.outbox_id = t.id and a.attempt_no = t.attempt_no - 1 and a.status = 'sending'
    ), begun as (
      insert into notifications.attempts (tenant_id, outbox_id, attempt_no, provider)
      select tenant_id, id, attempt_no, ${courier.provider} from taken
      -- A message that was put back before anybody was called begins the same attempt again.
      on conflict (tenant_id, outbox_id, attempt_no) do update set provider = excluded.provider
    )
    select tenant_id, id, recipient, subject, body_text, attempt_no, lease_token from taken`.execute(tx)
  return rows
}

async function deliver(options: RelayOptions, message: OutboxMessage): Promise<void> {
  const { breaker, courier, transact } = options
  const endpoint = courier.endpointOf(message)
  const until = breaker.closedUntil(endpoint)
  if (until !== null) return transact((tx) => putBack(tx, message, new Date(until)))
  try {
    const providerId = await courier.deliver(message, message.id)
    breaker.succeeded(endpoint)
    await transact((tx) =>
      end(tx, message, {
        attempt: sql`status = 'sent', provider_message_id = ${providerId}`,
        message: sql`status = 'sent', sent_at = now(), provider_message_id = ${providerId}, last_error_code = null`,
      }),
    )
  } catch (error) {
    // Anything else than a clear no leaves the message to its lease: it may have been delivered.
    if (!(error instanceof DeliveryRefused)) return
    breaker.failed(endpoint)
    await transact((tx) => refused(tx, message, error))
  }
}

interface Ends {
  readonly attempt: RawBuilder<unknown>
  readonly message: RawBuilder<unknown>
}

/** Under its lease: a relay that comes too late writes nothing. */
async function end(tx: Tx, { tenant_id, id, attempt_no, lease_token }: OutboxMessage, ends: Ends): Promise<void> {
  const { rows } = await sql`
    update notifications.outbox set ${ends.message}, lease_token = null, lease_until = null, version = version + 1
    where tenant_id = ${tenant_id}::uuid and id = ${id}::uuid and status = 'sending' and lease_token = ${lease_token}::uuid and attempt_no = ${attempt_no}
    returning 1`.execute(tx)
  if (rows.length === 0) return
  await sql`update notifications.attempts set ${ends.attempt}, finished_at = now(), latency_ms = (extract(epoch from now() - started_at) * 1000)::int
    where tenant_id = ${tenant_id}::uuid and outbox_id = ${id}::uuid and attempt_no = ${attempt_no}`.execute(tx)
}

async function refused(tx: Tx, message: OutboxMessage, error: DeliveryRefused): Promise<void> {
  const wait = error.permanent ? undefined : waitAfter(message.attempt_no)
  await end(tx, message, {
    attempt: sql`status = 'failed', error_code = ${error.code.slice(0, 80)}, error = ${error.message.slice(0, 500)}`,
    message:
      wait === undefined
        ? sql`status = 'dead', last_error_code = ${error.code.slice(0, 80)}`
        : sql`status = 'failed', last_error_code = ${error.code.slice(0, 80)}, next_attempt_at = now() + make_interval(secs => ${wait}::float8)`,
  })
}

/** The endpoint is left alone: no attempt is counted against the message. */
async function putBack(tx: Tx, { tenant_id, id, attempt_no, lease_token }: OutboxMessage, until: Date): Promise<void> {
  await sql`update notifications.outbox set status = 'queued', hold_reason = 'breaker_open', attempt_no = attempt_no - 1,
      next_attempt_at = ${until.toISOString()}::timestamptz, lease_token = null, lease_until = null, version = version + 1
    where tenant_id = ${tenant_id}::uuid and id = ${id}::uuid and status = 'sending' and lease_token = ${lease_token}::uuid and attempt_no = ${attempt_no}`.execute(
    tx,
  )
}

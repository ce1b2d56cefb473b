import type { Surface } from '@zenops/contracts/identity'
import { type Kysely, type QueryExecutorProvider, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { Actor } from '../../platform/auth/actor.ts'
import { compileOnly } from '../../platform/db/database.ts'
import { authScope } from '../../platform/db/scope.ts'
import { Refusal } from '../../platform/errors.ts'
import type { Audited, OpenContext, ReplyExtras } from '../../platform/operations.ts'
import { assertSteppedUp } from '../../platform/perform.ts'
import {
  type ProofAct,
  proofAddressLimit,
  proofPersonLimit,
  sha256,
  type SignIn,
  underLimits,
} from '../identity/index.ts'

/** A second-factor ticket as it was issued at a sign-in. */
export interface Ticket {
  readonly hash: Buffer
  readonly clientType: string
  readonly deviceName: string | null
}

/** Whose factors a call is about: the person of a ticket, or the one who is signed in. */
export interface Holder {
  readonly userId: string
  readonly tenantId: string
  readonly aud: Surface
  readonly ticket: Ticket | null
}

/** A holder's row, locked: whatever concerns his factors happens one after the other. */
export interface Person {
  readonly id: string
  readonly email: string | null
  readonly name: string
  readonly handle: Buffer
}

export const ticketInvalid = (reason: string): Refusal =>
  new Refusal('AUTH_MFA_CHALLENGE_INVALID', 'This sign-in attempt has ended. Please sign in again.', {
    details: [{ reason }],
  })

type TicketType = 'SETUP' | 'VERIFY'
interface TicketRow {
  readonly user_id: string
  readonly tenant_id: string
  readonly aud: Surface
  readonly type: TicketType
  readonly client_type: string
  readonly device_name: string | null
  readonly expired: boolean
}

async function readTicket(context: OpenContext, id: string, type: TicketType): Promise<Holder> {
  const hash = sha256(id)
  const query = sql<TicketRow>`
    select user_id, tenant_id, aud, type, client_type, device_name, expires_at <= now() as expired
    from identity.auth_mfa_tickets where ticket_sha256 = ${hash}::bytea and consumed_at is null`
  const [[row]] = await context.database.read(authScope(), query.compile(compileOnly))
  if (!row || (context.actor !== null && context.actor.userId !== row.user_id)) {
    throw ticketInvalid('challenge_not_found')
  }
  if (row.type !== type) throw ticketInvalid('challenge_type_mismatch')
  if (row.expired) throw ticketInvalid('challenge_expired')
  const ticket = { hash, clientType: row.client_type, deviceName: row.device_name }
  return { userId: row.user_id, tenantId: row.tenant_id, aud: row.aud, ticket }
}

/** The signed-in person as a holder. */
export const holderOfActor = (actor: Actor): Holder => ({
  userId: actor.userId,
  tenantId: actor.tenantId,
  aud: actor.aud as Surface, // the gate admits the three surfaces alone here
  ticket: null,
})

/** The caller, where a ticket does not stand in for him; AUTH_REQUIRED without one. */
export function callerOf({ actor }: OpenContext): Actor {
  if (!actor) throw new Refusal('AUTH_REQUIRED', 'Please sign in.')
  return actor
}

export const noFactor = (): Refusal => new Refusal('AUTH_MFA_SETUP_REQUIRED', 'Set up a second factor first.')

export interface HolderAsked {
  readonly ticketId: string | undefined
  /** The kind of ticket; a SETUP ticket may be replaced by a session with a fresh factor. */
  readonly type: TicketType
  readonly act: ProofAct
}

interface Answer<B> {
  readonly body: B
  readonly reply?: ReplyExtras
}

function steppedUp(context: OpenContext): Holder {
  const actor = callerOf(context)
  assertSteppedUp(actor, context.now)
  return holderOfActor(actor)
}

/**
 * Runs `work` for whom the call is about, under the limits of address and person. Throws AUTH_MFA_CHALLENGE_INVALID,
 * AUTH_STEP_UP_REQUIRED.
 */
export const withHolder = <B>(
  context: OpenContext,
  { ticketId, type, act }: HolderAsked,
  work: (holder: Holder) => Promise<Answer<B>>,
): Promise<Answer<B>> =>
  underLimits(context, proofAddressLimit(context, act), async () => {
    if (ticketId === undefined && type === 'VERIFY') throw ticketInvalid('challenge_not_found')
    const holder = ticketId === undefined ? steppedUp(context) : await readTicket(context, ticketId, type)
    return underLimits(context, proofPersonLimit(context, holder.userId, act), () => work(holder))
  })

/** Locks the holder; a ticket used up or expired meanwhile is refused. */
export async function lockHolder(
  tx: QueryExecutorProvider,
  { userId, ticket }: Pick<Holder, 'userId' | 'ticket'>,
): Promise<Person> {
  const [people, live] = await Promise.all([
    sql<Person>`
      select id, email, name, webauthn_user_handle as handle from identity.users
      where id = ${userId}::uuid for no key update`.execute(tx),
    // A statement of its own: it sees what whoever held the lock before has left.
    sql`select 1 from identity.auth_mfa_tickets
      where ticket_sha256 = ${ticket?.hash ?? null}::bytea and consumed_at is null and expires_at > now()`.execute(tx),
  ])
  const person = people.rows[0]
  if (!person || (ticket && live.rows.length === 0)) throw ticketInvalid('challenge_not_found')
  return person
}

/** Uses the ticket up, by one conditional update; false when another call was first. */
export async function consumeTicket(tx: QueryExecutorProvider, ticket: Ticket): Promise<boolean> {
  const { rows } = await sql`
    update identity.auth_mfa_tickets set consumed_at = now()
    where ticket_sha256 = ${ticket.hash}::bytea and consumed_at is null and expires_at > now() returning 1`.execute(tx)
  return rows.length === 1
}

/** A new factor voids every ticket to set one up: an older ticket must not add a second one unasked. */
export const voidSetupTickets = (tx: QueryExecutorProvider, userId: string): Promise<unknown> =>
  sql`update identity.auth_mfa_tickets set consumed_at = now()
    where user_id = ${userId}::uuid and type = 'SETUP' and consumed_at is null`.execute(tx)

/** The sign-in that a ticket continues, completed by `factor`. */
export const signInOf = (context: OpenContext, holder: Holder, factor: 'otp' | 'recovery' | 'webauthn'): SignIn => ({
  userId: holder.userId,
  tenantId: holder.tenantId,
  aud: holder.aud,
  clientType: holder.ticket?.clientType ?? 'web',
  deviceName: holder.ticket?.deviceName ?? null,
  ip: context.transport.ip,
  amr: ['pwd', factor],
})

/** What a factor's transaction hands back: a refusal among it keeps the writes, a counted failure above all. */
export interface Outcome<T> {
  readonly value: T | Refusal
  readonly audit: Audited
}

/** Runs a factor's work as identity. Throws the refusal it hands back, after the commit. */
export async function recorded<T>(context: OpenContext, work: (tx: Kysely<DB>) => Promise<Outcome<T>>): Promise<T> {
  const value = await context.record<T | Refusal>(authScope(), (tx) => work(tx))
  if (value instanceof Refusal) throw value
  return value
}

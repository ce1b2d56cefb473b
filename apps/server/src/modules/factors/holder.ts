import type { Surface } from '@zenops/contracts/identity'
import type { AuditEntry } from '../../platform/audit/record.ts'
import type { Actor } from '../../platform/auth/actor.ts'
import { first, look, type Tx } from '../../platform/db/rows.ts'
import { authScope } from '../../platform/db/scope.ts'
import { type Refusal, refuse } from '../../platform/errors.ts'
import type { Audited, OpenContext, ReplyExtras } from '../../platform/operations.ts'
import { assertSteppedUp, callerOf } from '../../platform/perform.ts'
import { barrier, type IdentityParts, limitOf, type ProofAct, surfaceOf, underLimits } from '../access/index.ts'
import { type SignIn, sha256 } from '../identity/index.ts'
import { refused } from './refusals.ts'

/** A second-factor ticket as it was issued at a sign-in. */
interface Ticket {
  readonly hash: Buffer
  readonly clientType: string
  readonly deviceName: string | null
}

type Whose = Pick<Holder, 'userId' | 'tenantId'>

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

/** A factor's call within its transaction. */
export interface FactorCall {
  readonly context: OpenContext
  readonly parts: IdentityParts
  readonly tx: Tx
  readonly holder: Holder
  readonly person: Person
}

/** What a factor's call hands back: a refusal among it keeps the writes, a counted failure above all. */
export interface Outcome<T> {
  readonly value: T | Refusal
  readonly audit: Audited
}

const ticketInvalid = (reason: string): Refusal => refused('AUTH_MFA_CHALLENGE_INVALID', reason)

/** An event about a holder's factors, in the log of the firm he is in. */
export function eventOf({ userId, tenantId }: Whose, action: AuditEntry['action'], after: object): AuditEntry {
  return { action, target_id: userId, tenant_id: tenantId, after }
}
/** The same about something refused. */
export function deniedOf(of: Whose, action: AuditEntry['action'], after: object): AuditEntry {
  return { ...eventOf(of, action, after), outcome: 'denied' }
}

/** The signed-in person as a holder. */
export function holderOfActor(actor: Actor): Holder {
  const { userId, tenantId } = actor
  return { userId, tenantId, aud: surfaceOf(actor), ticket: null }
}

/** What stands for the person: a ticket of the kind, or a session; SETUP takes either, the session with a fresh factor. */
type Stand = 'SETUP' | 'VERIFY' | 'SESSION'

interface TicketRow extends Omit<Holder, 'ticket'>, Omit<Ticket, 'hash'> {
  readonly type: Stand
  readonly expired: boolean
}

async function readTicket(context: OpenContext, id: string, type: Stand): Promise<Holder> {
  const hash = sha256(id)
  const row = await look(context.database)<TicketRow>`
    select user_id as "userId", tenant_id as "tenantId", aud, type, client_type as "clientType", device_name as "deviceName",
      expires_at <= now() as expired
    from identity.auth_mfa_tickets where ticket_sha256 = ${hash}::bytea and consumed_at is null`
  const isForeign = context.actor !== null && context.actor.userId !== row?.userId
  if (!row || isForeign) throw ticketInvalid('challenge_not_found')
  if (row.type !== type) throw ticketInvalid('challenge_type_mismatch')
  if (row.expired) throw ticketInvalid('challenge_expired')
  const { userId, tenantId, aud, clientType, deviceName } = row
  return { userId, tenantId, aud, ticket: { hash, clientType, deviceName } }
}

async function holderOf(context: OpenContext, ticketId: string | undefined, stand: Stand): Promise<Holder> {
  if (ticketId !== undefined) return readTicket(context, ticketId, stand)
  if (stand === 'VERIFY') throw ticketInvalid('challenge_not_found')
  const actor = callerOf(context)
  if (stand === 'SETUP') assertSteppedUp(actor, context.now)
  return holderOfActor(actor)
}

/** Locks the holder; a ticket used up or expired meanwhile is refused. */
export async function lockHolder(tx: Tx, { userId, ticket }: Pick<Holder, 'userId' | 'ticket'>): Promise<Person> {
  const [person, live] = await Promise.all([
    first(tx)<Person>`select id, email, name, webauthn_user_handle as handle from identity.users
        where id = ${userId}::uuid for no key update`,
    // A statement of its own: it sees what whoever held the lock before has left.
    first(tx)`select 1 from identity.auth_mfa_tickets
        where ticket_sha256 = ${ticket?.hash ?? null}::bytea and consumed_at is null and expires_at > now()`,
  ])
  if (!person || (ticket && !live)) throw ticketInvalid('challenge_not_found')
  return person
}

interface Reply {
  readonly body: unknown
  readonly reply?: ReplyExtras
}

export interface HolderAsked {
  readonly context: OpenContext
  readonly parts: IdentityParts
  readonly ticketId: string | undefined
  readonly stand: Stand
  readonly act: ProofAct
}

/**
 * Runs `work` for whom the call is about: under the limits of address and person, his row locked, nothing in the way of
 * the session that a proof would give. Throws AUTH_MFA_CHALLENGE_INVALID, AUTH_STEP_UP_REQUIRED.
 */
export async function withHolder<A extends Reply>(asked: HolderAsked, work: (call: FactorCall) => Promise<Outcome<A>>) {
  const { context, parts, ticketId, stand, act } = asked
  return underLimits<A['body']>(context, act, async () => {
    const holder = await holderOf(context, ticketId, stand)
    return underLimits<A['body']>(context, limitOf(context, `${act}:person`, holder.userId), async () => {
      const answer: A = await context.record<A>(authScope(), async (tx) => {
        const person = await lockHolder(tx, holder)
        const stands = holder.ticket && act === 'proof'
        const refusal = stands ? await barrier(tx, { ...holder, ip: context.transport.ip }, parts) : null
        if (refusal) throw refusal
        return work({ context, parts, tx, holder, person })
      })
      if (!holder.ticket) parts.forget(context.actor?.sessionId ?? null)
      return answer
    })
  })
}

/** Uses the ticket up, by one conditional update. Answers the sign-in that it continues, completed by `factor`. */
export async function continueSignIn(call: FactorCall, factor: 'otp' | 'recovery' | 'webauthn'): Promise<SignIn> {
  const { tx, context } = call
  const { ticket, ...who } = call.holder
  const consumed = await first(tx)`update identity.auth_mfa_tickets set consumed_at = now()
      where ticket_sha256 = ${ticket?.hash ?? null}::bytea and consumed_at is null and expires_at > now() returning 1`
  if (!ticket || !consumed) throw ticketInvalid('challenge_not_found')
  const { clientType, deviceName } = ticket
  return { ...who, clientType, deviceName, ip: context.transport.ip, amr: ['pwd', factor] }
}

/** How long a proven factor opens the marked routes, seconds. */
const STEP_UP_LIFE = 300

/** Marks the session as freshly proven. Answers until when. */
export async function markSteppedUp(tx: Tx, sessionId: string | null): Promise<string> {
  const marked = await first(tx)<{ until: string }>`
    update identity.auth_families set stepped_up_at = now() where id = ${sessionId}::uuid and revoked_at is null
    returning now() + make_interval(secs => ${STEP_UP_LIFE}) as until`
  if (!marked) throw refuse.credential('session_revoked')
  return marked.until
}

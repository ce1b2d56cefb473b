import type { FactorDue, Session, Surface } from '@zenops/contracts/identity'
import { type Kysely, sql } from 'kysely'
import type { z } from 'zod'
import type { DB } from '../../../db/types.ts'
import type { Cookie } from '../../platform/operations.ts'
import type { IdentityParts } from './parts.ts'
import type { Principal } from './queries/principal.ts'
import { factorDuty, type FactorDuty, type MfaPolicy } from './rules/second-factor.ts'
import { noteAddress } from './jobs/tell-new-address.ts'
import { bodyMayCarry } from './rules/refresh-source.ts'
import { newToken, openFamily, readPrincipal, refreshCookie, sessionBody, sha256 } from './session.ts'

/** A sign-in whose first factor is proven; `amr` names what was proven so far. */
export interface SignIn {
  readonly userId: string
  readonly tenantId: string
  readonly aud: Surface
  readonly clientType: string
  readonly deviceName: string | null
  readonly ip: string
  readonly amr: readonly ('pwd' | 'otp' | 'recovery' | 'webauthn' | 'link' | 'guest')[]
}

/** A session, or the ticket of a sign-in that a second factor has yet to complete. */
export type Entered =
  | { readonly kind: 'session'; readonly principal: Principal; readonly refreshToken: string }
  | { readonly kind: 'ticket'; readonly body: z.infer<typeof FactorDue> }

/** Life of a second-factor ticket, seconds. */
export const TICKET_LIFE = 600

interface Held {
  readonly policy: MfaPolicy
  readonly since: string
  readonly role: Principal['role']
  readonly has_totp: boolean
  readonly passkeys: number
  readonly recovery: boolean
}

async function heldBy(tx: Kysely<DB>, userId: string, tenantId: string): Promise<Held> {
  const { rows } = await sql<Held>`
    select t.mfa_policy as policy, greatest(t.mfa_policy_since, m.created_at) as since, m.role,
      exists (select 1 from identity.auth_totp x where x.user_id = m.user_id and x.enabled_at is not null) as has_totp,
      (select count(*)::int from identity.webauthn_credentials w
        where w.user_id = m.user_id and w.revoked_at is null and w.suspended_at is null) as passkeys,
      exists (select 1 from identity.auth_recovery_codes r
        where r.user_id = m.user_id and r.used_at is null and r.expires_at > now()) as recovery
    from identity.memberships m join identity.tenants t on t.id = m.tenant_id
    where m.tenant_id = ${tenantId}::uuid and m.user_id = ${userId}::uuid`.execute(tx)
  const held = rows[0]
  if (!held) throw new Error('nobody to sign in')
  return held
}

/** What the firm's policy asks of a person at a surface. */
export async function dutyOf(
  tx: Kysely<DB>,
  who: { userId: string; tenantId: string; aud: Surface },
  parts: IdentityParts,
): Promise<FactorDuty & { readonly held: Held }> {
  const held = await heldBy(tx, who.userId, who.tenantId)
  const { NODE_ENV, MFA_ENFORCE_ADMINS } = parts.config
  const duty = factorDuty({
    policy: held.policy,
    role: held.role,
    aud: who.aud,
    enforceAdmins: MFA_ENFORCE_ADMINS ?? NODE_ENV === 'production',
    hasTotp: held.has_totp,
    passkeys: held.passkeys,
    since: Date.parse(held.since),
    now: parts.now().getTime(),
  })
  return { ...duty, held }
}

/** After the first factor: a session, or a ticket where a second one is due (`identity.md` 5, steps 9 and 10). */
export async function enter(tx: Kysely<DB>, signIn: SignIn, parts: IdentityParts): Promise<Entered> {
  const { due, held } = await dutyOf(tx, signIn, parts)
  return due === 'none' ? openSession(tx, signIn) : issueTicket(tx, signIn, { type: due, held })
}

/** After the second factor: a session; or a ticket to set up another kind of factor, where the firm demands that kind. */
export async function enterWithFactor(tx: Kysely<DB>, signIn: SignIn, parts: IdentityParts): Promise<Entered> {
  const { lacks, held } = await dutyOf(tx, signIn, parts)
  return lacks ? issueTicket(tx, signIn, { type: 'SETUP', held }) : openSession(tx, signIn)
}

async function issueTicket(
  tx: Kysely<DB>,
  signIn: SignIn,
  { type, held }: { type: 'VERIFY' | 'SETUP'; held: Held },
): Promise<Entered> {
  const ticket = newToken()
  await sql`
    insert into identity.auth_mfa_tickets (ticket_sha256, user_id, tenant_id, aud, type, client_type, device_name, expires_at)
    values (${sha256(ticket)}::bytea, ${signIn.userId}::uuid, ${signIn.tenantId}::uuid, ${signIn.aud}, ${type},
      ${signIn.clientType}, ${signIn.deviceName}, now() + make_interval(secs => ${TICKET_LIFE}))`.execute(tx)
  const mfa_methods: ('TOTP' | 'WEBAUTHN' | 'RECOVERY')[] =
    type === 'SETUP'
      ? passkeyOnly(held)
        ? ['WEBAUTHN']
        : ['TOTP', 'WEBAUTHN']
      : [
          ...(held.passkeys > 0 ? (['WEBAUTHN'] as const) : []),
          ...(held.has_totp ? (['TOTP'] as const) : []),
          ...(held.recovery ? (['RECOVERY'] as const) : []),
        ]
  const result = type === 'SETUP' ? 'mfa_setup_required' : 'mfa_required'
  return { kind: 'ticket', body: { result, mfa_ticket_id: ticket, mfa_methods, expires_in: TICKET_LIFE } }
}

/** The firm takes nothing but a passkey of this person. */
export const passkeyOnly = (held: Held): boolean => held.policy === 'webauthn_admins' && held.role === 'ADMIN'

/** Opens the session of a sign-in that needs nothing more. A second factor just proven counts as a step-up. */
export async function openSession(tx: Kysely<DB>, signIn: SignIn): Promise<Extract<Entered, { kind: 'session' }>> {
  const family = await openFamily(tx, signIn)
  const principal = await readPrincipal(tx, family.familyId)
  if (principal.role === 'ADMIN' || principal.role === 'OPS') await noteAddress(tx, signIn)
  return { kind: 'session', refreshToken: family.refreshToken, principal }
}

/** The answer of a sign-in: 200 with session and cookie, or 202 with a ticket and neither. */
export async function entryReply(
  entered: Entered,
  parts: IdentityParts,
): Promise<{ body: Session | z.infer<typeof FactorDue>; reply: { status?: 202; cookies?: readonly Cookie[] } }> {
  return entered.kind === 'ticket' ? { body: entered.body, reply: { status: 202 } } : entrySession(entered, parts)
}

/** The answer of a sign-in that no second factor can hold up. */
export async function entrySession(
  { principal, refreshToken }: Extract<Entered, { kind: 'session' }>,
  parts: IdentityParts,
): Promise<{ body: Session; reply: { cookies?: readonly Cookie[] } }> {
  const body = await sessionBody(parts.tokens, principal)
  // The Desk's frame on foreign sites has no cookies: it gets the token in the body.
  return bodyMayCarry({ aud: principal.aud, clientType: principal.client_type }, parts.config)
    ? { body: { ...body, refresh_token: refreshToken }, reply: {} }
    : { body, reply: { cookies: [refreshCookie(principal, refreshToken)] } }
}

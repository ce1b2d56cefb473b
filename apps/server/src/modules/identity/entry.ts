import type { FactorDue, Session, Surface } from '@zenops/contracts/identity'
import type { z } from 'zod'
import { all, first, type Tx } from '../../platform/db/rows.ts'
import { refuse } from '../../platform/errors.ts'
import { type IdentityParts, noteAddress, type Principal, principalOf } from '../access/index.ts'
import { bodyMayCarry } from './rules/refresh-source.ts'
import { type FactorCase, factorDuty, type FactorDuty, passkeyOnly } from './rules/second-factor.ts'
import { type Entered, newToken, openFamily, SECOND_FACTORS, sessionAnswer, sha256 } from './session.ts'
import type { SignIn } from './session.ts'

type Due = z.infer<typeof FactorDue>

/** Life of a second-factor ticket, seconds. */
const TICKET_LIFE = 600

/** What a firm asks of a person, and what he has. */
export interface Duty extends FactorDuty, Pick<FactorCase, 'policy' | 'hasTotp' | 'passkeys'> {
  readonly recoveryLeft: number
  /** The firm takes nothing but a passkey of this person. */
  readonly passkeyOnly: boolean
}

interface DutyRow extends Pick<FactorCase, 'policy' | 'role' | 'hasTotp' | 'passkeys'> {
  readonly onWeb: boolean
  readonly since: string
  readonly recoveryLeft: number
}
interface Asked {
  readonly userId: string
  readonly tenantId?: string
  readonly aud?: Surface
}

/** What each firm of a person asks of him, or one of them at a surface; without a surface as the Workspace asks. */
export async function dutiesOf(tx: Tx, who: Asked, { config, now }: IdentityParts): Promise<Duty[]> {
  const rows = await all(tx)<DutyRow>`
    select t.mfa_policy as policy, greatest(t.mfa_policy_since, m.created_at) as since, m.role,
      exists (select 1 from identity.membership_job_templates mt
        join identity.job_templates j on j.key = mt.job_template and 'web' = any (j.aud)
        where mt.tenant_id = m.tenant_id and mt.user_id = m.user_id) as "onWeb",
      exists (select 1 from identity.auth_totp x where x.user_id = m.user_id and x.enabled_at is not null) as "hasTotp",
      (select count(*)::int from identity.webauthn_credentials w
        where w.user_id = m.user_id and w.revoked_at is null and w.suspended_at is null) as passkeys,
      (select count(*)::int from identity.auth_recovery_codes r
        where r.user_id = m.user_id and r.used_at is null and r.expires_at > now()) as "recoveryLeft"
    from identity.memberships m join identity.tenants t on t.id = m.tenant_id and t.deleted_at is null
    where m.user_id = ${who.userId}::uuid and m.tenant_id = coalesce(${who.tenantId ?? null}::uuid, m.tenant_id)
      and m.status = 'active' and m.deleted_at is null`
  const enforceAdmins = config.MFA_ENFORCE_ADMINS ?? config.NODE_ENV === 'production'
  return rows.map(({ since, onWeb, ...row }) => {
    const aud = who.aud ?? (onWeb ? 'web' : 'portal')
    const one = { ...row, aud, enforceAdmins, since: Date.parse(since), now: now().getTime() }
    return { ...row, ...factorDuty(one), passkeyOnly: passkeyOnly(row) }
  })
}

/** What the firm of a sign-in or a session asks of the person. */
export async function dutyOf(tx: Tx, who: Required<Asked>, parts: IdentityParts): Promise<Duty> {
  const [duty] = await dutiesOf(tx, who, parts)
  if (!duty) throw refuse.credential('session_revoked')
  return duty
}

/**
 * After the first factor: a session, or a ticket where a second one is due (`identity.md` 5, steps 9 and 10). After the
 * second: a session, or a ticket to set up another kind of factor where the firm demands that kind.
 */
export async function enter(tx: Tx, signIn: SignIn, parts: IdentityParts): Promise<Entered<Session | Due>> {
  const duty = await dutyOf(tx, signIn, parts)
  const isSecond = signIn.amr.some((factor) => SECOND_FACTORS.includes(factor))
  const due = isSecond ? (duty.lacks ? 'SETUP' : 'none') : duty.due
  return due === 'none' ? openSession(tx, signIn, parts) : issueTicket(tx, signIn, { due, duty })
}

/** What a ticket may be answered with. */
function methodsOf(due: 'VERIFY' | 'SETUP', duty: Duty): Due['mfa_methods'] {
  if (due === 'SETUP') return duty.passkeyOnly ? ['WEBAUTHN'] : ['TOTP', 'WEBAUTHN']
  const held = { WEBAUTHN: duty.passkeys > 0, TOTP: duty.hasTotp, RECOVERY: duty.recoveryLeft > 0 }
  return (['WEBAUTHN', 'TOTP', 'RECOVERY'] as const).filter((method) => held[method])
}

interface Owed {
  readonly due: 'VERIFY' | 'SETUP'
  readonly duty: Duty
}

async function issueTicket(tx: Tx, signIn: SignIn, { due, duty }: Owed): Promise<Entered<Due>> {
  const { userId, tenantId, aud, clientType, deviceName } = signIn
  const ticket = newToken()
  await first(tx)`
    insert into identity.auth_mfa_tickets (ticket_sha256, user_id, tenant_id, aud, type, client_type, device_name, expires_at)
    values (${sha256(ticket)}::bytea, ${userId}::uuid, ${tenantId}::uuid, ${aud}, ${due}, ${clientType}, ${deviceName},
      now() + make_interval(secs => ${TICKET_LIFE}))`
  const result = due === 'SETUP' ? 'mfa_setup_required' : 'mfa_required'
  const body = { mfa_ticket_id: ticket, mfa_methods: methodsOf(due, duty), expires_in: TICKET_LIFE }
  return { body: { result, ...body }, reply: { status: 202 }, sessionId: null }
}

/** Opens the session of a sign-in that needs nothing more. */
export async function openSession(tx: Tx, signIn: SignIn, parts: IdentityParts): Promise<Entered> {
  const { familyId, refreshToken } = await openFamily(tx, signIn)
  const principal = await first(tx)<Principal>`${principalOf(familyId)}`
  if (!principal) throw new Error('the session was not opened')
  if (principal.who.role === 'ADMIN' || principal.who.role === 'OPS') await noteAddress(tx, signIn)
  // The Desk's frame on foreign sites has no cookies: it gets the token in the body.
  return sessionAnswer(principal, { token: refreshToken, inBody: bodyMayCarry(signIn, parts.config) }, parts)
}

import type { Role } from '@zenops/contracts/capabilities'

export type MfaPolicy = 'admins' | 'staff' | 'webauthn_admins'

/** What decides whether a person needs a second factor here. */
export interface FactorCase {
  readonly policy: MfaPolicy
  readonly role: Role
  readonly aud: 'web' | 'studio' | 'portal'
  /** ADMIN and OPS must have one: always in production. */
  readonly enforceAdmins: boolean
  readonly hasTotp: boolean
  readonly passkeys: number
  /** When the policy came, or the person joined, whichever is later. Epoch milliseconds. */
  readonly since: number
  readonly now: number
}

export const GRACE_MS = 14 * 86_400_000

export interface FactorDuty {
  /** Whether the person must have a factor (at the latest when the grace ends). */
  readonly required: boolean
  /** The demanded factor is there, or none is demanded. */
  readonly holds: boolean
  /** Staff may still do without until then; null = no grace runs. Epoch milliseconds. */
  readonly graceUntil: number | null
  /** The demanded factor is missing and may not be put off: it is set up before any session. */
  readonly lacks: boolean
  /** What is due at a sign-in by password. */
  readonly due: 'none' | 'VERIFY' | 'SETUP'
}

const isPrivileged = (role: Role): boolean => role === 'ADMIN' || role === 'OPS'

/** The firm takes nothing but a passkey of somebody with this role. */
export const passkeyOnly = ({ policy, role }: Pick<FactorCase, 'policy' | 'role'>): boolean =>
  policy === 'webauthn_admins' && role === 'ADMIN'

/** Which factor a person must have: none, any, or a passkey. */
const demandOf = ({ policy, role, aud, enforceAdmins }: FactorCase): 'none' | 'any' | 'passkey' => {
  if (passkeyOnly({ policy, role })) return 'passkey'
  return (isPrivileged(role) && enforceAdmins) || (policy === 'staff' && aud === 'web') ? 'any' : 'none'
}

/** Until when staff may do without; privileged people have no grace. */
const graceOf = (one: FactorCase): number | null =>
  one.policy === 'staff' && !(isPrivileged(one.role) && one.enforceAdmins) ? one.since + GRACE_MS : null

/**
 * `identity.md` 7: who must have a second factor, and what a password sign-in asks for. Whoever has one is asked for it;
 * whoever lacks the demanded one sets it up, after showing the one he has.
 */
export function factorDuty(one: FactorCase): FactorDuty {
  const demand = demandOf(one)
  const hasAny = one.hasTotp || one.passkeys > 0
  const holds = demand === 'none' || (demand === 'passkey' ? one.passkeys > 0 : hasAny)
  const graceUntil = holds ? null : graceOf(one)
  const mayWait = holds || (graceUntil !== null && one.now < graceUntil)
  const due = hasAny ? 'VERIFY' : mayWait ? 'none' : 'SETUP'
  return { required: demand !== 'none', holds, graceUntil: mayWait ? graceUntil : null, lacks: !mayWait, due }
}

import type { MFA_POLICIES } from '@zenops/contracts/identity-rights'

type MfaPolicy = (typeof MFA_POLICIES)[number]

export interface SignInRules {
  readonly mfa_policy: MfaPolicy
  readonly passwordless: boolean
  readonly registration: 'open' | 'invite_only' | 'off'
}

/** What each policy demands of administrators and of the other staff: 0 nothing, 1 any factor, 2 a passkey. */
const DEMANDS: Readonly<Record<MfaPolicy, { admins: number; staff: number }>> = {
  admins: { admins: 1, staff: 0 },
  staff: { admins: 1, staff: 1 },
  webauthn_admins: { admins: 2, staff: 0 },
}

/** Weaker in any one respect: less is demanded of somebody, passwordless goes on, registration opens. */
export function isWeaker(before: SignInRules, after: SignInRules): boolean {
  const [had, has] = [DEMANDS[before.mfa_policy], DEMANDS[after.mfa_policy]]
  return (
    has.admins < had.admins ||
    has.staff < had.staff ||
    (after.passwordless && !before.passwordless) ||
    (after.registration === 'open' && before.registration !== 'open')
  )
}

import type { Session } from '@zenops/contracts/identity'
import { first, type Tx } from '../../platform/db/rows.ts'
import { type IdentityParts, tellPerson } from '../access/index.ts'
import { dutiesOf, dutyOf, type Entered, openSession } from '../identity/index.ts'
import { continueSignIn, type FactorCall } from './holder.ts'
import { refused } from './refusals.ts'
import { replaceRecoveryCodes, voidRecoveryCodes } from './recovery-codes.ts'

interface Settled {
  /** Shown once: with a sign-in's first factor, and where none are left. */
  readonly recovery_codes: string[] | null
  /** The session of a sign-in that waited for this. */
  readonly entered: Entered<Session> | null
}

/**
 * A new factor is told to its person and completes the sign-in that waited for it. Every other ticket to set one up is
 * void: an older one must not add a second factor unasked.
 */
export async function settleNewFactor(call: FactorCall, factor: 'otp' | 'webauthn'): Promise<Settled> {
  const { tx, context, holder, person, parts } = call
  const signIn = holder.ticket ? await continueSignIn(call, factor) : null
  await first(tx)`
    update identity.auth_mfa_tickets set consumed_at = now()
    where user_id = ${person.id}::uuid and type = 'SETUP' and consumed_at is null`
  const { recoveryLeft } = await dutyOf(tx, holder, parts)
  const needsCodes = signIn !== null || factor === 'otp' || recoveryLeft === 0
  const recovery_codes = needsCodes ? await replaceRecoveryCodes(tx, person.id, parts) : null
  const kind = factor === 'otp' ? 'factor_changed' : 'passkey_changed'
  await tellPerson(tx, context, { userId: person.id, tenantId: holder.tenantId, kind })
  return { recovery_codes, entered: signIn ? await openSession(tx, signIn, parts) : null }
}

/**
 * Called once a factor is gone, before the commit: AUTH_MFA_LAST_FACTOR when a firm of the person demands what he no
 * longer has. Without any factor the recovery codes are void too.
 */
export async function settleRemoval(tx: Tx, userId: string, parts: IdentityParts): Promise<void> {
  const duties = await dutiesOf(tx, { userId }, parts)
  const broken = duties.find((duty) => !duty.holds)
  if (broken) throw refused('AUTH_MFA_LAST_FACTOR', 'factor_demanded', { policy: broken.policy })
  if (duties.every((duty) => !duty.hasTotp && duty.passkeys === 0)) await voidRecoveryCodes(tx, userId)
}

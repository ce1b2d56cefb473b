import { stepUp } from '@zenops/contracts/identity-factors'
import type { Actor } from '../../../platform/auth/actor.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { callerOf } from '../../../platform/perform.ts'
import { type IdentityParts, proofLimits, underLimits } from '../../access/index.ts'
import { ownCredential, provePassword } from '../../identity/index.ts'
import { proveCode } from '../attempts.ts'
import { markSteppedUp, withHolder } from '../holder.ts'
import { refused } from '../refusals.ts'
import { findTotp, takeTotp } from '../totp.ts'

const on = operationsOf<'identity'>()

const eventsOf = ({ sessionId, userId, tenantId }: Actor, method: 'TOTP' | 'PASSWORD') => {
  const entry = { target_id: sessionId ?? userId, tenant_id: tenantId, after: { method } } as const
  return {
    passed: { ...entry, action: 'STEP_UP_PASSED' },
    failed: { ...entry, action: 'STEP_UP_FAILED', outcome: 'denied' },
  } as const
}

/** A method that the person has; the password only of a person without any factor. */
function assertMethod({ stepUpMethods }: Actor, method: 'TOTP' | 'PASSWORD'): void {
  if (stepUpMethods.includes(method)) return
  if (method === 'TOTP') throw refused('AUTH_MFA_SETUP_REQUIRED')
  throw refuse.forbidden('password_not_enough', { methods: [...stepUpMethods] })
}

export const stepUpOperation = (parts: IdentityParts) =>
  on.open(stepUp, async (context, { body: { method, code = '', password = '' } }) => {
    const actor = callerOf(context)
    const { userId, tenantId, sessionId } = actor
    const { passed, failed } = eventsOf(actor, method)
    if (method === 'TOTP') {
      return withHolder({ context, parts, ticketId: undefined, stand: 'SESSION', act: 'proof' }, async (call) => {
        assertMethod(actor, method)
        const app = await findTotp(call)
        const refusal = await proveCode(call, async () => app !== undefined && takeTotp(call, app, code))
        if (refusal) return { value: refusal, audit: failed }
        return { value: { body: { step_up_until: await markSteppedUp(call.tx, sessionId) } }, audit: passed }
      })
    }
    return underLimits(context, proofLimits(context, userId), async () => {
      assertMethod(actor, method)
      const { email, phc } = await ownCredential(context)
      // A wrong password counts against the sign-in name, as at a sign-in.
      await provePassword(context, { email, phc, tenantId, userId, failure: failed }, { password, parts })
      const marked = async (tx: Parameters<typeof markSteppedUp>[0]) => ({
        value: await markSteppedUp(tx, sessionId),
        audit: passed,
      })
      const step_up_until = await context.record(authScope(), marked)
      parts.forget(sessionId)
      return { body: { step_up_until } }
    })
  })

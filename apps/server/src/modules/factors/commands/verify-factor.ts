import { verifyFactor } from '@zenops/contracts/identity-factors'
import { operationsOf } from '../../../platform/operations.ts'
import { type IdentityParts, tellPerson } from '../../access/index.ts'
import { enter } from '../../identity/index.ts'
import { proveCode } from '../attempts.ts'
import { continueSignIn, deniedOf, eventOf, withHolder } from '../holder.ts'
import { useRecoveryCode } from '../recovery-codes.ts'
import { findTotp, takeTotp } from '../totp.ts'

const on = operationsOf<'identity'>()

/** One of the two codes completes the sign-in that the ticket stands for. */
export const verifyFactorOperation = (parts: IdentityParts) =>
  on.open(verifyFactor, (context, { body: { mfa_ticket_id, totp_code = '', recovery_code: code } }) =>
    withHolder({ context, parts, ticketId: mfa_ticket_id, stand: 'VERIFY', act: 'proof' }, async (call) => {
      const { tx, holder } = call
      const { userId, tenantId } = holder
      const method = code === undefined ? 'TOTP' : 'RECOVERY'
      const refusal = await proveCode(call, async () => {
        if (code !== undefined) return useRecoveryCode(call, code)
        const app = await findTotp(call)
        // A secret that was drawn and never proven is no factor yet.
        return app?.enabled === true && takeTotp(call, app, totp_code)
      })
      if (refusal) return { value: refusal, audit: deniedOf(holder, 'MFA_FAILED', { method }) }
      const entered = await enter(tx, await continueSignIn(call, code === undefined ? 'otp' : 'recovery'), parts)
      if (code !== undefined) await tellPerson(tx, context, { userId, tenantId, kind: 'recovery_code_used' })
      const { sessionId } = entered
      const after = { method, ...(sessionId === null ? { setup: 'due' } : { session_id: sessionId }) }
      return {
        value: entered,
        audit: eventOf(holder, code === undefined ? 'MFA_VERIFIED' : 'MFA_RECOVERY_USED', after),
      }
    }),
  )

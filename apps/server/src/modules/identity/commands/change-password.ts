import { changePassword } from '@zenops/contracts/identity-entry'
import { authScope } from '../../../platform/db/scope.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { callerOf } from '../../../platform/perform.ts'
import { type IdentityParts, proofLimits, underLimits } from '../../access/index.ts'
import { assertPassword, ownCredential, setPassword } from '../password.ts'
import { loginHmac, provePassword } from '../lockout.ts'

const on = operationsOf<'identity'>()

/** A wrong present password counts like a failed sign-in. */
export const changePasswordOperation = (parts: IdentityParts) =>
  on.open(changePassword, async (context, { body }) => {
    const { userId, tenantId, sessionId } = callerOf(context)
    return underLimits(context, proofLimits(context, userId), async () => {
      const { email, firm, phc: current } = await ownCredential(context)
      const { current_password: given, new_password: password } = body
      await provePassword(context, { email, phc: current, tenantId, userId }, { password: given, parts })
      const isCurrent = password.normalize('NFKC') === given.normalize('NFKC')
      assertPassword({ password, email, firm, isCurrent }, 'new_password')
      const phc = await parts.passwords.hash(password)
      const hmac = loginHmac(email, parts)
      const wish = { userId, tenantId, hmac, phc, reason: 'password_changed', except: sessionId } as const
      return context.record(authScope(tenantId, userId), async (tx) => {
        const { revoked } = await setPassword(tx, wish, context)
        const audit = { action: 'AUTH_PASSWORD_CHANGED', target_id: userId, after: { revoked } } as const
        return { value: { body: { result: 'password_set' as const, revoked } }, audit }
      })
    })
  })

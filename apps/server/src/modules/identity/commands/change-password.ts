import { changePassword } from '@zenops/contracts/identity-entry'
import { sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { Refusal } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { proofLimits, underLimits } from '../limits.ts'
import { assertNotLocked, liftLock, loginHmac, wrongPassword } from '../lockout.ts'
import { originOf, tellPerson } from '../notices.ts'
import { assertPassword, keepPassword } from '../password.ts'
import type { IdentityParts } from '../parts.ts'
import { endFamilies } from '../session.ts'

const on = operationsOf<'identity'>()

interface Own {
  readonly email: string | null
  readonly firm: string
  readonly password_phc: string | null
}
const ownOf = (userId: string, tenantId: string) =>
  sql<Own>`
    select u.email, t.name as firm, a.password_phc from identity.users u
    join identity.tenants t on t.id = ${tenantId}::uuid
    left join identity.auth_credentials a on a.user_id = u.id
    where u.id = ${userId}::uuid`.compile(compileOnly)

/** A wrong present password counts like a failed sign-in. */
export const changePasswordOperation = (parts: IdentityParts) =>
  on.open(changePassword, async (context, { body }) => {
    const { actor } = context
    if (!actor) throw new Refusal('AUTH_REQUIRED', 'Please sign in.')
    const { userId, tenantId, sessionId } = actor
    return underLimits(context, proofLimits(context, userId), async () => {
      const [[own]] = await context.database.read(authScope(), ownOf(userId, tenantId))
      const email = own?.email ?? ''
      const hmac = loginHmac(email, parts)
      await context.database.readTransaction(authScope(), (tx) => assertNotLocked(tx, hmac))
      const right = await parts.passwords.verify(own?.password_phc ?? null, body.current_password)
      if (!right) await wrongPassword(context, { tenantId, hmac, userId }, parts)
      const isCurrent = body.new_password.normalize('NFKC') === body.current_password.normalize('NFKC')
      assertPassword({ password: body.new_password, email, firm: own?.firm ?? null, isCurrent }, 'new_password')
      const phc = await parts.passwords.hash(body.new_password)
      const revoked = await context.record(authScope(tenantId, userId), async (tx) => {
        await keepPassword(tx, userId, phc)
        await liftLock(tx, hmac)
        const ended = await endFamilies(tx, { userId, reason: 'password_changed', by: userId, except: sessionId })
        await tellPerson(tx, originOf(context), { userId, tenantId, kind: 'password_changed' })
        const after = { revoked: ended.length }
        return { value: ended.length, audit: { action: 'AUTH_PASSWORD_CHANGED', target_id: userId, after } }
      })
      return { body: { result: 'password_set' as const, revoked } }
    })
  })

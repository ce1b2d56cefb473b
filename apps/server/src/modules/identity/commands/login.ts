import { login } from '@zenops/contracts/identity'
import type { ParsedOf } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import { first, look } from '../../../platform/db/rows.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { Refusal } from '../../../platform/errors.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import { aimOf, barred, closed, type IdentityParts, lastFirm, signInLimit, underLimits } from '../../access/index.ts'
import { enter } from '../entry.ts'
import { liftLock, loginHmac, provePassword } from '../lockout.ts'
import { findCandidate } from '../password.ts'
import { deviceOf } from '../session.ts'

const on = operationsOf<'identity'>()

interface Attempt {
  readonly context: OpenContext
  readonly body: ParsedOf<typeof login>['body']
  readonly parts: IdentityParts
}

/** Steps 3 to 10 of `identity.md` 5, after the limit: gate, address, lock, one password check, account, session. */
async function signIn({ context, body, parts }: Attempt, tenantId: string) {
  const { aud, email, password, client_type: clientType } = body
  const { ip } = context.transport
  const candidate = await findCandidate(context.database, sql`u.email = ${email}::citext`, { tenantId, aud, ip })
  const shut = closed(candidate)
  if (shut || !candidate) throw shut
  const { phc, user_id } = candidate
  await provePassword(context, { email, phc, tenantId }, { password, parts })
  const userId = user_id ?? '' // whose password is right is known
  const rehashed = phc !== null && parts.passwords.isOutdated(phc) ? await parts.passwords.hash(password) : null
  const entry = { target_id: userId, tenant_id: tenantId } as const
  return context.record(authScope(tenantId, userId), async (tx) => {
    const refusal = barred(candidate, aud)
    if (refusal) return { value: refusal, audit: { ...entry, action: 'AUTH_LOGIN_FAILED', outcome: 'denied' } }
    await liftLock(tx, loginHmac(email, parts))
    if (rehashed !== null) {
      await first(tx)`update identity.auth_credentials set password_phc = ${rehashed} where user_id = ${userId}::uuid`
    }
    const deviceName = body.device_name ?? deviceOf(context.transport)
    const entered = await enter(tx, { userId, tenantId, aud, clientType, deviceName, ip, amr: ['pwd'] }, parts)
    const session = entered.sessionId === null ? { second_factor: 'due' } : { session_id: entered.sessionId }
    const after = { aud, client_type: clientType, ...session }
    return { value: entered, audit: { ...entry, action: 'AUTH_LOGIN_SUCCESS', after } }
  })
}

/** The pinned order of a sign-in by password. */
export const loginOperation = (parts: IdentityParts) =>
  on.open(login, async (context, { body }) => {
    const { events } = context.services.metrics
    const aim = await aimOf(body, context.database, parts)
    return underLimits(context, signInLimit(context, aim.key), async () => {
      try {
        const named = await aim.named()
        const tenantId = named ?? (await lastFirm(look(context.database), sql`u.email = ${body.email}::citext`, parts))
        const entered = await signIn({ context, body, parts }, tenantId)
        events.inc({ key: 'auth_login_success' })
        return entered
      } catch (error) {
        if (error instanceof Refusal) events.inc({ key: 'auth_login_failed' })
        throw error
      }
    })
  })

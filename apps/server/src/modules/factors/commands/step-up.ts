import { stepUp } from '@zenops/contracts/identity-factors'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { Actor } from '../../../platform/auth/actor.ts'
import type { Authenticator } from '../../../platform/auth/authenticator.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import { assertUnlocked, countWrongCode } from '../factor-attempts.ts'
import { callerOf, holderOfActor, lockHolder, noFactor, recorded } from '../factor-holder.ts'
import {
  assertNotLocked,
  type IdentityParts,
  loginHmac,
  proofLimits,
  underLimits,
  wrongPassword,
} from '../../identity/index.ts'
import { takeTotp } from '../totp.ts'

const on = operationsOf<'identity'>()

/** How long a proven factor opens the marked routes, seconds. */
export const STEP_UP_LIFE = 300

/** Marks the session as freshly proven. Answers until when. */
export async function markSteppedUp(tx: QueryExecutorProvider, sessionId: string | null): Promise<string> {
  const { rows } = await sql<{ until: string }>`
    update identity.auth_families set stepped_up_at = now() where id = ${sessionId}::uuid and revoked_at is null
    returning now() + make_interval(secs => ${STEP_UP_LIFE}) as until`.execute(tx)
  const until = rows[0]?.until
  if (until === undefined) throw new Refusal('AUTH_INVALID', 'Please sign in again.')
  return until
}

const audited = (actor: Actor, action: 'STEP_UP_PASSED' | 'STEP_UP_FAILED', method: string) =>
  ({
    action,
    target_id: actor.sessionId ?? actor.userId,
    tenant_id: actor.tenantId,
    outcome: action === 'STEP_UP_PASSED' ? 'ok' : 'denied',
    after: { method },
  }) as const

const byCode = (context: OpenContext, { actor, code }: { actor: Actor; code: string }, parts: IdentityParts) =>
  recorded(context, async (tx) => {
    const holder = holderOfActor(actor)
    await lockHolder(tx, holder)
    await assertUnlocked(tx, holder)
    if (await takeTotp(tx, { userId: actor.userId, code }, parts)) {
      return { value: await markSteppedUp(tx, actor.sessionId), audit: audited(actor, 'STEP_UP_PASSED', 'TOTP') }
    }
    context.services.metrics.events.inc({ key: 'auth_mfa_failed' })
    return { value: await countWrongCode(tx, holder), audit: audited(actor, 'STEP_UP_FAILED', 'TOTP') }
  })

interface Credential {
  readonly email: string | null
  readonly password_phc: string | null
}

/** A wrong password counts against the sign-in name, as at a sign-in. */
async function byPassword(context: OpenContext, given: { actor: Actor; password: string }, parts: IdentityParts) {
  const { userId, tenantId, sessionId } = given.actor
  const credential = sql<Credential>`
    select u.email, a.password_phc from identity.users u join identity.auth_credentials a on a.user_id = u.id
    where u.id = ${userId}::uuid`.compile(compileOnly)
  const [[known]] = await context.database.read(authScope(), credential)
  const hmac = loginHmac(known?.email ?? '', parts)
  await context.database.readTransaction(authScope(), (tx) => assertNotLocked(tx, hmac))
  const right = await parts.passwords.verify(known?.password_phc ?? null, given.password)
  const until = await recorded(context, async (tx) => ({
    value: right ? await markSteppedUp(tx, sessionId) : null,
    audit: audited(given.actor, right ? 'STEP_UP_PASSED' : 'STEP_UP_FAILED', 'PASSWORD'),
  }))
  return until ?? wrongPassword(context, { tenantId, hmac, userId }, parts)
}

type Body = ParsedOf<typeof stepUp>['body']

/** A method that the person has; the password only of a person without any factor. */
function assertMethod(actor: Actor, { method }: Body): void {
  if (actor.stepUpMethods.includes(method)) return
  if (method === 'TOTP') throw noFactor()
  throw refuse.forbidden('password_not_enough', { methods: [...actor.stepUpMethods] })
}

export const stepUpOperation = (parts: IdentityParts, authenticator: Authenticator) =>
  on.open(stepUp, async (context, { body }) => {
    const actor = callerOf(context)
    return underLimits(context, proofLimits(context, actor.userId), async () => {
      assertMethod(actor, body)
      const step_up_until =
        body.method === 'TOTP'
          ? await byCode(context, { actor, code: body.code ?? '' }, parts)
          : await byPassword(context, { actor, password: body.password ?? '' }, parts)
      if (actor.sessionId) authenticator.forget(actor.sessionId)
      return { body: { step_up_until } }
    })
  })

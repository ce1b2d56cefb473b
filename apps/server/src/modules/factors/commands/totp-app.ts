import { activateTotp, enrollTotp, removeTotp } from '@zenops/contracts/identity-factors'
import type { ResultOf } from '@zenops/contracts/kit'
import { first } from '../../../platform/db/rows.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { type IdentityParts, tellPerson } from '../../access/index.ts'
import { dutyOf } from '../../identity/index.ts'
import { proveCode } from '../attempts.ts'
import { settleNewFactor, settleRemoval } from '../changed-factors.ts'
import { deniedOf, eventOf, type FactorCall, holderOfActor, lockHolder, withHolder } from '../holder.ts'
import { refused } from '../refusals.ts'
import { drawSecret, findTotp, takeTotp } from '../totp.ts'

const on = operationsOf<'identity'>()

/** The app drawn so far. CONFLICT with one in use, and at a sign-in where an app is not enough to come in. */
async function unprovenApp(call: FactorCall) {
  const { tx, holder, parts } = call
  if (holder.ticket && (await dutyOf(tx, holder, parts)).passkeyOnly) {
    throw refuse.conflict('passkey_required', 'Your firm asks for a passkey.')
  }
  const app = await findTotp(call)
  if (app?.enabled) throw refuse.conflict('totp_enabled', 'You already have an authenticator app. Remove it first.')
  return app
}

export const enrollTotpOperation = (parts: IdentityParts) =>
  on.open(enrollTotp, (context, { body }) =>
    withHolder({ context, parts, ticketId: body.mfa_ticket_id, stand: 'SETUP', act: 'proof:begin' }, async (call) => {
      await unprovenApp(call)
      const audit = eventOf(call.holder, 'MFA_ENROLLED', { method: 'TOTP', state: 'begun' })
      return { value: { body: await drawSecret(call) }, audit }
    }),
  )

type Activated = { body: ResultOf<typeof activateTotp> }

export const activateTotpOperation = (parts: IdentityParts) =>
  on.open(activateTotp, (context, { body }) =>
    withHolder<Activated>(
      { context, parts, ticketId: body.mfa_ticket_id, stand: 'SETUP', act: 'proof' },
      async (call) => {
        const { holder } = call
        const app = await unprovenApp(call)
        if (!app) throw refused('AUTH_MFA_SETUP_REQUIRED')
        const method = 'TOTP'
        const refusal = await proveCode(call, () => takeTotp(call, app, body.totp_code))
        if (refusal) return { value: refusal, audit: deniedOf(holder, 'MFA_FAILED', { method }) }
        const { recovery_codes: codes, entered } = await settleNewFactor(call, 'otp')
        const recovery_codes = codes ?? []
        const after = { method, state: 'active', session_id: entered?.sessionId }
        const value = entered
          ? { body: { ...entered.body, recovery_codes }, reply: entered.reply }
          : { body: { result: 'activated' as const, recovery_codes } }
        return { value, audit: eventOf(holder, 'MFA_ENROLLED', after) }
      },
    ),
  )

export const removeTotpOperation = (parts: IdentityParts) =>
  on.command(removeTotp, {
    asIdentity: true,
    run: async (context) => {
      const { tx, actor } = context
      const { id: userId } = await lockHolder(tx, holderOfActor(actor))
      const gone = await first(tx)`
        delete from identity.auth_totp where user_id = ${userId}::uuid and enabled_at is not null returning 1`
      if (!gone) throw refused('AUTH_MFA_SETUP_REQUIRED')
      await settleRemoval(tx, userId, parts)
      await tellPerson(tx, context, { userId, tenantId: actor.tenantId, kind: 'factor_changed' })
      return { body: undefined, audit: { action: 'MFA_DISABLED', target_id: userId, before: { method: 'TOTP' } } }
    },
    after: async ({ actor }) => parts.forget(actor.sessionId),
  })

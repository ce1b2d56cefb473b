import { activateTotp, enrollTotp } from '@zenops/contracts/identity-factors'
import type { Kysely } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import type { Authenticator } from '../../../platform/auth/authenticator.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { dutyOf, entryReply, openSession, passkeyOnly } from '../entry.ts'
import { assertUnlocked, countWrongCode } from '../factor-attempts.ts'
import {
  consumeTicket,
  type Holder,
  holderOf,
  lockHolder,
  recorded,
  signInOf,
  ticketInvalid,
  voidSetupTickets,
} from '../factor-holder.ts'
import type { IdentityParts } from '../parts.ts'
import { replaceRecoveryCodes } from '../recovery-codes.ts'
import { noticeSecurity } from '../security-notice.ts'
import { barrier } from '../standing.ts'
import { drawSecret, takeTotp, totpStateOf } from '../totp.ts'

const on = operationsOf<'identity'>()

const hasOne = (): Refusal => refuse.conflict('totp_enabled', 'You already have an authenticator app. Remove it first.')

/** At a sign-in an app is set up only where it is enough to come in. */
async function assertEnough(tx: Kysely<DB>, holder: Holder, parts: IdentityParts): Promise<void> {
  if (!holder.ticket) return
  const { held } = await dutyOf(tx, holder, parts)
  if (passkeyOnly(held)) throw refuse.conflict('passkey_required', 'Your firm asks for a passkey.')
}

export const enrollTotpOperation = (parts: IdentityParts) =>
  on.open(enrollTotp, async (context, { body }) => {
    const holder = await holderOf(context, { ticketId: body.mfa_ticket_id, type: 'SETUP', act: 'begin' })
    const drawn = await recorded(context, async (tx) => {
      const person = await lockHolder(tx, holder)
      await assertEnough(tx, holder, parts)
      if ((await totpStateOf(tx, person.id)) === 'enabled') throw hasOne()
      const value = await drawSecret(tx, { id: person.id, label: person.email ?? person.name }, parts)
      const audit = { action: 'MFA_ENROLLED', target_id: person.id, tenant_id: holder.tenantId } as const
      return { value, audit: { ...audit, after: { method: 'TOTP', state: 'begun' } } }
    })
    return { body: drawn, reply: { headers: holder.headers } }
  })

export const activateTotpOperation = (parts: IdentityParts, authenticator: Authenticator) =>
  on.open(activateTotp, async (context, { body }) => {
    const holder = await holderOf(context, { ticketId: body.mfa_ticket_id, type: 'SETUP', act: 'check' })
    const { ticket } = holder
    const done = await recorded(context, async (tx) => {
      const person = await lockHolder(tx, holder)
      await assertUnlocked(tx, holder)
      await assertEnough(tx, holder, parts)
      const state = await totpStateOf(tx, person.id)
      if (state === 'enabled') throw hasOne()
      if (state === 'none') throw new Refusal('AUTH_MFA_SETUP_REQUIRED', 'Set up an authenticator app first.')
      const audit = { target_id: person.id, tenant_id: holder.tenantId } as const
      if (!(await takeTotp(tx, { userId: person.id, code: body.totp_code }, parts))) {
        context.services.metrics.events.inc({ key: 'auth_mfa_failed' })
        return {
          value: await countWrongCode(tx, holder),
          audit: { ...audit, action: 'MFA_FAILED', outcome: 'denied', after: { method: 'TOTP' } },
        }
      }
      if (ticket) {
        const stands = await barrier(tx, { ...holder, ip: context.transport.ip }, parts)
        if (stands) throw stands
        if (!(await consumeTicket(tx, ticket))) throw ticketInvalid('challenge_not_found')
      }
      await voidSetupTickets(tx, person.id)
      const recovery_codes = await replaceRecoveryCodes(tx, person.id, parts)
      await noticeSecurity(tx, context, { person, tenantId: holder.tenantId, kind: 'factor_changed' })
      const entered = ticket ? await openSession(tx, signInOf(context, holder, 'otp')) : null
      const after = {
        method: 'TOTP',
        state: 'active',
        ...(entered ? { session_id: entered.principal.session_id } : {}),
      }
      return { value: { recovery_codes, entered }, audit: { ...audit, action: 'MFA_ENROLLED', after } }
    })
    const { recovery_codes, entered } = done
    if (!entered) {
      if (context.actor?.sessionId) authenticator.forget(context.actor.sessionId)
      return { body: { result: 'activated' as const, recovery_codes }, reply: { headers: holder.headers } }
    }
    const { body: session, reply } = await entryReply(entered, parts)
    return { body: { ...session, recovery_codes }, reply: { ...reply, headers: holder.headers } }
  })

import { activateTotp, enrollTotp } from '@zenops/contracts/identity-factors'
import type { ResultOf } from '@zenops/contracts/kit'
import type { Kysely } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import type { Authenticator } from '../../../platform/auth/authenticator.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import {
  barrier,
  dutyOf,
  type Entered,
  entrySession,
  type IdentityParts,
  openSession,
  originOf,
  passkeyOnly,
  tellPerson,
} from '../../identity/index.ts'
import { assertUnlocked, countWrongCode } from '../factor-attempts.ts'
import {
  consumeTicket,
  type Holder,
  lockHolder,
  type Outcome,
  recorded,
  signInOf,
  ticketInvalid,
  voidSetupTickets,
  withHolder,
} from '../factor-holder.ts'
import { replaceRecoveryCodes } from '../recovery-codes.ts'
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
  on.open(enrollTotp, (context, { body }) =>
    withHolder(context, { ticketId: body.mfa_ticket_id, type: 'SETUP', act: 'begin' }, async (holder) => ({
      body: await recorded(context, async (tx) => {
        const person = await lockHolder(tx, holder)
        await assertEnough(tx, holder, parts)
        if ((await totpStateOf(tx, person.id)) === 'enabled') throw hasOne()
        const value = await drawSecret(tx, { id: person.id, label: person.email ?? person.name }, parts)
        const audit = { action: 'MFA_ENROLLED', target_id: person.id, tenant_id: holder.tenantId } as const
        return { value, audit: { ...audit, after: { method: 'TOTP', state: 'begun' } } }
      }),
    })),
  )

interface Activate {
  readonly context: OpenContext
  readonly holder: Holder
  readonly code: string
  readonly parts: IdentityParts
}
interface Activated {
  readonly recovery_codes: string[]
  /** The session of a sign-in that waited for this. */
  readonly entered: Extract<Entered, { kind: 'session' }> | null
}

async function activate(tx: Kysely<DB>, { context, holder, code, parts }: Activate): Promise<Outcome<Activated>> {
  const { ticket, userId, tenantId } = holder
  await lockHolder(tx, holder)
  await assertUnlocked(tx, holder)
  await assertEnough(tx, holder, parts)
  const state = await totpStateOf(tx, userId)
  if (state === 'enabled') throw hasOne()
  if (state === 'none') throw new Refusal('AUTH_MFA_SETUP_REQUIRED', 'Set up an authenticator app first.')
  const audit = { target_id: userId, tenant_id: tenantId } as const
  if (!(await takeTotp(tx, { userId, code }, parts))) {
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
  await voidSetupTickets(tx, userId)
  const recovery_codes = await replaceRecoveryCodes(tx, userId, parts)
  await tellPerson(tx, originOf(context), { userId, tenantId, kind: 'factor_changed' })
  const entered = ticket ? await openSession(tx, signInOf(context, holder, 'otp')) : null
  const after = { method: 'TOTP', state: 'active', ...(entered ? { session_id: entered.principal.session_id } : {}) }
  return { value: { recovery_codes, entered }, audit: { ...audit, action: 'MFA_ENROLLED', after } }
}

export const activateTotpOperation = (parts: IdentityParts, authenticator: Authenticator) =>
  on.open(activateTotp, (context, { body }) =>
    withHolder<ResultOf<typeof activateTotp>>(
      context,
      { ticketId: body.mfa_ticket_id, type: 'SETUP', act: 'check' },
      async (holder) => {
        const call = { context, holder, code: body.totp_code, parts }
        const { recovery_codes, entered } = await recorded(context, (tx) => activate(tx, call))
        if (!entered) {
          if (context.actor?.sessionId) authenticator.forget(context.actor.sessionId)
          return { body: { result: 'activated', recovery_codes } }
        }
        const { body: session, reply } = await entrySession(entered, parts)
        return { body: { ...session, recovery_codes }, reply }
      },
    ),
  )

import { generateRegistrationOptions } from '@simplewebauthn/server'
import { MAX_PASSKEYS, registerPasskey, registerPasskeyOptions } from '@zenops/contracts/identity-factors'
import type { ParsedOf, ResultOf } from '@zenops/contracts/kit'
import type { Kysely } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import type { Authenticator } from '../../../platform/auth/authenticator.ts'
import { Refusal } from '../../../platform/errors.ts'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import {
  barrier,
  type Entered,
  entrySession,
  type IdentityParts,
  isPasswordless,
  openSession,
  originOf,
  tellPerson,
} from '../../identity/index.ts'
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
import { CHALLENGE_LIFE, expectedOf, keepPasskey, livePasskeys, newChallenge, takeChallenge } from '../passkeys.ts'
import { recoveryCodesLeft, replaceRecoveryCodes } from '../recovery-codes.ts'
import { challengeInvalid, checkRegistration, PASSKEY_ALGORITHMS } from '../passkey-answer.ts'

const on = operationsOf<'identity'>()

const full = (): Refusal =>
  new Refusal('AUTH_WEBAUTHN_LIMIT_REACHED', 'You have as many passkeys as are possible. Remove one first.', {
    details: [{ reason: 'limit_reached', limit: MAX_PASSKEYS }],
  })
const known = (): Refusal =>
  new Refusal('AUTH_WEBAUTHN_CREDENTIAL_EXISTS', 'This passkey is registered already.', {
    details: [{ reason: 'credential_exists' }],
  })

export const registerPasskeyOptionsOperation = (parts: IdentityParts) =>
  on.open(registerPasskeyOptions, (context, { body }) =>
    withHolder(context, { ticketId: body.mfa_ticket_id, type: 'SETUP', act: 'begin' }, async (holder) => ({
      body: await recorded(context, async (tx) => ({ value: await begin(tx, holder, parts), audit: NOTHING_CHANGED })),
    })),
  )

async function begin(tx: Kysely<DB>, holder: Holder, { config }: IdentityParts) {
  const person = await lockHolder(tx, holder)
  const held = await livePasskeys(tx, person.id)
  if (held.length >= MAX_PASSKEYS) throw full()
  const { id, challenge } = await newChallenge(tx, { ...holder, purpose: 'REGISTER' })
  const public_key = await generateRegistrationOptions({
    rpName: config.WEBAUTHN_RP_NAME,
    rpID: config.WEBAUTHN_RP_ID,
    userID: new Uint8Array(person.handle),
    userName: person.email ?? person.name,
    userDisplayName: person.name,
    challenge: new Uint8Array(challenge),
    timeout: CHALLENGE_LIFE * 1000,
    attestationType: 'none',
    excludeCredentials: held,
    authenticatorSelection: {
      residentKey: (await isPasswordless(tx, holder.tenantId)) ? 'required' : 'preferred',
      userVerification: 'required',
    },
    supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
  })
  return { challenge_id: id, public_key: { ...public_key } }
}

interface Register {
  readonly context: OpenContext
  readonly holder: Holder
  readonly body: ParsedOf<typeof registerPasskey>['body']
  readonly parts: IdentityParts
}
interface Registered {
  readonly credential_id: string
  readonly created_at: string
  readonly recovery_codes: string[] | null
  readonly entered: Extract<Entered, { kind: 'session' }> | null
}

/** The passkey kept, or the refusal; a challenge once shown is used up either way. */
async function keep(
  tx: Kysely<DB>,
  { holder, body, parts }: Register,
): Promise<{ id: string; created_at: string } | Refusal> {
  const taken = await takeChallenge(tx, body.challenge_id, { purpose: 'REGISTER', userId: holder.userId })
  if (!taken) return challengeInvalid('challenge_not_found')
  try {
    const made = await checkRegistration(body.credential, expectedOf(taken, parts))
    if ((await livePasskeys(tx, holder.userId)).length >= MAX_PASSKEYS) return full()
    return (await keepPasskey(tx, { userId: holder.userId, nickname: body.nickname }, made)) ?? known()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

async function register(tx: Kysely<DB>, call: Register): Promise<Outcome<Registered>> {
  const { context, holder, parts } = call
  const { ticket, tenantId } = holder
  const { events } = context.services.metrics
  const person = await lockHolder(tx, holder)
  const stands = await barrier(tx, { ...holder, ip: context.transport.ip }, parts)
  if (stands) throw stands
  const kept = await keep(tx, call)
  const audit = { target_id: person.id, tenant_id: tenantId } as const
  if (kept instanceof Refusal) {
    events.inc({ key: 'auth_webauthn_register_failed' })
    const after = { purpose: 'REGISTER', code: kept.code }
    return { value: kept, audit: { ...audit, action: 'WEBAUTHN_FAILED', outcome: 'denied', after } }
  }
  if (ticket && !(await consumeTicket(tx, ticket))) throw ticketInvalid('challenge_not_found')
  await voidSetupTickets(tx, person.id)
  const needsCodes = ticket !== null || (await recoveryCodesLeft(tx, person.id)) === 0
  const recovery_codes = needsCodes ? await replaceRecoveryCodes(tx, person.id, parts) : null
  await tellPerson(tx, originOf(context), { userId: person.id, tenantId, kind: 'passkey_changed' })
  const entered = ticket ? await openSession(tx, signInOf(context, holder, 'webauthn')) : null
  events.inc({ key: 'auth_webauthn_register_success' })
  const after = { credential: kept.id, ...(entered ? { session_id: entered.principal.session_id } : {}) }
  return {
    value: { credential_id: kept.id, created_at: kept.created_at, recovery_codes, entered },
    audit: { ...audit, action: 'WEBAUTHN_REGISTERED', after },
  }
}

export const registerPasskeyOperation = (parts: IdentityParts, authenticator: Authenticator) =>
  on.open(registerPasskey, (context, { body }) =>
    withHolder<ResultOf<typeof registerPasskey>>(
      context,
      { ticketId: body.mfa_ticket_id, type: 'SETUP', act: 'check' },
      async (holder) => {
        const done = await recorded(context, (tx) => register(tx, { context, holder, body, parts }))
        const { credential_id, created_at, recovery_codes, entered } = done
        const answer = { credential_id, created_at, ...(recovery_codes ? { recovery_codes } : {}) }
        if (!entered) {
          if (context.actor?.sessionId) authenticator.forget(context.actor.sessionId)
          return { body: answer }
        }
        const { body: session, reply } = await entrySession(entered, parts)
        return { body: { ...answer, session }, reply }
      },
    ),
  )

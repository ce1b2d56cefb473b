import { first, type Tx } from '../../../platform/db/rows.ts'
import { generateAuthenticationOptions } from '@simplewebauthn/server'
import { assertPasskey, assertPasskeyOptions } from '@zenops/contracts/identity-factors'
import type { ParsedOf, ResultOf } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import { aimOf, barrier, type IdentityParts, lastFirm, signInLimit, underLimits } from '../../access/index.ts'
import { deviceOf, type Entered, openSession } from '../../identity/index.ts'
import { assertUnlocked } from '../attempts.ts'
import { continueSignIn, deniedOf, eventOf, markSteppedUp, type Outcome, withHolder } from '../holder.ts'
import { refused } from '../refusals.ts'
import {
  CHALLENGE_LIFE,
  type ChallengeOf,
  livePasskeys,
  newChallenge,
  proveAssertion,
  takeChallenge,
} from '../passkeys.ts'

const on = operationsOf<'identity'>()

type Begun = { readonly body: ResultOf<typeof assertPasskeyOptions> }

async function begin(tx: Tx, of: ChallengeOf, { config }: IdentityParts): Promise<Outcome<Begun>> {
  const allowCredentials = of.userId === null ? [] : await livePasskeys(tx, of.userId)
  if (of.userId !== null && allowCredentials.length === 0) throw refused('AUTH_WEBAUTHN_NOT_REGISTERED')
  const { id, challenge } = await newChallenge(tx, of)
  const public_key = await generateAuthenticationOptions({
    rpID: config.WEBAUTHN_RP_ID,
    challenge,
    timeout: CHALLENGE_LIFE * 1000,
    allowCredentials,
    userVerification: 'required',
  })
  return { value: { body: { challenge_id: id, public_key: { ...public_key } } }, audit: NOTHING_CHANGED }
}

/** Counted by address, and by person where there is one; a challenge to sign in names nobody. */
export const assertPasskeyOptionsOperation = (parts: IdentityParts) =>
  on.open(assertPasskeyOptions, async (context, { body }) => {
    const { purpose, aud = 'web', tenant, mfa_ticket_id } = body // a sign-in names its surface by contract
    if (purpose === 'login') {
      return underLimits(context, 'proof:begin', async () => {
        const tenantId = await (await aimOf({ aud, tenant }, context.database, parts)).named()
        const of = { purpose: 'LOGIN', userId: null, aud, tenantId } as const
        return context.record(authScope(), (tx) => begin(tx, of, parts))
      })
    }
    const [kind, stand, ticketId] =
      purpose === 'mfa' ? (['MFA', 'VERIFY', mfa_ticket_id] as const) : (['STEP_UP', 'SESSION', undefined] as const)
    return withHolder({ context, parts, ticketId, stand, act: 'proof:begin' }, ({ tx, holder }) =>
      begin(tx, { ...holder, purpose: kind }, parts),
    )
  })

type Body = ParsedOf<typeof assertPasskey>['body']
interface Answered {
  readonly context: OpenContext
  readonly body: Body
  readonly parts: IdentityParts
}

type Proven = { readonly body: ResultOf<typeof assertPasskey> }

/** The passkey of a known person: with a ticket the second factor of a sign-in, with a session a step-up. */
const asFactor = ({ context, body, parts }: Answered) => {
  const { mfa_ticket_id: ticketId, challenge_id, credential: answer } = body
  const [purpose, stand] = ticketId === undefined ? (['STEP_UP', 'SESSION'] as const) : (['MFA', 'VERIFY'] as const)
  return withHolder<Proven>({ context, parts, ticketId, stand, act: 'proof' }, async (call) => {
    const { tx, holder } = call
    await assertUnlocked(call)
    const taken = await takeChallenge(tx, challenge_id, { purpose, userId: holder.userId })
    const proof = await proveAssertion(tx, { context, parts, taken, answer, ...holder })
    if (proof.refused) return proof.refused
    const { credential } = proof
    if (holder.ticket) {
      const entered = await openSession(tx, await continueSignIn(call, 'webauthn'), parts)
      const after = { purpose, credential, session_id: entered.sessionId }
      return { value: entered, audit: eventOf(holder, 'WEBAUTHN_ASSERTED', after) }
    }
    const sessionId = context.actor?.sessionId ?? null
    const body = { result: 'stepped_up', step_up_until: await markSteppedUp(tx, sessionId) } as const
    const asserted = eventOf(holder, 'WEBAUTHN_ASSERTED', { method: 'WEBAUTHN', credential })
    const passed = { ...asserted, action: 'STEP_UP_PASSED', target_id: sessionId ?? holder.userId } as const
    return { value: { body }, audit: [asserted, passed] }
  })
}

/** A sign-in by passkey alone: launch gate, blocks, account and the firm's policy, decided after the assertion. */
async function signIn(tx: Tx, { context, body, parts }: Answered): Promise<Outcome<Entered>> {
  const taken = await takeChallenge(tx, body.challenge_id, { purpose: 'LOGIN', userId: null })
  if (!taken) throw refused('AUTH_WEBAUTHN_CHALLENGE_INVALID', 'challenge_not_found')
  const { aud, tenant_id: aimed } = taken
  const whose = { userId: null, tenantId: aimed ?? parts.gate.internalTenantId }
  const proof = await proveAssertion(tx, { context, parts, taken, answer: body.credential, ...whose })
  if (proof.refused) return proof.refused
  const { userId, credential } = proof
  const tenantId = aimed ?? (await lastFirm(first(tx), sql`u.id = ${userId}::uuid`, parts))
  const who = { userId, tenantId, aud, ip: context.transport.ip }
  const refusal = await barrier(tx, { ...who, byPasskey: true }, parts)
  const method = 'webauthn'
  context.services.metrics.events.inc({ key: refusal ? 'auth_login_failed' : 'auth_login_success' })
  if (refusal) return { value: refusal, audit: deniedOf(who, 'AUTH_LOGIN_FAILED', { method, code: refusal.code }) }
  const deviceName = body.device_name ?? deviceOf(context.transport)
  const entered = await openSession(tx, { ...who, clientType: 'web', deviceName, amr: [method] }, parts)
  const asserted = eventOf(who, 'WEBAUTHN_ASSERTED', { purpose: 'LOGIN', credential })
  const success = eventOf(who, 'AUTH_LOGIN_SUCCESS', { aud, credential, session_id: entered.sessionId })
  return { value: entered, audit: [asserted, success] }
}

/** With a ticket the second factor of a sign-in, with a session a step-up, with neither a sign-in of its own. */
export const assertPasskeyOperation = (parts: IdentityParts) =>
  on.open(assertPasskey, async (context, { body }) => {
    const answered = { context, body, parts }
    if (body.mfa_ticket_id !== undefined || context.actor) return asFactor(answered)
    // Which firm it aims at is told by the challenge alone, so all of them count together.
    return underLimits(context, signInLimit(context, 'passkey'), () =>
      context.record(authScope(), (tx) => signIn(tx, answered)),
    )
  })

import { generateAuthenticationOptions } from '@simplewebauthn/server'
import { assertPasskey, assertPasskeyOptions } from '@zenops/contracts/identity-factors'
import type { ParsedOf } from '@zenops/contracts/kit'
import type { Kysely } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import type { Actor } from '../../../platform/auth/actor.ts'
import type { Authenticator } from '../../../platform/auth/authenticator.ts'
import { Refusal } from '../../../platform/errors.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import {
  barrier,
  entrySession,
  type IdentityParts,
  openSession,
  proofAddressLimit,
  proofLimits,
  signInLimit,
  underLimits,
} from '../../identity/index.ts'
import { assertUnlocked } from '../factor-attempts.ts'
import {
  callerOf,
  consumeTicket,
  type Holder,
  holderOfActor,
  lockHolder,
  recorded,
  signInOf,
  ticketInvalid,
  withHolder,
} from '../factor-holder.ts'
import { CHALLENGE_LIFE, type ChallengeOf, livePasskeys, newChallenge, takeChallenge } from '../passkeys.ts'
import { challengeInvalid } from '../passkey-answer.ts'
import { assertedBy, failedAssertion, type Proof } from '../passkey-proof.ts'
import { namedTenant, passkeySignIn } from '../passkey-sign-in.ts'
import { markSteppedUp } from './step-up.ts'

const on = operationsOf<'identity'>()

async function begin(context: OpenContext, of: ChallengeOf, parts: IdentityParts) {
  const body = await recorded(context, async (tx) => {
    const allowCredentials = of.userId === null ? [] : await livePasskeys(tx, of.userId)
    if (of.userId !== null && allowCredentials.length === 0) {
      throw new Refusal('AUTH_WEBAUTHN_NOT_REGISTERED', 'You have no passkey.')
    }
    const { id, challenge } = await newChallenge(tx, of)
    const public_key = await generateAuthenticationOptions({
      rpID: parts.config.WEBAUTHN_RP_ID,
      challenge: new Uint8Array(challenge),
      timeout: CHALLENGE_LIFE * 1000,
      allowCredentials,
      userVerification: 'required',
    })
    return { value: { challenge_id: id, public_key: { ...public_key } }, audit: NOTHING_CHANGED }
  })
  return { body }
}

/** Counted by address, and by person where there is one; a challenge to sign in names nobody. */
export const assertPasskeyOptionsOperation = (parts: IdentityParts) =>
  on.open(assertPasskeyOptions, async (context, { body }) => {
    if (body.purpose === 'mfa') {
      return withHolder(context, { ticketId: body.mfa_ticket_id, type: 'VERIFY', act: 'begin' }, (holder) =>
        begin(context, { ...holder, purpose: 'MFA' }, parts),
      )
    }
    if (body.purpose === 'step_up') {
      const holder = holderOfActor(callerOf(context))
      return underLimits(context, proofLimits(context, holder.userId, 'begin'), () =>
        begin(context, { ...holder, purpose: 'STEP_UP' }, parts),
      )
    }
    return underLimits(context, proofAddressLimit(context, 'begin'), async () => {
      const aud = body.aud ?? 'web' // demanded by the contract for a sign-in
      const tenantId = await namedTenant({ aud, slug: body.tenant }, parts)
      return begin(context, { purpose: 'LOGIN', userId: null, aud, tenantId }, parts)
    })
  })

interface Check {
  readonly context: OpenContext
  readonly body: ParsedOf<typeof assertPasskey>['body']
  readonly parts: IdentityParts
}

/** The passkey of a known person, judged under his lock; refusals keep what the judgement wrote. */
async function proofOf(tx: Kysely<DB>, holder: Holder, { context, body, parts }: Check): Promise<Proof> {
  const person = await lockHolder(tx, holder)
  await assertUnlocked(tx, holder)
  const purpose = holder.ticket ? 'MFA' : 'STEP_UP'
  const taken = await takeChallenge(tx, body.challenge_id, { purpose, userId: person.id })
  if (!taken) return { refusal: challengeInvalid('challenge_not_found'), userId: person.id }
  return assertedBy(tx, { context, taken, answer: body.credential, of: person.id, tenantId: holder.tenantId }, parts)
}

async function asSecondFactor(holder: Holder, call: Check) {
  const { context, parts } = call
  const { ticket, userId, tenantId } = holder
  const entered = await recorded(context, async (tx) => {
    const proof = await proofOf(tx, holder, call)
    if (proof.refusal) return failedAssertion(context, proof, tenantId)
    const stands = await barrier(tx, { ...holder, ip: context.transport.ip }, parts)
    if (stands) throw stands
    if (!ticket || !(await consumeTicket(tx, ticket))) throw ticketInvalid('challenge_not_found')
    const value = await openSession(tx, signInOf(context, holder, 'webauthn'))
    const after = { purpose: 'MFA', credential: proof.credential, session_id: value.principal.session_id }
    return { value, audit: { action: 'WEBAUTHN_ASSERTED', target_id: userId, tenant_id: tenantId, after } }
  })
  context.services.metrics.events.inc({ key: 'auth_webauthn_assert_success' })
  return entrySession(entered, parts)
}

async function asStepUp(actor: Actor, call: Check) {
  const { context } = call
  const step_up_until = await recorded(context, async (tx) => {
    const proof = await proofOf(tx, holderOfActor(actor), call)
    if (proof.refusal) return failedAssertion(context, proof, actor.tenantId)
    const value = await markSteppedUp(tx, actor.sessionId)
    const entry = { tenant_id: actor.tenantId, after: { method: 'WEBAUTHN', credential: proof.credential } } as const
    return {
      value,
      audit: [
        { ...entry, action: 'WEBAUTHN_ASSERTED', target_id: actor.userId },
        { ...entry, action: 'STEP_UP_PASSED', target_id: actor.sessionId ?? actor.userId },
      ],
    }
  })
  context.services.metrics.events.inc({ key: 'auth_webauthn_assert_success' })
  return { body: { result: 'stepped_up' as const, step_up_until } }
}

/** With a ticket the second factor of a sign-in, with a session a step-up, with neither a sign-in of its own. */
export const assertPasskeyOperation = (parts: IdentityParts, authenticator: Authenticator) =>
  on.open(assertPasskey, async (context, { body }) => {
    const call = { context, body, parts }
    const { actor } = context
    if (body.mfa_ticket_id !== undefined) {
      return withHolder(context, { ticketId: body.mfa_ticket_id, type: 'VERIFY', act: 'check' }, (holder) =>
        asSecondFactor(holder, call),
      )
    }
    if (actor) {
      const answer = await underLimits(context, proofLimits(context, actor.userId), () => asStepUp(actor, call))
      if (actor.sessionId) authenticator.forget(actor.sessionId)
      return answer
    }
    // Which firm it aims at is told by the challenge alone, so all of them count together.
    return underLimits(context, signInLimit(context, 'passkey'), async () =>
      entrySession(await passkeySignIn(call), parts),
    )
  })

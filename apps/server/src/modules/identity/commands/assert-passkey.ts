import { generateAuthenticationOptions } from '@simplewebauthn/server'
import type { Session } from '@zenops/contracts/identity'
import { assertPasskey, assertPasskeyOptions } from '@zenops/contracts/identity-factors'
import type { ParsedOf } from '@zenops/contracts/kit'
import type { Kysely } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import type { Authenticator } from '../../../platform/auth/authenticator.ts'
import { Refusal } from '../../../platform/errors.ts'
import { type OpenContext, operationsOf } from '../../../platform/operations.ts'
import { entryReply, openSession } from '../entry.ts'
import { assertUnlocked } from '../factor-attempts.ts'
import {
  callerOf,
  consumeTicket,
  type Holder,
  holderOf,
  holderOfActor,
  lockHolder,
  recorded,
  signInOf,
  ticketInvalid,
} from '../factor-holder.ts'
import { limitAddress, limitPasskeySignIn, limitPerson } from '../factor-limits.ts'
import type { IdentityParts } from '../parts.ts'
import { CHALLENGE_LIFE, type ChallengeOf, livePasskeys, newChallenge, takeChallenge } from '../passkeys.ts'
import { challengeInvalid } from '../rules/passkey-answer.ts'
import { barrier } from '../standing.ts'
import { assertedBy, failedAssertion, type Proof } from '../passkey-proof.ts'
import { namedTenant, passkeySignIn } from '../passkey-sign-in.ts'
import { markSteppedUp } from './step-up.ts'

const on = operationsOf<'identity'>()

type Begin = ParsedOf<typeof assertPasskeyOptions>['body']

/** Whom the challenge is for; a sign-in names nobody. Counted by address, and by person where there is one. */
async function challengeFor(context: OpenContext, body: Begin, parts: IdentityParts) {
  if (body.purpose === 'mfa') {
    const holder = await holderOf(context, { ticketId: body.mfa_ticket_id, type: 'VERIFY', act: 'begin' })
    return { of: { ...holder, purpose: 'MFA' } satisfies ChallengeOf, headers: holder.headers }
  }
  const byAddress = await limitAddress(context, 'begin')
  if (body.purpose === 'step_up') {
    const holder = holderOfActor(callerOf(context))
    const headers = await limitPerson(context, 'begin', holder.userId)
    return { of: { ...holder, purpose: 'STEP_UP' } satisfies ChallengeOf, headers }
  }
  const aud = body.aud ?? 'web' // demanded by the contract for a sign-in
  const tenantId = await namedTenant({ aud, slug: body.tenant }, parts)
  return { of: { purpose: 'LOGIN', userId: null, aud, tenantId } satisfies ChallengeOf, headers: byAddress }
}

export const assertPasskeyOptionsOperation = (parts: IdentityParts) =>
  on.open(assertPasskeyOptions, async (context, { body }) => {
    const { of, headers } = await challengeFor(context, body, parts)
    const answer = await recorded(context, async (tx) => {
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
    return { body: answer, reply: { headers } }
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

async function asSecondFactor(call: Check): Promise<{ body: Session; reply: object }> {
  const { context, body, parts } = call
  const holder = await holderOf(context, { ticketId: body.mfa_ticket_id, type: 'VERIFY', act: 'check' })
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
  const { body: session, reply } = await entryReply(entered, parts)
  return { body: session, reply: { ...reply, headers: holder.headers } }
}

async function asStepUp(call: Check, authenticator: Authenticator) {
  const { context } = call
  await limitAddress(context, 'check')
  const actor = callerOf(context)
  const headers = await limitPerson(context, 'check', actor.userId)
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
  if (actor.sessionId) authenticator.forget(actor.sessionId)
  return { body: { result: 'stepped_up' as const, step_up_until }, reply: { headers } }
}

/** With a ticket the second factor of a sign-in, with a session a step-up, with neither a sign-in of its own. */
export const assertPasskeyOperation = (parts: IdentityParts, authenticator: Authenticator) =>
  on.open(assertPasskey, async (context, { body }) => {
    const call = { context, body, parts }
    if (body.mfa_ticket_id !== undefined) return asSecondFactor(call)
    if (context.actor) return asStepUp(call, authenticator)
    const headers = await limitPasskeySignIn(context)
    const entered = await passkeySignIn(call)
    const { body: session, reply } = await entryReply(entered, parts)
    return { body: session, reply: { ...reply, headers } }
  })

import { randomBytes } from 'node:crypto'
import type { Surface } from '@zenops/contracts/identity'
import { all, first, type Tx } from '../../platform/db/rows.ts'
import { Refusal } from '../../platform/errors.ts'
import type { OpenContext } from '../../platform/operations.ts'
import { type IdentityParts, tellPerson } from '../access/index.ts'
import { deniedOf, lockHolder, type Outcome } from './holder.ts'
import { checkAssertion, type Expected, type KeptPasskey, notVerified } from './passkey-answer.ts'
import type { PasskeyTransport } from './passkey-answer.ts'
import { refused } from './refusals.ts'

/** Life of a challenge, seconds; the browser gives up at the same time. */
export const CHALLENGE_LIFE = 300

/** Whom a challenge is for. A sign-in names nobody, and perhaps no firm. */
export interface ChallengeOf {
  readonly purpose: 'REGISTER' | 'MFA' | 'STEP_UP' | 'LOGIN'
  readonly userId: string | null
  readonly aud: Surface
  readonly tenantId: string | null
}

export async function newChallenge(tx: Tx, { purpose, userId, aud, tenantId }: ChallengeOf) {
  const challenge = randomBytes(32)
  const kept = await first(tx)<{ id: string }>`
    insert into identity.webauthn_challenges (challenge, purpose, user_id, aud, tenant_id, expires_at)
    values (${challenge}::bytea, ${purpose}, ${userId}::uuid, ${aud}, ${tenantId}::uuid,
      now() + make_interval(secs => ${CHALLENGE_LIFE})) returning id`
  return { id: kept?.id ?? '', challenge: new Uint8Array(challenge) }
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export interface TakenChallenge {
  readonly challenge: Buffer
  readonly aud: Surface
  readonly tenant_id: string | null
}

type TakenBy = Pick<ChallengeOf, 'purpose' | 'userId'>

/** Uses a challenge up, by one conditional update; undefined unless it is live and of this purpose and person. */
export async function takeChallenge(tx: Tx, id: string, of: TakenBy): Promise<TakenChallenge | undefined> {
  const { purpose, userId } = of
  if (!GUID.test(id)) return undefined
  return first(tx)<TakenChallenge>`
    update identity.webauthn_challenges set consumed_at = now()
    where id = ${id}::uuid and purpose = ${purpose} and user_id is not distinct from ${userId}::uuid
      and consumed_at is null and expires_at > now() returning challenge, aud, tenant_id`
}

export const expectedOf = ({ challenge, aud }: TakenChallenge, { origins, config }: IdentityParts): Expected => ({
  challenge,
  origins: origins[aud],
  rpId: config.WEBAUTHN_RP_ID,
})

/** The person's passkeys that sign, as the browser is told of them: neither removed nor suspended. */
export async function livePasskeys(tx: Tx, userId: string) {
  const live = await all(tx)<{ credential_id: Buffer; transports: PasskeyTransport[] }>`
    select credential_id, transports from identity.webauthn_credentials
    where user_id = ${userId}::uuid and revoked_at is null and suspended_at is null order by created_at`
  return live.map(({ credential_id, transports }) => ({ id: credential_id.toString('base64url'), transports }))
}

/** The answer of a browser to a challenge, and whose passkey it must be; null = whoever's it is. */
export interface Claim {
  readonly context: OpenContext
  readonly parts: IdentityParts
  readonly taken: TakenChallenge | undefined
  readonly answer: { readonly id: string }
  readonly userId: string | null
  /** Where an event about it belongs. */
  readonly tenantId: string
}

/** What an assertion came to: the passkey and its person, or the refusal with its event. */
export type Proof =
  | { readonly refused?: undefined; readonly credential: string; readonly userId: string }
  | { readonly refused: Outcome<never> }

interface StoredPasskey extends KeptPasskey {
  readonly id: string
  readonly suspended: boolean
}

/**
 * Judges an assertion against the stored passkey and writes what it told. A counter that does not go up suspends the
 * passkey and mails its person; that stays although the call is refused.
 */
export async function proveAssertion(tx: Tx, claim: Claim): Promise<Proof> {
  const { context, taken, answer, tenantId } = claim
  const { events } = context.services.metrics
  const credentialId = Buffer.from(answer.id, 'base64url')
  const owner = await first(tx)<{ user_id: string }>`
    select user_id from identity.webauthn_credentials where credential_id = ${credentialId}::bytea`
  const userId = claim.userId ?? owner?.user_id
  const refusedBy = (refusal: Refusal): Proof => {
    events.inc({ key: 'auth_webauthn_assert_failed' })
    const isCopy = refusal.code === 'AUTH_WEBAUTHN_COUNTER_REGRESSION'
    if (isCopy) events.inc({ key: 'auth_webauthn_counter_regression' })
    const action = isCopy ? 'WEBAUTHN_COUNTER_REGRESSION' : 'WEBAUTHN_FAILED'
    const of = { userId: userId ?? 'unknown', tenantId }
    return { refused: { value: refusal, audit: deniedOf(of, action, { code: refusal.code }) } }
  }
  if (!taken) return refusedBy(refused('AUTH_WEBAUTHN_CHALLENGE_INVALID', 'challenge_not_found'))
  if (userId === undefined || owner?.user_id !== userId) return refusedBy(notVerified('credential_unknown'))
  // The person first, then what is his: whoever changes factors locks in this order.
  await lockHolder(tx, { userId, ticket: null })
  const stored = await first(tx)<StoredPasskey>`
    select c.id, c.public_key_cose as public_key, c.sign_count, c.suspended_at is not null as suspended, u.webauthn_user_handle as handle
    from identity.webauthn_credentials c join identity.users u on u.id = c.user_id
    where c.credential_id = ${credentialId}::bytea and c.revoked_at is null`
  if (!stored) return refusedBy(notVerified('credential_unknown'))
  if (stored.suspended) return refusedBy(notVerified('credential_suspended'))
  const judged = await checkAssertion(answer, expectedOf(taken, claim.parts), stored).catch(refusalOr)
  if (judged instanceof Refusal) return refusedBy(judged)
  await first(tx)`update identity.webauthn_credentials set
        suspended_at = case when ${judged.regressed}::boolean then now() end,
        sign_count = case when ${judged.regressed}::boolean then sign_count else ${judged.signCount} end,
        backup_state = ${judged.backedUp}, last_used_at = now()
      where id = ${stored.id}::uuid`
  if (!judged.regressed) {
    events.inc({ key: 'auth_webauthn_assert_success' })
    return { credential: stored.id, userId }
  }
  await tellPerson(tx, context, { userId, tenantId: taken.tenant_id ?? tenantId, kind: 'counter_regression' })
  return refusedBy(refused('AUTH_WEBAUTHN_COUNTER_REGRESSION', 'counter_regression'))
}

/** A refusal is an outcome, anything else goes on being thrown. */
export function refusalOr(error: unknown): Refusal {
  if (error instanceof Refusal) return error
  throw error
}

import type { Kysely } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { AuditEntry } from '../../platform/audit/record.ts'
import { Refusal } from '../../platform/errors.ts'
import type { OpenContext } from '../../platform/operations.ts'
import { lockHolder, type Outcome } from './factor-holder.ts'
import { type IdentityParts, originOf, tellPerson } from '../identity/index.ts'
import { expectedOf, findPasskey, noteAssertion, ownerOf, type TakenChallenge } from './passkeys.ts'
import { type Asserted, checkAssertion, credentialIdOf, notVerified } from './passkey-answer.ts'

/** What an assertion came to: the passkey and its person, or why it is refused and whose it was. */
export type Proof =
  | { readonly refusal?: undefined; readonly credential: string; readonly userId: string }
  | { readonly refusal: Refusal; readonly userId: string | null }

export interface Claim {
  readonly context: OpenContext
  readonly taken: TakenChallenge
  readonly answer: { readonly id: string }
  /** Whose passkey it must be; null = whoever's it is. */
  readonly of: string | null
  /** Where a notice about it belongs. */
  readonly tenantId: string
}

const regressed = (): Refusal =>
  new Refusal('AUTH_WEBAUTHN_COUNTER_REGRESSION', 'This passkey may have been copied and is suspended.', {
    details: [{ reason: 'counter_regression' }],
  })

/**
 * Judges an assertion against the stored passkey and writes what it told. A counter that does not go up suspends the
 * passkey and mails its person; that stays although the call is refused.
 */
export async function assertedBy(tx: Kysely<DB>, claim: Claim, parts: IdentityParts): Promise<Proof> {
  const { context, taken, answer, of, tenantId } = claim
  const credentialId = credentialIdOf(answer)
  const userId = await ownerOf(tx, credentialId)
  if (userId === undefined || (of !== null && userId !== of)) {
    return { refusal: notVerified('credential_unknown'), userId: of }
  }
  // The person first, then what is his: whoever changes factors locks in this order.
  await lockHolder(tx, { userId, ticket: null })
  const stored = await findPasskey(tx, credentialId)
  if (!stored || stored.revoked) return { refusal: notVerified('credential_unknown'), userId }
  if (stored.suspended) return { refusal: notVerified('credential_suspended'), userId }
  const judged = await judge(claim, stored, parts)
  if (judged instanceof Refusal) return { refusal: judged, userId }
  await noteAssertion(tx, stored.id, judged)
  if (!judged.regressed) return { credential: stored.id, userId }
  const told = { userId, tenantId: taken.tenant_id ?? tenantId, kind: 'counter_regression' } as const
  await tellPerson(tx, originOf(context), told)
  return { refusal: regressed(), userId }
}

async function judge(
  { answer, taken }: Claim,
  stored: { public_key: Buffer; sign_count: number; handle: Buffer },
  parts: IdentityParts,
): Promise<Asserted | Refusal> {
  try {
    const { public_key, sign_count, handle } = stored
    return await checkAssertion(answer, expectedOf(taken, parts), {
      publicKey: public_key,
      signCount: sign_count,
      handle,
    })
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

/** Counts and writes a refused assertion; what the judgement wrote stays. */
export function failedAssertion(
  context: OpenContext,
  { refusal, userId }: { refusal: Refusal; userId: string | null },
  tenantId: string,
): Outcome<never> {
  const { events } = context.services.metrics
  events.inc({ key: 'auth_webauthn_assert_failed' })
  const entry = { target_id: userId ?? 'unknown', tenant_id: tenantId, outcome: 'denied' } as const
  const failed: AuditEntry = { ...entry, action: 'WEBAUTHN_FAILED', after: { code: refusal.code } }
  if (refusal.code !== 'AUTH_WEBAUTHN_COUNTER_REGRESSION') return { value: refusal, audit: failed }
  events.inc({ key: 'auth_webauthn_counter_regression' })
  return { value: refusal, audit: { ...failed, action: 'WEBAUTHN_COUNTER_REGRESSION' } }
}

import type { Surface } from '@zenops/contracts/identity'
import type { assertPasskey } from '@zenops/contracts/identity-factors'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { Refusal } from '../../platform/errors.ts'
import type { OpenContext } from '../../platform/operations.ts'
import { tenantNotEnabled } from '../../platform/perform.ts'
import {
  barrier,
  type Entered,
  type IdentityParts,
  isPasswordless,
  openSession,
  tenantOfSignIn,
} from '../identity/index.ts'
import { type Outcome, recorded } from './factor-holder.ts'
import { assertedBy, failedAssertion } from './passkey-proof.ts'
import { takeChallenge } from './passkeys.ts'
import { challengeInvalid } from './passkey-answer.ts'

/** The firm a sign-in names, through the launch gate; null = none named and the person decides. */
export async function namedTenant(
  { aud, slug }: { readonly aud: Surface; readonly slug: string | undefined },
  parts: IdentityParts,
): Promise<string | null> {
  const named = slug === undefined || aud === 'portal' ? undefined : await parts.tenantIdOfSlug(slug)
  if (slug !== undefined && aud !== 'portal' && named === undefined) throw tenantNotEnabled()
  if (named === undefined && aud === 'web' && parts.gate.multiTenant) return null
  const tenantId = tenantOfSignIn(aud, named, parts.gate)
  if (tenantId === null) throw tenantNotEnabled()
  return tenantId
}

/** The firm the person worked in last, where the sign-in named none. */
async function lastTenant(tx: Kysely<DB>, userId: string, parts: IdentityParts): Promise<string> {
  const { rows } = await sql<{ tenant_id: string }>`
    select m.tenant_id from identity.memberships m join identity.tenants t on t.id = m.tenant_id
    where m.user_id = ${userId}::uuid and m.status = 'active' and m.deleted_at is null and t.lane <> 'external'
    order by t.status = 'active' desc, m.last_used_at desc nulls last limit 1`.execute(tx)
  return rows[0]?.tenant_id ?? parts.gate.internalTenantId
}

interface SignInCall {
  readonly context: OpenContext
  readonly body: ParsedOf<typeof assertPasskey>['body']
  readonly parts: IdentityParts
}

type SessionEntered = Extract<Entered, { kind: 'session' }>

async function signIn(tx: Kysely<DB>, { context, body, parts }: SignInCall): Promise<Outcome<SessionEntered>> {
  const taken = await takeChallenge(tx, body.challenge_id, { purpose: 'LOGIN', userId: null })
  if (!taken) throw challengeInvalid('challenge_not_found')
  const aimed = taken.tenant_id ?? parts.gate.internalTenantId
  const proof = await assertedBy(tx, { context, taken, answer: body.credential, of: null, tenantId: aimed }, parts)
  if (proof.refusal) return failedAssertion(context, proof, aimed)
  const { userId } = proof
  const tenantId = taken.tenant_id ?? (await lastTenant(tx, userId, parts))
  const { ip, userAgent } = context.transport
  const refused =
    (await barrier(tx, { userId, tenantId, aud: taken.aud, ip }, parts)) ??
    ((await isPasswordless(tx, tenantId))
      ? null
      : new Refusal('AUTH_PASSWORDLESS_DISABLED', 'Please sign in with your password.'))
  const entry = { target_id: userId, tenant_id: tenantId } as const
  if (refused) {
    const after = { method: 'webauthn', code: refused.code }
    return { value: refused, audit: { ...entry, action: 'AUTH_LOGIN_FAILED', outcome: 'denied', after } }
  }
  const value = await openSession(tx, {
    userId,
    tenantId,
    aud: taken.aud,
    clientType: 'web',
    deviceName: body.device_name ?? userAgent?.slice(0, 120) ?? null,
    ip,
    amr: ['webauthn'],
  })
  const after = { aud: taken.aud, credential: proof.credential, session_id: value.principal.session_id }
  return {
    value,
    audit: [
      { ...entry, action: 'WEBAUTHN_ASSERTED', after: { purpose: 'LOGIN', credential: proof.credential } },
      { ...entry, action: 'AUTH_LOGIN_SUCCESS', after },
    ],
  }
}

/** A sign-in by passkey alone: launch gate, blocks, account and the firm's policy, decided after the assertion. */
export async function passkeySignIn(call: SignInCall): Promise<SessionEntered> {
  const entered = await recorded(call.context, (tx) => signIn(tx, call))
  const { events } = call.context.services.metrics
  events.inc({ key: 'auth_webauthn_assert_success' })
  events.inc({ key: 'auth_login_success' })
  return entered
}

import { refresh, type Surface } from '@zenops/contracts/identity'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import type { Audited } from '../../../platform/operations.ts'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { assertOrigin } from '../origin.ts'
import type { IdentityParts } from '../parts.ts'
import type { Principal } from '../queries/principal.ts'
import { refreshCookieName, SESSION_LIMITS } from '../rules/surfaces.ts'
import { newToken, readPrincipal, refreshCookie, sessionBody, sha256 } from '../session.ts'

const on = operationsOf<'identity'>()

const invalid = (reason: string): Refusal =>
  new Refusal('AUTH_INVALID', 'Please sign in again.', { details: [{ reason }] })
const reused = (): Refusal =>
  new Refusal(
    'AUTH_REFRESH_REUSE_DETECTED',
    'This session was used from two places at once and has been ended. Please sign in again.',
  )

interface Rotation {
  readonly token: string
  readonly child: string
  readonly aud: Surface
  readonly ip: string
}

/** Consumes the token by compare-and-set and adds its child; null when it could not be consumed. */
async function rotate(tx: Kysely<DB>, { token, child, aud, ip }: Rotation): Promise<string | null> {
  const { rows } = await sql<{ family_id: string }>`
    with spent as (
      update identity.auth_refresh_tokens r set consumed_at = now(), consumed_ip = ${ip}::inet
      from identity.auth_families f
      where r.token_sha256 = ${sha256(token)}::bytea and r.consumed_at is null and r.expires_at > now()
        and f.id = r.family_id and f.aud = ${aud} and f.revoked_at is null and f.absolute_expires_at > now()
      returning r.id, r.family_id, f.absolute_expires_at
    ), seen as (
      update identity.auth_families f set last_seen_at = now(), last_ip = ${ip}::inet from spent s where f.id = s.family_id
    )
    insert into identity.auth_refresh_tokens (family_id, token_sha256, parent_id, expires_at)
    select family_id, ${sha256(child)}::bytea, id,
      least(absolute_expires_at, now() + make_interval(secs => ${SESSION_LIMITS[aud].sliding}))
    from spent returning family_id`.execute(tx)
  return rows[0]?.family_id ?? null
}

interface Outcome {
  readonly value: Refusal | { readonly principal: Principal }
  readonly audit: Audited
}

/** Why a token could not be consumed. One that was used before ends its family, and that is kept although we refuse. */
async function refusal(tx: Kysely<DB>, token: string): Promise<Outcome> {
  const { rows } = await sql<{
    family_id: string
    user_id: string
    tenant_id: string
    consumed: boolean
    expired: boolean
  }>`
    select r.family_id, f.user_id, f.tenant_id, r.consumed_at is not null as consumed, r.expires_at <= now() as expired
    from identity.auth_refresh_tokens r join identity.auth_families f on f.id = r.family_id
    where r.token_sha256 = ${sha256(token)}::bytea`.execute(tx)
  const found = rows[0]
  if (!found) return { value: invalid('refresh_unknown'), audit: NOTHING_CHANGED }
  if (!found.consumed)
    return { value: invalid(found.expired ? 'refresh_expired' : 'session_revoked'), audit: NOTHING_CHANGED }
  await sql`update identity.auth_families set revoked_at = coalesce(revoked_at, now()), revoked_reason = coalesce(revoked_reason, 'refresh_reuse')
    where id = ${found.family_id}::uuid`.execute(tx)
  return {
    value: reused(),
    audit: {
      action: 'AUTH_REFRESH_REUSE_DETECTED',
      target_id: found.family_id,
      tenant_id: found.tenant_id,
      outcome: 'denied',
      refs: [found.user_id],
    },
  }
}

export const refreshOperation = (parts: IdentityParts) =>
  on.open(refresh, async (context, { body }) => {
    assertOrigin(context.transport, body.aud, parts)
    const cookie = context.transport.cookies[refreshCookieName(body.aud)]
    const bodyAllowed = parts.config.NODE_ENV !== 'production'
    if (!cookie && body.refresh_token !== undefined && !bodyAllowed) {
      throw refuse.invalid('refresh_token', 'refresh_body_fallback_disallowed')
    }
    const token = cookie || body.refresh_token
    if (!token) throw new Refusal('AUTH_REQUIRED', 'Please sign in.')
    const child = newToken()
    const opened = await context.record(authScope(), async (tx): Promise<Outcome> => {
      const familyId = await rotate(tx, { token, child, aud: body.aud, ip: context.transport.ip })
      if (familyId === null) return refusal(tx, token)
      const principal = await readPrincipal(tx, familyId)
      const barred = await barredReason(tx, principal, parts)
      return { value: barred ?? { principal }, audit: NOTHING_CHANGED }
    })
    if (opened instanceof Refusal) throw opened
    return {
      body: await sessionBody(parts.tokens, opened.principal),
      reply: { cookies: [refreshCookie(opened.principal, child)] },
    }
  })

/** A closed gate keeps the token unspent, so that the same one works when the gate opens; a gone person ends the family. */
async function barredReason(tx: Kysely<DB>, principal: Principal, parts: IdentityParts): Promise<Refusal | null> {
  const gated =
    principal.aud === 'web' && !parts.gate.multiTenant && principal.tenant_id !== parts.gate.internalTenantId
  if (gated || principal.tenant_status !== 'active')
    throw new Refusal('TENANT_NOT_ENABLED', 'This firm is not enabled here.')
  if (principal.user_status === 'active' && principal.membership_status === 'active') return null
  await sql`update identity.auth_families set revoked_at = now(), revoked_reason = 'account' where id = ${principal.session_id}::uuid`.execute(
    tx,
  )
  return invalid('session_revoked')
}

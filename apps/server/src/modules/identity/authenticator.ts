import type { Audience } from '@zenops/contracts/kit'
import type { Actor } from '../../platform/auth/actor.ts'
import type { AccessClaims, AccessTokens } from '../../platform/auth/access-tokens.ts'
import type { Authenticator } from '../../platform/auth/authenticator.ts'
import type { Database } from '../../platform/db/database.ts'
import { authScope } from '../../platform/db/scope.ts'
import { Refusal, refuse } from '../../platform/errors.ts'
import { actorOf, type Principal, principalOf } from './queries/principal.ts'
import type { LoginGate } from './rules/surfaces.ts'

const FRESH_MS = 5_000
const CACHE_MAX = 10_000

const ended = (reason: string): Refusal =>
  new Refusal('AUTH_INVALID', 'Please sign in again.', { details: [{ reason }] })

/**
 * Bearer token → actor, in the order of `identity.md` 6: launch gate, family, user and membership, tenant, permission
 * version. The state behind a token is read once and trusted for at most 5 s.
 */
export function createAuthenticator(deps: {
  readonly tokens: AccessTokens
  readonly database: Database
  readonly gate: LoginGate
  readonly now: () => number
}): Authenticator {
  const cache = new Map<string, { readonly at: number; readonly principal: Principal; readonly actor: Actor }>()

  const stateOf = async (sessionId: string) => {
    const known = cache.get(sessionId)
    if (known && deps.now() - known.at < FRESH_MS) return known
    const [rows] = await deps.database.read(authScope(), principalOf(sessionId))
    const principal = rows[0]
    if (!principal) throw ended('session_revoked')
    const state = { at: deps.now(), principal, actor: actorOf(principal) }
    if (cache.size >= CACHE_MAX) cache.clear()
    cache.set(sessionId, state)
    return state
  }

  return {
    authenticate: async (bearer, surface: Audience) => {
      const claims = await deps.tokens.read(bearer)
      if (claims.aud === 'web' && !deps.gate.multiTenant && claims.tenantId !== deps.gate.internalTenantId) {
        throw notEnabled()
      }
      const { principal, actor } = await stateOf(claims.sessionId)
      assertLive(principal, claims)
      if (claims.aud !== surface) throw refuse.forbidden('audience_not_allowed', { audience: claims.aud })
      return actor
    },
    forget: (sessionId) => void cache.delete(sessionId),
  }
}

const notEnabled = (): Refusal => new Refusal('TENANT_NOT_ENABLED', 'This firm is not enabled here.')

/** Family, user and membership, tenant, permission version: in this order. */
function assertLive(principal: Principal, claims: AccessClaims): void {
  const gone = principal.revoked || principal.expired
  if (gone || principal.user_status !== 'active' || principal.membership_status !== 'active') {
    throw ended('session_revoked')
  }
  if (principal.tenant_status !== 'active') throw notEnabled()
  if (principal.user_id !== claims.userId || principal.tenant_id !== claims.tenantId) throw ended('token')
  if (claims.permissionVersion !== principal.permission_version) {
    throw new Refusal('AUTH_STALE_PERMISSION', 'Your rights have changed.')
  }
}

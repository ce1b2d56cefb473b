import type { Actor } from '../../platform/auth/actor.ts'
import type { AccessTokens } from '../../platform/auth/access-tokens.ts'
import type { Authenticator, Presented } from '../../platform/auth/authenticator.ts'
import { refuse } from '../../platform/errors.ts'
import { tenantNotEnabled } from '../../platform/tenant-context.ts'
import { isGated, type LoginGate, type Principals } from '../access/index.ts'

export interface AuthenticatorParts {
  readonly tokens: AccessTokens
  readonly gate: LoginGate
  readonly principals: Principals
  /** Who a program's token stands for; null = it is none. */
  readonly programOf: (bearer: string, at: Presented) => Promise<Actor> | null
}

/** Bearer token → actor: signature, launch gate, session, then how it stands. */
export function createAuthenticator({ tokens, gate, principals, programOf }: AuthenticatorParts): Authenticator {
  const person = async (bearer: string, at: Presented): Promise<Actor> => {
    const claims = await tokens.read(bearer)
    // The token's own tenant against the configuration, before anything is looked up.
    if (isGated(claims.aud, claims.tenant_id, gate)) throw tenantNotEnabled()
    const { principal, actor } = await principals.sessionOf(claims.sid)
    const { user_id, tenant_id, aud } = principal
    if (user_id !== claims.sub || tenant_id !== claims.tenant_id || aud !== claims.aud) throw refuse.credential('token')
    await principals.assertStands(principal, { ip: at.ip, permissionVersion: claims.permission_version })
    if (aud !== at.surface) throw refuse.forbidden('audience_not_allowed', { audience: aud })
    return actor
  }
  return {
    authenticate: async (bearer, at) => programOf(bearer, at) ?? person(bearer, at),
    assertAddressFree: principals.assertAddressFree,
    standingOf: principals.standingsOf,
    forget: principals.forget,
    listening: principals.listening,
  }
}

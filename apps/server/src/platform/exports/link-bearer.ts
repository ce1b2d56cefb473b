import type { AccessTokens } from '../auth/access-tokens.ts'
import type { Actor } from '../auth/actor.ts'
import type { Authenticator } from '../auth/authenticator.ts'
import type { LinkClaims } from './links.ts'

/**
 * The person a link was made for, as he stands now: session, membership, firm, blocks and permission version are looked at
 * as at any call of his. Throws what such a call would.
 */
export const linkBearer =
  (tokens: AccessTokens, authenticator: Authenticator) =>
  async (claims: LinkClaims, at: { readonly ip: string; readonly path: string }): Promise<Actor> => {
    const bearer = await tokens.sign({
      sub: claims.user,
      aud: claims.aud,
      tenant_id: claims.home,
      sid: claims.session,
      permission_version: claims.permissions,
    })
    return authenticator.authenticate(bearer, { surface: claims.aud, ...at })
  }

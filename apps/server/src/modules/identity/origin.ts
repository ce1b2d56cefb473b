import type { Surface } from '@zenops/contracts/identity'
import { authScope } from '../../platform/db/scope.ts'
import { refuse } from '../../platform/errors.ts'
import type { OpenContext } from '../../platform/operations.ts'
import type { IdentityParts } from './parts.ts'

/** Whose cookie is about to be read. */
export interface CookieReader {
  readonly aud: Surface
  readonly clientType: string
  /** The session the cookie names, where it names one. */
  readonly session: { readonly family_id: string; readonly tenant_id: string } | null
}

function faultOf(origin: string | undefined, reader: CookieReader, parts: IdentityParts): string | null {
  const { NODE_ENV, AUTH_ORIGINLESS_CLIENT_TYPES, DESK_WIDGET_ORIGIN } = parts.config
  const given = origin?.trim().toLowerCase() ?? ''
  if (given === '') {
    const types: readonly string[] = AUTH_ORIGINLESS_CLIENT_TYPES
    return NODE_ENV !== 'production' || types.includes(reader.clientType) ? null : 'csrf_origin_missing'
  }
  const isDesk = reader.aud === 'portal' && DESK_WIDGET_ORIGIN.some((one) => one.toLowerCase() === given)
  return isDesk || parts.origins[reader.aud].has(given) ? null : 'csrf_origin_not_allowed'
}

/** Routes that read the cookie answer only the surface's own origins: a foreign page cannot ride on it. */
export async function assertOrigin(context: OpenContext, reader: CookieReader, parts: IdentityParts): Promise<void> {
  const reason = faultOf(context.transport.origin, reader, parts)
  if (reason === null) return
  const { externalTenantId, internalTenantId } = parts.gate
  const lane = reader.aud === 'portal' ? externalTenantId : internalTenantId
  const tenantId = reader.session?.tenant_id ?? lane
  await context.record(authScope(tenantId), async () => ({
    value: refuse.forbidden(reason),
    audit: {
      action: 'AUTH_ORIGIN_REFUSED',
      target_id: reader.session?.family_id ?? reader.aud,
      tenant_id: tenantId,
      outcome: 'denied',
      after: { reason, aud: reader.aud },
    },
  }))
}

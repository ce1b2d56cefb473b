import type { Surface } from '@zenops/contracts/identity'
import { authScope } from '../../platform/db/scope.ts'
import { refuse } from '../../platform/errors.ts'
import type { OpenContext } from '../../platform/operations.ts'
import { type IdentityParts, laneOf } from '../access/index.ts'

/** Whose cookie is about to be read. */
export interface CookieReader {
  readonly aud: Surface
  readonly clientType: string
  /** The session the cookie names, where it names one. */
  readonly session: { readonly family_id: string; readonly tenant_id: string } | undefined
}

function faultOf(origin: string | undefined, reader: CookieReader, { config, origins }: IdentityParts): string | null {
  const given = origin?.trim().toLowerCase() ?? ''
  if (given === '') {
    const types: readonly string[] = config.AUTH_ORIGINLESS_CLIENT_TYPES
    return config.NODE_ENV !== 'production' || types.includes(reader.clientType) ? null : 'csrf_origin_missing'
  }
  const isDesk = reader.aud === 'portal' && config.DESK_WIDGET_ORIGIN.some((one) => one.toLowerCase() === given)
  return isDesk || origins[reader.aud].has(given) ? null : 'csrf_origin_not_allowed'
}

/** Routes that read the cookie answer only the surface's own origins: a foreign page cannot ride on it. */
export async function assertOrigin(context: OpenContext, reader: CookieReader, parts: IdentityParts): Promise<void> {
  const { aud, session } = reader
  const reason = faultOf(context.transport.origin, reader, parts)
  if (reason === null) return
  const tenant_id = session?.tenant_id ?? laneOf(aud, parts.gate)
  const entry = { action: 'AUTH_ORIGIN_REFUSED', target_id: session?.family_id ?? aud, tenant_id } as const
  await context.record(authScope(tenant_id), async () => ({
    value: refuse.forbidden(reason),
    audit: { ...entry, outcome: 'denied', after: { reason, aud } },
  }))
}

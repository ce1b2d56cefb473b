import type { Surface } from '@zenops/contracts/identity'
import { refuse } from '../../platform/errors.ts'
import type { Transport } from '../../platform/operations.ts'
import type { IdentityParts } from './parts.ts'

/** Routes that read the cookie answer only the surface's own origins: a foreign page cannot ride on it. */
export function assertOrigin(transport: Transport, aud: Surface, parts: IdentityParts): void {
  const origin = transport.origin?.trim().toLowerCase()
  if (origin === undefined || origin === '') {
    if (parts.config.NODE_ENV === 'production') throw refuse.forbidden('csrf_origin_missing')
    return
  }
  if (!parts.origins[aud].has(origin)) throw refuse.forbidden('csrf_origin_not_allowed')
}

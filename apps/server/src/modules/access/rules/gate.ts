import type { Surface } from '@zenops/contracts/identity'

export interface LoginGate {
  readonly internalTenantId: string
  readonly externalTenantId: string
  readonly multiTenant: boolean
}

/** The launch gate: whether a surface may not act in a firm. It compares ids with the configuration alone. */
export function isGated(aud: Surface, tenantId: string, gate: LoginGate): boolean {
  if (aud === 'portal' || tenantId === gate.internalTenantId) return false
  return aud === 'studio' || !gate.multiTenant || tenantId === gate.externalTenantId
}

/** The one firm of a surface, where it has no choice. */
export const laneOf = (aud: Surface, gate: LoginGate): string =>
  aud === 'portal' ? gate.externalTenantId : gate.internalTenantId

/**
 * The tenant a sign-in acts in, or null when the launch gate refuses it. `named` is what the caller asked for;
 * the portal always acts in the external lane, the studio in the internal one.
 */
export function tenantOfSignIn(aud: Surface, named: string | undefined, gate: LoginGate): string | null {
  const tenantId = aud === 'portal' ? gate.externalTenantId : (named ?? gate.internalTenantId)
  return isGated(aud, tenantId, gate) ? null : tenantId
}

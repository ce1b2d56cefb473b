import type { Surface } from '@zenops/contracts/identity'

const DAY = 86_400
const HOUR = 3_600

/** Life of refresh tokens and how many sign-ins a person keeps, per surface. Seconds. */
export const SESSION_LIMITS: Readonly<Record<Surface, { sliding: number; absolute: number; families: number }>> = {
  web: { sliding: 14 * DAY, absolute: 30 * DAY, families: 5 },
  portal: { sliding: 14 * DAY, absolute: 30 * DAY, families: 5 },
  studio: { sliding: 12 * HOUR, absolute: 24 * HOUR, families: 3 },
}

/** Guests keep one session of seven days. */
const GUEST_LIMITS = { sliding: 7 * DAY, absolute: 7 * DAY, families: 1 }
export const limitsOf = (aud: Surface, guest: boolean): { sliding: number; absolute: number; families: number } =>
  guest ? GUEST_LIMITS : SESSION_LIMITS[aud]

/** Failures further apart than this begin a new count. */
export const FAILURE_WINDOW_SECONDS = 15 * 60

export const refreshCookieName = (aud: Surface): string => `refresh_token_${aud}`
export const REFRESH_COOKIE_PATH = '/v1/auth'

export interface LoginGate {
  readonly internalTenantId: string
  readonly externalTenantId: string
  readonly multiTenant: boolean
}

/**
 * The tenant a sign-in acts in, or null when the launch gate refuses it. `named` is what the caller asked for;
 * the portal always acts in the external lane, the studio in the internal one.
 */
export function tenantOfSignIn(aud: Surface, named: string | undefined, gate: LoginGate): string | null {
  if (aud === 'portal') return gate.externalTenantId
  if (named === gate.externalTenantId) return null
  if (aud === 'studio' || !gate.multiTenant)
    return named === undefined || named === gate.internalTenantId ? gate.internalTenantId : null
  return named ?? gate.internalTenantId
}

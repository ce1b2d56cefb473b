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

export const refreshCookieName = (aud: Surface): string => `refresh_token_${aud}`
export const REFRESH_COOKIE_PATH = '/v1/auth'

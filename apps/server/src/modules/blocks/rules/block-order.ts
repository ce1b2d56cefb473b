import { type Range, type RangeFault, readRange } from './ranges.ts'

/** What is to be blocked. */
export type BlockTarget =
  | { readonly kind: 'ACCOUNT'; readonly userId: string }
  | { readonly kind: 'IP' | 'CIDR'; readonly range: Range }

export interface BlockFault {
  readonly path: string
  readonly reason: RangeFault | 'required' | 'not_allowed' | 'too_short' | 'too_long'
}

const MIN_MS = 5 * 60_000
const MAX_MS = 90 * 86_400_000

/** 5 minutes to 90 days from now. */
export function endFault(expiresAt: string, now: number): BlockFault | null {
  const life = Date.parse(expiresAt) - now
  if (life < MIN_MS) return { path: 'expires_at', reason: 'too_short' }
  return life > MAX_MS ? { path: 'expires_at', reason: 'too_long' } : null
}

export interface BlockWords {
  readonly kind: 'ACCOUNT' | 'IP' | 'CIDR'
  readonly user_id?: string | undefined
  readonly value?: string | undefined
}

/** An account block names a person, the others an address. */
export function readTarget({ kind, user_id, value }: BlockWords): BlockTarget | BlockFault {
  if (kind === 'ACCOUNT') {
    if (value !== undefined) return { path: 'value', reason: 'not_allowed' }
    return user_id === undefined ? { path: 'user_id', reason: 'required' } : { kind, userId: user_id.toLowerCase() }
  }
  if (user_id !== undefined) return { path: 'user_id', reason: 'not_allowed' }
  if (value === undefined) return { path: 'value', reason: 'required' }
  const range = readRange(kind, value)
  return typeof range === 'string' ? { path: 'value', reason: range } : { kind, range }
}

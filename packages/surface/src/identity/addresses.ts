/** `10.0.0.7` and `2001:db8::1` are addresses, `10.0.0.0/16` is a range; null is neither. */
export type AddressKind = 'IP' | 'CIDR'

const V4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$/

function isV6(text: string): boolean {
  const halves = text.split('::')
  if (halves.length > 2 || !/^[\da-f:]+$/i.test(text)) return false
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')))
  const count = groups.length
  return groups.every((group) => /^[\da-f]{1,4}$/i.test(group)) && (halves.length === 2 ? count < 8 : count === 8)
}

/** Widest ranges that may be blocked (`identity.md` 9). */
const WIDEST = { v4: 16, v6: 32 } as const
const LONGEST = { v4: 32, v6: 128 } as const

export type AddressFault = 'not_an_address' | 'too_wide'

/** Reads what was typed as the address or the range of a block. */
export function readAddress(typed: string): { readonly kind: AddressKind } | { readonly fault: AddressFault } {
  const [address = '', prefix, ...more] = typed.trim().split('/')
  const family = V4.test(address) ? 'v4' : isV6(address) ? 'v6' : null
  if (family === null || more.length > 0) return { fault: 'not_an_address' }
  if (prefix === undefined) return { kind: 'IP' }
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > LONGEST[family]) return { fault: 'not_an_address' }
  return Number(prefix) < WIDEST[family] ? { fault: 'too_wide' } : { kind: 'CIDR' }
}

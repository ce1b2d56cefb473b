/** An address or range as it is kept: network and width. */
export interface Range {
  readonly family: 4 | 6
  readonly network: string
  readonly width: number
}

export type RangeFault = 'invalid_address' | 'range_too_wide'

/** Widest range that a block may cover. */
const WIDEST = { 4: 16, 6: 32 } as const
const BITS = { 4: 32, 6: 128 } as const

function bytesOf4(text: string): number[] | null {
  const parts = text.split('.')
  if (parts.length !== 4 || parts.some((part) => !/^(0|[1-9]\d{0,2})$/.test(part))) return null
  const bytes = parts.map(Number)
  return bytes.every((byte) => byte <= 255) ? bytes : null
}

/** The shortest text of an IPv6 address, as URLs write it; null when it is none. */
const canonical6 = (text: string): string | null =>
  /^[\da-f:.]+$/i.test(text) ? (URL.parse(`http://[${text}]`)?.hostname.slice(1, -1) ?? null) : null

function bytesOf6(text: string): number[] | null {
  const canonical = canonical6(text)
  if (canonical === null) return null
  const [left = [], right = []] = canonical.split('::').map((half) => (half === '' ? [] : half.split(':')))
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right]
  return groups.flatMap((group) => {
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}

const isMapped = (bytes: readonly number[]): boolean =>
  bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255

/** The bytes of an address; an IPv4 address mapped into IPv6 is that IPv4 address. Null when it is none. */
function bytesOf(text: string): number[] | null {
  const bare = text.split('%', 1)[0] ?? ''
  const bytes = bare.includes(':') ? bytesOf6(bare) : bytesOf4(bare)
  return bytes && isMapped(bytes) ? bytes.slice(12) : bytes
}

const textOf = (bytes: readonly number[]): string => {
  if (bytes.length === 4) return bytes.join('.')
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  )
  return canonical6(groups.join(':')) ?? ''
}

const masked = (bytes: readonly number[], width: number): number[] =>
  bytes.map((byte, i) => byte & (0xff << Math.max(0, Math.min(8, 8 * (i + 1) - width))) & 0xff)

/** An address, or a range in CIDR notation; bits beyond the width are dropped. */
export function readRange(kind: 'IP' | 'CIDR', value: string): Range | RangeFault {
  const [address = '', widthText, ...rest] = value.trim().split('/')
  const bytes = bytesOf(address)
  if (!bytes || rest.length > 0 || (kind === 'IP') !== (widthText === undefined)) return 'invalid_address'
  const family = bytes.length === 4 ? 4 : 6
  if (widthText === undefined) return { family, network: textOf(bytes), width: BITS[family] }
  if (!/^\d{1,3}$/.test(widthText) || Number(widthText) > BITS[family]) return 'invalid_address'
  const width = Number(widthText)
  if (width < WIDEST[family]) return 'range_too_wide'
  return { family, network: textOf(masked(bytes, width)), width }
}

/** The text of a range: an address alone, else network and width. */
export const rangeText = (range: Range): string =>
  range.width === BITS[range.family] ? range.network : `${range.network}/${range.width}`

export function holdsAddress(range: Range, ip: string): boolean {
  const bytes = bytesOf(ip)
  if (!bytes || (bytes.length === 4 ? 4 : 6) !== range.family) return false
  return textOf(masked(bytes, range.width)) === range.network
}

import { isIP } from 'node:net'

const MAPPED = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/

/** The eight groups of an IPv6 address, canonical, as its first four. */
function networkOf(canonical: string): string {
  const [head = '', tail] = canonical.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  return [...left, ...zeros, ...right].slice(0, 4).join(':')
}

/**
 * The address as limits count it: an IPv4 address alone, also where it is mapped into IPv6; an IPv6 address by its /64,
 * since whoever has one address has them all. What is no address shares one key.
 */
export function addressKey(ip: string): string {
  const bare = ip.split('%', 1)[0] ?? ''
  if (isIP(bare) === 4) return bare
  if (isIP(bare) !== 6) return 'unknown'
  const canonical = new URL(`http://[${bare}]`).hostname.slice(1, -1)
  const mapped = MAPPED.exec(canonical)
  if (!mapped) return `${networkOf(canonical)}::/64`
  const word = (part: string | undefined): number[] => {
    const value = Number.parseInt(part ?? '0', 16)
    return [value >> 8, value & 0xff]
  }
  return [...word(mapped[1]), ...word(mapped[2])].join('.')
}

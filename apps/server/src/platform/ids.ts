import { randomFillSync } from 'node:crypto'

/** Random bytes are drawn for many ids at once. */
const pool = Buffer.alloc(16 * 256)
let used = pool.length

/** Sixteen random bytes that nobody else is given; the next draws may write over them. */
function draw(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += 16
  return pool.subarray(used - 16, used)
}

/** 128 random bits in 32 hex digits. */
export const randomHex = (): string => draw().toString('hex')

/** A UUID version 7: 48 bits of milliseconds, then random bits, so ids sort by time. */
export function uuidv7(now: number = Date.now()): string {
  const bytes = draw()
  bytes.writeUIntBE(now, 0, 6)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** As much DER as a time-stamp request and its answer need. */

export interface Der {
  readonly tag: number
  readonly body: Buffer
  /** With tag and length, as it stands. */
  readonly whole: Buffer
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  octets: 0x04,
  nil: 0x05,
  oid: 0x06,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
  /** [0], constructed. */
  zero: 0xa0,
} as const

/** One value. Throws TypeError where the bytes are no DER. */
export function readDer(bytes: Buffer, at = 0): Der {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw new TypeError('not DER')
  const count = first & 0x7f
  if (first === 0x80 || (first > 0x80 && count > 4)) throw new TypeError('not DER')
  const start = at + 2 + (first > 0x80 ? count : 0)
  const length = first > 0x80 ? bytes.readUIntBE(at + 2, count) : first
  if (start + length > bytes.length) throw new TypeError('DER is cut')
  return { tag, body: bytes.subarray(start, start + length), whole: bytes.subarray(at, start + length) }
}

/** The values inside a constructed one. */
export function inside({ body }: Der): Der[] {
  const found: Der[] = []
  for (let at = 0; at < body.length; ) {
    const one = readDer(body, at)
    found.push(one)
    at += one.whole.length
  }
  return found
}

/** The value of a tag; throws TypeError when it is another. */
export function expectTag(value: Der | undefined, tag: number): Der {
  if (value?.tag !== tag) throw new TypeError('unexpected DER')
  return value
}

export function writeDer(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const digits = length.subarray(length.findIndex((byte) => byte !== 0))
  return Buffer.concat([Buffer.of(tag, 0x80 | digits.length), digits, body])
}

/** An unsigned integer: no leading zeros, and never read as negative. */
export function writeInteger(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const digits = first < 0 ? Buffer.of(0) : bytes.subarray(first)
  return writeDer(TAG.integer, (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), digits]) : digits)
}

/** `1.2.840…` as its bytes. */
export function writeOid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc & 0x7f]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left & 0x7f) | 0x80)
    return digits
  })
  return writeDer(TAG.oid, Buffer.from(bytes))
}
export const isOid = (value: Der | undefined, text: string): boolean => value?.whole.equals(writeOid(text)) === true

import { isUtf8 } from 'node:buffer'
import { MAX_CANON_BYTES } from './hashes.ts'

export const QUOTE = 0x22
const BACKSLASH = 0x5c
const MAX_DEPTH = 64
const MAX_DIGITS = '9007199254740991'
/** Signs behind a backslash that have no other canonical form. */
const SHORT_ESCAPES = new Set([...'"\\bfnrt'].map((sign) => sign.charCodeAt(0)))
/** ASCII that stands for itself in text. */
const ORDINARY = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
)
/** Signs that make a number one with a fraction or exponent. */
const FRACTIONS = new Set([...'.eE'].map((sign) => sign.charCodeAt(0)))
const LONG_ESCAPE = /^u00(0[0-7bef]|1[0-9a-f])$/

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39

class NotCanonical extends Error {}

/** Reads the bytes once and throws where they leave the form that RFC 8785 gives the same content. */
class Scanner {
  readonly #bytes: Buffer
  readonly #end: number
  #at: number
  /** The string read last held an escape or a sign beyond ASCII. */
  #plain = true

  constructor(bytes: Buffer, start: number, end: number) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
  }

  whole(): void {
    if (this.#bytes[this.#at] !== 0x7b) throw new NotCanonical('not an object')
    this.#value(0)
    if (this.#at !== this.#end) throw new NotCanonical('something follows')
  }

  #expect(byte: number): void {
    if (this.#at >= this.#end || this.#bytes[this.#at] !== byte) throw new NotCanonical('unexpected sign')
    this.#at++
  }

  #value(depth: number): void {
    if (depth > MAX_DEPTH) throw new NotCanonical('too deep')
    const byte = this.#bytes[this.#at]
    if (byte === QUOTE) this.#string()
    else if (byte === 0x7b) this.#object(depth)
    else if (byte === 0x5b) this.#array(depth)
    else if (byte === 0x2d || isDigit(byte)) this.#integer()
    else this.#word()
  }

  #word(): void {
    for (const word of ['true', 'false', 'null']) {
      if (this.#bytes.toString('latin1', this.#at, this.#at + word.length) !== word) continue
      this.#at += word.length
      return
    }
    throw new NotCanonical('unexpected sign')
  }

  #integer(): void {
    const bytes = this.#bytes
    const isNegative = bytes[this.#at] === 0x2d
    if (isNegative) this.#at++
    const start = this.#at
    while (isDigit(bytes[this.#at])) this.#at++
    const length = this.#at - start
    if (FRACTIONS.has(bytes[this.#at] ?? 0)) throw new NotCanonical('a number that is not whole')
    if (length > 16 || (length === 16 && bytes.toString('latin1', start, this.#at) > MAX_DIGITS))
      throw new NotCanonical('a number beyond 2^53 - 1')
    const leadsWithZero = bytes[start] === 0x30 && (length > 1 || isNegative)
    if (length === 0 || leadsWithZero) throw new NotCanonical('a number out of form')
  }

  #string(): void {
    const bytes = this.#bytes
    let at = this.#at + 1
    let plain = true
    for (;;) {
      // Ordinary signs are most of an event.
      while (ORDINARY[bytes[at] ?? 0] === 1) at++
      const byte = bytes[at]
      if (at >= this.#end || byte === undefined) throw new NotCanonical('text without an end')
      if (byte === QUOTE) break
      if (byte === BACKSLASH) {
        plain = false
        at = this.#escape(at + 1)
        continue
      }
      if (byte < 0x20) throw new NotCanonical('a control sign in text')
      plain = false
      at++
    }
    this.#at = at + 1
    this.#plain = plain
  }

  #escape(at: number): number {
    if (SHORT_ESCAPES.has(this.#bytes[at] ?? 0)) return at + 1
    if (!LONG_ESCAPE.test(this.#bytes.toString('latin1', at, at + 5))) throw new NotCanonical('an escape out of form')
    return at + 5
  }

  #array(depth: number): void {
    this.#at++
    if (this.#bytes[this.#at] === 0x5d) return void this.#at++
    for (;;) {
      this.#value(depth + 1)
      if (this.#bytes[this.#at] !== 0x2c) break
      this.#at++
    }
    this.#expect(0x5d)
  }

  #object(depth: number): void {
    this.#at++
    if (this.#bytes[this.#at] === 0x7d) return void this.#at++
    let [lastStart, lastEnd, lastPlain] = [-1, -1, true]
    for (;;) {
      const start = this.#at
      if (this.#bytes[start] !== QUOTE) throw new NotCanonical('a name is missing')
      this.#string()
      const [end, plain] = [this.#at, this.#plain]
      if (lastStart >= 0) this.#ascend([lastStart, lastEnd], [start, end], plain && lastPlain)
      ;[lastStart, lastEnd, lastPlain] = [start, end, plain]
      this.#expect(0x3a)
      this.#value(depth + 1)
      if (this.#bytes[this.#at] !== 0x2c) break
      this.#at++
    }
    this.#expect(0x7d)
  }

  /** Byte by byte, without the quotes: a closing quote would sort before some signs of a longer name. */
  #isBefore(before: readonly [number, number], name: readonly [number, number]): boolean {
    const bytes = this.#bytes
    let [a, b] = [before[0] + 1, name[0] + 1]
    const [endA, endB] = [before[1] - 1, name[1] - 1]
    while (a < endA && b < endB && bytes[a] === bytes[b]) [a, b] = [a + 1, b + 1]
    if (a === endA) return b < endB
    return b < endB && (bytes[a] as number) < (bytes[b] as number) // within both names
  }

  /** Names stand in the order of their UTF-16 units, each once; plain ones are in that order byte by byte. */
  #ascend(before: readonly [number, number], name: readonly [number, number], plain: boolean): void {
    if (plain) {
      if (!this.#isBefore(before, name)) throw new NotCanonical('names out of order')
      return
    }
    const read = ([start, end]: readonly [number, number]): string =>
      JSON.parse(this.#bytes.toString('utf8', start, end)) as string // a scanned JSON string
    if (read(before) >= read(name)) throw new NotCanonical('names out of order')
  }
}

/**
 * Why `bytes[start, end)` are not the canonical form of an audit event, or null when they are: RFC 8785, a JSON object,
 * integers only and none beyond 2^53 − 1, valid UTF-8, no name twice, at most 64 KiB and 64 levels.
 */
export function canonFault(bytes: Buffer, start = 0, end = bytes.length): string | null {
  if (end - start > MAX_CANON_BYTES) return 'larger than 64 KiB'
  if (!isUtf8(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end))) return 'not UTF-8'
  try {
    new Scanner(bytes, start, end).whole()
    return null
  } catch (error) {
    if (error instanceof NotCanonical) return error.message
    throw error
  }
}

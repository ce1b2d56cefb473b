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

/** What is scanned: the bytes, and where they end. Positions travel as plain numbers: that is twice as fast as a scanner's fields. */
interface Text {
  readonly bytes: Buffer
  readonly end: number
}

/** The string read last held no escape and nothing beyond ASCII. Read at once behind `pastString`. */
let plainString = true

function pastString(text: Text, start: number): number {
  const { bytes, end } = text
  let at = start + 1
  plainString = true
  for (;;) {
    // Ordinary signs are most of an event. Behind the end stands undefined, which is not one.
    while (ORDINARY[bytes[at] as number] === 1) at++
    const byte = bytes[at]
    if (at >= end || byte === undefined) throw new NotCanonical('text without an end')
    if (byte === QUOTE) return at + 1
    plainString = false
    if (byte === BACKSLASH) at = pastEscape(bytes, at + 1)
    else if (byte < 0x20) throw new NotCanonical('a control sign in text')
    else at++
  }
}

function pastEscape(bytes: Buffer, at: number): number {
  if (SHORT_ESCAPES.has(bytes[at] ?? 0)) return at + 1
  if (!LONG_ESCAPE.test(bytes.toString('latin1', at, at + 5))) throw new NotCanonical('an escape out of form')
  return at + 5
}

function pastValue(text: Text, at: number, depth: number): number {
  if (depth > MAX_DEPTH) throw new NotCanonical('too deep')
  const byte = text.bytes[at]
  if (byte === QUOTE) return pastString(text, at)
  if (byte === 0x7b) return pastObject(text, at, depth)
  if (byte === 0x5b) return pastArray(text, at, depth)
  if (byte === 0x2d || isDigit(byte)) return pastInteger(text.bytes, at)
  return pastWord(text.bytes, at)
}

function pastWord(bytes: Buffer, at: number): number {
  for (const word of ['true', 'false', 'null'])
    if (bytes.toString('latin1', at, at + word.length) === word) return at + word.length
  throw new NotCanonical('unexpected sign')
}

function pastInteger(bytes: Buffer, from: number): number {
  const isNegative = bytes[from] === 0x2d
  const start = isNegative ? from + 1 : from
  let at = start
  while (isDigit(bytes[at])) at++
  const length = at - start
  if (FRACTIONS.has(bytes[at] ?? 0)) throw new NotCanonical('a number that is not whole')
  if (length > 16 || (length === 16 && bytes.toString('latin1', start, at) > MAX_DIGITS))
    throw new NotCanonical('a number beyond 2^53 - 1')
  const leadsWithZero = bytes[start] === 0x30 && (length > 1 || isNegative)
  if (length === 0 || leadsWithZero) throw new NotCanonical('a number out of form')
  return at
}

function past(text: Text, at: number, byte: number): number {
  if (at >= text.end || text.bytes[at] !== byte) throw new NotCanonical('unexpected sign')
  return at + 1
}

function pastArray(text: Text, start: number, depth: number): number {
  let at = start + 1
  if (text.bytes[at] === 0x5d) return at + 1
  for (;;) {
    at = pastValue(text, at, depth + 1)
    if (text.bytes[at] !== 0x2c) return past(text, at, 0x5d)
    at++
  }
}

function pastObject(text: Text, start: number, depth: number): number {
  const { bytes } = text
  let at = start + 1
  if (bytes[at] === 0x7d) return at + 1
  let [before, beforeEnd, beforePlain] = [-1, -1, true]
  for (;;) {
    const name = at
    if (bytes[name] !== QUOTE) throw new NotCanonical('a name is missing')
    at = pastString(text, name)
    if (before >= 0) {
      const ascends =
        plainString && beforePlain
          ? isBefore(bytes, [before, beforeEnd], [name, at])
          : readName(bytes, before, beforeEnd) < readName(bytes, name, at)
      if (!ascends) throw new NotCanonical('names out of order')
    }
    before = name
    beforeEnd = at
    beforePlain = plainString
    at = pastValue(text, past(text, at, 0x3a), depth + 1)
    if (bytes[at] !== 0x2c) return past(text, at, 0x7d)
    at++
  }
}

/** Names stand in the order of their UTF-16 units, each once; plain ones are in that order byte by byte. */
const readName = (bytes: Buffer, start: number, end: number): string =>
  JSON.parse(bytes.toString('utf8', start, end)) as string // a scanned JSON string

/** Byte by byte, without the quotes: a closing quote would sort before some signs of a longer name. */
function isBefore(bytes: Buffer, before: readonly [number, number], name: readonly [number, number]): boolean {
  let a = before[0] + 1
  let b = name[0] + 1
  const endA = before[1] - 1
  const endB = name[1] - 1
  while (a < endA && b < endB && bytes[a] === bytes[b]) {
    a++
    b++
  }
  if (a === endA) return b < endB
  return b < endB && (bytes[a] as number) < (bytes[b] as number) // within both names
}

/**
 * Why `bytes[start, end)` are not the canonical form of an audit event, or null when they are: RFC 8785, a JSON object,
 * integers only and none beyond 2^53 − 1, valid UTF-8, no name twice, at most 64 KiB and 64 levels.
 */
export function canonFault(bytes: Buffer, start = 0, end = bytes.length): string | null {
  if (end - start > MAX_CANON_BYTES) return 'larger than 64 KiB'
  if (!isUtf8(start === 0 && end === bytes.length ? bytes : bytes.subarray(start, end))) return 'not UTF-8'
  try {
    if (bytes[start] !== 0x7b) return 'not an object'
    return pastObject({ bytes, end }, start, 0) === end ? null : 'something follows'
  } catch (error) {
    if (error instanceof NotCanonical) return error.message
    throw error
  }
}

import { randomBytes } from 'node:crypto'

/** What the sanitiser does to one name, and to one text; asked once for each that comes again. */
export interface SanitiserOracle {
  /** A field of this name is redacted, or needs a closer look. */
  isTouchyName(name: string): boolean
  isUnchanged(text: string): boolean
}

/** Proofs that bytes need no cleaning; false means: not sure. Offsets are from the first byte to behind the last. */
export interface CleanScan {
  /** JSON as the database writes it. */
  json(bytes: Buffer, from: number, to: number): boolean
  /** One text, in which no quote is doubled or escaped. */
  text(bytes: Buffer, from: number, to: number): boolean
}

const QUOTE = 34
const COMMA = 44
const DASH = 45
const POINT = 46
const COLON = 58
const BACKSLASH = 92

/** Limits of the sanitiser, with room: what comes near them is not settled here. */
const MEMBERS = 100
const OPENERS = 8
const DIGITS = 15
const LONG_JSON = 5_000

const SLOTS = 1 << 14
const SURE = 1
const UNSURE = 2

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57
const isHex = (byte: number): boolean => isDigit(byte) || (byte >= 97 && byte <= 102)
const isBase64 = (byte: number): boolean =>
  isDigit(byte) || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte === 43 || byte === 47

function every(
  bytes: Buffer,
  span: { from: number; to: number },
  fits: (byte: number, place: number) => boolean,
): boolean {
  for (let at = span.from; at < span.to; at++) if (!fits(bytes[at] ?? 0, at - span.from)) return false
  return true
}

const UUID_DASHES = new Set([8, 13, 18, 23])
const INSTANT = '0000-00-00T00:00:00.000Z'

/** Ids, hashes and instants, which the sanitiser leaves alone, by their length. */
const FORMS: ReadonlyMap<number, (byte: number, place: number) => boolean> = new Map([
  [36, (byte: number, place: number) => (UUID_DASHES.has(place) ? byte === DASH : isHex(byte))],
  [32, isHex],
  [44, (byte: number, place: number) => (place === 43 ? byte === 61 : isBase64(byte))],
  [24, (byte: number, place: number) => (INSTANT[place] === '0' ? isDigit(byte) : byte === INSTANT.charCodeAt(place))],
])

/**
 * Answers by a 64-bit fingerprint under seeds of this process, in tables of fixed size: no text is kept, and nothing is
 * allocated for one that was seen before.
 */
function createMemory() {
  const first = new Int32Array(SLOTS)
  const second = new Int32Array(SLOTS)
  const answers = new Uint8Array(SLOTS)
  return {
    recall: (one: number, two: number): number => {
      const slot = one & (SLOTS - 1)
      return first[slot] === one && second[slot] === two ? (answers[slot] ?? 0) : 0
    },
    keep: (one: number, two: number, answer: number): void => {
      const slot = one & (SLOTS - 1)
      first[slot] = one
      second[slot] = two
      answers[slot] = answer
    },
  }
}

/** A string token on its way through the scan. */
interface Token {
  from: number
  to: number
  one: number
  two: number
  escaped: boolean
}

/** The scan asks the sanitiser itself about every name and every text, and remembers what it said. */
export function createScan(oracle: SanitiserOracle): CleanScan {
  const seed = randomBytes(8)
  const [seedOne, seedTwo] = [seed.readInt32LE(0), seed.readInt32LE(4)]
  const names = createMemory()
  const texts = createMemory()
  const token: Token = { from: 0, to: 0, one: 0, two: 0, escaped: false }

  /** Reads the token that begins at `from`; answers the place of its closing quote, or -1. */
  const read = (bytes: Buffer, from: number, to: number): number => {
    let one = seedOne
    let two = seedTwo
    token.escaped = false
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0
      if (byte === QUOTE) {
        token.from = from
        token.to = at
        token.one = one
        token.two = two
        return at
      }
      one = Math.imul(one ^ byte, 0x01000193)
      two = Math.imul(two + byte, 0x2c1b3c6d) ^ (two >>> 15)
      if (byte === BACKSLASH) {
        token.escaped = true
        at += 1
        one = Math.imul(one ^ (bytes[at] ?? 0), 0x01000193)
        two = Math.imul(two + (bytes[at] ?? 0), 0x2c1b3c6d) ^ (two >>> 15)
      }
    }
    return -1
  }
  const wordOf = (bytes: Buffer): string => {
    const raw = bytes.toString('utf8', token.from, token.to)
    return token.escaped ? (JSON.parse(`"${raw}"`) as string) : raw // a string of the database's JSON
  }
  const asked = (
    memory: ReturnType<typeof createMemory>,
    bytes: Buffer,
    isSure: (word: string) => boolean,
  ): boolean => {
    const before = memory.recall(token.one, token.two)
    if (before !== 0) return before === SURE
    const answer = isSure(wordOf(bytes))
    memory.keep(token.one, token.two, answer ? SURE : UNSURE)
    return answer
  }
  const isCleanName = (bytes: Buffer): boolean => asked(names, bytes, (name) => !oracle.isTouchyName(name))
  const isCleanText = (bytes: Buffer): boolean => {
    const form = FORMS.get(token.to - token.from)
    return (form !== undefined && every(bytes, token, form)) || asked(texts, bytes, (text) => oracle.isUnchanged(text))
  }

  return {
    json: (bytes, from, to) => {
      if (to - from > LONG_JSON) return false
      let members = 0
      let openers = 0
      let digits = 0
      for (let at = from; at < to; at++) {
        const byte = bytes[at] ?? 0
        if (byte === QUOTE) {
          at = read(bytes, at + 1, to)
          if (at === -1 || !(bytes[at + 1] === COLON ? isCleanName(bytes) : isCleanText(bytes))) return false
          digits = 0
        } else if (isDigit(byte)) {
          // Fractions, exponents and long numbers may not be exact.
          if (++digits > DIGITS) return false
        } else {
          if (byte === POINT || (digits > 0 && (byte === 101 || byte === 69))) return false
          if (byte === COMMA) members += 1
          if (byte === 123 || byte === 91) openers += 1
          digits = 0
        }
      }
      return members < MEMBERS && openers <= OPENERS
    },
    text: (bytes, from, to) => {
      if (read(bytes, from, to) !== -1 || token.escaped) return false
      return isCleanTextSpan(bytes, from, to)
    },
  }

  function isCleanTextSpan(bytes: Buffer, from: number, to: number): boolean {
    let one = seedOne
    let two = seedTwo
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0
      one = Math.imul(one ^ byte, 0x01000193)
      two = Math.imul(two + byte, 0x2c1b3c6d) ^ (two >>> 15)
    }
    Object.assign(token, { from, to, one, two, escaped: false })
    return isCleanText(bytes)
  }
}

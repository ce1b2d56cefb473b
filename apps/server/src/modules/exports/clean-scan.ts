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

/** A string token on its way through the scan, with its fingerprint. */
class Token {
  readonly #seedOne: number
  readonly #seedTwo: number
  from = 0
  to = 0
  one = 0
  two = 0
  escaped = false

  constructor() {
    const seed = randomBytes(8)
    this.#seedOne = seed.readInt32LE(0)
    this.#seedTwo = seed.readInt32LE(4)
  }

  #begin(from: number): void {
    this.from = from
    this.one = this.#seedOne
    this.two = this.#seedTwo
    this.escaped = false
  }
  #add(byte: number): void {
    this.one = Math.imul(this.one ^ byte, 0x01000193)
    this.two = Math.imul(this.two + byte, 0x2c1b3c6d) ^ (this.two >>> 15)
  }

  /** Reads up to the closing quote; answers its place, or -1. */
  read(bytes: Buffer, from: number, to: number): number {
    this.#begin(from)
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0
      if (byte === QUOTE) {
        this.to = at
        return at
      }
      this.#add(byte)
      if (byte !== BACKSLASH) continue
      this.escaped = true
      at += 1
      this.#add(bytes[at] ?? 0)
    }
    return -1
  }

  /** All bytes of the span; false where a quote or an escape stands in them. */
  readAll(bytes: Buffer, from: number, to: number): boolean {
    this.#begin(from)
    this.to = to
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0
      if (byte === QUOTE || byte === BACKSLASH) return false
      this.#add(byte)
    }
    return true
  }

  word(bytes: Buffer): string {
    const raw = bytes.toString('utf8', this.from, this.to)
    return this.escaped ? (JSON.parse(`"${raw}"`) as string) : raw // a string of the database's JSON
  }
}

/** What lies between strings: structure and numbers. */
class Structure {
  #members = 0
  #openers = 0
  #digits = 0

  start(): void {
    this.#members = 0
    this.#openers = 0
    this.#digits = 0
  }
  string(): void {
    this.#digits = 0
  }
  /** False for fractions, exponents and long numbers, which may not be exact. */
  takes(byte: number): boolean {
    if (isDigit(byte)) {
      this.#digits += 1
      return this.#digits <= DIGITS
    }
    if (byte === POINT || (this.#digits > 0 && (byte === 101 || byte === 69))) return false
    if (byte === COMMA) this.#members += 1
    if (byte === 123 || byte === 91) this.#openers += 1
    this.#digits = 0
    return true
  }
  get isSmall(): boolean {
    return this.#members < MEMBERS && this.#openers <= OPENERS
  }
}

/** The scan asks the sanitiser itself about every name and every text, and remembers what it said. */
export function createScan(oracle: SanitiserOracle): CleanScan {
  const names = createMemory()
  const texts = createMemory()
  const token = new Token()
  const structure = new Structure()

  const asked = (
    memory: ReturnType<typeof createMemory>,
    bytes: Buffer,
    isSure: (word: string) => boolean,
  ): boolean => {
    const before = memory.recall(token.one, token.two)
    if (before !== 0) return before === SURE
    const { one, two } = token
    const answer = isSure(token.word(bytes))
    memory.keep(one, two, answer ? SURE : UNSURE)
    return answer
  }
  const isCleanName = (bytes: Buffer): boolean => asked(names, bytes, (name) => !oracle.isTouchyName(name))
  const isCleanText = (bytes: Buffer): boolean => {
    const form = FORMS.get(token.to - token.from)
    return (form !== undefined && every(bytes, token, form)) || asked(texts, bytes, (text) => oracle.isUnchanged(text))
  }
  /** The string that opens at `open`; answers the place of its closing quote, or -1 when it is not sure. */
  const passString = (bytes: Buffer, open: number, to: number): number => {
    const close = token.read(bytes, open + 1, to)
    if (close === -1) return -1
    return (bytes[close + 1] === COLON ? isCleanName(bytes) : isCleanText(bytes)) ? close : -1
  }

  return {
    json: (bytes, from, to) => {
      if (to - from > LONG_JSON) return false
      structure.start()
      for (let at = from; at < to; at++) {
        const byte = bytes[at] ?? 0
        if (byte !== QUOTE) {
          if (!structure.takes(byte)) return false
          continue
        }
        structure.string()
        at = passString(bytes, at, to)
        if (at === -1) return false
      }
      return structure.isSmall
    },
    text: (bytes, from, to) => token.readAll(bytes, from, to) && isCleanText(bytes),
  }
}

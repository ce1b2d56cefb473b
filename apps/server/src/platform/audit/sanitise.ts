import { hash } from 'node:crypto'
import { canonicalJson, type JsonValue } from '@zenops/contracts/canonical-json'
import { maskText } from '../masking/mask.ts'
import { isEnvelope } from './personal.ts'

/** Raised when the rules below, or those of the masker, change; kept with every row. */
export const SANITISER_VERSION = 3

const MAX_DEPTH = 8
const MAX_ITEMS = 100
const MAX_TEXT = 2000
const MAX_SNAPSHOT_BYTES = 16 * 1024
export const REDACTED = '***REDACTED***'
const TOO_DEEP = '_too_deep'

const SECRET_NAMES = new Set(
  'password passwd passphrase token accesstoken refreshtoken refreshjti secret apikey authorization otp totp recoverycode recoverycodes cookie setcookie privatekey credential credentials ticket'.split(
    ' ',
  ),
)
const SECRET_ENDING = /(token|secret|apikey|password|privatekey)$/
const SECRET_TEXT =
  /^[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}$|^eyJ[\s\S]*\.|^Bearer |-----BEGIN [A-Z ]+-----|^(sk|pk|rk|zst|ghp|xox[abp])[_-]\w{8,}/

const isSecretName = (name: string): boolean => {
  const plain = name.toLowerCase().replaceAll(/[_\-\s]/g, '')
  return plain !== 'secretref' && (SECRET_NAMES.has(plain) || SECRET_ENDING.test(plain))
}

/** At most 2,000 UTF-16 units, never half a sign; without U+0000 and halves of pairs. */
function cut(text: string): string {
  const clean = text.replaceAll('\u0000', '\uFFFD').toWellFormed()
  if (clean.length <= MAX_TEXT) return clean
  const end = clean.codePointAt(MAX_TEXT - 1)
  return clean.slice(0, end !== undefined && end > 0xffff ? MAX_TEXT - 1 : MAX_TEXT)
}

const sha256 = (bytes: string | Uint8Array): string => hash('sha256', bytes)

/** All digits of a number, without an exponent. */
function decimalOf(value: number): string {
  if (Number.isInteger(value)) return BigInt(value).toString()
  const [digits = '', exponent] = String(value).split('e-')
  if (exponent === undefined) return digits
  const [whole = '', fraction = ''] = digits.replace('-', '').split('.')
  return `${value < 0 ? '-' : ''}0.${'0'.repeat(Number(exponent) - whole.length)}${whole}${fraction}`
}
const numberOf = (value: number): JsonValue => {
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value // no negative zero
  return Number.isFinite(value) ? decimalOf(value) : String(value)
}

/** Puts a personal value of an event away: under the key of its person, or behind a cover. */
export type CoverPersonal = (value: JsonValue, pointer: string) => JsonValue

export interface SanitiseOptions {
  /** Names of fields that the catalogue declares personal. */
  readonly personal?: ReadonlySet<string>
  readonly cover?: CoverPersonal
  /** Of what is sanitised, within the event: `/before` or `/after`. */
  readonly pointer?: string
  /** The value stood in an event before: envelopes stay as they are. */
  readonly again?: true
}

/** Where the walk is. Elements of a list go by the name of the list. */
interface Place {
  readonly name: string
  readonly depth: number
  readonly pointer: string
  /** Within a personal value: it is covered as a whole, and its text is kept as written. */
  readonly personal: boolean
}

const escapePointer = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')

class Sanitiser {
  readonly #options: SanitiseOptions
  constructor(options: SanitiseOptions) {
    this.#options = options
  }

  value(value: unknown, place: Place): JsonValue {
    if (value === null || value === undefined) return null
    if (isSecretName(place.name)) return REDACTED
    if (this.#options.again && isEnvelope(value)) return { $p: { ...value.$p } }
    const { cover, personal } = this.#options
    if (!place.personal && cover && personal?.has(place.name))
      return cover(this.value(value, { ...place, personal: true }), place.pointer)
    return this.#plain(value, place)
  }

  #plain(value: unknown, place: Place): JsonValue {
    if (typeof value === 'string') return this.#text(value, place)
    if (typeof value === 'number') return numberOf(value)
    if (typeof value === 'boolean') return value
    if (typeof value === 'bigint') return String(value)
    return typeof value === 'object' && value !== null ? this.#nested(value, place) : null
  }

  #text(value: string, { personal }: Place): JsonValue {
    if (SECRET_TEXT.test(value)) return REDACTED
    const text = cut(value)
    // A mask may be longer than what it covers.
    return personal ? text : cut(maskText(text))
  }

  #nested(value: object, place: Place): JsonValue {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
    if (value instanceof Uint8Array) return { _bytes: value.length, _sha256: sha256(value) }
    if (place.depth >= MAX_DEPTH) return TOO_DEEP
    const depth = place.depth + 1
    if (Array.isArray(value)) {
      const items = value.map((item: unknown, index) =>
        this.value(item, { ...place, depth, pointer: `${place.pointer}/${index}` }),
      )
      return items.length > MAX_ITEMS ? { _items: items.length, _sha256: sha256(canonicalJson(items)) } : items
    }
    const members: [string, JsonValue][] = []
    for (const [key, member] of Object.entries(value)) {
      if (member === undefined) continue
      const name = cut(key)
      const pointer = `${place.pointer}/${escapePointer(name)}`
      members.push([name, this.value(member, { ...place, name, depth, pointer })])
    }
    return Object.fromEntries(members)
  }
}

/**
 * A before/after picture made safe to keep, by the rules of audit-and-ops.md 1 in their order: nothing but JSON of bounded
 * depth and length, secrets redacted by name and by form, personal fields covered, other text masked, numbers exact, and
 * no more than 16 KiB in all. Null becomes `{}`. What was sanitised before stays as it is when done `again`.
 */
export function sanitise(value: unknown, options: SanitiseOptions = {}): JsonValue {
  const start = { name: '', depth: 0, pointer: options.pointer ?? '', personal: false }
  // A date that is none, a function: nothing, as null is.
  const safe = new Sanitiser(options).value(value, start) ?? {}
  // A UTF-16 unit is at most three bytes: small ones are settled without their canonical text.
  if (JSON.stringify(safe).length * 3 <= MAX_SNAPSHOT_BYTES) return safe
  const text = canonicalJson(safe)
  const bytes = Buffer.byteLength(text)
  return bytes > MAX_SNAPSHOT_BYTES ? { _truncated: true, _bytes: bytes, _sha256: sha256(text) } : safe
}

/** Free text of an event, such as its reason: secrets redacted, personal values masked, at most `length` UTF-16 units. */
export function sanitiseText(text: string, length: number): string {
  if (SECRET_TEXT.test(text)) return REDACTED
  return maskText(cut(text)).slice(0, length).toWellFormed()
}

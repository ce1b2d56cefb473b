import { hash } from 'node:crypto'
import { canonicalJson, type JsonValue } from '@zenops/contracts/canonical-json'

/** Raised when the rules below change; kept with every row. */
export const SANITISER_VERSION = 1

const MAX_DEPTH = 8
const MAX_ITEMS = 100
const MAX_TEXT = 2000
const MAX_SNAPSHOT_BYTES = 16 * 1024
const REDACTED = '***REDACTED***'

const SECRET_NAMES = new Set(
  'password passwd passphrase token accesstoken refreshtoken refreshjti secret apikey authorization otp totp recoverycode recoverycodes cookie setcookie privatekey credential credentials ticket'.split(
    ' ',
  ),
)
const SECRET_ENDING = /(token|secret|apikey|password|privatekey)$/
const SECRET_TEXT =
  /^[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}$|^eyJ[^\s]*\.|^Bearer |-----BEGIN [A-Z ]+-----|^(sk|pk|rk|zst|ghp|xox[abp])[_-][A-Za-z0-9]{8,}/

const isSecretName = (name: string): boolean => {
  const plain = name.toLowerCase().replace(/[_\-\s]/g, '')
  return plain !== 'secretref' && (SECRET_NAMES.has(plain) || SECRET_ENDING.test(plain))
}

function cut(text: string): string {
  const clean = text.replaceAll('\u0000', '\uFFFD').toWellFormed()
  if (clean.length <= MAX_TEXT) return clean
  const end = clean.codePointAt(MAX_TEXT - 1)
  return clean.slice(0, end !== undefined && end > 0xffff ? MAX_TEXT - 1 : MAX_TEXT)
}

const sha256 = (text: string): string => hash('sha256', text)

function clean(value: unknown, name: string, depth: number): JsonValue {
  if (value === null || value === undefined) return null
  if (isSecretName(name)) return REDACTED
  if (typeof value === 'string') return SECRET_TEXT.test(value) ? REDACTED : cut(value)
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : String(value)
  if (typeof value === 'boolean') return value
  return typeof value === 'bigint' ? String(value) : cleanNested(value, name, depth)
}

function cleanNested(value: unknown, name: string, depth: number): JsonValue {
  if (depth >= MAX_DEPTH) return '_too_deep'
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) {
    const items = value.map((item) => clean(item, name, depth + 1))
    return items.length > MAX_ITEMS ? { _items: items.length, _sha256: sha256(canonicalJson(items)) } : items
  }
  const entries = Object.entries(value as Record<string, unknown>) // an object: scalars and arrays are handled above
  return Object.fromEntries(
    entries.filter(([, v]) => v !== undefined).map(([k, v]) => [cut(k), clean(v, k, depth + 1)]),
  )
}

/** A before/after picture made safe to keep: secrets redacted, sizes bounded, numbers exact. Null becomes `{}`. */
export function sanitise(value: unknown): JsonValue {
  if (value === null || value === undefined) return {}
  const safe = clean(value, '', 0)
  // A UTF-16 unit is at most three bytes: small ones are settled without their canonical text.
  if (JSON.stringify(safe).length * 3 <= MAX_SNAPSHOT_BYTES) return safe
  const text = canonicalJson(safe)
  const bytes = Buffer.byteLength(text)
  return bytes > MAX_SNAPSHOT_BYTES ? { _truncated: true, _bytes: bytes, _sha256: sha256(text) } : safe
}

/** Any JSON value. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue | undefined }

const MAX_DEPTH = 64

/** Text that JSON writes as it stands. */
const PLAIN = /^[ !#-[\]-~]*$/

function textOf(value: string): string {
  if (PLAIN.test(value)) return `"${value}"`
  if (!value.isWellFormed()) throw new TypeError('a lone surrogate has no canonical form')
  return JSON.stringify(value)
}

function numberOf(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('a non-finite number has no canonical form')
  return String(Object.is(value, -0) ? 0 : value)
}

function objectOf(value: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('not a JSON value')
  // Cast: a plain object, read member by member as unknown.
  const members = value as Record<string, unknown>
  const parts: string[] = []
  for (const key of Object.keys(members).sort()) {
    const member = members[key]
    if (member !== undefined) parts.push(`${textOf(key)}:${write(member, depth + 1)}`)
  }
  return `{${parts.join(',')}}`
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new TypeError('too deep for a canonical form')
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return numberOf(value)
  if (typeof value === 'string') return textOf(value)
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`
  if (typeof value === 'object') return objectOf(value, depth)
  throw new TypeError('not a JSON value')
}

/**
 * Canonical JSON of RFC 8785: members sorted by UTF-16 code units, shortest numbers, no blanks. Members that are
 * `undefined` are left out. Equal content gives equal text, which is what gets hashed.
 * Throws TypeError on what JSON cannot hold: non-finite numbers, lone surrogates, dates, more than 64 levels.
 */
export const canonicalJson = (value: unknown): string => write(value, 0)

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

const FEW = 24

/** Names in the order of their code units. Few of them are sorted in place: that is what nearly all objects have. */
function sortedKeys(value: object): string[] {
  const keys = Object.keys(value)
  if (keys.length > FEW) return keys.sort()
  for (let i = 1; i < keys.length; i++) {
    const key = keys[i] as string // within the length, as are those below
    let at = i
    while (at > 0 && (keys[at - 1] as string) > key) {
      keys[at] = keys[at - 1] as string
      at -= 1
    }
    keys[at] = key
  }
  return keys
}

function objectOf(value: object, depth: number): string {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw new TypeError('not a JSON value')
  // Cast: a plain object, read member by member as unknown.
  const members = value as Record<string, unknown>
  let text = ''
  for (const key of sortedKeys(members)) {
    const member = members[key]
    if (member !== undefined) text += `${text === '' ? '' : ','}${textOf(key)}:${write(member, depth + 1)}`
  }
  return `{${text}}`
}

function listOf(items: readonly unknown[], depth: number): string {
  let text = ''
  for (let i = 0; i < items.length; i++) text += `${i === 0 ? '' : ','}${write(items[i], depth + 1)}`
  return `[${text}]`
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new TypeError('too deep for a canonical form')
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return numberOf(value)
  if (typeof value === 'string') return textOf(value)
  if (Array.isArray(value)) return listOf(value, depth)
  if (typeof value === 'object') return objectOf(value, depth)
  throw new TypeError('not a JSON value')
}

/**
 * Canonical JSON of RFC 8785: members sorted by UTF-16 code units, shortest numbers, no blanks. Members that are
 * `undefined` are left out. Equal content gives equal text, which is what gets hashed.
 * Throws TypeError on what JSON cannot hold: non-finite numbers, lone surrogates, dates, more than 64 levels.
 */
export const canonicalJson = (value: unknown): string => write(value, 0)

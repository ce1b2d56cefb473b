const MAX_DEPTH = 64

const quoted = (text: string): string => {
  if (!text.isWellFormed()) throw new TypeError('canonical JSON: lone surrogate')
  return JSON.stringify(text)
}

function numeral(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('canonical JSON: number is not finite')
  return String(Object.is(value, -0) ? 0 : value)
}

function members(value: object, depth: number): string {
  // Cast: read member by member as unknown.
  const record = value as Record<string, unknown>
  const parts: string[] = []
  for (const key of Object.keys(record).sort()) {
    if (record[key] !== undefined) parts.push(`${quoted(key)}:${write(record[key], depth)}`)
  }
  return `{${parts.join(',')}}`
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) throw new TypeError('canonical JSON: too deep')
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') return numeral(value)
  if (Array.isArray(value)) return `[${value.map((item) => write(item, depth + 1)).join(',')}]`
  const plain = typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value))
  if (!plain) throw new TypeError('canonical JSON: not a JSON value')
  return members(value as object, depth + 1) // plain objects only, checked above
}

/**
 * The one text of a JSON value (RFC 8785): members sorted by UTF-16 code units, shortest numbers, no blanks. Undefined
 * members are left out. Throws TypeError on what JSON cannot hold: non-finite numbers, lone surrogates, dates, holes.
 */
export const canonicalJson = (value: unknown): string => write(value, 0)

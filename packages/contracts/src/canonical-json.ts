/** Any JSON value. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined }

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

function textOf(value: string): string {
  if (LONE_SURROGATE.test(value)) throw new TypeError('a lone surrogate has no canonical form')
  return JSON.stringify(value)
}

function numberOf(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError('a non-finite number has no canonical form')
  return JSON.stringify(Object.is(value, -0) ? 0 : value)
}

/**
 * Canonical JSON of RFC 8785: members sorted by UTF-16 code units, shortest numbers, no blanks. Members that are
 * `undefined` are left out. Equal content gives equal text, which is what gets hashed.
 * Throws TypeError on non-finite numbers and lone surrogates.
 */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') return numberOf(value)
  if (typeof value === 'string') return textOf(value)
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => canonicalJson(item)).join(',')}]`
  // Cast: arrays and scalars are handled above, so an object with JSON members is left.
  const members = value as { readonly [key: string]: JsonValue | undefined }
  const parts: string[] = []
  for (const key of Object.keys(members).sort()) {
    const member = members[key]
    if (member !== undefined) parts.push(`${textOf(key)}:${canonicalJson(member)}`)
  }
  return `{${parts.join(',')}}`
}

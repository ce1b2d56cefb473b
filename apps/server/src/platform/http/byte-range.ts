/** Conditions and ranges of RFC 9110, as far as stored bytes are served. */
export interface ByteSpan {
  readonly start: number
  readonly end: number
}

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

const one = (value: string | readonly string[] | undefined): string | undefined =>
  typeof value === 'string' || value === undefined ? value : value[0]

/** `If-None-Match` names this version. */
export const isFresh = (headers: Headers, etag: string): boolean => {
  const asked = one(headers['if-none-match'])
  return (
    asked !== undefined && asked.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag)
  )
}

/** One byte range is served; several, foreign units and malformed ones are ignored, as the RFC allows. */
export const rangeOf = (
  headers: Headers,
  object: { readonly etag: string; readonly size: number },
): ByteSpan | 'unsatisfiable' | undefined => {
  const ifRange = one(headers['if-range'])
  // Dates never match: the strong tag is the only validator that is sent.
  if (ifRange !== undefined && ifRange !== object.etag) return undefined
  const [, first, last] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(one(headers['range']) ?? '') ?? []
  if (first === undefined || last === undefined || first + last === '') return undefined
  if (first === '') return suffix(Number(last), object.size)
  return between(Number(first), last === '' ? Number.POSITIVE_INFINITY : Number(last), object.size)
}

const between = (first: number, last: number, size: number) => {
  if (last < first) return undefined
  return first >= size ? ('unsatisfiable' as const) : { start: first, end: Math.min(last, size - 1) }
}

const suffix = (length: number, size: number) =>
  length === 0 || size === 0 ? ('unsatisfiable' as const) : { start: Math.max(0, size - length), end: size - 1 }

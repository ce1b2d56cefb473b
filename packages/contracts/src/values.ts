import { z } from 'zod'

/** Halves of surrogate pairs replaced, NFC and trimmed; what shows nothing (blanks, control and direction marks alone) is blank. */
const cleanText = (value: string): string => {
  const text = value.toWellFormed().normalize('NFC').trim()
  return /^[\p{Cc}\p{Cf}\p{Z}]*$/u.test(text) ? '' : text
}

/** Text as the product keeps it; blank becomes null. Lengths are code units after cleaning. */
const clean = (value: unknown): unknown => (typeof value === 'string' ? cleanText(value) || null : value)

/** Required one-line text, ≤ 200 unless stated. */
export const text = (max = 200, min = 1) =>
  z.string().meta({ minLength: min, maxLength: max }).transform(cleanText).pipe(z.string().min(min).max(max))

/** Optional field: absent stays absent, blank or null becomes null (which clears). */
export const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value: z.input<T> | null) => clean(value), schema.nullable()).optional()

/** Optional one-line text: absent stays absent, blank becomes null. */
export const optionalText = (max = 200) => optional(z.string().max(max))

/** Optional paragraph, ≤ 4000. */
export const optionalNote = (max = 4000) => optionalText(max)

/** Any UUID: the two fixed tenants and first users carry hand-made ones. */
export const id = z.guid()
/**
 * An id or short name that names a tenant. The mark lets the launch gate find the field in path, query and body of
 * every operation.
 */
export const tenantRef = z.guid().meta({ names: 'tenant_id' })
export const tenantSlug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'a short name such as acme-valuers')
  .meta({ names: 'tenant_slug' })
/** RFC 3339 UTC with milliseconds. */
export const instant = z.iso.datetime({ precision: 3 }).meta({ description: 'RFC 3339, UTC, milliseconds' })
/** An instant as people send it: any offset, any precision; becomes UTC with milliseconds. */
export const moment = z.iso
  .datetime({ offset: true })
  .transform((value) => new Date(value).toISOString())
  .meta({ description: 'RFC 3339 with offset' })
/** `YYYY-MM-DD`, a real day. */
export const day = z.iso.date()
/** Whole paise, ≥ 0, within what JSON keeps exact. */
export const paise = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
export const version = z.int().min(1)
export const count = z.int().min(0)
/** SHA-256 in lower-case hex. */
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/, '64 lower-case hex digits')

export const PIN = z.string().regex(/^[1-9][0-9]{5}$/, 'six digits, not beginning with 0')
export const IFSC = z.string().regex(/^[A-Z]{4}0[A-Z0-9]{6}$/, 'four letters, zero, six letters or digits')
/** E.164; ten bare digits get +91. */
export const phone = z.preprocess(
  (value: string) => {
    if (typeof value !== 'string') return value
    const digits = value.replace(/[\s()-]/g, '')
    return /^[6-9]\d{9}$/.test(digits) ? `+91${digits}` : digits
  },
  z.string().regex(/^\+[1-9]\d{6,14}$/, 'a phone number such as +91 98450 12345'),
)
export const email = z
  .string()
  .transform((value) => value.normalize('NFC').trim().toLowerCase())
  .pipe(z.email().max(254))

/** Codes that people type in either case. */
export const upper = <T extends z.ZodType<unknown, string>>(schema: T) =>
  z.preprocess(
    (value: string) => (typeof value === 'string' ? value.normalize('NFC').trim().toUpperCase() : value),
    schema,
  )

const GST_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
const gstCheckDigit = (body: string): string => {
  let sum = 0
  for (const [index, sign] of [...body].entries()) {
    const product = GST_ALPHABET.indexOf(sign) * (index % 2 === 0 ? 1 : 2)
    sum += Math.floor(product / 36) + (product % 36)
  }
  return GST_ALPHABET.charAt((36 - (sum % 36)) % 36)
}
/** Fifteen signs, the last one a check digit over the others. */
export const GSTIN = z
  .string()
  .regex(/^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]$/, 'fifteen signs such as 29ABCDE1234F1Z5')
  .refine((value) => gstCheckDigit(value.slice(0, 14)) === value.charAt(14), 'the check digit is wrong')

const DECIMAL = /^(-?)0*(\d{1,13})(?:\.(\d{1,7}?)0*)?$/
/** Shortest exact text of a decimal, or undefined when it has more digits than JSON numbers keep or is no decimal. */
const decimalText = (value: number | string): string | undefined => {
  const match = DECIMAL.exec(typeof value === 'number' ? String(value) : value.trim())
  if (!match) return undefined
  const [, sign = '', whole = '', fraction = ''] = match
  const digits = fraction.replace(/0+$/, '')
  if (whole.length + digits.length > 15) return undefined
  const bare = digits === '' ? whole : `${whole}.${digits}`
  return bare === '0' ? '0' : sign + bare
}

/**
 * An exact decimal: a JSON number or decimal text comes in, the handler gets shortest decimal text for `numeric`
 * columns, so that no figure passes through binary floats. At most 15 significant digits; answers are JSON numbers.
 */
export const decimal = (places: number, range: { readonly min?: number; readonly max?: number } = {}) =>
  z.union([z.number(), z.string()]).transform((value, context) => {
    const exact = decimalText(value)
    const low = range.min ?? 0
    const high = range.max ?? 9_999_999_999
    const reject = (message: string) => {
      context.addIssue({ code: 'custom', message })
      return z.NEVER
    }
    if (exact === undefined) return reject('a decimal number of at most 15 digits')
    if ((exact.split('.')[1] ?? '').length > places) return reject(`at most ${places} decimals`)
    // Bounds are whole numbers: comparing in floating point cannot move a value over them.
    if (Number(exact) < low || Number(exact) > high) return reject(`between ${low} and ${high}`)
    return exact
  })

export const AREA_UNITS = ['sqm', 'sqft'] as const
/** `{value, unit}`, at most 2 decimals, square metres unless stated. */
export const area = z.strictObject({ value: decimal(2), unit: z.enum(AREA_UNITS).default('sqm') })
export const areaOut = z.object({ value: z.number(), unit: z.enum(AREA_UNITS) }).meta({ id: 'Area' })
export const latitude = decimal(7, { min: -90, max: 90 })
export const longitude = decimal(7, { min: -180, max: 180 })

/** `?limit` (default 50, max 200) and the opaque `cursor` of every list. */
export const paging = {
  limit: z.coerce.number<number | string>().int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(500).optional(),
}
/** A query boolean: exactly `true` or `false`. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true')

/** A repeatable query parameter: one value or several. */
export const many = <T extends z.ZodType>(item: T) =>
  z
    .preprocess(
      (value: z.input<T> | z.input<T>[]) => (Array.isArray(value) ? value : [value]),
      z.array(item).min(1).max(50),
    )
    .optional()

/** `?include=a,b`: comma-separated names of parts. */
export const parts = <const T extends readonly [string, ...string[]]>(names: T) =>
  z
    .string()
    .max(400)
    .transform((value) => value.split(',').map((name) => name.trim()))
    .pipe(z.array(z.enum(names)).max(names.length))
    .optional()

const searchText = z
  .string()
  .max(200)
  .meta({ description: 'text search; `search` is accepted as its other name' })
  .transform((value) => value.normalize('NFC').trim() || undefined)

/** `search` becomes `q`; both at once are refused. */
const oneSearch = (query: unknown, context: z.RefinementCtx): unknown => {
  if (typeof query !== 'object' || query === null || !('search' in query)) return query
  const { search, ...rest } = query
  if ('q' in rest) {
    context.addIssue({ code: 'custom', path: ['search'], message: 'q and search mean the same: send one' })
    return z.NEVER
  }
  return { ...rest, q: search }
}

/**
 * The query of a list: its filters, paging and text search. `q` has the accepted alias `search`; an empty one is no
 * search. Unknown names are refused.
 */
export const listQuery = <S extends z.ZodRawShape>(filters: S) => {
  const query = z.strictObject({ ...filters, ...paging, q: searchText.optional() })
  return z.preprocess((value: z.input<typeof query>, context: z.RefinementCtx) => oneSearch(value, context), query)
}

/** One page of a list. `next_cursor` is null on the last page. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() })

/** `{id}` of a path. */
export const byId = z.strictObject({ id })
/** The `version` a change is based on; `If-Match` may carry it instead. */
export const expectedVersion = version.optional().meta({ description: 'version this change is based on; or If-Match' })

/** A body in which something must be said: `expected_version` alone changes nothing. */
export const changes = <S extends z.ZodRawShape>(fields: S) =>
  z
    .strictObject({ ...fields, expected_version: expectedVersion })
    .refine(
      (body) => Object.entries(body).some(([name, value]) => name !== 'expected_version' && value !== undefined),
      'nothing to change',
    )

/** A person named beside a record. */
export const personRef = z.object({ id, name: z.string() }).meta({ id: 'PersonRef' })
/** Something odd that did not stop the act: stable reason, sentence for people, place and neighbour where known. */
export const Warning = z
  .object({ reason: z.string(), message: z.string(), path: z.string().optional(), existing_id: id.optional() })
  .meta({ id: 'Warning' })

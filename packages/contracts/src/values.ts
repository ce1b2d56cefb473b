import { z } from 'zod'

/** Text as the product keeps it: NFC, trimmed; blank becomes null. Lengths are code units after cleaning. */
const clean = (value: unknown): unknown => {
  if (typeof value !== 'string') return value
  const text = value.normalize('NFC').trim()
  return text === '' ? null : text
}

/** Required one-line text, ≤ 200 unless stated. */
export const text = (max = 200, min = 1) =>
  z
    .string()
    .transform((value) => value.normalize('NFC').trim())
    .pipe(z.string().min(min).max(max))

/** Optional one-line text: absent stays absent, blank becomes null. */
export const optionalText = (max = 200) => z.preprocess(clean, z.string().max(max).nullable()).optional()

/** Optional paragraph, ≤ 4000. */
export const optionalNote = (max = 4000) => optionalText(max)

export const id = z.uuid()
/** RFC 3339 UTC with milliseconds. */
export const instant = z.iso.datetime({ precision: 3 }).meta({ description: 'RFC 3339, UTC, milliseconds' })
/** `YYYY-MM-DD`, a real day. */
export const day = z.iso.date()
/** Whole paise, ≥ 0, within what JSON keeps exact. */
export const paise = z.int().min(0).max(Number.MAX_SAFE_INTEGER)
export const version = z.int().min(1)

export const PIN = z.string().regex(/^[1-9][0-9]{5}$/, 'six digits, not beginning with 0')
export const IFSC = z.string().regex(/^[A-Z]{4}0[A-Z0-9]{6}$/, 'four letters, zero, six letters or digits')
/** E.164; ten bare digits get +91. */
export const phone = z.preprocess(
  (value) => {
    if (typeof value !== 'string') return value
    const digits = value.replace(/[\s()-]/g, '')
    return /^[6-9]\d{9}$/.test(digits) ? `+91${digits}` : digits
  },
  z.string().regex(/^\+[1-9]\d{6,14}$/, 'a phone number such as +91 98450 12345'),
)

/** `?limit` (default 50, max 200) and the opaque `cursor` of every list. */
export const paging = {
  limit: z.coerce.number<number | string>().int().min(1).max(200).default(50),
  cursor: z.string().min(1).max(500).optional(),
}
/** A query boolean: exactly `true` or `false`. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true')

/** One page of a list. `next_cursor` is null on the last page. */
export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() })

/** `{id}` of a path. */
export const byId = z.strictObject({ id })
/** The `version` a change is based on; `If-Match` may carry it instead. */
export const expectedVersion = version.optional().meta({ description: 'version this change is based on; or If-Match' })

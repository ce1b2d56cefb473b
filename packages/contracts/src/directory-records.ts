import { z } from 'zod'
import { VERIFICATIONS } from './states.ts'
import {
  IFSC,
  PIN,
  GSTIN,
  Warning,
  count,
  decimal,
  email,
  id,
  instant,
  latitude,
  longitude,
  many,
  optional,
  optionalText,
  phone,
  text,
  upper,
  version,
  flag,
} from './values.ts'

/**
 * `norm(x)`, by which names are compared: NFKC, lower case, `&` becomes " and ", `.` and `'` dropped, every other run
 * of signs that are no letter, mark or digit becomes one space, trimmed. The database keeps it as a generated column
 * `norm_*`; unique keys stand on it, over live rows of one tenant.
 */
export const norm = (value: string): string =>
  value
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('&', ' and ')
    .replaceAll(/[.']/g, '')
    .replaceAll(/[^\p{L}\p{M}\p{Nd}]+/gu, ' ')
    .trim()

export const BANK_TYPES = ['SBI', 'PSU_GENERIC', 'COOP', 'AGRI', 'OTHER'] as const
export type BankType = (typeof BANK_TYPES)[number]
export const COORD_SOURCES = ['MANUAL', 'EXIF', 'OCR', 'GEOCODE'] as const

/** Columns of every record. */
const base = {
  id,
  tenant_id: id,
  version,
  is_active: z.boolean(),
  created_at: instant,
  created_by: id.nullable(),
  updated_at: instant,
}
/** Columns of records that an approver vouches for. */
const vouched = {
  verification: z.enum(VERIFICATIONS),
  is_verified: z.boolean(),
  reviewed_at: instant.nullable(),
  reviewed_by_user_id: id.nullable(),
  review_reason: z.string().nullable(),
  merged_into_id: id.nullable(),
}
const line = z.string().nullable()

export const Bank = z
  .object({
    ...base,
    name: z.string(),
    code: line,
    bank_type: z.enum(BANK_TYPES),
    ifsc_prefix: line,
    aliases: z.array(z.string()),
    ...vouched,
  })
  .meta({ id: 'Bank' })

export const BankBranch = z
  .object({
    ...base,
    bank_id: id,
    bank_name: z.string(),
    branch_name: z.string(),
    city: z.string(),
    state: line,
    district: line,
    address: line,
    pin: line,
    phone: line,
    ifsc: line,
    micr: line,
    branch_code: line,
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    client_org_id: id.nullable(),
    ...vouched,
  })
  .meta({ id: 'BankBranch' })

export const ClientOrg = z
  .object({ ...base, name: z.string(), city: z.string(), type: line, gstin: line, ...vouched })
  .meta({ id: 'ClientOrg' })

export const Contact = z
  .object({
    ...base,
    client_org_id: id,
    name: z.string(),
    role_label: line,
    phone: line,
    email: line,
    is_primary: z.boolean(),
  })
  .meta({ id: 'Contact' })

export const PropertyType = z.object({ ...base, name: z.string() }).meta({ id: 'PropertyType' })
export const PropertySubtype = z
  .object({ ...base, property_type_id: id, name: z.string() })
  .meta({ id: 'PropertySubtype' })

export const Property = z
  .object({
    ...base,
    name: z.string(),
    property_type_id: id.nullable(),
    property_type_name: line,
    property_subtype_id: id.nullable(),
    property_subtype_name: line,
    line_1: line,
    line_2: line,
    village: line,
    taluk: line,
    district: line,
    city: line,
    state: line,
    postal_code: line,
    survey_no: line,
    cts_no: line,
    khata_no: line,
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    coord_source: z.enum(COORD_SOURCES).nullable(),
  })
  .meta({ id: 'Property' })

/** What one record answers: the row and how many live records point at it. */
export const withUse = <S extends z.ZodRawShape>(row: z.ZodObject<S>) => row.extend({ use_count: count })
/** What creating answers: the row and what looked odd (near-duplicates, same branch under another IFSC). */
export const withWarnings = <S extends z.ZodRawShape>(row: z.ZodObject<S>) => row.extend({ warnings: z.array(Warning) })

const name = text(200, 2)
const active = z.boolean().optional()

/** Fields of each record as they are sent; creating and changing share them. */
export const bankFields = {
  name,
  code: optional(upper(z.string().regex(/^[A-Z0-9][A-Z0-9 &-]{1,15}$/, '2 to 16 letters or digits'))),
  bank_type: z.enum(BANK_TYPES).optional(),
  ifsc_prefix: optional(upper(z.string().regex(/^[A-Z]{4}$/, 'four letters'))),
  aliases: z.array(text(200)).max(20).optional(),
  is_active: active,
}
export const branchFields = {
  bank_id: id,
  branch_name: name,
  city: text(120, 2),
  state: optionalText(120),
  district: optionalText(120),
  address: optionalText(1000),
  pin: optional(PIN),
  phone: optional(phone),
  ifsc: optional(upper(IFSC)),
  micr: optional(z.string().regex(/^[0-9]{9}$/, 'nine digits')),
  branch_code: optionalText(40),
  latitude: optional(latitude),
  longitude: optional(longitude),
  client_org_id: optional(id),
  is_active: active,
}
export const clientOrgFields = {
  name,
  city: text(120, 2),
  type: optionalText(60).meta({ description: 'label; usual: bank_branch, direct, corporate, government, individual' }),
  gstin: optional(upper(GSTIN)),
  is_active: active,
}
export const contactFields = {
  client_org_id: id,
  name,
  role_label: optionalText(120),
  phone: optional(phone),
  email: optional(email),
  is_primary: z.boolean().optional(),
  is_active: active,
}
export const propertyTypeFields = { name, is_active: active }
export const propertySubtypeFields = { property_type_id: id, name, is_active: active }
export const propertyFields = {
  name,
  property_type_id: optional(id),
  property_subtype_id: optional(id),
  line_1: optionalText(),
  line_2: optionalText(),
  village: optionalText(120),
  taluk: optionalText(120),
  district: optionalText(120),
  city: optionalText(120),
  state: optionalText(120),
  postal_code: optional(PIN),
  survey_no: optionalText(120),
  cts_no: optionalText(120),
  khata_no: optionalText(120),
  latitude: optional(latitude),
  longitude: optional(longitude),
  coord_source: z.enum(COORD_SOURCES).optional(),
  is_active: active,
}

/** Both coordinates or neither; when creating or in one change. */
export const coordinatesTogether = (body: { readonly latitude?: unknown; readonly longitude?: unknown }): boolean =>
  (body.latitude == null) === (body.longitude == null) &&
  (body.latitude === undefined) === (body.longitude === undefined)
export const COORDINATES_RULE = { path: ['longitude'], message: 'latitude and longitude come together' }

/** Filters that every list of records knows. */
export const recordFilters = { is_active: flag.optional() }
export const vouchedFilters = { ...recordFilters, verification: many(z.enum(VERIFICATIONS)) }

const nearParts = z.tuple([latitude, longitude, decimal(0, { min: 1, max: 50_000 })])
/** `near=lat,lng,metres`, at most 50 km. */
export const near = z
  .string()
  .max(60)
  // Cast: the tuple that follows refuses any other number of parts.
  .transform((value) => value.split(',') as unknown as z.input<typeof nearParts>)
  .pipe(nearParts)
  .transform(([lat, lng, metres]) => ({ lat, lng, metres }))
  .meta({ description: 'lat,lng,metres' })

/** `?if_exists=return` answers the record that already holds the natural key, unchanged, with 200. */
export const ifExists = z.strictObject({ if_exists: z.literal('return').optional() })

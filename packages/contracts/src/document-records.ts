import { z } from 'zod'
import type { StateFaces } from './states.ts'
import { face, finalFace } from './states.ts'
import {
  count,
  day,
  id,
  instant,
  moment,
  optional,
  optionalNote,
  optionalText,
  personRef,
  sha256,
  text,
  version,
} from './values.ts'

export const DOCUMENT_SOURCES = [
  'portal',
  'tenant',
  'internal',
  'mobile_camera',
  'mobile_gallery',
  'desktop_upload',
  'email_ingest',
  'portal_upload',
] as const
export const CLASSIFICATIONS = [
  'bank_kyc',
  'site_photo',
  'approval_plan',
  'tax_receipt',
  'legal',
  'invoice',
  'other',
] as const
export type Classification = (typeof CLASSIFICATIONS)[number]
export const SENSITIVITIES = ['public', 'internal', 'pii', 'confidential'] as const
export type Sensitivity = (typeof SENSITIVITIES)[number]
/** A lower sensitivity sent with these classes is raised to this. */
export const MINIMUM_SENSITIVITY: Readonly<Partial<Record<Classification, Sensitivity>>> = {
  bank_kyc: 'pii',
  invoice: 'internal',
}
/** Content is withheld from people without `documents.pii`. */
export const isRestricted = (sensitivity: Sensitivity): boolean =>
  sensitivity === 'pii' || sensitivity === 'confidential'

export const VISIBILITIES = ['internal', 'shared', 'released'] as const
export const PURPOSES = ['evidence', 'reference', 'photo', 'annexure', 'other'] as const
export const VARIANTS = ['original', 'preview', 'thumb'] as const

export const DOCUMENT_STATUSES = ['pending', 'uploaded', 'rejected', 'quarantined', 'deleted'] as const
export type DocumentStatus = (typeof DOCUMENT_STATUSES)[number]
export const DOCUMENT_FAMILY: StateFaces<DocumentStatus> = {
  pending: face('grey', 'Uploading'),
  uploaded: face('grey', 'Uploaded', 'check'),
  rejected: face('red', 'Rejected'),
  quarantined: face('amber', 'Being scanned'),
  deleted: finalFace('grey', 'Deleted'),
}

export const REVIEW_STATES = ['UPLOADED', 'RECEIVED', 'REVIEWED', 'FINAL', 'NEEDS_CLARIFICATION', 'REJECTED'] as const
export type ReviewState = (typeof REVIEW_STATES)[number]
export const REVIEW_FAMILY: StateFaces<ReviewState> = {
  UPLOADED: face('grey', 'Uploaded'),
  RECEIVED: face('cyan', 'Received'),
  REVIEWED: face('green', 'Reviewed'),
  FINAL: finalFace('green', 'Final', 'lock'),
  NEEDS_CLARIFICATION: face('orange', 'Needs clarification'),
  REJECTED: face('red', 'Rejected'),
}

export const THUMB_STATUSES = ['none', 'pending', 'ready', 'failed'] as const
export const SCAN_STATUSES = ['skipped', 'pending', 'clean', 'infected'] as const

/** Families of bytes that may be stored, each with its content types and endings. */
export const FILE_TYPES = {
  jpeg: { types: ['image/jpeg'], endings: ['jpg', 'jpeg'] },
  png: { types: ['image/png'], endings: ['png'] },
  webp: { types: ['image/webp'], endings: ['webp'] },
  heic: { types: ['image/heic'], endings: ['heic'] },
  heif: { types: ['image/heif'], endings: ['heif', 'heic'] },
  tiff: { types: ['image/tiff'], endings: ['tif', 'tiff'] },
  pdf: { types: ['application/pdf'], endings: ['pdf'] },
  docx: { types: ['application/vnd.openxmlformats-officedocument.wordprocessingml.document'], endings: ['docx'] },
  xlsx: { types: ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'], endings: ['xlsx'] },
  doc: { types: ['application/msword'], endings: ['doc'] },
  xls: { types: ['application/vnd.ms-excel'], endings: ['xls'] },
  csv: { types: ['text/csv'], endings: ['csv'] },
  txt: { types: ['text/plain'], endings: ['txt'] },
} as const
export type FileType = keyof typeof FILE_TYPES

/** Largest file that any firm may allow. */
export const MAX_FILE_BYTES = 200 * 1024 * 1024
/** Part of a multipart upload. */
export const PART_BYTES = 5 * 1024 * 1024

const line = z.string().nullable()
const ref = id.nullable()

export const Tag = z.object({ key: z.string(), value: line }).meta({ id: 'DocumentTag' })
export const tagInput = z.strictObject({
  key: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'lower-case letters, digits and underscores'),
  value: optionalText(80),
})
/** At most 64 keys and 16 KiB; null removes a key. */
export const metadataInput = z
  .record(z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'lower-case letters, digits and underscores'), z.unknown())
  .refine((value) => Object.keys(value).length <= 64, 'at most 64 keys')
  .refine((value) => new TextEncoder().encode(JSON.stringify(value)).length <= 16 * 1024, 'at most 16 KiB')

/** What a link may name: commission, assignment and report together, or one of the last three alone. */
export const linkTargets = {
  work_order_id: id.optional(),
  assignment_id: id.optional(),
  report_request_id: id.optional(),
  employee_id: id.optional(),
  invoice_id: id.optional(),
  conversation_id: id.optional(),
}
export const DocumentLink = z
  .object({
    id,
    work_order_id: ref,
    assignment_id: ref,
    report_request_id: ref,
    employee_id: ref,
    invoice_id: ref,
    conversation_id: ref,
    purpose: z.enum(PURPOSES),
    deliverable: z.boolean(),
    created_at: instant,
  })
  .meta({ id: 'DocumentLink' })

/** What the file itself says; offered, never applied without a person's act. Distances in metres. */
export const DocumentSuggestions = z
  .object({
    captured_at: instant.nullable(),
    gps: z.object({ latitude: z.number(), longitude: z.number(), accuracy_m: z.number().nullable() }).nullable(),
    device: line,
    distance_to_property_m: z.number().nullable(),
    accepted: z.array(z.string()),
  })
  .meta({ id: 'DocumentSuggestions' })
export const SUGGESTION_FIELDS = ['captured_at', 'property_coordinates'] as const

/** The registry row. Of a restricted one the withheld members are null, `{}` or empty. */
export const Document = z
  .object({
    id,
    tenant_id: id,
    restricted: z.boolean(),
    owner: personRef.nullable(),
    visibility: z.enum(VISIBILITIES),
    source: z.enum(DOCUMENT_SOURCES),
    classification: z.enum(CLASSIFICATIONS),
    sensitivity: z.enum(SENSITIVITIES),
    captured_at: instant.nullable(),
    captured_by_employee_id: ref,
    original_filename: line,
    content_type: z.string(),
    detected_type: line,
    size_bytes: count,
    sha256: line,
    status: z.enum(DOCUMENT_STATUSES),
    review_state: z.enum(REVIEW_STATES),
    version_group_id: id,
    version_no: z.int().min(1),
    is_current: z.boolean(),
    metadata_json: z.record(z.string(), z.unknown()),
    suggestions: DocumentSuggestions.nullable(),
    thumb_status: z.enum(THUMB_STATUSES),
    scan_status: z.enum(SCAN_STATUSES),
    thumb_url: line,
    client_ref: line,
    tags: z.array(Tag),
    links: z.array(DocumentLink),
    warnings: z.array(z.enum(['location_mismatch', 'capture_date_mismatch'])),
    version,
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'Document' })
export type Document = z.infer<typeof Document>

/** Same bytes already kept; only those the caller may read. */
export const Duplicate = z
  .object({ document_id: id, filename: line, linked_here: z.boolean() })
  .meta({ id: 'DuplicateFile' })

/** Where the bytes go: one signed PUT, or signed parts of 5 MiB. */
export const UploadTarget = z
  .discriminatedUnion('mode', [
    z.object({
      mode: z.literal('single'),
      url: z.string(),
      method: z.literal('PUT'),
      headers: z.record(z.string(), z.string()),
      expires_at: instant,
    }),
    z.object({
      mode: z.literal('parts'),
      method: z.literal('PUT'),
      part_size: z.int(),
      parts: z.array(z.object({ n: z.int().min(1), url: z.string() })),
      expires_at: instant,
    }),
  ])
  .meta({ id: 'UploadTarget' })
export type UploadTarget = z.infer<typeof UploadTarget>

/** What is known of a file before its bytes arrive. */
export const uploadInput = z.strictObject({
  purpose: z.enum(PURPOSES).default('other'),
  ...linkTargets,
  filename: text(200),
  content_type: z.string().min(3).max(120),
  size_bytes: z.int().min(1).max(MAX_FILE_BYTES),
  sha256: sha256.optional(),
  source: z.enum(DOCUMENT_SOURCES).optional().meta({ description: 'default by audience' }),
  classification: z.enum(CLASSIFICATIONS).default('other'),
  sensitivity: z.enum(SENSITIVITIES).default('internal'),
  captured_at: optional(moment),
  captured_by_employee_id: id.optional(),
  remarks: optionalNote(),
  taken_on_site: z.boolean().optional(),
  tags: z.array(tagInput).max(50).optional(),
  metadata_json: metadataInput.optional(),
  client_ref: z.string().min(1).max(120).optional(),
  multipart: z.boolean().default(false),
  floor_id: id.optional(),
})

export const capturedRange = { captured_from: day.optional(), captured_to: day.optional() }

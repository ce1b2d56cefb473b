import { z } from 'zod'
import {
  CLASSIFICATIONS,
  DOCUMENT_SOURCES,
  DOCUMENT_STATUSES,
  Document,
  DocumentLink,
  Duplicate,
  MAX_FILE_BYTES,
  PURPOSES,
  REVIEW_STATES,
  SENSITIVITIES,
  SUGGESTION_FIELDS,
  Tag,
  UploadTarget,
  VARIANTS,
  capturedRange,
  linkTargets,
  metadataInput,
  tagInput,
  uploadInput,
} from './document-records.ts'
import type { ErrorCode } from './errors.ts'
import { operation } from './kit.ts'
import type { Access, Audience } from './kit.ts'
import {
  byId,
  changes,
  flag,
  id,
  instant,
  listQuery,
  many,
  moment,
  optional,
  optionalText,
  page,
  text,
} from './values.ts'

const PEOPLE = ['web', 'portal'] as const satisfies readonly Audience[]
const read = { access: { capability: 'documents.read' } satisfies Access, audiences: PEOPLE } as const
const write = { access: { capability: 'documents.write' } satisfies Access, audiences: PEOPLE } as const

const TARGET_ERRORS = ['LINK_INCONSISTENT', 'PORTAL_LINK_FORBIDDEN'] as const satisfies readonly ErrorCode[]
const LOCK_ERRORS = ['DOCUMENT_FINAL', 'DOCUMENT_PII_REQUIRED'] as const satisfies readonly ErrorCode[]

export const presignUpload = operation({
  id: 'documents.presignUpload',
  method: 'POST',
  path: '/v1/files/presign-upload',
  summary: 'Registers a file and hands out the signed address for its bytes; a known client_ref answers the same file.',
  ...write,
  status: 201,
  alsoStatus: [200],
  body: uploadInput,
  ok: z.object({
    document_id: id,
    storage_key: z.string(),
    already_uploaded: z.boolean(),
    upload: UploadTarget.nullable().meta({ description: 'null when already uploaded' }),
    duplicates: z.array(Duplicate),
  }),
  errors: ['FILE_TYPE_NOT_ALLOWED', 'RATE_LIMITED', ...TARGET_ERRORS],
})

export const confirmUpload = operation({
  id: 'documents.confirmUpload',
  method: 'POST',
  path: '/v1/files/confirm-upload',
  summary: 'Verifies size, SHA-256 and magic bytes of what arrived and keeps it; repeating answers the same document.',
  ...write,
  body: z.strictObject({ document_id: id }),
  ok: z.object({ document: Document, duplicates: z.array(Duplicate) }),
  errors: [
    'UPLOAD_NOT_FOUND',
    'CONFLICT',
    'FILE_TYPE_MISMATCH',
    'FILE_SIZE_MISMATCH',
    'FILE_CHECKSUM_MISMATCH',
    'FILE_INFECTED',
    ...TARGET_ERRORS,
  ],
})

export const getUpload = operation({
  id: 'documents.getUpload',
  method: 'GET',
  path: '/v1/files/:id/upload',
  summary: 'How far an upload has come, with fresh addresses for what is missing.',
  ...write,
  params: byId,
  ok: z.object({
    document_id: id,
    status: z.enum(DOCUMENT_STATUSES),
    received_parts: z.array(z.object({ n: z.int().min(1), size_bytes: z.int() })),
    upload: UploadTarget.nullable(),
  }),
})

export const presignDownload = operation({
  id: 'documents.presignDownload',
  method: 'GET',
  path: '/v1/files/:id/presign-download',
  summary: 'A short-lived address of the bytes: 900 s, personal data 60 s. Every call is recorded.',
  ...read,
  params: byId,
  query: z.strictObject({
    variant: z.enum(VARIANTS).default('original'),
    disposition: z.enum(['inline', 'attachment']).default('attachment'),
  }),
  ok: z.object({ url: z.string(), expires_at: instant }),
  errors: ['FILE_NOT_READY', 'DOCUMENT_PII_REQUIRED', 'DELIVERABLE_LOCKED_UNTIL_BILLING_SATISFIED'],
  recordsAccess: true,
})

export const DOCUMENT_SORTS = ['-created_at', 'captured_at', 'filename'] as const
export const listDocuments = operation({
  id: 'documents.listDocuments',
  method: 'GET',
  path: '/v1/documents',
  summary: 'Documents with links, tags and thumbnails; link filters hold on one link, tag filters on one tag.',
  ...read,
  query: listQuery({
    tag_key: z.string().max(40).optional(),
    tag_value: z.string().max(80).optional(),
    purpose: many(z.enum(PURPOSES)),
    work_order_id: id.optional(),
    assignment_id: id.optional(),
    report_request_id: id.optional(),
    employee_id: id.optional(),
    invoice_id: id.optional(),
    unlinked: flag.optional(),
    source: many(z.enum(DOCUMENT_SOURCES)),
    classification: many(z.enum(CLASSIFICATIONS)),
    sensitivity: many(z.enum(SENSITIVITIES)),
    review_state: many(z.enum(REVIEW_STATES)),
    status: many(z.enum(DOCUMENT_STATUSES)).meta({ description: 'default uploaded' }),
    owner_user_id: id.optional(),
    ...capturedRange,
    has_gps: flag.optional(),
    current_only: flag.default(true),
    filename: z.string().max(200).optional(),
    sort: z.enum(DOCUMENT_SORTS).default('-created_at'),
  }),
  ok: page(Document),
})

export const getDocument = operation({
  id: 'documents.getDocument',
  method: 'GET',
  path: '/v1/documents/:id',
  summary: 'One document; looking at the details of a personal or confidential one is recorded.',
  ...read,
  params: byId,
  ok: Document,
  recordsAccess: true,
})

export const updateDocument = operation({
  id: 'documents.updateDocument',
  method: 'PATCH',
  path: '/v1/documents/:id',
  summary:
    'Changes class, sensitivity, name or capture time; lowering the sensitivity needs documents.pii and a reason.',
  ...write,
  params: byId,
  body: changes({
    classification: z.enum(CLASSIFICATIONS).optional(),
    sensitivity: z.enum(SENSITIVITIES).optional(),
    original_filename: text(200).optional(),
    captured_at: optional(moment),
    reason: optionalText(500),
  }),
  ok: Document,
  errors: ['REVISION_MISMATCH', 'REASON_REQUIRED', ...LOCK_ERRORS],
})

export const patchDocumentMetadata = operation({
  id: 'documents.patchDocumentMetadata',
  method: 'PATCH',
  path: '/v1/documents/:id/metadata',
  summary: 'Merges metadata key by key in one statement; null removes. Patches of different keys both survive.',
  ...write,
  params: byId,
  body: z.strictObject({ metadata_json: metadataInput }),
  ok: z.object({ metadata_json: z.record(z.string(), z.unknown()) }),
  errors: LOCK_ERRORS,
})

export const addDocumentTags = operation({
  id: 'documents.addDocumentTags',
  method: 'POST',
  path: '/v1/documents/:id/tags',
  summary: 'Adds tags; those already there stay.',
  ...write,
  params: byId,
  body: z.strictObject({ tags: z.array(tagInput).min(1).max(50) }),
  ok: z.object({ tags: z.array(Tag) }),
  errors: LOCK_ERRORS,
})

export const removeDocumentTag = operation({
  id: 'documents.removeDocumentTag',
  method: 'DELETE',
  path: '/v1/documents/:id/tags',
  summary: 'Removes one value of a tag, or without value the whole tag.',
  ...write,
  params: byId,
  query: z.strictObject({ key: z.string().min(1).max(40), value: z.string().max(80).optional() }),
  status: 204,
  ok: z.undefined(),
  errors: LOCK_ERRORS,
})

const purposeOf = (fallback: (typeof PURPOSES)[number]) => z.enum(PURPOSES).default(fallback)
const LINK_ERRORS = ['FILE_NOT_READY', ...TARGET_ERRORS] as const

export const linkDocument = operation({
  id: 'documents.linkDocument',
  method: 'POST',
  path: '/v1/documents/:id/links',
  summary: 'Links a document; parents of the target are filled in, the same link again answers 200.',
  ...write,
  params: byId,
  status: 201,
  alsoStatus: [200],
  body: z.strictObject({ ...linkTargets, purpose: purposeOf('other'), deliverable: z.boolean().default(false) }),
  ok: DocumentLink,
  errors: LINK_ERRORS,
})

export const unlinkDocument = operation({
  id: 'documents.unlinkDocument',
  method: 'DELETE',
  path: '/v1/documents/:id/links/:link_id',
  summary: 'Removes a link; the document stays.',
  ...write,
  params: z.strictObject({ id, link_id: id }),
  status: 204,
  ok: z.undefined(),
  errors: ['DOCUMENT_IN_USE', 'PORTAL_LINK_FORBIDDEN'],
})

export const attachDocument = operation({
  id: 'documents.attachDocument',
  method: 'POST',
  path: '/v1/assignments/:id/attach-document',
  summary: 'Links a document to an assignment.',
  access: write.access,
  refusals: { portal: 'PORTAL_ASSIGNMENTS_FORBIDDEN' },
  params: byId,
  status: 201,
  alsoStatus: [200],
  body: z.strictObject({ document_id: id, purpose: purposeOf('reference') }),
  ok: DocumentLink,
  errors: LINK_ERRORS,
})

export const acceptDocumentSuggestions = operation({
  id: 'documents.acceptDocumentSuggestions',
  method: 'POST',
  path: '/v1/documents/:id/suggestions/accept',
  summary: 'Takes over what the file says: its capture time, or its place as coordinates of the property.',
  access: write.access,
  params: byId,
  body: z.strictObject({ fields: z.array(z.enum(SUGGESTION_FIELDS)).min(1).max(2) }),
  ok: Document,
  errors: ['CONFLICT', ...LOCK_ERRORS],
})

export const deleteDocument = operation({
  id: 'documents.deleteDocument',
  method: 'DELETE',
  path: '/v1/documents/:id',
  summary: 'Deletes a document softly; refused while a frozen revision or a pack uses it.',
  access: { capability: 'documents.delete' },
  audiences: PEOPLE,
  params: byId,
  query: z.strictObject({ reason: text(500) }),
  status: 204,
  ok: z.undefined(),
  errors: ['DOCUMENT_IN_USE', 'DOCUMENT_FINAL'],
})

export const restoreDocument = operation({
  id: 'documents.restoreDocument',
  method: 'POST',
  path: '/v1/documents/:id/restore',
  summary: 'Brings a deleted document back, within 30 days; a newer version that took its place is 409.',
  access: { capability: 'documents.delete' },
  audiences: PEOPLE,
  params: byId,
  ok: Document,
  errors: ['ILLEGAL_TRANSITION', 'CONFLICT'],
})

const byToken = z.strictObject({ token: z.string().min(20).max(2000) })
const TOKEN_ERRORS = ['STORAGE_TOKEN_INVALID', 'STORAGE_TOKEN_EXPIRED'] as const satisfies readonly ErrorCode[]

export const readStorage = operation({
  id: 'documents.readStorage',
  method: 'GET',
  path: '/v1/storage/local/:token',
  summary: 'The bytes that a download token names, with Range and ETag; HEAD answers the headers alone.',
  access: 'public',
  params: byToken,
  ok: z.undefined(),
  raw: true,
  produces: 'application/octet-stream',
  errors: ['RANGE_NOT_SATISFIABLE', 'NOT_FOUND', ...TOKEN_ERRORS],
})

export const writeStorage = operation({
  id: 'documents.writeStorage',
  method: 'PUT',
  path: '/v1/storage/local/:token',
  summary: 'Takes the bytes that an upload token announces; may be repeated until the upload is confirmed.',
  access: 'public',
  params: byToken,
  status: 200,
  ok: z.undefined(),
  raw: true,
  errors: ['UPLOAD_ALREADY_CONFIRMED', 'FILE_SIZE_MISMATCH', 'PAYLOAD_TOO_LARGE', ...TOKEN_ERRORS],
  auditNone: 'the token was handed out and will be confirmed by audited operations',
  bodyLimit: MAX_FILE_BYTES,
})

import { z } from 'zod'
import { CLASSIFICATIONS, DOCUMENT_SOURCES, SENSITIVITIES } from './document-records.ts'
import { BANK_TYPES, DOC_TYPES, EVIDENCE_TYPES, REPORT_TYPES, SEVERITIES, VALUE_SLABS } from './reports-shapes.ts'
import type { StateFaces } from './states.ts'
import { face, finalFace } from './states.ts'
import { id, instant, optional, optionalNote, optionalText, version } from './values.ts'

const line = z.string().nullable()
const ref = id.nullable()

/** A document tied to a report; the last five members are shown from the document. */
export const EvidenceItem = z
  .object({
    id,
    report_id: id,
    document_id: ref,
    physical_copy_seen: z.boolean(),
    evidence_type: z.enum(EVIDENCE_TYPES),
    doc_type: z.enum(DOC_TYPES).nullable(),
    tags: z.record(z.string(), z.string().nullable()),
    label: line,
    annexure_order: z.int().nullable(),
    include_in_annexure: z.boolean(),
    field_keys: z.array(z.string()),
    note: line,
    file_ref: line,
    counts: z.boolean().meta({ description: 'uploaded, alive, clean and of this job' }),
    document_status: line,
    newer_version_id: ref,
    original_filename: line,
    content_type: line,
    thumb_url: line,
    restricted: z.boolean(),
    classification: z.enum(CLASSIFICATIONS).nullable(),
    sensitivity: z.enum(SENSITIVITIES).nullable(),
    source: z.enum(DOCUMENT_SOURCES).nullable(),
    captured_at: instant.nullable(),
    captured_by_employee_id: ref,
    created_at: instant,
  })
  .meta({ id: 'EvidenceItem' })
export type EvidenceItem = z.infer<typeof EvidenceItem>

/** With id only the named attributes change (null clears); without id an item is added. */
export const evidenceInput = z
  .strictObject({
    id: id.optional(),
    document_id: optional(id),
    physical_copy_seen: z.boolean().optional(),
    evidence_type: z.enum(EVIDENCE_TYPES).optional().meta({ description: 'else proposed from the tags' }),
    doc_type: optional(z.enum(DOC_TYPES)),
    tags: z
      .record(z.string().regex(/^[a-z][a-z0-9_]{0,39}$/), z.string().max(80).nullable())
      .refine((tags) => Object.keys(tags).length <= 20, 'at most 20 tags')
      .optional(),
    label: optionalText(),
    annexure_order: optional(z.int().min(0).max(100_000)),
    include_in_annexure: z.boolean().optional(),
    field_keys: z.array(z.string().max(200)).max(50).optional(),
    note: optionalNote(),
    file_ref: optionalText(),
  })
  .refine((item) => item.id !== undefined || item.document_id != null || item.physical_copy_seen || item.file_ref, {
    message: 'a new item names a document, a seen paper or a reference',
    path: ['document_id'],
  })

export const SUGGESTION_METHODS = [
  'ASSIGNMENT',
  'EXIF',
  'OCR_GPS',
  'OCR_GUIDELINE',
  'OCR_ID',
  'CLASSIFIER',
  'DERIVED',
] as const
export const SUGGESTION_STATUSES = ['PENDING', 'ACCEPTED', 'EDITED', 'REJECTED', 'SUPERSEDED'] as const
export type SuggestionStatus = (typeof SUGGESTION_STATUSES)[number]
export const SUGGESTION_FAMILY: StateFaces<SuggestionStatus> = {
  PENDING: face('violet', 'To decide'),
  ACCEPTED: finalFace('green', 'Accepted'),
  EDITED: finalFace('green', 'Edited'),
  REJECTED: finalFace('grey', 'Rejected'),
  SUPERSEDED: finalFace('grey', 'Superseded'),
}

/** A value that a source offers; it enters the contract only by a person's act. */
export const Suggestion = z
  .object({
    id,
    field_key: z.string(),
    value: z.unknown(),
    unit: line,
    confidence: z.number().min(0).max(1),
    method: z.enum(SUGGESTION_METHODS),
    evidence_item_id: ref,
    raw_text: line,
    box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }).nullable(),
    status: z.enum(SUGGESTION_STATUSES),
    out_of_range: z.boolean(),
    present_value: z.unknown(),
    decided_by: ref,
    decided_at: instant.nullable(),
    created_at: instant,
  })
  .meta({ id: 'Suggestion' })

export const PROFILE_STATES = ['draft', 'published', 'archived'] as const
export type ProfileState = (typeof PROFILE_STATES)[number]
export const PROFILE_FAMILY: StateFaces<ProfileState> = {
  draft: face('grey', 'Draft'),
  published: face('green', 'Published'),
  archived: finalFace('grey', 'Archived'),
}

const severity = z.enum(SEVERITIES)
/** What a bank wants to see for a kind of report. */
export const EvidenceProfile = z
  .object({
    id,
    name: z.string(),
    report_type: z.enum(REPORT_TYPES),
    bank_type: z.enum(BANK_TYPES),
    value_slab: z.enum(VALUE_SLABS),
    bank_id: ref,
    is_default: z.boolean(),
    state: z.enum(PROFILE_STATES),
    required_fields: z.array(z.object({ field_key: z.string(), severity })),
    items: z.array(
      z.object({
        key: z.string(),
        label: z.string(),
        evidence_types: z.array(z.enum(EVIDENCE_TYPES)),
        doc_type: z.enum(DOC_TYPES).nullable(),
        tags: z.record(z.string(), z.string()),
        min_count: z.int().min(1),
        severity,
        order_hint: z.int(),
        field_key_hint: line,
      }),
    ),
    checklist: z.array(z.object({ key: z.string(), label: z.string() })),
    version,
  })
  .meta({ id: 'EvidenceProfile' })

export const RULESET_STATES = ['draft', 'published'] as const
export type RulesetState = (typeof RULESET_STATES)[number]
export const RULESET_FAMILY: StateFaces<RulesetState> = {
  draft: face('grey', 'Draft'),
  published: face('green', 'Published'),
}

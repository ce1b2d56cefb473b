import { z } from 'zod'
import { operation } from './kit.ts'
import { RW, evidenceOf, expectedCounter, readReports, reason, writeReports } from './reports-access.ts'
import {
  EvidenceItem,
  EvidenceProfile,
  SUGGESTION_STATUSES,
  Suggestion,
  evidenceInput,
} from './reports-evidence-records.ts'
import { ChecklistLine, ContractChange, Readiness } from './reports-shapes.ts'
import { byId, count, id, listQuery, many, optionalText, page } from './values.ts'

const WRITE_ERRORS = ['REPORT_LOCKED', 'REASON_REQUIRED'] as const
const ordered = z.object({ items: z.array(EvidenceItem), evidence_version: count })

export const linkEvidence = operation({
  id: 'reports.linkEvidence',
  method: 'POST',
  path: `${RW}/:id/evidence/link`,
  summary: 'Adds evidence items or changes named attributes of some; the document must belong to the job.',
  access: writeReports,
  params: byId,
  body: z.strictObject({ items: z.array(evidenceInput).min(1).max(100), reason }),
  ok: z.object({ readiness: Readiness, evidence_items: z.array(EvidenceItem), evidence_version: count }),
  errors: ['EVIDENCE_DOCUMENT_FOREIGN', 'EVIDENCE_ITEM_NOT_FOUND_FOR_WORK_ORDER', ...WRITE_ERRORS],
})

export const orderEvidence = operation({
  id: 'reports.orderEvidence',
  method: 'PUT',
  path: `${RW}/:id/evidence/order`,
  summary: 'Gives evidence items their place in the annexures.',
  access: writeReports,
  params: byId,
  body: z.strictObject({
    items: z
      .array(z.strictObject({ id, annexure_order: z.int().min(0).max(100_000).nullable() }))
      .min(1)
      .max(500),
    expected_evidence_version: expectedCounter.meta({ description: 'evidence_version; or If-Match' }),
    reason,
  }),
  ok: ordered,
  errors: ['REVISION_MISMATCH', 'EVIDENCE_ITEM_NOT_FOUND_FOR_WORK_ORDER', ...WRITE_ERRORS],
})

export const autoOrderEvidence = operation({
  id: 'reports.autoOrderEvidence',
  method: 'POST',
  path: `${RW}/:id/evidence/auto-order`,
  summary: 'Numbers the evidence from 1 by category and kind; touches nothing else.',
  access: writeReports,
  params: byId,
  body: z.strictObject({ expected_evidence_version: expectedCounter, reason }).prefault({}),
  ok: ordered,
  errors: ['REVISION_MISMATCH', ...WRITE_ERRORS],
})

export const unlinkEvidence = operation({
  id: 'reports.unlinkEvidence',
  method: 'DELETE',
  path: `${RW}/:id/evidence/:eid`,
  summary: 'Removes an evidence item; frozen revisions keep it. A ready report asks for a reason.',
  access: writeReports,
  params: evidenceOf,
  query: z.strictObject({ reason: optionalText(500) }),
  status: 204,
  ok: z.undefined(),
  errors: ['EVIDENCE_ITEM_NOT_FOUND_FOR_WORK_ORDER', ...WRITE_ERRORS],
})

export const restoreEvidence = operation({
  id: 'reports.restoreEvidence',
  method: 'POST',
  path: `${RW}/:id/evidence/:eid/restore`,
  summary:
    'Brings a removed evidence item back, within 30 days, where its file still lives. A ready report asks for a reason.',
  access: writeReports,
  params: evidenceOf,
  body: z.strictObject({ reason }).prefault({}),
  ok: ordered,
  errors: ['EVIDENCE_ITEM_NOT_FOUND_FOR_WORK_ORDER', 'ILLEGAL_TRANSITION', 'CONFLICT', ...WRITE_ERRORS],
})

export const ANNEXURE_HEADINGS = ['SITE IMAGES', 'GUIDELINE VALUE', 'GOOGLE MAP', 'DOCUMENTS'] as const
const mm = z.number().meta({ description: 'millimetres' })
export const previewAnnexures = operation({
  id: 'reports.previewAnnexures',
  method: 'GET',
  path: `${RW}/:id/annexure-preview`,
  summary: 'The annexure pages with the box of each image in millimetres.',
  access: readReports,
  params: byId,
  ok: z.object({
    sections: z.array(
      z.object({
        heading: z.enum(ANNEXURE_HEADINGS),
        pages: z.array(
          z.object({
            layout: z.string(),
            cells: z.array(
              z.object({ evidence_item_id: id, box_mm: z.object({ x: mm, y: mm, width: mm, height: mm }) }),
            ),
          }),
        ),
      }),
    ),
  }),
})

export const getReportProfiles = operation({
  id: 'reports.getReportProfiles',
  method: 'GET',
  path: `${RW}/:id/evidence-profiles`,
  summary: 'The chosen profile, those that could be chosen, and what each requirement still lacks.',
  access: readReports,
  params: byId,
  ok: z.object({
    selected: EvidenceProfile.nullable(),
    selectable: z.array(EvidenceProfile),
    suggested_profile_id: id.nullable(),
    checklist: z.array(ChecklistLine),
    suggestions: z.array(z.object({ key: z.string(), field_key: z.string() })),
    field_defs: z.array(z.object({ field_key: z.string(), label: z.string(), data_type: z.string() })),
  }),
  errors: ['EVIDENCE_PROFILE_NOT_RESOLVED'],
})

const suggestionOf = z.strictObject({ id, sid: id })
export const listSuggestions = operation({
  id: 'reports.listSuggestions',
  method: 'GET',
  path: `${RW}/:id/suggestions`,
  summary: 'Values that photos and papers offer, newest first.',
  access: readReports,
  params: byId,
  query: listQuery({ status: many(z.enum(SUGGESTION_STATUSES)), field_key: z.string().max(200).optional() }),
  ok: page(Suggestion),
})

export const acceptSuggestion = operation({
  id: 'reports.acceptSuggestion',
  method: 'POST',
  path: `${RW}/:id/suggestions/:sid/accept`,
  summary: 'Takes a suggested value into the contract, as it is or edited; over a typed value it asks first.',
  access: writeReports,
  params: suggestionOf,
  body: z.strictObject({
    value: z.unknown().optional(),
    reason,
    confirm_overwrite: z.boolean().default(false),
    expected_version: expectedCounter,
  }),
  ok: ContractChange,
  errors: [
    'REVISION_MISMATCH',
    'CONFIRMATION_REQUIRED',
    'SUGGESTION_OUT_OF_RANGE',
    'ILLEGAL_TRANSITION',
    'SERVER_OWNED_FIELD',
    ...WRITE_ERRORS,
  ],
})

export const rejectSuggestion = operation({
  id: 'reports.rejectSuggestion',
  method: 'POST',
  path: `${RW}/:id/suggestions/:sid/reject`,
  summary: 'Sets a suggestion aside.',
  access: writeReports,
  params: suggestionOf,
  ok: Suggestion,
  errors: ['ILLEGAL_TRANSITION', 'REPORT_LOCKED'],
})

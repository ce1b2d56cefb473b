import { z } from 'zod'
import { operation } from './kit.ts'
import { RW, expectedCounter, readReports, reason, revisionOf, writeReports } from './reports-access.ts'
import { EvidenceItem, Suggestion } from './reports-evidence-records.ts'
import { PackLink } from './reports-pack-records.ts'
import {
  BANK_TYPES,
  Contract,
  ContractChange,
  ContractPatch,
  DerivedValues,
  OutputSnapshot,
  QC_STATES,
  REPORT_SOURCES,
  REPORT_STATUSES,
  REPORT_TYPES,
  Readiness,
  ReportHeader,
  ReportRow,
  Revision,
  RevisionRow,
  RulesRun,
  TEMPLATE_SELECTORS,
  VALUE_SLABS,
} from './reports-shapes.ts'
import {
  byId,
  changes,
  count,
  day,
  flag,
  id,
  listQuery,
  many,
  optional,
  optionalNote,
  optionalText,
  page,
  paging,
  parts,
  text,
} from './values.ts'

export const REPORT_SORTS = ['-created_at', 'updated_at', '-updated_at', 'readiness_score'] as const

export const listReports = operation({
  id: 'reports.listReports',
  method: 'GET',
  path: RW,
  summary: 'Reports: numbers, bank, borrower and owner are searched; no contracts.',
  access: readReports,
  // Platform people look into a firm within a support session.
  audiences: ['web', 'studio'],
  query: listQuery({
    status: many(z.enum(REPORT_STATUSES)),
    report_type: many(z.enum(REPORT_TYPES)),
    bank_type: many(z.enum(BANK_TYPES)),
    value_slab: many(z.enum(VALUE_SLABS)),
    template_selector: many(z.enum(TEMPLATE_SELECTORS)),
    source_type: many(z.enum(REPORT_SOURCES)),
    assignment_id: id.optional(),
    bank_id: id.optional(),
    qc_state: many(z.enum(QC_STATES)),
    ready: flag.optional(),
    released: flag.optional(),
    pack_stale: flag.optional(),
    created_from: day.optional(),
    created_to: day.optional(),
    sort: z.enum(REPORT_SORTS).default('-created_at'),
  }),
  ok: page(ReportRow),
})

export const createReport = operation({
  id: 'reports.createReport',
  method: 'POST',
  path: RW,
  summary: 'Opens a report of an assignment; without one a DRAFT assignment of the same title is opened.',
  access: writeReports,
  status: 201,
  body: z.strictObject({
    source_type: z.enum(REPORT_SOURCES),
    source_ref_id: id.optional(),
    assignment_id: id.optional(),
    report_type: z.enum(REPORT_TYPES),
    bank_id: optional(id),
    bank_name: optionalText(),
    bank_type: optional(z.enum(BANK_TYPES)),
    title: text().optional(),
  }),
  ok: z.object({ work_order_id: id, work_order: ReportHeader }),
  errors: ['MASTERDATA_NOT_USABLE', 'EVIDENCE_PROFILE_NOT_RESOLVED', 'CONFLICT'],
})

/** Parts of the detail; without `include` all of them. */
export const REPORT_PARTS = [
  'contract',
  'latest_snapshot',
  'readiness',
  'evidence_items',
  'rules_runs',
  'suggestions_open',
  'pack_link',
] as const

export const getReport = operation({
  id: 'reports.getReport',
  method: 'GET',
  path: `${RW}/:id`,
  summary: 'One report; before the first change `contract` is the prefilled base and `latest_revision` is 0.',
  access: readReports,
  params: byId,
  query: z.strictObject({ include: parts(REPORT_PARTS) }),
  ok: z
    .object({
      work_order: ReportHeader,
      contract: Contract.optional(),
      latest_snapshot: OutputSnapshot.nullable().optional(),
      readiness: Readiness.optional(),
      evidence_items: z.array(EvidenceItem).optional(),
      rules_runs: z.array(RulesRun).optional(),
      suggestions_open: z.array(Suggestion).optional(),
      pack_link: PackLink.optional(),
    })
    .meta({ id: 'ReportDetail' }),
})

export const updateReport = operation({
  id: 'reports.updateReport',
  method: 'PATCH',
  path: `${RW}/:id`,
  summary: 'Changes the header; bank, type and assignment until the data are collected, the title until it is closed.',
  access: writeReports,
  params: byId,
  body: changes({
    title: text().optional(),
    assignment_id: id.optional(),
    report_type: z.enum(REPORT_TYPES).optional(),
    bank_id: optional(id),
    bank_name: optionalText(),
    bank_type: optional(z.enum(BANK_TYPES)),
    reason,
  }),
  ok: ReportHeader,
  errors: ['REVISION_MISMATCH', 'REPORT_LOCKED', 'REASON_REQUIRED', 'MASTERDATA_NOT_USABLE', 'CONFLICT'],
})

const CONTRACT_ERRORS = ['REVISION_MISMATCH', 'REPORT_LOCKED', 'SERVER_OWNED_FIELD', 'REASON_REQUIRED'] as const

export const patchContract = operation({
  id: 'reports.patchContract',
  method: 'PATCH',
  path: `${RW}/:id/contract`,
  summary: 'Merges a patch into the contract: null clears, an array is replaced as a whole; writes one revision.',
  access: writeReports,
  params: byId,
  body: z.strictObject({
    patch: ContractPatch,
    expected_version: expectedCounter,
    reason,
    reasons: z.record(z.string().max(300), text(500, 5)).optional(),
    ruleset_version: z.string().max(80).optional().meta({ description: 'accepted and ignored: the server chooses' }),
  }),
  ok: ContractChange,
  errors: CONTRACT_ERRORS,
})

export const previewValues = operation({
  id: 'reports.previewValues',
  method: 'POST',
  path: `${RW}/:id/preview-values`,
  summary: 'What a patch would make of values and readiness; nothing is stored.',
  access: readReports,
  params: byId,
  body: z.strictObject({ patch: ContractPatch }),
  ok: z.object({ derived_json: DerivedValues, readiness: Readiness }),
  errors: ['SERVER_OWNED_FIELD'],
  idempotency: 'ignored',
  auditNone: 'computes, stores nothing',
})

export const recalculate = operation({
  id: 'reports.recalculate',
  method: 'POST',
  path: `${RW}/:id/recalculate`,
  summary: 'Runs the rules again, by default with the newest published ruleset; writes a RULES revision.',
  access: writeReports,
  params: byId,
  body: z.strictObject({ ruleset_id: id.optional(), reason: text(500, 5), expected_version: expectedCounter }),
  ok: ContractChange,
  errors: CONTRACT_ERRORS,
})

export const moveReport = operation({
  id: 'reports.moveReport',
  method: 'POST',
  path: `${RW}/:id/status`,
  summary: 'Moves a report; READY_FOR_RENDER needs reports.render, reopening reports.approve.',
  access: writeReports,
  params: byId,
  body: z.strictObject({
    status: z.enum(REPORT_STATUSES),
    note: optionalNote(),
    reason: optionalText(500),
    expected_status: z.enum(REPORT_STATUSES).optional(),
  }),
  ok: z.object({
    changed: z.boolean(),
    work_order: ReportHeader,
    readiness: Readiness,
    pack_link: PackLink.optional(),
  }),
  errors: [
    'ILLEGAL_TRANSITION',
    'REPOGEN_READINESS_BLOCK',
    'REPORT_RELEASED',
    'REASON_REQUIRED',
    'CONFLICT',
    'TEMPLATE_NOT_AVAILABLE',
  ],
})

export const listRevisions = operation({
  id: 'reports.listRevisions',
  method: 'GET',
  path: `${RW}/:id/revisions`,
  summary: 'Revisions, newest first, without their contracts.',
  access: readReports,
  params: byId,
  query: z.strictObject(paging),
  ok: page(RevisionRow),
})

export const getRevision = operation({
  id: 'reports.getRevision',
  method: 'GET',
  path: `${RW}/:id/revisions/:n`,
  summary: 'One revision in full.',
  access: readReports,
  params: revisionOf,
  ok: Revision,
})

export const verifyRevisions = operation({
  id: 'reports.verifyRevisions',
  method: 'GET',
  path: `${RW}/:id/revisions/verify`,
  summary: 'Recomputes the content and chain hashes of every revision.',
  access: readReports,
  params: byId,
  ok: z.object({ ok: z.boolean(), checked: count, first_bad: z.int().optional() }),
})

const counter = z.coerce.number<number | string>().int().min(0).max(1_000_000)
export const diffRevisions = operation({
  id: 'reports.diffRevisions',
  method: 'GET',
  path: `${RW}/:id/revisions/diff`,
  summary: 'What differs between two revisions; 0 is the empty report.',
  access: readReports,
  params: byId,
  query: z.strictObject({ from: counter, to: counter }),
  ok: z.object({
    contract: z.array(
      z.object({
        path: z.string(),
        before: z.unknown(),
        after: z.unknown(),
        reason: z.string().nullable(),
        author: z.string().nullable(),
      }),
    ),
    computed: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })),
    evidence: z.object({ added: z.array(id), removed: z.array(id), moved: z.array(id), replaced: z.array(id) }),
    readiness: z.object({ before: z.int(), after: z.int() }),
  }),
})

const formRow = z.object({
  form_key: z.string(),
  title: z.string(),
  template_selector: z.string(),
  template_variant: z.string(),
  template_key: z.string(),
  used_for: z.string(),
  cover_pages: z.union([z.boolean(), z.string()]).nullable().meta({ description: 'or when they are due' }),
  source_status: z.string(),
})
export const listReportForms = operation({
  id: 'reports.listReportForms',
  method: 'GET',
  path: '/v1/report-forms',
  summary: 'The bank forms there are.',
  access: readReports,
  ok: z.object({ items: z.array(formRow) }),
})

export const getReportForm = operation({
  id: 'reports.getReportForm',
  method: 'GET',
  path: '/v1/report-forms/:form_key',
  summary: 'Sections and items of one bank form, in its order and numbering.',
  access: readReports,
  params: z.strictObject({ form_key: z.string().regex(/^[A-Z0-9_]{1,80}$/) }),
  ok: formRow.extend({
    sections: z.array(
      z.looseObject({
        key: z.string(),
        number: z.string().nullable().optional(),
        title: z.string(),
        items: z.array(
          z.looseObject({
            no: z.string().nullable().optional(),
            key: z.string(),
            label: z.string(),
            type: z.string(),
            contract_path: z.string().nullable().optional(),
          }),
        ),
      }),
    ),
  }),
})

export const listReportFields = operation({
  id: 'reports.listReportFields',
  method: 'GET',
  path: '/v1/report-fields',
  summary: 'Every contract path as a field: label, type, unit, who demands it.',
  access: readReports,
  ok: z.object({
    items: z.array(
      z.object({
        field_key: z.string(),
        label: z.string(),
        data_type: z.string(),
        unit: z.string().nullable(),
        form: z.string().nullable(),
        requirement: z.partialRecord(z.enum(REPORT_TYPES), z.enum(['required', 'asked', 'hidden'])),
        aliases: z.array(z.string()),
        linkable: z.boolean(),
      }),
    ),
  }),
})

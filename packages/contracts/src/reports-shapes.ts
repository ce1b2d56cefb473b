import { z } from 'zod'
import { Contract } from './report-contract.ts'
import {
  BANK_TYPES,
  DOC_TYPES,
  EVIDENCE_TYPES,
  QC_STATES,
  REPORT_SOURCES,
  REPORT_STATUSES,
  REPORT_TYPES,
  TEMPLATE_SELECTORS,
  TEMPLATE_VARIANTS,
  VALUE_SLABS,
} from './report-enums.ts'
import type { QcState, ReportStatus } from './report-enums.ts'
import { DerivedValues, Readiness, ReportWarning } from './report-outputs.ts'
import type { StateFaces } from './states.ts'
import { face, finalFace } from './states.ts'
import { count, id, instant, personRef, sha256, version } from './values.ts'

export { Contract } from './report-contract.ts'
export {
  BANK_TYPES,
  DOC_TYPES,
  EVIDENCE_TYPES,
  QC_STATES,
  REPORT_MOVES,
  REPORT_SOURCES,
  REPORT_STATUSES,
  REPORT_TYPES,
  SEVERITIES,
  TEMPLATE_SELECTORS,
  TEMPLATE_VARIANTS,
  VALUE_SLABS,
  canMoveReport,
} from './report-enums.ts'
export type { QcState, ReportStatus } from './report-enums.ts'
export { ChecklistLine, DerivedValues, Readiness } from './report-outputs.ts'
export { LocalUnit, RulesetOverride, RulesetParams, RulesetParamsPart } from './report-ruleset.ts'

/**
 * A merge patch as it is sent and as revisions keep it. Its members are those of ReportContractPatch; they are judged
 * all together, so that every fault is told by the path of its field.
 */
export const ContractPatch = z.record(z.string(), z.unknown()).meta({ description: 'merge patch of the contract' })

export const REPORT_FAMILY: StateFaces<ReportStatus> = {
  DRAFT: face('grey', 'Draft'),
  EVIDENCE_PENDING: face('orange', 'Evidence pending'),
  DATA_PENDING: face('cyan', 'Data pending'),
  READY_FOR_RENDER: face('green', 'Ready'),
  CLOSED: finalFace('green', 'Closed'),
  CANCELLED: finalFace('grey', 'Cancelled'),
}
export const QC_FAMILY: StateFaces<QcState> = {
  NONE: face('grey', 'Not asked'),
  REQUESTED: face('violet', 'QC requested'),
  CHANGES_REQUESTED: face('orange', 'Changes requested'),
  APPROVED: face('green', 'QC approved'),
}

/** Kinds of revision: values changed, rules changed, or the evidence of a moment frozen. */
export const REVISION_KINDS = ['CONTRACT', 'RULES', 'FREEZE'] as const
export const REVISION_SOURCES = ['form', 'api', 'suggestion', 'bundle', 'system'] as const

const line = z.string().nullable()
const ref = id.nullable()

/** The face of a report. */
export const ReportHeader = z
  .object({
    id,
    tenant_id: id,
    report_no: z.string().meta({ description: 'R-YYMM-####' }),
    reference_no: line,
    title: z.string(),
    assignment_id: id,
    source_type: z.enum(REPORT_SOURCES),
    source_ref_id: ref,
    report_type: z.enum(REPORT_TYPES),
    bank_id: ref,
    bank_name: line,
    bank_type: z.enum(BANK_TYPES),
    value_slab: z.enum(VALUE_SLABS),
    template_selector: z.enum(TEMPLATE_SELECTORS),
    template_variant: z.enum(TEMPLATE_VARIANTS),
    status: z.enum(REPORT_STATUSES),
    evidence_profile_id: ref,
    profile_chosen_by: z.enum(['auto', 'user']),
    ruleset_id: id,
    contract_version: count,
    latest_revision: count,
    evidence_version: count,
    qc_state: z.enum(QC_STATES),
    readiness_score: z.int().min(0).max(100),
    missing_count: count,
    billing: z.object({
      mode_cache: z.enum(['CREDIT', 'POSTPAID']).nullable(),
      account_id: ref,
      reservation_id: ref,
      service_invoice_id: ref,
      accepted_at: instant.nullable(),
      hooks: z.array(z.unknown()),
    }),
    latest_pack_id: ref,
    pack_stale: z.boolean(),
    released_at: instant.nullable(),
    delivered: z.boolean(),
    supersedes_report_id: ref,
    created_by: ref,
    version,
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'ReportHeader' })
export type ReportHeader = z.infer<typeof ReportHeader>

/** A line of the report queue; never a contract. */
export const ReportRow = ReportHeader.extend({
  assignment_code: z.string(),
  borrower_name: line,
  missing_fields_count: count,
  missing_evidence_count: count,
  warnings_count: count,
  derived_values: DerivedValues.nullable(),
  evidence_count: count,
  comments_count: count,
  latest_snapshot: z.object({ version: count, at: instant }).nullable(),
}).meta({ id: 'ReportRow' })

/** Contract before the rules; version is 2n−1 of revision n. */
export const InputSnapshot = z.object({ id, version: count, contract_json: Contract }).meta({ id: 'InputSnapshot' })
/** Contract with what the rules made of it; version is 2n of revision n. */
export const OutputSnapshot = z
  .object({
    id,
    version: count,
    contract_json: Contract,
    derived_json: DerivedValues,
    readiness_json: Readiness,
    content_hash: sha256,
  })
  .meta({ id: 'OutputSnapshot' })

export const RulesRun = z
  .object({ id, ruleset_version: z.string(), warnings: z.array(ReportWarning), errors: z.array(ReportWarning) })
  .meta({ id: 'RulesRun' })

/** What every change of the contract answers. */
export const ContractChange = z
  .object({
    changed: z.boolean(),
    contract_version: count,
    revision: count,
    status: z.enum(REPORT_STATUSES),
    input_snapshot: InputSnapshot.nullable(),
    output_snapshot: OutputSnapshot.nullable(),
    readiness: Readiness,
    rules_run: RulesRun,
  })
  .meta({ id: 'ContractChange' })
export type ContractChange = z.infer<typeof ContractChange>

/** A revision as lists show it. */
export const RevisionRow = z
  .object({
    revision: z.int().min(1),
    kind: z.enum(REVISION_KINDS),
    source: z.enum(REVISION_SOURCES),
    author: personRef.nullable(),
    reason: line,
    changed_paths: z.array(z.string()),
    ruleset_version: z.string(),
    readiness_score: z.int(),
    content_hash: sha256,
    chain_hash: sha256,
    created_at: instant,
  })
  .meta({ id: 'RevisionRow' })

/** One frozen evidence item, in annexure order. */
export const ManifestRow = z
  .object({
    evidence_item_id: id,
    document_id: ref,
    sha256: sha256.nullable(),
    evidence_type: z.enum(EVIDENCE_TYPES),
    doc_type: z.enum(DOC_TYPES).nullable(),
    category: line,
    tags: z.record(z.string(), z.string().nullable()),
    annexure_order: z.int().nullable(),
    include_in_annexure: z.boolean(),
    label: line,
    width: z.int().nullable(),
    height: z.int().nullable(),
    captured_at: instant.nullable(),
    geo: z.object({ lat: z.number(), lng: z.number() }).nullable(),
    document_status: line,
    field_keys: z.array(z.string()),
  })
  .meta({ id: 'ManifestRow' })

export const Revision = RevisionRow.extend({
  patch: ContractPatch.nullable(),
  contract: Contract,
  derived: DerivedValues,
  readiness: Readiness,
  evidence_manifest: z.array(ManifestRow),
  profile: z.object({ id, version: z.int(), name: z.string() }).nullable(),
  ruleset: z.object({ id, version: z.string(), hash: sha256 }),
  input_snapshot_id: id,
  output_snapshot_id: id,
}).meta({ id: 'Revision' })

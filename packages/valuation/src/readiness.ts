import type { ContractInputs } from '@zenops/contracts/report-contract'
import type { ReportType, Severity } from '@zenops/contracts/report-enums'
import type { ChecklistLine, DerivedValues, Readiness, ReportWarning } from '@zenops/contracts/report-outputs'
import { type CountedEvidence, evidenceChecklist } from './evidence-count.ts'
import { fieldLabel, isPresent, LINKABLE_FIELDS, REQUIRED_FIELDS } from './field-registry.ts'
import { BASE_EVIDENCE, type Profile, type Requirement } from './profiles.ts'

/** Facts that block READY and stand outside contract and evidence. */
export interface GateFacts {
  /** A template resolves for type, selector and variant. */
  readonly template_available: boolean
  /** A request for changes is open. */
  readonly changes_requested: boolean
}
/** A link of evidence to a field; a stale one still counts as a link. */
export interface FieldLink {
  readonly field_key: string
  readonly evidence_item_id: string
}
export type ProfileInForce = Pick<Profile, 'required_fields' | 'items'> & {
  readonly id: string
  readonly version: number
  readonly name: string
}

export interface ReadinessInput {
  readonly report_type: ReportType
  readonly contract: ContractInputs
  readonly derived: Pick<DerivedValues, 'computed_values' | 'warnings'>
  readonly evidence: readonly CountedEvidence[]
  readonly links: readonly FieldLink[]
  /** Null: the base evidence of the report type is asked for. */
  readonly profile: ProfileInForce | null
  readonly gate: GateFacts
  /** Warnings read live from evidence and settings, behind those of the contract. */
  readonly live_warnings?: readonly ReportWarning[]
}

type RequiredField = Profile['required_fields'][number]

/** What the type demands; a profile may add fields or change how much one weighs. */
export function requiredFields(report_type: ReportType, profile: ProfileInForce | null): RequiredField[] {
  const severities = new Map<string, Severity>(REQUIRED_FIELDS[report_type].map((key) => [key, 'BLOCKING']))
  for (const { field_key, severity } of profile?.required_fields ?? []) severities.set(field_key, severity)
  return [...severities].map(([field_key, severity]) => ({ field_key, severity }))
}

/** What evidence is asked for: the profile's items, else the base of the type. */
export const requirementsOf = (report_type: ReportType, profile: ProfileInForce | null): readonly Requirement[] =>
  profile?.items ?? BASE_EVIDENCE[report_type]

function missingFields(input: ReadinessInput): Readiness['missing_fields'] {
  const fmv = input.derived.computed_values.FMV
  return requiredFields(input.report_type, input.profile)
    .filter(({ field_key, severity }) => severity !== 'OPTIONAL' && !isPresent(field_key, input.contract, fmv))
    .map(({ field_key, severity }) => ({ key: field_key, text: `${fieldLabel(field_key)} is missing`, severity }))
}

const missingEvidence = (checklist: readonly ChecklistLine[]): Readiness['missing_evidence'] =>
  checklist
    .filter((line) => !line.satisfied && line.severity !== 'OPTIONAL')
    .map(({ key, label, needed, current_count, severity }) => ({
      key,
      text: `${label}: ${current_count} of ${needed}`,
      needed,
      found: current_count,
      severity,
    }))

const LINKABLE: readonly string[] = LINKABLE_FIELDS
function missingLinks({ report_type, profile, links }: ReadinessInput): Readiness['missing_field_evidence_links'] {
  const linked = new Set(links.map((link) => link.field_key))
  return requiredFields(report_type, profile)
    .filter(({ field_key }) => LINKABLE.includes(field_key) && !linked.has(field_key))
    .map(({ field_key }) => ({ key: field_key, text: `${fieldLabel(field_key)} has no evidence linked` }))
}

const BLOCK_TEXTS = {
  'values.fmv': 'There is no fair market value',
  'template.available': 'No template fits this report',
  'ruleset.errors': 'The rules report an error',
  'evidence.processing': 'An evidence file is quarantined',
  'qc.changes_requested': 'A request for changes is open',
} as const

function gateBlocks({ report_type, derived, evidence, gate }: ReadinessInput): Readiness['gate_blocks'] {
  const valued = report_type === 'VALUATION' || report_type === 'REVALUATION'
  const blocked: Record<keyof typeof BLOCK_TEXTS, boolean> = {
    'values.fmv': valued && derived.computed_values.FMV === undefined,
    'template.available': !gate.template_available,
    'ruleset.errors': derived.warnings.some((warning) => warning.level === 'error'),
    'evidence.processing': evidence.some((item) => item.document_status === 'quarantined' && item.belongs !== false),
    'qc.changes_requested': gate.changes_requested,
  }
  return Object.entries(BLOCK_TEXTS)
    .filter(([key]) => blocked[key as keyof typeof BLOCK_TEXTS]) // a key of the table itself
    .map(([key, text]) => ({ key, text }))
}

const blocking = (lines: readonly { readonly severity: Severity }[]): number =>
  lines.filter((line) => line.severity === 'BLOCKING').length

/** Half-up per cent of the blocking checks that pass; 100 when there are none. */
const scoreOf = (passed: number, total: number): number =>
  total === 0 ? 100 : Math.floor((200 * passed + total) / (2 * total))

/** What a report has and lacks today. Pure; the caller reads evidence, links and gate facts. */
export function readiness(input: ReadinessInput): Readiness {
  const { report_type, profile } = input
  const requirements = requirementsOf(report_type, profile)
  const missing_fields = missingFields(input)
  const missing_evidence = missingEvidence(evidenceChecklist(requirements, input.evidence))
  const checks_total = blocking(requiredFields(report_type, profile)) + blocking(requirements)
  const checks_passed = checks_total - blocking(missing_fields) - blocking(missing_evidence)
  return {
    completeness_score: scoreOf(checks_passed, checks_total),
    checks_passed,
    checks_total,
    missing_fields,
    missing_evidence,
    missing_field_evidence_links: missingLinks(input),
    gate_blocks: gateBlocks(input),
    warnings: [...input.derived.warnings, ...(input.live_warnings ?? [])],
    required_evidence_minimums: Object.fromEntries(requirements.map(({ key, min_count }) => [key, min_count])),
    profile: profile && { id: profile.id, version: profile.version, name: profile.name },
  }
}

/** READY may be entered: nothing blocking is missing and no gate blocks. */
export const isReady = ({ missing_fields, missing_evidence, gate_blocks }: Readiness): boolean =>
  blocking(missing_fields) + blocking(missing_evidence) + gate_blocks.length === 0

/** Items whose hinted field has no value or no link yet: what would be worth linking next. */
export function evidenceSuggestions(input: ReadinessInput): Requirement[] {
  const linked = new Set(input.links.map((link) => link.field_key))
  const fmv = input.derived.computed_values.FMV
  return requirementsOf(input.report_type, input.profile).filter(
    ({ field_key_hint: hint }) => hint && (!linked.has(hint) || !isPresent(hint, input.contract, fmv)),
  )
}

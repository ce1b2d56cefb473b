import type { ContractInputs } from '@zenops/contracts/report-contract'
import type { ReportType, Severity } from '@zenops/contracts/report-enums'
import type { DerivedValues, Readiness } from '@zenops/contracts/report-outputs'
import { fieldLabel, isPresent } from '@zenops/valuation/field-registry'
import { requiredFields, type ProfileInForce } from '@zenops/valuation/readiness'

const blocking = (lines: readonly { readonly severity: Severity }[]): number =>
  lines.filter(({ severity }) => severity === 'BLOCKING').length

export interface LiveQuestion {
  readonly report_type: ReportType
  readonly contract: ContractInputs
  readonly derived: DerivedValues
  readonly profile: ProfileInForce | null
}

/** Codes that only the contract raises; the others come from evidence and settings and stay as the server said. */
const READ_ELSEWHERE =
  /^(PROFILE_|RULESET_|EVIDENCE_|ANNEXURE_|FIELD_|OCR_|SIGNATORY_MISSING|GEO_SOURCES|STAGE_REGRESSION)/

/** The readiness while one types: fields and warnings from the form as it stands, evidence as last known. */
export function liveReadiness(stored: Readiness, { report_type, contract, derived, profile }: LiveQuestion): Readiness {
  const fmv = derived.computed_values.FMV
  const missing_fields = requiredFields(report_type, profile)
    .filter(({ field_key, severity }) => severity !== 'OPTIONAL' && !isPresent(field_key, contract, fmv))
    .map(({ field_key, severity }) => ({ key: field_key, text: `${fieldLabel(field_key)} is missing`, severity }))
  const valued = report_type === 'VALUATION' || report_type === 'REVALUATION'
  const gate_blocks = [
    ...stored.gate_blocks.filter(({ key }) => key !== 'values.fmv' && key !== 'ruleset.errors'),
    ...(valued && fmv === undefined ? [{ key: 'values.fmv', text: 'There is no fair market value' }] : []),
    ...(derived.warnings.some(({ level }) => level === 'error')
      ? [{ key: 'ruleset.errors', text: 'The rules report an error' }]
      : []),
  ]
  const total = stored.checks_total
  const passed = total - blocking(missing_fields) - blocking(stored.missing_evidence)
  return {
    ...stored,
    missing_fields,
    gate_blocks,
    checks_passed: passed,
    completeness_score: total === 0 ? 100 : Math.floor((200 * passed + total) / (2 * total)),
    warnings: [
      ...derived.warnings.filter(({ code }) => !READ_ELSEWHERE.test(code)),
      ...stored.warnings.filter(({ code }) => READ_ELSEWHERE.test(code)),
    ],
  }
}

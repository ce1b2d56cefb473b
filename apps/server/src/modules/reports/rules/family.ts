import type { ContractInputs } from '@zenops/contracts/report-contract'
import type { ReportType, TemplateSelector } from '@zenops/contracts/report-enums'

/** Families of packs; each has its built-in form. */
export type PackFamily = Exclude<TemplateSelector, 'UNKNOWN'> | 'STAGE_PROGRESS' | 'DPR' | 'TEV'

export interface FamilyCase {
  readonly report_type: ReportType
  readonly template_selector: TemplateSelector
  readonly contract: ContractInputs
}

/** The family of a report's pack; null while no form is known. */
export function familyOf({ report_type, template_selector, contract }: FamilyCase): PackFamily | null {
  if (report_type === 'DPR') return contract.project?.kind === 'TEV' ? 'TEV' : 'DPR'
  if (report_type === 'STAGE_PROGRESS') return 'STAGE_PROGRESS'
  return template_selector === 'UNKNOWN' ? null : template_selector
}

/** Drafts of a report whose form is not yet known are printed on Format A. */
export const draftFamilyOf = (of: FamilyCase): PackFamily => familyOf(of) ?? 'SBI_FORMAT_A'

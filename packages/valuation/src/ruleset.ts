import type { BankType, ReportType } from '@zenops/contracts/report-enums'
import type { Ruleset, RulesetOverride, RulesetParams } from '@zenops/contracts/report-ruleset'

/** The parameters every tenant begins with. */
export const STD_1_PARAMS: RulesetParams = {
  realisable_percent: 95,
  distress_percent: 80,
  distress_base: 'FMV',
  coop_factor: 0.8,
  coop_round_step: 500,
  variance_percent: 20,
  slab_limit: 50_000_000,
  stage_sheet: 'STAGE_9',
  stage_fmv_basis: 'PRESENT',
  salvage_percent: 0,
  unit_salvage_percent: 10,
  say_rounding: { mode: 'NONE' },
  output_rounding: { mode: 'NONE' },
  insurable_percent: null,
  insurable_base: 'BUILDING',
  rate_ratio_low: 0.1,
  rate_ratio_high: 10,
  tolerance: 1,
  blank_mark: 'NA',
  annexure_grouping: { min: 2, max: 4, preferred: 2 },
}
export const STD_1: Ruleset = { version: 'std-1', params: STD_1_PARAMS, overrides: [], local_units: [] }

export interface RulesetCase {
  readonly bank_id?: string | null | undefined
  readonly bank_type: BankType
  readonly report_type: ReportType
}

const matches = ({ match }: RulesetOverride, of: RulesetCase): boolean =>
  (match.bank_id === undefined || match.bank_id === of.bank_id) &&
  (match.bank_type === undefined || match.bank_type === of.bank_type) &&
  (match.report_type === undefined || match.report_type === of.report_type)

/** A bank beats a bank type beats a report type; naming more of them breaks a tie. */
const weight = ({ match }: RulesetOverride): number =>
  (match.bank_id === undefined ? 0 : 4) +
  (match.bank_type === undefined ? 0 : 2) +
  (match.report_type === undefined ? 0 : 1)

/** Every parameter for one report: the standard, the ruleset's own, then matching overrides, parameter by parameter. */
export function resolveParams(ruleset: Ruleset, of: RulesetCase): RulesetParams {
  const layers = (ruleset.overrides ?? [])
    .filter((override) => matches(override, of))
    .sort((a, b) => weight(a) - weight(b))
    .map((override) => override.params)
  const resolved: Record<string, unknown> = { ...STD_1_PARAMS }
  for (const layer of [ruleset.params, ...layers]) {
    for (const [key, value] of Object.entries(layer)) if (value !== undefined) resolved[key] = value
  }
  // Cast: every parameter stands in STD_1_PARAMS, and layers hold values of the same schema.
  return resolved as RulesetParams
}

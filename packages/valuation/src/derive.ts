import type { ContractInputs } from '@zenops/contracts/report-contract'
import type { BankType, ReportType } from '@zenops/contracts/report-enums'
import type { DerivedValues } from '@zenops/contracts/report-outputs'
import type { Ruleset, RulesetParams } from '@zenops/contracts/report-ruleset'
import { computedValues, Exit, standardizedValues } from './computed-values.ts'
import { type Figures, figures } from './figures.ts'
import { type RuleCase, variantOf } from './rule-case.ts'
import { resolveParams } from './ruleset.ts'
import { unitTable } from './units.ts'
import { templateSelector, valueSlab } from './values.ts'
import { contractWarnings } from './warnings.ts'

/** What the firm and its other reports know and the contract does not. */
export interface DeriveDefaults {
  /** The firm's default signatory. */
  readonly signatory_id?: string | null | undefined
  /** Completion of the report before this one, in per cent. */
  readonly previous_completion_percent?: number | null | undefined
}

export interface DeriveInput {
  readonly report_type: ReportType
  readonly bank_type: BankType
  readonly bank_id?: string | null | undefined
  readonly contract: ContractInputs
  readonly ruleset: Ruleset
  /** Today in the tenant's zone, `YYYY-MM-DD`. */
  readonly today: string
  readonly defaults?: DeriveDefaults | undefined
}

/** The rules of a report: formulas' inputs with parameters, units and variant resolved. */
export function ruleCase(input: DeriveInput): RuleCase {
  const { report_type, bank_type, contract, ruleset } = input
  const params: RulesetParams = resolveParams(ruleset, input)
  return {
    report_type,
    bank_type,
    contract,
    params,
    variant: variantOf(contract),
    units: unitTable(ruleset.local_units),
  }
}

const slabOf = (of: RuleCase, got: Figures) =>
  valueSlab(
    { bank_type: of.bank_type, fmv: got.fmv, adopted: got.coop.adopted, market: got.coop.market },
    of.params.slab_limit,
  )

/**
 * What the rules make of a contract: values, slab, form and warnings. Pure: equal input, equal answer, on the server
 * and in the browser. The contract is read, never changed.
 */
export function derive(input: DeriveInput): DerivedValues {
  const of = ruleCase(input)
  const got = figures(of)
  const value_slab = slabOf(of, got)
  const exit = new Exit()
  const { rates, areas } = standardizedValues(got, exit)
  const computed_values = computedValues(got, of.contract, exit)
  return {
    ruleset_version: input.ruleset.version,
    value_slab,
    template_selector: templateSelector(of, value_slab),
    template_variant: of.variant,
    bank_type: of.bank_type,
    report_type: of.report_type,
    standardized: { ...rates, ...areas },
    computed_values,
    warnings: contractWarnings({
      of,
      figures: got,
      tooLarge: exit.tooLarge,
      today: input.today,
      defaults: input.defaults ?? {},
    }),
  }
}

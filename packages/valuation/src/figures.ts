import {
  type Components,
  type StageFigures,
  coopPair,
  completionPercent,
  components,
  componentValue,
  insurable,
  type Outcomes,
  outcomes,
  type Pair,
  stageFigures,
  upToStep,
} from './values.ts'
import { type SheetFigures, sheetFigures } from './cost-sheet.ts'
import { type Decimal, dec, sum } from './decimal.ts'
import { type Depreciation, depreciation } from './depreciation.ts'
import { type Guideline, guideline, guidelineRate, type Variance, variance } from './guideline.ts'
import { type ProjectFinance, projectFinance } from './project-finance.ts'
import { consideredArea, type RuleCase } from './rule-case.ts'
import { areaInSqm, type Measured, measured, ratePerSqm, SQFT_PER_SQM } from './units.ts'

export interface Standardized {
  readonly guidelineRate: Decimal | undefined
  readonly marketRate: Decimal | undefined
  readonly adoptedRate: Decimal | undefined
  readonly landArea: Decimal | undefined
  readonly builtUpArea: Decimal | undefined
}

/** Everything the formulas give, exact, before it leaves as JSON. */
export interface Figures {
  readonly sheet: SheetFigures
  readonly components: Components
  readonly stage: StageFigures
  /** F1 without the typed value. */
  readonly componentValue: Decimal | undefined
  readonly fmv: Decimal | undefined
  readonly outcomes: Outcomes
  readonly standardized: Standardized
  /** F4 totals of a co-operative bank; empty for others. */
  readonly coop: Pair
  readonly rounded: { next: Decimal | undefined; market: Decimal | undefined; adopted: Decimal | undefined }
  readonly guideline: Guideline
  readonly variance: Variance
  readonly depreciation: Depreciation
  readonly insurable: Decimal | undefined
  readonly project: ProjectFinance
  readonly considered: Measured | undefined
}

/** A typed rate per sqm stands as typed; others are converted. */
const perSqm = (rate: Measured | undefined): Decimal | undefined =>
  rate && (rate.sqft.eq(SQFT_PER_SQM) ? rate.value : ratePerSqm(rate))
const converted = (rate: Measured | undefined): Decimal | undefined => rate && ratePerSqm(rate)

function standardized(of: RuleCase, considered: Measured | undefined): Standardized {
  const { units, contract, bank_type, params } = of
  const inputs = contract.valuation_inputs
  const typed = {
    market: converted(measured(inputs?.market_rate_input, units)),
    adopted: converted(measured(inputs?.adopted_rate_input, units)),
  }
  const rates = bank_type === 'COOP' ? coopPair(typed, params.coop_factor) : typed
  const builtUp = measured(contract.property?.built_up_area, units)
  return {
    guidelineRate:
      inputs?.guideline_rate_per_sqm === undefined ? converted(guidelineRate(of)) : perSqm(guidelineRate(of)),
    marketRate: rates.market,
    adoptedRate: rates.adopted,
    landArea: considered && areaInSqm(considered),
    builtUpArea: builtUp && areaInSqm(builtUp),
  }
}

function coopTotals({ bank_type, contract, params }: RuleCase): Pair {
  if (bank_type !== 'COOP') return { market: undefined, adopted: undefined }
  const inputs = contract.valuation_inputs
  const given = { market: dec(inputs?.market_total_value_input), adopted: dec(inputs?.adopted_total_value_input) }
  return coopPair(given, params.coop_factor)
}

function roundedTotals(of: RuleCase, coop: Pair, fmv: Decimal | undefined): Figures['rounded'] {
  const up = (value: Decimal | undefined): Decimal | undefined => value && upToStep(value, of.params.coop_round_step)
  if (of.bank_type !== 'COOP') return { next: undefined, market: undefined, adopted: undefined }
  return { next: up(coop.market ?? coop.adopted ?? fmv), market: up(coop.market), adopted: up(coop.adopted) }
}

/** F1 to F24 for one report. */
export function figures(of: RuleCase): Figures {
  const sheet = sheetFigures(of)
  const parts = components(of, sheet)
  const stage = stageFigures(of, parts)
  const built = componentValue(of, { components: parts, sheet, stage })
  const fmv = dec(of.contract.valuation_inputs?.fmv_input) ?? built
  const considered = consideredArea(of)
  const coop = coopTotals(of)
  const guide = guideline(of)
  return {
    sheet,
    components: parts,
    stage,
    componentValue: built,
    fmv,
    outcomes: outcomes(fmv, of.params),
    standardized: standardized(of, considered),
    coop,
    rounded: roundedTotals(of, coop, fmv),
    guideline: guide,
    variance: variance(guide, { fmv, land: parts.land, limitPercent: of.params.variance_percent }),
    depreciation: depreciation(of),
    insurable: insurable(of, { building: parts.building, fmv }),
    project: projectFinance(of.contract),
    considered,
  }
}

/** Land, building and Parts C to F as the abstract of the sheet adds them up. */
export const sheetTotal = ({ components: { land, building, extras } }: Figures): Decimal | undefined =>
  sum([land, building, extras])

export { completionPercent }

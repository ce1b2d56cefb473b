import type { ReportWarning } from '@zenops/contracts/report-outputs'
import type { RulesetParams } from '@zenops/contracts/report-ruleset'
import { type Decimal, dec, HUNDRED, sum } from './decimal.ts'
import { guidelineRate } from './guideline.ts'
import { amountInWords } from './words.ts'
import { measured } from './units.ts'
import { type WarningCase, when } from './warning-case.ts'

const apart = (a: Decimal | undefined, b: Decimal | undefined, tolerance: number | Decimal): boolean =>
  Boolean(a && b && a.minus(b).abs().gt(tolerance))

const tooFarApart = (market: Decimal, guide: Decimal, { rate_ratio_high, rate_ratio_low }: RulesetParams): boolean =>
  market.gt(guide.times(rate_ratio_high)) || market.lt(guide.times(rate_ratio_low))

function rates({ of, figures }: WarningCase): ReportWarning[] {
  const inputs = of.contract.valuation_inputs
  const market = figures.standardized.marketRate
  const guide = figures.standardized.guidelineRate
  const suspicious = market && guide?.gt(0) && tooFarApart(market, guide, of.params)
  const typedMarket = measured(inputs?.market_rate_input, of.units)
  const marketUnit = inputs?.market_rate_input?.unit ?? 'sqm'
  const preferred = inputs?.user_input_units
  return [
    ...when(!guidelineRate(of) && !typedMarket, 'RATE_INPUT_MISSING', [
      'valuation_inputs.market_rate_input',
      'Neither a guideline rate nor a market rate is given.',
    ]),
    ...when(suspicious, 'RATE_MISMATCH_SUSPICIOUS', [
      'valuation_inputs.market_rate_input',
      'Market and guideline rate are too far apart; look at their units.',
    ]),
    ...when(Boolean(typedMarket && preferred && preferred !== marketUnit), 'UNIT_MISMATCH', [
      'valuation_inputs.market_rate_input.unit',
      `The market rate is per ${marketUnit}, figures are typed per ${preferred}.`,
    ]),
  ]
}

function coop({ of, figures: { coop: pair } }: WarningCase): ReportWarning[] {
  const expected = pair.inferred ? undefined : pair.market?.times(of.params.coop_factor)
  return [
    ...when(pair.inferred === 'market', 'COOP_MARKET_INFERRED_FROM_ADOPTED', [
      'valuation_inputs.market_total_value_input',
      'The market total follows from the adopted total.',
    ]),
    ...when(pair.inferred === 'adopted', 'COOP_ADOPTED_INFERRED_FROM_MARKET', [
      'valuation_inputs.adopted_total_value_input',
      'The adopted total follows from the market total.',
    ]),
    ...when(apart(pair.adopted, expected, 1), 'COOP_PAIR_INCONSISTENT', [
      'valuation_inputs.adopted_total_value_input',
      'The adopted total is not the expected share of the market total.',
    ]),
  ]
}

function sums({ of, figures }: WarningCase): ReportWarning[] {
  const inputs = of.contract.valuation_inputs
  const { tolerance } = of.params
  return [
    ...when(apart(dec(inputs?.fmv_input), figures.componentValue, tolerance), 'FMV_COMPONENT_MISMATCH', [
      'valuation_inputs.fmv_input',
      'The fair market value typed is not the sum of its components.',
    ]),
    ...when(apart(dec(inputs?.land_value), figures.sheet.partA, tolerance), 'SHEET_VALUE_MISMATCH', [
      'valuation_inputs.land_value',
      'The land value typed is not the sum of Part A.',
    ]),
    ...when(apart(dec(inputs?.building_value), figures.sheet.partB, tolerance), 'SHEET_VALUE_MISMATCH', [
      'valuation_inputs.building_value',
      'The building value typed is not the sum of Part B.',
    ]),
  ]
}

function guideline({ of, figures }: WarningCase): ReportWarning[] {
  const { total } = figures.guideline
  const justified = Boolean(of.contract.manual_fields?.justification_text)
  const percent = figures.variance.percent?.toFixed(2)
  const variance = when(figures.variance.justificationRequired, 'FMV_GUIDELINE_VARIANCE', [
    'manual_fields.justification_text',
    `The value lies ${percent} % from the guideline value${justified ? '.' : ' and no justification is given.'}`,
  ])
  return [
    ...variance.map((warning) => ({ ...warning, level: justified ? ('info' as const) : warning.level })),
    ...when(!total, 'GUIDELINE_MISSING', [
      'valuation_inputs.guideline_total_value',
      'No guideline value; it and the book value print NA.',
    ]),
    ...when(total?.isZero(), 'GUIDELINE_ZERO', ['valuation_inputs.guideline_total_value', 'The guideline value is 0.']),
  ]
}

function outcome({ of, figures }: WarningCase): ReportWarning[] {
  const { depreciation: aged, outcomes } = figures
  const inputs = of.contract.valuation_inputs
  const plain = (text: string): string => text.toLowerCase().replace(/\s+/g, ' ').trim()
  const typedWords = inputs?.value_in_words_input
  const words = outcomes.say && amountInWords(outcomes.say)
  return [
    ...when(aged.capped, 'DEPRECIATION_CAPPED', [
      'property.building.age_years',
      'The building is older than its total life.',
    ]),
    ...when(apart(dec(inputs?.depreciation_percent), aged.byAge, dec(0.01) ?? 0), 'DEPRECIATION_INPUT_DIFFERS', [
      'valuation_inputs.depreciation_percent',
      `The depreciation typed is not that of age and total life (${aged.byAge?.toFixed(2)} %).`,
    ]),
    ...when(outcomes.realisable && outcomes.distress?.gt(outcomes.realisable), 'DISTRESS_ABOVE_REALISABLE', [
      null,
      'The distress value is above the realisable value.',
    ]),
    ...when(Boolean(typedWords && words && plain(typedWords) !== plain(words)), 'VALUE_WORDS_DIFFER', [
      'valuation_inputs.value_in_words_input',
      `The words typed do not say the value: ${words}.`,
    ]),
  ]
}

function stage({ of, figures, defaults }: WarningCase): ReportWarning[] {
  const rows = of.contract.stage?.rows ?? []
  const allotted = sum(rows.map((row) => dec(row.allotted_percent)))
  const over = rows.findIndex((row) => (row.completed_percent ?? 0) > (row.allotted_percent ?? 0))
  const previous = dec(defaults.previous_completion_percent ?? of.contract.stage?.previous_percent)
  const now = figures.stage.completion
  return [
    ...when(over >= 0, 'STAGE_OVER_ALLOTTED', [
      `stage.rows.${over}.completed_percent`,
      'More is completed than the stage allots.',
    ]),
    ...when(rows.length > 0 && !allotted?.eq(HUNDRED), 'STAGE_OVER_ALLOTTED', [
      'stage.rows',
      'The allotments do not add up to 100.',
    ]),
    ...when(Boolean(previous && now?.lt(previous)), 'STAGE_REGRESSION', [
      'stage.completion_percent',
      `The completion is below the ${previous?.toString()} % reported before.`,
    ]),
  ]
}

/** Warnings about rates, values, depreciation, stages and project finance. */
export const valueWarnings = (of: WarningCase): ReportWarning[] => [
  ...rates(of),
  ...coop(of),
  ...sums(of),
  ...guideline(of),
  ...outcome(of),
  ...stage(of),
  ...when(of.figures.project.gap?.abs().gt(1), 'PROJECT_FINANCE_GAP', [
    'project.means_of_finance',
    `Means and cost of the project differ by ${of.figures.project.gap?.toFixed(2)}.`,
  ]),
]

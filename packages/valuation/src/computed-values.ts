import type { ContractInputs } from '@zenops/contracts/report-contract'
import type { ComputedValues } from '@zenops/contracts/report-outputs'
import { type Decimal, fitsJson, present } from './decimal.ts'
import { type Figures, sheetTotal } from './figures.ts'
import { amountInWords } from './words.ts'

/** Turns decimals into JSON numbers and remembers what has too many digits for one. */
export class Exit {
  readonly tooLarge: string[] = []

  /** The exact JSON number; absent when absent or beyond 15 significant digits. */
  figure(value: Decimal | undefined, path: string): number | undefined {
    if (!value) return undefined
    if (fitsJson(value)) return value.toNumber()
    this.tooLarge.push(path)
    return undefined
  }
}

const filled = <T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } | undefined => {
  const out = present(value)
  return Object.keys(out).length > 0 ? out : undefined
}

function unitSheet({ sheet: { unit } }: Figures, exit: Exit) {
  return (
    unit &&
    filled({
      depreciated_building_rate: exit.figure(unit.depreciatedBuildingRate, 'sheet.unit.depreciated_building_rate'),
      depreciation_percent: exit.figure(unit.depreciationPercent, 'sheet.unit.depreciation_percent'),
      composite_rate: exit.figure(unit.compositeRate, 'sheet.unit.composite_rate'),
      rate_unit: unit.rateUnit,
      value: exit.figure(unit.value, 'sheet.unit.value'),
      total: exit.figure(unit.total, 'sheet.unit.total'),
    })
  )
}

function sheet(of: Figures, exit: Exit) {
  const { floors, partA, partB, partC, partD, partE, partF } = of.sheet
  const rows = floors.map((floor, index) => {
    const path = `sheet.building_rows.${index}`
    return present({
      label: floor?.label,
      cost: exit.figure(floor?.cost, path),
      depreciation: exit.figure(floor?.depreciation, path),
      net: exit.figure(floor?.net, path),
    })
  })
  return filled({
    part_a: exit.figure(partA, 'sheet.part_a'),
    part_b: exit.figure(partB, 'sheet.part_b'),
    part_c: exit.figure(partC, 'sheet.part_c'),
    part_d: exit.figure(partD, 'sheet.part_d'),
    part_e: exit.figure(partE, 'sheet.part_e'),
    part_f: exit.figure(partF, 'sheet.part_f'),
    total: exit.figure(sheetTotal(of), 'sheet.total'),
    building_rows: rows.length > 0 ? rows : undefined,
    unit: unitSheet(of, exit),
  })
}

function project({ project: of }: Figures, exit: Exit) {
  const dscr = of.dscr.map((value, index) => exit.figure(value, `project.dscr.${index}`) ?? null)
  return filled({
    finance_total: exit.figure(of.financeTotal, 'project.finance_total'),
    gap: exit.figure(of.gap, 'project.gap'),
    dscr: dscr.some((value) => value !== null) ? dscr : undefined,
    dscr_average: exit.figure(of.dscrAverage, 'project.dscr_average'),
  })
}

const worded = (value: Decimal | undefined): string | undefined => value && amountInWords(value)

function words(of: Figures, contract: ContractInputs) {
  return filled({
    fmv: contract.valuation_inputs?.value_in_words_input ?? worded(of.outcomes.say),
    realizable: worded(of.outcomes.realisable),
    distress: worded(of.outcomes.distress),
    book: worded(of.guideline.total),
  })
}

/** Rates and areas per square metre, as they stand in `standardized` and in the computed values. */
export function standardizedValues({ standardized: of }: Figures, exit: Exit) {
  return {
    rates: present({
      guideline_rate_per_sqm: exit.figure(of.guidelineRate, 'standardized_rates.guideline_rate_per_sqm'),
      market_rate_per_sqm: exit.figure(of.marketRate, 'standardized_rates.market_rate_per_sqm'),
      adopted_rate_per_sqm: exit.figure(of.adoptedRate, 'standardized_rates.adopted_rate_per_sqm'),
    }),
    areas: present({
      land_area_sqm: exit.figure(of.landArea, 'standardized_areas.land_area_sqm'),
      built_up_area_sqm: exit.figure(of.builtUpArea, 'standardized_areas.built_up_area_sqm'),
    }),
  }
}

function mainValues(of: Figures, exit: Exit) {
  return {
    FMV: exit.figure(of.fmv, 'FMV'),
    fmv_say: exit.figure(of.outcomes.say, 'fmv_say'),
    realizable_value: exit.figure(of.outcomes.realisable, 'realizable_value'),
    distress_value: exit.figure(of.outcomes.distress, 'distress_value'),
    coop_market_value: exit.figure(of.coop.market, 'coop_market_value'),
    coop_adopted_value: exit.figure(of.coop.adopted, 'coop_adopted_value'),
    rounded_to_next_500: exit.figure(of.rounded.next, 'rounded_to_next_500'),
    rounded_market_total: exit.figure(of.rounded.market, 'rounded_market_total'),
    rounded_adopted_total: exit.figure(of.rounded.adopted, 'rounded_adopted_total'),
    land_value_effective: exit.figure(of.components.land, 'land_value_effective'),
    building_value_effective: exit.figure(of.components.building, 'building_value_effective'),
    extras_total: exit.figure(of.components.extras, 'extras_total'),
  }
}

function comparedValues(of: Figures, exit: Exit) {
  const total = exit.figure(of.guideline.total, 'guideline_total')
  return {
    book_value: total,
    guideline_total: total,
    guideline_source: of.guideline.source,
    guideline_scope: of.guideline.scope,
    variance_percent: exit.figure(of.variance.percent, 'variance_percent'),
    justification_required: of.variance.justificationRequired,
    depreciation_percent: exit.figure(of.depreciation.percent, 'depreciation_percent'),
    residual_life_years: exit.figure(of.depreciation.residualYears, 'residual_life_years'),
    insurable_value: exit.figure(of.insurable, 'insurable_value'),
    completion_percent: exit.figure(of.stage.completion, 'completion_percent'),
    stage_present_value: exit.figure(of.stage.present, 'stage_present_value'),
    stage_completed_value: exit.figure(of.stage.completed, 'stage_completed_value'),
  }
}

/** The figures of a report as JSON; what cannot be computed is absent. */
export function computedValues(of: Figures, contract: ContractInputs, exit: Exit): ComputedValues {
  const { rates, areas } = standardizedValues(of, new Exit())
  return present({
    ...mainValues(of, exit),
    standardized_rates: filled(rates),
    standardized_areas: filled(areas),
    sheet: sheet(of, exit),
    ...comparedValues(of, exit),
    project: project(of, exit),
    value_in_words: words(of, contract),
  })
}

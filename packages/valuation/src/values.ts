import type { BankType, TemplateSelector, ValueSlab } from '@zenops/contracts/report-enums'
import type { Rounding, RulesetParams } from '@zenops/contracts/report-ruleset'
import type { SheetFigures } from './cost-sheet.ts'
import { Decimal, dec, HUNDRED, round, sum, ZERO } from './decimal.ts'
import type { RuleCase } from './rule-case.ts'

const ROUNDING_MODES = {
  NEAREST: Decimal.ROUND_HALF_UP,
  UP: Decimal.ROUND_CEIL,
  DOWN: Decimal.ROUND_FLOOR,
} as const

/** F18: a value to the step that the ruleset names. */
export const roundBy = (value: Decimal, rounding: Rounding): Decimal =>
  rounding.mode === 'NONE' ? value : value.toNearest(rounding.step, ROUNDING_MODES[rounding.mode])

/** F7: up to the next step; nothing below zero. */
export const upToStep = (value: Decimal, step: number): Decimal =>
  value.lte(0) ? ZERO : value.toNearest(step, Decimal.ROUND_CEIL)

const percentOf = (value: Decimal, percent: number): Decimal => round(value.times(percent).div(HUNDRED))

export interface Components {
  /** Typed, else Part A. */
  readonly land: Decimal | undefined
  /** Typed, else Part B. */
  readonly building: Decimal | undefined
  /** Parts C to F. */
  readonly extras: Decimal | undefined
}

export function components({ contract }: RuleCase, sheet: SheetFigures): Components {
  const inputs = contract.valuation_inputs
  return {
    land: dec(inputs?.land_value) ?? sheet.partA,
    building: dec(inputs?.building_value) ?? sheet.partB,
    extras: sum([sheet.partC, sheet.partD, sheet.partE, sheet.partF]),
  }
}

export interface StageFigures {
  readonly completion: Decimal | undefined
  readonly present: Decimal | undefined
  readonly completed: Decimal | undefined
}

/** Σ completed of the stage sheet, else the percentage typed; never above 100. */
export function completionPercent({ contract }: Pick<RuleCase, 'contract'>): Decimal | undefined {
  const stage = contract.stage
  const byRows = sum((stage?.rows ?? []).map((row) => dec(row.completed_percent)))
  return byRows ? Decimal.min(HUNDRED, byRows) : dec(stage?.completion_percent)
}

/** F19: the value at the present stage and after completion. */
export function stageFigures(of: RuleCase, { land, building, extras }: Components): StageFigures {
  const completion = completionPercent(of)
  if (!completion || !building) return { completion, present: undefined, completed: undefined }
  const rest = sum([land, extras]) ?? ZERO
  return {
    completion,
    present: rest.plus(round(building.times(completion).div(HUNDRED))),
    completed: rest.plus(building),
  }
}

export interface Valued {
  readonly components: Components
  readonly sheet: SheetFigures
  readonly stage: StageFigures
}

/** F1 without the typed value: unit total, else the stage's value, else the sum of the components. */
export function componentValue(of: RuleCase, { components: parts, sheet, stage }: Valued): Decimal | undefined {
  const unitTotal = of.variant === 'UNIT' ? sheet.unit?.total : undefined
  if (unitTotal) return unitTotal
  if (stage.present && stage.completed) {
    const basis = of.contract.stage?.fmv_basis ?? of.params.stage_fmv_basis
    return basis === 'COMPLETED' ? stage.completed : stage.present
  }
  if (!parts.land && !parts.building) return undefined
  const total = sum([parts.land, parts.building, parts.extras])
  return total && round(total)
}

export interface Outcomes {
  readonly say: Decimal | undefined
  readonly realisable: Decimal | undefined
  readonly distress: Decimal | undefined
}

/** F18, F2, F3: the say value and what a sale and a forced sale would bring. */
export function outcomes(fmv: Decimal | undefined, params: RulesetParams): Outcomes {
  if (!fmv) return { say: undefined, realisable: undefined, distress: undefined }
  const say = roundBy(fmv, params.say_rounding)
  const realisable = roundBy(percentOf(say, params.realisable_percent), params.output_rounding)
  const base = params.distress_base === 'REALISABLE' ? realisable : say
  return { say, realisable, distress: roundBy(percentOf(base, params.distress_percent), params.output_rounding) }
}

export interface Pair {
  readonly market: Decimal | undefined
  readonly adopted: Decimal | undefined
  readonly inferred?: 'market' | 'adopted'
}

/** F4: the missing one of market and adopted for a co-operative bank; both given are kept. */
export function coopPair({ market, adopted }: Pair, factor: number): Pair {
  if (adopted && !market) return { adopted, market: round(adopted.div(factor)), inferred: 'market' }
  if (market && !adopted) return { market, adopted: round(market.times(factor)), inferred: 'adopted' }
  return { market, adopted }
}

export interface SlabCandidates {
  readonly bank_type: BankType
  readonly fmv: Decimal | undefined
  readonly adopted: Decimal | undefined
  readonly market: Decimal | undefined
}

/** F8: below the limit, from it on, or not yet known. */
export function valueSlab(of: SlabCandidates, limit: number): ValueSlab {
  const candidate = of.fmv ?? (of.bank_type === 'COOP' ? (of.adopted ?? of.market) : undefined)
  if (!candidate || candidate.lte(0)) return 'UNKNOWN'
  return candidate.lt(limit) ? 'LT_5CR' : 'GT_5CR'
}

/** F9: which form the bank gets. */
export function templateSelector(of: Pick<RuleCase, 'bank_type' | 'contract'>, slab: ValueSlab): TemplateSelector {
  if (of.bank_type === 'AGRI' || of.contract.property?.property_type === 'AGRICULTURAL_LAND') return 'AGRI_GENERIC'
  if (of.bank_type === 'COOP') return 'COOP_GENERIC'
  if (slab === 'LT_5CR') return 'SBI_FORMAT_A'
  return slab === 'GT_5CR' ? 'BOI_PSU_GENERIC' : 'UNKNOWN'
}

/** F22: what an insurer would have to pay for; absent without a percentage. */
export function insurable(
  of: RuleCase,
  base: Pick<Components, 'building'> & { fmv: Decimal | undefined },
): Decimal | undefined {
  const { insurable_percent, insurable_base } = of.params
  const value = insurable_base === 'FMV' ? base.fmv : base.building
  return insurable_percent === null || !value ? undefined : percentOf(value, insurable_percent)
}

import { Decimal, dec, HUNDRED, round, ZERO } from './decimal.ts'
import type { RuleCase } from './rule-case.ts'

/** A share of a cost as numerator and denominator, so that nothing is divided before the one rounding. */
export interface Share {
  readonly top: Decimal
  readonly bottom: Decimal
}
export const NO_SHARE: Share = { top: ZERO, bottom: new Decimal(1) }

export interface Ageing {
  readonly age: Decimal | undefined
  readonly life: Decimal | undefined
  readonly salvage: Decimal
}

/** min(1, age / life) · (100 − salvage) / 100; absent without age or total life. */
export function agedShare({ age, life, salvage }: Ageing): Share | undefined {
  if (!age || !life || life.isZero()) return undefined
  const kept = HUNDRED.minus(salvage)
  return age.gte(life) ? { top: kept, bottom: HUNDRED } : { top: age.times(kept), bottom: life.times(HUNDRED) }
}

/** round2(cost · share). */
export const shareOf = (cost: Decimal, { top, bottom }: Share): Decimal => round(cost.times(top).div(bottom))
export const asPercent = (share: Share): Decimal => shareOf(HUNDRED, share)

export interface Depreciation {
  /** F11 from age and total life. */
  readonly byAge: Decimal | undefined
  /** What is printed: typed by hand, else by age. */
  readonly percent: Decimal | undefined
  readonly residualYears: Decimal | undefined
  readonly capped: boolean
}

const isAbove = (age: Decimal | undefined, life: Decimal | undefined): boolean =>
  Boolean(age && life?.gt(0) && age.gt(life))

/** F11: depreciation in per cent with 2 places, and the life that is left. */
export function depreciation({ contract }: RuleCase): Depreciation {
  const building = contract.property?.building
  const age = dec(building?.age_years)
  const life = dec(building?.total_life_years)
  const share = agedShare({ age, life, salvage: ZERO })
  const byAge = share && asPercent(share)
  const left = age && life ? Decimal.max(ZERO, life.minus(age)) : dec(building?.residual_life_years)
  return {
    byAge,
    percent: dec(contract.valuation_inputs?.depreciation_percent) ?? byAge,
    residualYears: left,
    capped: isAbove(age, life),
  }
}

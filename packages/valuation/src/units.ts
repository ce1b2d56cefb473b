import type { Unit } from '@zenops/contracts/report-enums'
import type { LocalUnit } from '@zenops/contracts/report-ruleset'
import { Decimal, dec, round } from './decimal.ts'

export interface Measure {
  value?: number | undefined
  unit?: Unit | undefined
}
/** An amount in a known unit: `sqft` is what one unit holds in square feet. */
export interface Measured {
  readonly value: Decimal
  readonly sqft: Decimal
}

/** Square feet of one square metre, fixed for all rulesets. */
export const SQFT_PER_SQM = new Decimal('10.7639')
const SQM = 'sqm'

const SQFT: ReadonlyMap<string, Decimal> = new Map(
  Object.entries({
    sqft: '1',
    sqm: '10.7639',
    sqyd: '9',
    acre: '43560',
    hectare: '107639',
    guntha: '1089',
    cent: '435.6',
    decimal: '435.6',
    marla: '272.25',
    kanal: '5445',
  }).map(([unit, sqft]) => [unit, new Decimal(sqft)]),
)

/** Square feet of a unit, or nothing for a local unit that the ruleset does not know. */
export type UnitTable = (unit: Unit | undefined) => Decimal | undefined

/** The fixed units and the local ones of a ruleset; a missing unit means `sqm`. */
export function unitTable(localUnits: readonly LocalUnit[] = []): UnitTable {
  if (localUnits.length === 0) return (unit = SQM) => SQFT.get(unit)
  const local = new Map(localUnits.map(({ key, sqft }) => [`local:${key}`, new Decimal(sqft)]))
  return (unit = SQM) => SQFT.get(unit) ?? local.get(unit)
}

/** A measure with its unit resolved; absent without value or with an unknown unit. */
export function measured(measure: Measure | undefined, units: UnitTable): Measured | undefined {
  const value = dec(measure?.value)
  const sqft = value ? units(measure?.unit) : undefined
  return value && sqft ? { value, sqft } : undefined
}

/** Square feet, exact. */
export const inSqft = ({ value, sqft }: Measured): Decimal => value.times(sqft)

/** F5: square metres, 2 places. */
export const areaInSqm = (area: Measured): Decimal => round(inSqft(area).div(SQFT_PER_SQM))

/** F6: rupees per square metre, 2 places. */
export const ratePerSqm = (rate: Measured): Decimal => round(rate.value.times(SQFT_PER_SQM).div(rate.sqft))

/** F14: what an area costs at a rate, 2 places. */
export const amountOf = (area: Measured, rate: Measured): Decimal =>
  round(area.value.times(area.sqft).times(rate.value).div(rate.sqft))

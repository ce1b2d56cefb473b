import type { ContractInputs } from '@zenops/contracts/report-contract'
import type { Unit } from '@zenops/contracts/report-enums'
import { type Decimal, dec, HUNDRED, round, sum, ZERO } from './decimal.ts'
import { agedShare, asPercent, type Share, shareOf } from './depreciation.ts'
import { type RuleCase, unitArea } from './rule-case.ts'
import { amountOf, type Measure, type Measured, measured } from './units.ts'

type UnitSheet = NonNullable<NonNullable<ContractInputs['cost_sheet']>['unit']>

export interface UnitFigures {
  readonly depreciatedBuildingRate: Decimal | undefined
  readonly depreciationPercent: Decimal | undefined
  readonly compositeRate: Decimal | undefined
  readonly rateUnit: Unit | undefined
  readonly value: Decimal | undefined
  readonly total: Decimal | undefined
}

interface NamedRate {
  readonly rate: Measured
  readonly unit: Unit
}
const named = (rate: Measured | undefined, typed: Measure | undefined): NamedRate | undefined =>
  rate && { rate, unit: typed?.unit ?? 'sqm' }

/** The depreciated rate of the building with that of land and others, in the building rate's unit. */
function splitRate(depreciated: Measured | undefined, others: Measured | undefined): Measured | undefined {
  if (!depreciated || !others) return undefined
  const { sqft, value } = depreciated
  if (others.sqft.eq(sqft)) return { value: value.plus(others.value), sqft }
  return { value: round(value.times(others.sqft).plus(others.value.times(sqft)).div(others.sqft)), sqft }
}

/** The rate that counts: the one adopted by hand, else the split, else that of a new unit. */
function compositeRate(sheet: UnitSheet, depreciated: Measured | undefined, of: RuleCase): NamedRate | undefined {
  const others = measured(sheet.land_others_rate, of.units)
  return (
    named(measured(sheet.final_rate, of.units), sheet.final_rate) ??
    named(splitRate(depreciated, others), sheet.building_services_rate) ??
    named(measured(sheet.new_composite_rate, of.units), sheet.new_composite_rate)
  )
}

/** What age takes from the building's rate; absent without age or total life. */
function lostShare(sheet: UnitSheet, { contract, params }: RuleCase): Share | undefined {
  const building = contract.property?.building
  return agedShare({
    age: dec(building?.age_years),
    life: dec(building?.total_life_years),
    salvage: dec(sheet.salvage_percent) ?? dec(params.unit_salvage_percent) ?? ZERO,
  })
}

const ALL: Share = { top: HUNDRED, bottom: HUNDRED }
const left = (lost: Share | undefined): Share =>
  lost ? { top: lost.bottom.minus(lost.top), bottom: lost.bottom } : ALL
const afterLoss = (rate: Measured, lost: Share | undefined): Measured => ({
  ...rate,
  value: shareOf(rate.value, left(lost)),
})

const valueAt = (composite: NamedRate | undefined, of: RuleCase): Decimal | undefined => {
  const area = composite && unitArea(of)
  return area && amountOf(area, composite.rate)
}
const withItems = (value: Decimal, { items = [] }: UnitSheet): Decimal | undefined =>
  sum([value, ...items.map((item) => dec(item.amount))])

/** F17: a flat, shop or office by its composite rate. */
export function unitFigures(of: RuleCase): UnitFigures | undefined {
  const sheet = of.contract.cost_sheet?.unit
  if (!sheet || of.variant !== 'UNIT') return undefined
  const lost = lostShare(sheet, of)
  const services = named(measured(sheet.building_services_rate, of.units), sheet.building_services_rate)
  const depreciated = services && afterLoss(services.rate, lost)
  const composite = compositeRate(sheet, depreciated, of)
  const value = valueAt(composite, of)
  return {
    depreciatedBuildingRate: depreciated?.value,
    depreciationPercent: lost && services && asPercent(lost),
    compositeRate: composite?.rate.value,
    rateUnit: (composite ?? services)?.unit,
    value,
    total: value && withItems(value, sheet),
  }
}

import type { ContractInputs } from '@zenops/contracts/report-contract'
import { type Decimal, dec, HUNDRED, sum, ZERO } from './decimal.ts'
import { agedShare, NO_SHARE, type Share, shareOf } from './depreciation.ts'
import type { RuleCase } from './rule-case.ts'
import { type UnitFigures, unitFigures } from './unit-sheet.ts'
import { amountOf, type Measure, measured, type UnitTable } from './units.ts'

type CostSheet = NonNullable<ContractInputs['cost_sheet']>
type BuildingInput = NonNullable<NonNullable<CostSheet['building']>['rows']>[number]
type ItemSection = CostSheet['extra_items']

/** F14: the typed amount, else area by rate; absent when neither can be had. */
export function rowAmount(
  row: { amount?: number | undefined; area?: Measure | undefined; rate?: Measure | undefined },
  units: UnitTable,
): Decimal | undefined {
  const typed = dec(row.amount)
  if (typed) return typed
  const area = measured(row.area, units)
  const rate = measured(row.rate, units)
  return area && rate ? amountOf(area, rate) : undefined
}

export interface FloorFigures {
  readonly label: string | undefined
  readonly cost: Decimal
  readonly depreciation: Decimal
  readonly net: Decimal
}

/** How a floor loses value: as it says, else by what it brings. */
function modeOf(row: BuildingInput): NonNullable<BuildingInput['depreciation_mode']> {
  if (row.depreciation_mode) return row.depreciation_mode
  if (row.depreciation_percent !== undefined) return 'PERCENT'
  return row.age_years !== undefined && row.total_life_years !== undefined ? 'AGE_LIFE' : 'NONE'
}

function floorShare(row: BuildingInput, { contract, params }: RuleCase): Share {
  const mode = modeOf(row)
  if (mode === 'NONE') return NO_SHARE
  if (mode === 'PERCENT') return { top: dec(row.depreciation_percent) ?? ZERO, bottom: HUNDRED }
  const building = contract.property?.building
  const share = agedShare({
    age: dec(row.age_years ?? building?.age_years),
    life: dec(row.total_life_years ?? building?.total_life_years),
    salvage: dec(row.salvage_percent) ?? dec(params.salvage_percent) ?? ZERO,
  })
  return share ?? NO_SHARE
}

/** F15: cost, depreciation and net of one floor; absent while its cost cannot be had. */
function floorFigures(row: BuildingInput, of: RuleCase): FloorFigures | undefined {
  const cost = rowAmount({ amount: row.amount, area: row.plinth_area, rate: row.replacement_rate }, of.units)
  if (!cost) return undefined
  const lost = shareOf(cost, floorShare(row, of))
  return { label: row.label, cost, depreciation: lost, net: cost.minus(lost) }
}

function itemTotal(section: ItemSection): Decimal | undefined {
  return sum(
    (section?.rows ?? []).map(({ amount, quantity, unit_rate }) => {
      const each = dec(unit_rate)
      return dec(amount) ?? (each ? dec(quantity)?.times(each) : undefined)
    }),
  )?.toDecimalPlaces(2)
}

export interface SheetFigures {
  readonly partA: Decimal | undefined
  readonly partB: Decimal | undefined
  readonly partC: Decimal | undefined
  readonly partD: Decimal | undefined
  readonly partE: Decimal | undefined
  readonly partF: Decimal | undefined
  /** One entry for each row of Part B, in its place. */
  readonly floors: readonly (FloorFigures | undefined)[]
  readonly unit: UnitFigures | undefined
}

/** F14 to F17: Parts A to F and the unit sheet. A part without amounts is absent. */
export function sheetFigures(of: RuleCase): SheetFigures {
  const sheet = of.contract.cost_sheet
  const floors = (sheet?.building?.rows ?? []).map((row) => floorFigures(row, of))
  return {
    partA: sum((sheet?.land?.rows ?? []).map((row) => rowAmount(row, of.units))),
    partB: sum(floors.map((floor) => floor?.net)),
    partC: itemTotal(sheet?.extra_items),
    partD: itemTotal(sheet?.amenities),
    partE: itemTotal(sheet?.miscellaneous),
    partF: itemTotal(sheet?.services),
    floors,
    unit: unitFigures(of),
  }
}

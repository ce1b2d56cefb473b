import type { ContractInputs } from '@zenops/contracts/report-contract'
import type { BankType, PropertyType, ReportType, TemplateVariant } from '@zenops/contracts/report-enums'
import type { RulesetParams } from '@zenops/contracts/report-ruleset'
import { type Measured, measured, inSqft, type UnitTable } from './units.ts'

/** One report as the formulas see it. */
export interface RuleCase {
  readonly report_type: ReportType
  readonly bank_type: BankType
  readonly variant: TemplateVariant
  readonly contract: ContractInputs
  readonly params: RulesetParams
  readonly units: UnitTable
}

const UNIT_TYPES: readonly (PropertyType | undefined)[] = ['FLAT', 'SHOP', 'OFFICE']
export const variantOf = (contract: ContractInputs): TemplateVariant =>
  UNIT_TYPES.includes(contract.property?.property_type) ? 'UNIT' : 'LAND_BUILDING'

/** F24: the land area considered; else the smaller of deed and site; else the one that exists. */
export function consideredArea({ contract, units }: Pick<RuleCase, 'contract' | 'units'>): Measured | undefined {
  const property = contract.property
  return measured(property?.land_area, units) ?? documentedArea({ contract, units })
}

/** The smaller of the areas of deed and site, or the one that exists. */
export function documentedArea({ contract, units }: Pick<RuleCase, 'contract' | 'units'>): Measured | undefined {
  const deed = measured(contract.property?.land_area_deed, units)
  const actual = measured(contract.property?.land_area_actual, units)
  return deed && actual ? smaller(deed, actual) : (deed ?? actual)
}

const smaller = (a: Measured, b: Measured): Measured => (inSqft(b).lt(inSqft(a)) ? b : a)

/** The area a unit is valued on: the sheet's own, else that of its basis, else the first of the property's. */
export function unitArea({ contract, units }: RuleCase): Measured | undefined {
  const { property } = contract
  const sheet = contract.cost_sheet?.unit
  const byBasis = {
    CARPET: property?.carpet_area,
    BUILT_UP: property?.built_up_area,
    SUPER_BUILT_UP: property?.super_built_up_area,
  }
  const named = sheet?.area_basis ? byBasis[sheet.area_basis] : undefined
  for (const area of [sheet?.area, named, byBasis.BUILT_UP, byBasis.CARPET, byBasis.SUPER_BUILT_UP]) {
    const found = measured(area, units)
    if (found) return found
  }
  return undefined
}

import type { ReportWarning } from '@zenops/contracts/report-outputs'
import { type Decimal, sum } from './decimal.ts'
import { documentedArea } from './rule-case.ts'
import { inSqft, type Measured, measured } from './units.ts'
import { type WarningCase, when } from './warning-case.ts'

/** Floors and built-up area may differ by this part of the built-up area. */
const FLOOR_TOLERANCE = 0.01
const LEASE_YEARS = 5
const INDIA = { south: 6, north: 38, west: 68, east: 98 } as const

function names({ of: { contract }, defaults }: WarningCase): ReportWarning[] {
  const { party, property } = contract
  return [
    ...when(!party?.bank_name && !party?.bank_branch_name, 'BANK_NAME_MISSING', [
      'party.bank_name',
      'Neither bank nor branch is named.',
    ]),
    ...when(!property?.address, 'PROPERTY_ADDRESS_MISSING', ['property.address', 'The property has no address.']),
    ...when(!party?.signatory_id && !defaults.signatory_id, 'SIGNATORY_MISSING', [
      'party.signatory_id',
      'Nobody is named to sign; the block prints empty lines.',
    ]),
  ]
}

/** More apart than the tolerance allows. */
const differ = (floors: Decimal | undefined, builtUp: Decimal | undefined): boolean =>
  Boolean(floors && builtUp && floors.minus(builtUp).abs().gt(builtUp.times(FLOOR_TOLERANCE)))

function areas({ of, figures }: WarningCase): ReportWarning[] {
  const { property } = of.contract
  const floors = sum((property?.floors ?? []).map((floor) => sqft(measured(floor.area, of.units))))
  const builtUp = sqft(measured(property?.built_up_area, of.units))
  const documented = sqft(documentedArea(of))
  return [
    ...when(differ(floors, builtUp), 'FLOOR_AREA_SUM_MISMATCH', [
      'property.built_up_area',
      'The floors do not add up to the built-up area.',
    ]),
    ...when(Boolean(documented && sqft(figures.considered)?.gt(documented)), 'AREA_EXCEEDS_DOCUMENTS', [
      'property.land_area',
      'The area considered is larger than deed or site allow.',
    ]),
  ]
}
const sqft = (area: Measured | undefined): Decimal | undefined => area && inSqft(area)

function place({ of: { contract } }: WarningCase): ReportWarning[] {
  const { lat, lng } = contract.property?.geo ?? {}
  const missing = lat === undefined || lng === undefined
  const outside = !missing && (lat < INDIA.south || lat > INDIA.north || lng < INDIA.west || lng > INDIA.east)
  return [
    ...when(missing, 'COORDINATES_MISSING', ['property.geo', 'The property has no coordinates.']),
    ...when(outside, 'COORDINATES_OUTSIDE_INDIA', ['property.geo', 'The coordinates lie outside India.']),
  ]
}

/** The same day some years later, as text; the 29th of February stays comparable. */
const yearsLater = (day: string, years: number): string =>
  `${String(Number(day.slice(0, 4)) + years).padStart(4, '0')}${day.slice(4)}`

function dates({ of: { contract }, today }: WarningCase): ReportWarning[] {
  const { engagement, valuation_inputs: inputs, property } = contract
  const order = [inputs?.inspection_date, engagement?.valuation_date, engagement?.report_date].filter(
    (day) => day !== undefined,
  )
  const broken = order.some((day, index) => index > 0 && day < (order[index - 1] ?? day))
  const lease = property?.lease?.to
  return [
    ...when(broken, 'DATE_ORDER', [
      'engagement.valuation_date',
      'Inspection, valuation and report do not follow each other.',
    ]),
    ...when(Boolean(lease && lease <= yearsLater(engagement?.valuation_date ?? today, LEASE_YEARS)), 'LEASE_EXPIRING', [
      'property.lease.to',
      'The lease ends within 5 years.',
    ]),
  ]
}

/** Warnings about parties, place, areas and days. */
export const placeWarnings = (of: WarningCase): ReportWarning[] => [
  ...names(of),
  ...areas(of),
  ...place(of),
  ...dates(of),
]

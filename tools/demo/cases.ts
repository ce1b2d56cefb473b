import { readFileSync } from 'node:fs'
import type { BankType, ReportType } from '@zenops/contracts/report-enums'
import { FORMS } from '@zenops/templates/build/bank-formats'
import type { Place } from './pictures.ts'

export interface ValuationCase {
  readonly id: string
  readonly title: string
  readonly form_key: string
  readonly bank_kind: string
  readonly bank_type: BankType
  readonly report_type: ReportType
  readonly locality: string
  readonly year: number
  readonly ruleset_params: Record<string, unknown>
  readonly contract: Record<string, Record<string, unknown>>
  readonly expected: Record<string, unknown>
}

const FILE = new URL('../../packages/valuation/data/valuation-cases.json', import.meta.url)

/** The published valuations that the product must reproduce. */
export function valuationCases(): ValuationCase[] {
  const { cases } = JSON.parse(readFileSync(FILE, 'utf8')) as { cases: ValuationCase[] } // the shape the file documents
  return cases.filter((one) => one.report_type === 'VALUATION')
}

/** A place for each case; the cases carry no coordinates of their own. */
export const placeOf = (index: number): Place => ({ lat: 15.8497 + index * 0.41, lng: 74.4977 + index * 0.53 })

type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** `over` wins; objects merge. */
function merged(base: Json, over: Json): Json {
  const out: Json = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const below = out[key]
    out[key] = isObject(below) && isObject(value) ? merged(below, value) : value
  }
  return out
}

const UNITS = new Set(['FLAT', 'SHOP', 'OFFICE'])

interface Site {
  readonly one: ValuationCase
  readonly day: string
  readonly kind: string
  readonly isUnit: boolean
  readonly town: readonly string[]
  /** The town itself, behind its locality. */
  readonly city: string
}

function siteOf(one: ValuationCase, day: string): Site {
  const kind = one.contract['property']?.['property_type']
  const town = one.locality.split(',').map((part) => part.trim())
  const known = typeof kind === 'string' ? kind : 'HOUSE'
  return { one, day, kind: known, isUnit: UNITS.has(known), town, city: town.at(-2) ?? 'Belgaum' }
}

const engagement = ({ one, day, isUnit }: Site): Json => ({
  purpose: 'To assess the fair market value of the property offered as security for a loan.',
  approach: isUnit ? 'Composite rate method' : 'Land and building method',
  assignment_date: day,
  valuation_date: day,
  report_date: day,
  bank_reference_no: `LN/${one.id}`,
  enquiries: 'Local enquiries and recent transactions in the vicinity.',
  documents_perused: [
    { doc_type: 'Sale deed', number: '1482/2016', date: '2016-08-22', authority: 'Sub-Registrar' },
    { doc_type: 'Approved plan', number: 'PLN/731', date: '2017-01-18', authority: 'Local body' },
  ],
})

const party = ({ city }: Site): Json => ({
  bank_branch_name: 'Main branch',
  bank_branch_address: `Station Road, ${city}`,
  borrower_name: 'Borrower 0142',
  owner_name: 'Owner 0142 and Co-owner 0142',
  owner_address: `12, Market Road, ${city}`,
  owner_phone: '+919845012345',
  contact_name: 'Borrower 0142',
  contact_phone: '+919845012345',
  accompanied_by: 'Borrower 0142',
})

const SIDES = {
  boundaries: {
    north: { deed: 'Road, 9 m wide', plan: 'Road', actual: 'Road, 9 m wide' },
    south: { deed: 'Plot No. 28', plan: 'Plot No. 28', actual: 'House on Plot No. 28' },
    east: { deed: 'Lane, 3 m wide', plan: 'Lane', actual: 'Lane, 3 m wide' },
    west: { deed: 'Plot No. 26', plan: 'Plot No. 26', actual: 'Vacant Plot No. 26' },
  },
  dimensions: {
    north: { deed: '9.1 m', actual: '9.1 m' },
    south: { deed: '9.1 m', actual: '9.1 m' },
    east: { deed: '12.2 m', actual: '12.2 m' },
    west: { deed: '12.2 m', actual: '12.1 m' },
  },
}
const BUILT = {
  building: {
    type: 'Residential',
    construction_type: 'RCC framed structure',
    quality: 'Good',
    exterior: 'GOOD',
    interior: 'GOOD',
  },
  plan_approval: { number: 'PLN/731', date: '2017-01-18', authority: 'Local body', verified: true },
}

/** An area where the case has none: readiness asks for one. */
function area({ one, isUnit }: Site): Json {
  const unit = one.contract['cost_sheet']?.['unit'] as { area?: unknown } | undefined // as the file has it
  if (isUnit) return { carpet_area: unit?.area ?? { value: 60, unit: 'sqm' } }
  return { land_area: one.contract['property']?.['land_area'] ?? { value: 1200, unit: 'sqft' } }
}

const property = (site: Site): Json => ({
  address: `Plot No. 27, Survey No. 101/2, ${site.one.locality}`,
  landmark: 'Near the bus stand',
  locality: site.town[0],
  city: site.city,
  district: site.city,
  state: site.town.at(-1),
  pin: '590001',
  plot_no: '27',
  door_no: '27/A',
  ward_no: '4',
  survey_no: '101/2',
  cts_no: '4471',
  khata_no: '88',
  description: site.isUnit
    ? 'A unit in a building with common amenities.'
    : 'A plot with regular shape and road access.',
  jurisdiction: 'Local planning authority',
  enactments: 'Not covered under any acquisition notification',
  violations: 'None observed',
  tenure: 'FREEHOLD',
  classification: { locality_class: 'MIDDLE', urbanity: 'SEMI_URBAN', use: 'Residential' },
  boundaries_match: true,
  demarcated: true,
  occupancy: { status: 'OWNER', since: '2018' },
  ...SIDES,
  ...(site.kind === 'VACANT_LAND' ? {} : BUILT),
  ...area(site),
})

const MARKET = {
  market_rate_input: { value: 2500, unit: 'sqft' },
  comparables: [
    {
      description: 'Plot on the same road',
      date: '2026-06-12',
      area: { value: 1500, unit: 'sqft' },
      rate: { value: 2450, unit: 'sqft' },
      source: 'Registered deed',
    },
    {
      description: 'Corner plot, 300 m away',
      date: '2026-08-03',
      area: { value: 1100, unit: 'sqft' },
      rate: { value: 2600, unit: 'sqft' },
      source: 'Local enquiry',
    },
  ],
}
const JUSTIFICATION =
  'The guideline value has not been revised lately; deals nearby were closed at the rates named above.'

/** What a bank's form asks beside the figures; invented, and none of it enters a figure of the case. */
const surroundings = (site: Site): Json => ({
  engagement: engagement(site),
  party: party(site),
  property: property(site),
  valuation_inputs: MARKET,
  manual_fields: { justification_text: JUSTIFICATION },
})

/** What is seen on any ordinary site, by words in the question; the first that fits answers. */
const SEEN: readonly (readonly [RegExp, unknown])[] = [
  [/flood|land.?locked|acquisition|threat|conflict/, 'No'],
  [/road facilit|type of road|access/, 'Bituminous road, 9 m wide'],
  [/width of road/, 'More than 20 ft'],
  [/water/, 'Municipal supply and bore well'],
  [/sewer|drainage/, 'Connected to the municipal line'],
  [/power|electric|wiring/, 'Available, concealed wiring'],
  [/civic|amenit|facilit/, 'School, hospital and market within 1 km'],
  [/foundation/, 'RCC isolated footings'],
  [/superstructure|rcc/, 'RCC frame with brick infill'],
  [/floor|skirting/, 'Vitrified tiles'],
  [/joinery|door|window/, 'Teak frames, flush doors, aluminium windows'],
  [/plaster/, 'Cement plaster, smooth inside'],
  [/roof/, 'RCC slab with weathering course'],
  [/shape/, 'Rectangular'],
  [/level|topograph/, 'Level'],
  [/locality|surround|development/, 'Residential, developing'],
  [/date/, undefined],
]

interface FormQuestion {
  readonly key: string
  readonly label: string
  readonly type: string
  readonly contract_path: string | null
}

/** Answers to the form's own questions, those of texts and yes-or-no. */
function formAnswers(one: ValuationCase): Json {
  const answers: Record<string, Json> = {}
  for (const section of FORMS.find((form) => form.form_key === one.form_key)?.sections ?? []) {
    for (const item of section.items as readonly FormQuestion[]) {
      if (!item.contract_path?.startsWith('form_answers.')) continue
      const answer = answerTo(item)
      const [, group = section.key, field = item.key] = item.contract_path.split('.')
      if (answer !== undefined) answers[group] = { ...answers[group], [field]: answer }
    }
  }
  return answers
}
function answerTo({ label, type }: FormQuestion): unknown {
  if (type === 'bool') return !/flood|land.?locked|threat/i.test(label)
  if (type !== 'text' && type !== 'longtext') return undefined
  return SEEN.find(([words]) => words.test(label.toLowerCase()))?.[1]
}

/** The patch that a valuer would type: the figures of the case, and what the form asks besides. */
export const typedContract = (one: ValuationCase, day: string): Json =>
  merged({ ...surroundings(siteOf(one, day)), form_answers: formAnswers(one) }, one.contract)

/** The figures of an answer under the names that the cases use. */
export function namedFigures(derived: Json): Json {
  const values = derived['computed_values'] as Json // derived values of the contract
  const sheet = (values['sheet'] ?? {}) as {
    unit?: { value?: number }
    building_rows?: { cost: number; depreciation: number; net: number }[]
  } // as above
  const { book: _, ...words } = (values['value_in_words'] ?? {}) as Json // the cases leave the words of the book value out
  return {
    ...derived,
    ...values,
    book_value: values['book_value'] ?? null,
    unit_value: sheet.unit?.value,
    building_rows: sheet.building_rows?.map((row) => [row.cost, row.depreciation, row.net]),
    value_in_words: words,
  }
}

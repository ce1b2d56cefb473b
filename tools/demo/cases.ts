import { readFileSync } from 'node:fs'
import type { BankType, ReportType } from '@zenops/contracts/report-enums'
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

/** What a bank's form asks beside the figures; invented, and none of it enters a figure of the case. */
function surroundings(one: ValuationCase, day: string): Json {
  const kind = String(one.contract['property']?.['property_type'] ?? 'HOUSE')
  const unit = one.contract['cost_sheet']?.['unit'] as { area?: unknown } | undefined // as the file has it
  const town = one.locality.split(',').map((part) => part.trim())
  const area = UNITS.has(kind)
    ? { carpet_area: unit?.area ?? { value: 60, unit: 'sqm' } }
    : { land_area: one.contract['property']?.['land_area'] ?? { value: 1200, unit: 'sqft' } }
  return {
    engagement: {
      purpose: 'To assess the fair market value of the property offered as security for a loan.',
      approach: UNITS.has(kind) ? 'Composite rate method' : 'Land and building method',
      assignment_date: day,
      valuation_date: day,
      report_date: day,
      bank_reference_no: `LN/${one.id}`,
      enquiries: 'Local enquiries and recent transactions in the vicinity.',
      documents_perused: [
        { doc_type: 'Sale deed', number: '1482/2016', date: '2016-08-22', authority: 'Sub-Registrar' },
        { doc_type: 'Approved plan', number: 'PLN/731', date: '2017-01-18', authority: 'Local body' },
      ],
    },
    party: {
      borrower_name: 'Anand Kulkarni',
      owner_name: 'Anand Kulkarni and Meera Kulkarni',
      owner_address: `12, Market Road, ${town.at(-2) ?? 'Belgaum'}`,
      owner_phone: '+919845012345',
      contact_name: 'Anand Kulkarni',
      contact_phone: '+919845012345',
      accompanied_by: 'Anand Kulkarni',
    },
    property: {
      address: `Plot No. 27, Survey No. 101/2, ${one.locality}`,
      landmark: 'Near the bus stand',
      locality: town[0],
      city: town.at(-2) ?? town[0],
      district: town.at(-2) ?? town[0],
      state: town.at(-1),
      pin: '590001',
      plot_no: '27',
      door_no: '27/A',
      ward_no: '4',
      survey_no: '101/2',
      cts_no: '4471',
      khata_no: '88',
      description: UNITS.has(kind)
        ? 'A unit in a building with common amenities.'
        : 'A plot with regular shape and road access.',
      jurisdiction: 'Local planning authority',
      enactments: 'Not covered under any acquisition notification',
      violations: 'None observed',
      tenure: 'FREEHOLD',
      classification: { locality_class: 'MIDDLE', urbanity: 'SEMI_URBAN', use: 'Residential' },
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
      boundaries_match: true,
      demarcated: true,
      occupancy: { status: 'OWNER', since: '2018' },
      ...(kind === 'VACANT_LAND'
        ? {}
        : {
            building: {
              type: 'Residential',
              construction_type: 'RCC framed structure',
              quality: 'Good',
              exterior: 'GOOD',
              interior: 'GOOD',
            },
            plan_approval: { number: 'PLN/731', date: '2017-01-18', authority: 'Local body', verified: true },
          }),
      ...area,
    },
    valuation_inputs: {
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
    },
    manual_fields: {
      justification_text:
        'The guideline value has not been revised lately; deals nearby were closed at the rates named above.',
    },
  }
}

/** The patch that a valuer would type: the figures of the case, and what the form asks besides. */
export const typedContract = (one: ValuationCase, day: string): Json => merged(surroundings(one, day), one.contract)

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

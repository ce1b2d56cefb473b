import { type Decimal, divide, multiply, plain, readDecimal } from './decimal.ts'
import type { TemplateData } from './fill.ts'
import { sizeOfUnit } from './filters.ts'

type Fields = Readonly<Record<string, unknown>>

export interface TemplateSources {
  /** The report contract; its sections become roots, `form_answers` becomes `form`. */
  contract: Fields
  /** `computed_values` of the revision. */
  computed: Fields
  report: Fields
  assignment?: Fields
  firm: Fields
  signatory: Fields
  bank: Fields
}

/** The object that templates see: contract sections, computed, report, assignment, firm, signatory, bank, form. */
export function templateData(sources: TemplateSources): TemplateData {
  const {
    form_answers,
    computed_values: _computed,
    data_bundle: _bundle,
    audit: _audit,
    ...sections
  } = sources.contract
  const costSheet = fields(sections.cost_sheet)
  return {
    ...sections,
    cost_sheet: { ...costSheet, land: landRows(fields(costSheet.land)) },
    form: form_answers ?? {},
    computed: { ...sources.computed, sheet: sheetRows(sources, costSheet) },
    report: sources.report,
    assignment: sources.assignment ?? {},
    firm: sources.firm,
    signatory: sources.signatory,
    bank: sources.bank,
  }
}

/** Land rows carry the amount that area and rate give where none was typed. */
function landRows(land: Fields): Fields {
  return { ...land, rows: list(land.rows).map((row) => ({ ...row, amount: row.amount ?? amountOf(row) })) }
}

function amountOf(row: Fields): string | null {
  const area = fields(row.area)
  const rate = fields(row.rate)
  const parts = [area.value, sizeOfUnit(area.unit), rate.value, sizeOfUnit(rate.unit)].map(readDecimal)
  const [size, from, price, to] = parts
  if (!size || !from || !price || !to) return null
  return plain(divide(multiply(multiply(size, from), price), to, 2))
}

/** Floor rows: what was typed beside what was computed of it, so that one loop prints the whole line. */
function sheetRows(sources: TemplateSources, costSheet: Fields): Fields {
  const sheet = fields(sources.computed.sheet)
  const computed = Array.isArray(sheet.building_rows) ? sheet.building_rows : []
  const building = fields(fields(sources.contract.property).building)
  const rows = list(fields(costSheet.building).rows).map((typed, index) => {
    const amounts = amountsOf(computed[index])
    return {
      age_years: building.age_years,
      total_life_years: building.total_life_years,
      ...typed,
      ...amounts,
      depreciation_percent: typed.depreciation_percent ?? shareOf(amounts.depreciation, amounts.cost),
    }
  })
  return { ...sheet, building_rows: rows }
}

interface FloorAmounts {
  cost: unknown
  depreciation: unknown
  net: unknown
}

function amountsOf(row: unknown): FloorAmounts {
  if (Array.isArray(row)) return { cost: row[0], depreciation: row[1], net: row[2] }
  const given = fields(row)
  return {
    cost: given.cost ?? given.replacement_cost,
    depreciation: given.depreciation ?? given.depreciation_amount,
    net: given.net ?? given.net_value,
  }
}

function shareOf(part: unknown, whole: unknown): string | null {
  const top = readDecimal(part)
  const bottom = readDecimal(whole)
  if (!top || !bottom || bottom.digits === 0n) return null
  const hundred: Decimal = { digits: 100n, scale: 0 }
  return plain(divide(multiply(top, hundred), bottom, 2))
}

function fields(value: unknown): Fields {
  // A non-null object that is no list has string keys; what they hold stays unknown.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fields) : []
}

import type { GUIDELINE_SCOPES, GUIDELINE_SOURCES } from '@zenops/contracts/report-enums'
import { rowAmount } from './cost-sheet.ts'
import { type Decimal, dec, HUNDRED, round, sum } from './decimal.ts'
import { consideredArea, type RuleCase, unitArea } from './rule-case.ts'
import { amountOf, type Measured, measured, SQFT_PER_SQM } from './units.ts'

type Source = (typeof GUIDELINE_SOURCES)[number]
type Scope = (typeof GUIDELINE_SCOPES)[number]

export interface Guideline {
  readonly total: Decimal | undefined
  readonly source: Source
  /** What the total covers; absent when it is missing. */
  readonly scope: Scope | undefined
}

/** The guideline rate: typed per sqm, else as it was entered. */
export function guidelineRate({ contract, units }: RuleCase): Measured | undefined {
  const typed = dec(contract.valuation_inputs?.guideline_rate_per_sqm)
  return typed ? { value: typed, sqft: SQFT_PER_SQM } : measured(contract.valuation_inputs?.guideline_rate_input, units)
}

function rateTimesArea(of: RuleCase): Decimal | undefined {
  const rate = guidelineRate(of)
  const area = of.variant === 'UNIT' ? unitArea(of) : consideredArea(of)
  return rate && area ? amountOf(area, rate) : undefined
}

/** F13: what the government takes the property to be worth; the book value. */
export function guideline(of: RuleCase): Guideline {
  const inputs = of.contract.valuation_inputs
  const scope = inputs?.guideline_scope
  const typed = dec(inputs?.guideline_total_value)
  if (typed) return { total: typed, source: 'INPUT', scope: scope ?? 'TOTAL' }
  const lines = sum((inputs?.guideline_lines ?? []).map((line) => rowAmount(line, of.units)))
  if (lines) return { total: lines, source: 'LINES', scope: scope ?? 'TOTAL' }
  const product = rateTimesArea(of)
  if (!product) return { total: undefined, source: 'MISSING', scope: undefined }
  return { total: product, source: 'RATE_X_AREA', scope: scope ?? (of.variant === 'UNIT' ? 'TOTAL' : 'LAND') }
}

export interface Variance {
  readonly percent: Decimal | undefined
  readonly justificationRequired: boolean | undefined
}

export interface Compared {
  readonly fmv: Decimal | undefined
  readonly land: Decimal | undefined
  readonly limitPercent: number
}

/** F12: how far the value lies from the guideline, compared before rounding. */
export function variance({ total, scope }: Guideline, { fmv, land, limitPercent }: Compared): Variance {
  const value = scope === 'LAND' ? land : fmv
  if (!total || !value) return { percent: undefined, justificationRequired: undefined }
  if (total.isZero()) return { percent: undefined, justificationRequired: false }
  const gap = value.minus(total).abs().times(HUNDRED)
  return { percent: round(gap.div(total)), justificationRequired: gap.gte(total.times(limitPercent)) }
}

import type { Json } from '@zenops/client/merge-patch'
import { UNITS, type Unit } from '@zenops/contracts/report-enums'
import { NUMBER_RULES } from '@zenops/contracts/report-nodes'
import { readNumber, type FaultReason, type NumberRule } from '@zenops/contracts/report-numbers'
import { dec, round } from '@zenops/valuation/decimal'
import { unitTable } from '@zenops/valuation/units'

/** A figure as plain decimal text, whatever its size. */
export function plainText(value: number): string {
  const text = String(value)
  return text.includes('e') ? value.toFixed(7).replace(/\.?0+$/, '') : text
}

export const numberText = (value: Json | undefined): string | null =>
  typeof value === 'number' ? plainText(value) : null

export interface MeasureValue {
  readonly value: number | null
  readonly unit: string
}

/** An area or a rate as it is stored; a missing unit means square metres. */
export function measureOf(value: Json | undefined): MeasureValue | null {
  if (typeof value !== 'object' || value === null || !('value' in value)) return null
  const { value: amount, unit } = value
  return { value: typeof amount === 'number' ? amount : null, unit: typeof unit === 'string' ? unit : 'sqm' }
}

const factor = unitTable()
const PLACES = 4

/** The same area in another unit, or the same rate per another unit, with up to four places. */
export function converted(measure: MeasureValue, unit: string, kind: 'area' | 'rate'): string | null {
  // Casts: an unknown unit finds no factor, and nothing is converted.
  const from = factor(measure.unit as Unit)
  const to = factor(unit as Unit)
  const value = dec(measure.value)
  if (!from || !to || !value) return null
  const result = kind === 'area' ? value.times(from).div(to) : value.times(to).div(from)
  return round(result, PLACES).toFixed()
}

/** The unit shown greyed beside the typed one. */
export const otherUnit = (unit: string): string => (unit === 'sqm' ? 'sqft' : 'sqm')

export const unitOptions = (present: string): readonly { value: string; label: string }[] => {
  const known: readonly string[] = UNITS
  const all = known.includes(present) ? known : [...known, present]
  return all.map((value) => ({ value, label: value.replace('local:', '') }))
}

export const ruleOf = (kind: keyof typeof NUMBER_RULES): NumberRule => NUMBER_RULES[kind]

export type Reading =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly reason: FaultReason }

/** Exact decimal text as the JSON number that stands for it. */
export function readFigure(text: string, rule: NumberRule): Reading {
  const read = readNumber(text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, ''), rule)
  return typeof read === 'number' ? { ok: true, value: read } : { ok: false, reason: read }
}

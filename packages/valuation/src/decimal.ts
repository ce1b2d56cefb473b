import { Decimal as Base } from 'decimal.js'

/** Decimals wide enough that no intermediate of a formula is ever rounded visibly. */
export const Decimal = Base.clone({ precision: 60, rounding: Base.ROUND_HALF_UP, toExpNeg: -40, toExpPos: 40 })
export type Decimal = Base

export const ZERO = new Decimal(0)
export const HUNDRED = new Decimal(100)

/** A stored figure as a decimal; absent stays absent. */
export const dec = (value: number | null | undefined): Decimal | undefined =>
  value === undefined || value === null ? undefined : new Decimal(value)

/** Half-up to `places` (2 unless told): 1.005 becomes 1.01. */
export const round = (value: Decimal, places = 2): Decimal => value.toDecimalPlaces(places, Base.ROUND_HALF_UP)

/** The sum of what is there; absent when nothing is. */
export function sum(values: readonly (Decimal | undefined)[]): Decimal | undefined {
  let total: Decimal | undefined
  for (const value of values) if (value) total = total ? total.plus(value) : value
  return total
}

/** Significant digits up to which a decimal has one shortest JSON form. */
const EXACT_DIGITS = 15
export const fitsJson = (value: Decimal): boolean => value.isFinite() && value.precision() <= EXACT_DIGITS

/** Drops members that are undefined, so that an absent value is absent in JSON too. */
export function present<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const out: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) if (member !== undefined) out[key] = member
  // Cast: only undefined members were left out.
  return out as { [K in keyof T]?: Exclude<T[K], undefined> }
}

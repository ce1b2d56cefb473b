import type { Unit } from './report-enums.ts'
import type { NumberRule } from './report-numbers.ts'

/**
 * Whether a report type asks for a field: four letters for VALUATION, REVALUATION, DPR, STAGE_PROGRESS;
 * `*` required by the base readiness, `o` asked on the form, `-` hidden (still stored).
 */
export type Asked = string

export type LeafKind =
  | 'text'
  | 'paragraph'
  | 'money'
  | 'rate_per_sqm'
  | 'number'
  | 'count'
  | 'percent'
  | 'latitude'
  | 'longitude'
  | 'date'
  | 'past_date'
  | 'enum'
  | 'bool'
  | 'phone'
  | 'pin'
  | 'id'
  | 'unit'
  | 'mark'
  | 'texts'
  | 'json'

export interface Leaf<out T> {
  readonly node: 'leaf'
  readonly kind: LeafKind
  readonly label: string
  readonly asked?: Asked
  readonly options?: readonly string[]
  readonly unit?: string
  /** Narrower limits than the kind's own. */
  readonly range?: { readonly min: number; readonly max: number }
  /** Never set: carries the type of the value. */
  readonly value?: T
}
export interface Group<out C extends Fields> {
  readonly node: 'group'
  readonly kind: 'group' | 'area' | 'rate' | 'rate_range'
  readonly label: string
  readonly asked?: Asked
  readonly fields: C
}
export interface Rows<out C extends Fields> {
  readonly node: 'rows'
  readonly label: string
  readonly asked?: Asked
  readonly fields: C
  /** The column that a plain text in place of a row fills. */
  readonly textAs?: string
}
export type ContractNode = Leaf<unknown> | Group<Fields> | Rows<Fields>
export interface Fields {
  readonly [key: string]: ContractNode
}

/** What is stored for a node. Nothing is ever null: a cleared value is absent. */
export type ValueOf<N> =
  N extends Leaf<infer T> ? T : N extends Group<infer C> ? ValuesOf<C> : N extends Rows<infer C> ? ValuesOf<C>[] : never
export type ValuesOf<C> = { -readonly [K in keyof C]?: ValueOf<C[K]> | undefined }

/** What a merge patch may say about a value: null clears, objects merge, arrays are replaced whole. */
export type PatchOf<T> = T extends readonly unknown[]
  ? T | null
  : T extends object
    ? { [K in keyof T]?: PatchOf<T[K]> | null }
    : T | null

/** Rules of the figures by kind; rupees have 2 places, areas, rates and percentages 4, coordinates 7. */
export const NUMBER_RULES = {
  money: { decimals: 2, min: 0 },
  rate_per_sqm: { decimals: 4, min: 0 },
  number: { decimals: 4, min: 0 },
  count: { decimals: 0, min: 0 },
  percent: { decimals: 4, min: 0, max: 100 },
  latitude: { decimals: 7, min: -90, max: 90 },
  longitude: { decimals: 7, min: -180, max: 180 },
} as const satisfies Partial<Record<LeafKind, NumberRule>>
export const isNumberKind = (kind: LeafKind): kind is keyof typeof NUMBER_RULES => Object.hasOwn(NUMBER_RULES, kind)
export const numberRule = (node: Leaf<unknown>, kind: keyof typeof NUMBER_RULES): NumberRule => ({
  ...NUMBER_RULES[kind],
  ...node.range,
})

const leaf =
  <T>(kind: LeafKind, unit?: string) =>
  (label: string, asked?: Asked): Leaf<T> => ({
    node: 'leaf',
    kind,
    label,
    ...(asked === undefined ? {} : { asked }),
    ...(unit === undefined ? {} : { unit }),
  })

export const text = leaf<string>('text')
export const paragraph = leaf<string>('paragraph')
export const money = leaf<number>('money', 'INR')
export const ratePerSqm = leaf<number>('rate_per_sqm', 'INR/sqm')
export const number = leaf<number>('number')
export const metres = leaf<number>('number', 'm')
export const kilometres = leaf<number>('number', 'km')
export const years = leaf<number>('number', 'years')
export const count = leaf<number>('count')
export const countBetween = (label: string, min: number, max: number): Leaf<number> => ({
  ...count(label),
  range: { min, max },
})
export const percent = leaf<number>('percent', '%')
export const latitude = leaf<number>('latitude', 'degrees')
export const longitude = leaf<number>('longitude', 'degrees')
export const date = leaf<string>('date')
/** A day that may not lie in the future of the tenant's zone. */
export const pastDate = leaf<string>('past_date')
export const bool = leaf<boolean>('bool')
export const phone = leaf<string>('phone')
export const pin = leaf<string>('pin')
export const person = leaf<string>('id')
export const unit = leaf<Unit>('unit')
/** A year or a label of one: `2027` or `2026-27`. */
export const mark = leaf<string | number>('mark')
export const texts = leaf<string[]>('texts')
export const json = leaf<Record<string, unknown>>('json')

export const oneOf = <const O extends readonly string[]>(label: string, options: O): Leaf<O[number]> => ({
  node: 'leaf',
  kind: 'enum',
  label,
  options,
})
export const group = <const C extends Fields>(label: string, fields: C, asked?: Asked): Group<C> => ({
  node: 'group',
  kind: 'group',
  label,
  fields,
  ...(asked === undefined ? {} : { asked }),
})
export const rows = <const C extends Fields>(
  label: string,
  fields: C,
  more: { asked?: Asked; textAs?: keyof C & string } = {},
): Rows<C> => ({ node: 'rows', label, fields, ...more })

const measured =
  (kind: 'area' | 'rate') =>
  (label: string, asked?: Asked): Group<{ value: Leaf<number>; unit: Leaf<Unit> }> => ({
    ...group(label, { value: number('Value'), unit: unit('Unit') }, asked),
    kind,
  })
export const area = measured('area')
export const rate = measured('rate')
export const rateRange = (label: string): Group<{ from: Leaf<number>; to: Leaf<number>; unit: Leaf<Unit> }> => ({
  ...group(label, { from: number('From'), to: number('To'), unit: unit('Unit') }),
  kind: 'rate_range',
})

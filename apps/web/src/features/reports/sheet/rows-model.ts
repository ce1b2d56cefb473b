import type { Json } from '@zenops/client/merge-patch'
import { UNITS } from '@zenops/contracts/report-enums'
import { isNumberKind, numberRule, type ContractNode, type Fields, type Rows } from '@zenops/contracts/report-nodes'
import type { NumberRule } from '@zenops/contracts/report-numbers'
import { readFigure } from '../model/measure.ts'
import { word } from '../texts.ts'

export type Row = Readonly<Record<string, Json>>
export type CellKind = 'text' | 'number' | 'money' | 'area' | 'rate' | 'enum' | 'date'

export interface Column {
  readonly key: string
  readonly label: string
  readonly kind: CellKind
  readonly rule: NumberRule | null
  readonly options: readonly string[]
  readonly suffix: string | null
}

const KINDS: Readonly<Partial<Record<string, CellKind>>> = {
  money: 'money',
  rate_per_sqm: 'money',
  number: 'number',
  count: 'number',
  percent: 'number',
  date: 'date',
  past_date: 'date',
  enum: 'enum',
  area: 'area',
  rate: 'rate',
}

function columnOf(key: string, node: ContractNode): Column {
  const leaf = node.node === 'leaf' ? node : null
  const kind = (node.node === 'rows' ? undefined : KINDS[node.kind]) ?? 'text'
  return {
    key,
    label: node.label,
    kind,
    rule: leaf && isNumberKind(leaf.kind) ? numberRule(leaf, leaf.kind) : null,
    options: leaf?.options ?? [],
    suffix: leaf?.unit === 'INR' ? null : (leaf?.unit ?? null),
  }
}

/** Columns of a list; internal keys are not shown. */
export const columnsOf = (node: Rows<Fields>): readonly Column[] =>
  Object.entries(node.fields)
    .filter(([key]) => key !== 'key')
    .map(([key, column]) => columnOf(key, column))

const isRow = (value: Json): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value)
export const rowsOf = (value: Json): readonly Row[] => (Array.isArray(value) ? value.filter(isRow) : [])

export const MAX_ROWS = 200

export function withCell(rows: readonly Row[], at: number, [key, value]: readonly [string, Json]): readonly Row[] {
  return rows.map((row, index) => {
    if (index !== at) return row
    const { [key]: _, ...rest } = row
    return value === null ? rest : { ...rest, [key]: value }
  })
}
export const withoutRow = (rows: readonly Row[], at: number): readonly Row[] => rows.filter((_, index) => index !== at)
export function movedRow(rows: readonly Row[], at: number, by: -1 | 1): readonly Row[] {
  const other = rows[at + by]
  const row = rows[at]
  if (!row || !other) return rows
  return rows.map((one, index) => (index === at ? other : index === at + by ? row : one))
}

// ---- paste ----

/** How typed text is read here: the surface's own readers. */
export interface Readers {
  readonly decimal: (text: string) => string | null
  /** Rupees as decimal text. */
  readonly rupees: (text: string) => string | null
  readonly day: (text: string) => string | null
  readonly unit: string
}

function figure(text: string | null, rule: NumberRule): Json {
  const read = text === null ? null : readFigure(text, rule)
  return read?.ok ? read.value : null
}

const MEASURE: NumberRule = { decimals: 4, min: 0 }

function measure(text: string, readers: Readers): Json {
  const [, number = '', unit = ''] = /^([^a-z]*)\s*([a-z]*)/i.exec(text) ?? []
  const known: readonly string[] = UNITS
  const value = figure(readers.decimal(number), MEASURE)
  return value === null ? null : { value, unit: known.includes(unit.toLowerCase()) ? unit.toLowerCase() : readers.unit }
}

/** The value of a pasted cell; null where it cannot be read as what the column holds. */
export function readCell(text: string, column: Column, readers: Readers): Json {
  const clean = text.trim()
  if (clean === '') return null
  switch (column.kind) {
    case 'area':
    case 'rate':
      return measure(clean, readers)
    case 'money':
      return figure(readers.rupees(clean), column.rule ?? MEASURE)
    case 'number':
      return figure(readers.decimal(clean.replace(/%$/, '')), column.rule ?? MEASURE)
    case 'date':
      return readers.day(clean)
    case 'enum':
      return column.options.find((one) => one === clean || word(one).toLowerCase() === clean.toLowerCase()) ?? null
    case 'text':
      return clean.slice(0, 200)
  }
}

export interface Paste {
  readonly cells: readonly (readonly string[])[]
  readonly row: number
  readonly column: number
}

/** Rows after a table was pasted at a cell: columns from there to the right, rows downwards, new ones as needed. */
export function pasteCells(
  rows: readonly Row[],
  columns: readonly Column[],
  { cells, row, column, readers }: Paste & { readonly readers: Readers },
): readonly Row[] {
  let result = [...rows]
  for (const [down, line] of cells.entries()) {
    const at = row + down
    if (at >= MAX_ROWS) break
    while (result.length <= at) result.push({})
    for (const [right, text] of line.entries()) {
      const target = columns[column + right]
      if (target) result = [...withCell(result, at, [target.key, readCell(text, target, readers)])]
    }
  }
  return result
}

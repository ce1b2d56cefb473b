import { BOX } from '../tick-tables.ts'
import { columnKey, dataPath, type FormItem, type FormSection } from './bank-formats.ts'
import { type Cell, paragraph, type Row, table, TEXT_WIDTH } from './docx-builder.ts'
import { detailLines } from './form-items.ts'
import { signatureBlock } from './letter-parts.ts'

const NUMBER = 850
const LABEL = 4000
const RIGHT = { align: 'right' as const }
const CENTER = { align: 'center' as const }

const cell = (...lines: string[]): Cell => ({ lines })
const bold = (content: string, span = 1): Cell => ({ lines: [content], span, look: { bold: true } })

/** One section of a form: its heading and its table, or tables where the form has its own kind. */
export function sectionXml(section: FormSection): string {
  return headingXml(section) + tablesXml(section)
}

function headingXml(section: FormSection): string {
  const { number, title } = section
  const text = number === null ? title : /^(part|page) /i.test(number) ? `${number}: ${title}` : `${number}. ${title}`
  return paragraph(text, { style: 'SectionHead' })
}

function tablesXml(section: FormSection): string {
  if (section.key === 'building_details') return floorTable(section)
  if (section.key === 'details') return unitItems(section)
  if (section.items.every((item) => item.row_key || item.no === 'total')) return moneyTable(section)
  if (section.items.some((item) => item.type === 'pair')) return pairTable(section)
  if (section.key === 'abstract') return amountTable(section)
  if (section.key === 'stage') return stageTables(section)
  const rest = section.items.filter((item) => item.type !== 'tick_table' && item.type !== 'clause')
  const main = formTable({ ...section, items: rest })
  if (section.items[0]?.type === 'clause') return declaration(section) + main
  const land = section.key === 'part_a' ? landTable() : ''
  const clause = section.printed_as === 'clause' ? declaration(section) : ''
  const ticks = section.items.filter((item) => item.type === 'tick_table')
  return [main, land, clause, ...ticks.map(tickTable)].join('')
}

/** No. | Particulars | Details; details have two columns below for answers "as per the deed" and "actual". */
function formTable(section: FormSection): string {
  const details = TEXT_WIDTH - NUMBER - LABEL
  const left = Math.floor(details / 2)
  const head: Row = { head: true, cells: [cell('No.'), cell('Particulars'), { lines: ['Details'], span: 2 }] }
  const rows = section.items.flatMap((item) => itemRows(item, section))
  return table([NUMBER, LABEL, left, details - left], [head, ...rows])
}

function itemRows(item: FormItem, section: FormSection): Row[] {
  const number = cell(item.no)
  if (item.type === 'heading') return [{ cells: [number, bold(item.label, 3)] }]
  if (item.columns && (item.type === 'boundary' || item.type === 'dimension')) return sideRows(item)
  if (item.columns && item.type === 'table') return [{ cells: [number, bold(item.label, 3)] }, ...looseTable(item)]
  if (item.type === 'tick') return [{ cells: [number, cell(item.label), { lines: [], span: 2, xml: boxParagraph() }] }]
  if (item.type === 'signature')
    return [{ cells: [number, cell(item.label), { lines: [], span: 2, xml: signatureBlock() }] }]
  if (item.key === 'enclosures') return enclosureRows(item)
  const look = item.words_path ? { bold: true } : undefined
  return [
    { cells: [number, cell(item.label), { lines: detailLines(item, section), span: 2, ...(look ? { look } : {}) }] },
  ]
}

function sideRows(item: FormItem): Row[] {
  const path = dataPath(item.contract_path ?? '')
  const columns = item.columns ?? []
  const sides = item.rows ?? ['North', 'South', 'East', 'West']
  const head: Row = { cells: [cell(item.no), cell(item.label), ...columns.map((column) => bold(column))] }
  return [
    head,
    ...sides.map((side) => ({
      cells: [
        cell(''),
        cell(side),
        ...columns.map((column) => cell(`{{${path}.${side.toLowerCase()}.${sourceOf(column)}}}`)),
      ],
    })),
  ]
}

function sourceOf(column: string): 'deed' | 'plan' | 'actual' {
  if (/actual/i.test(column)) return 'actual'
  return /plan/i.test(column) ? 'plan' : 'deed'
}

/** Rows of a list inside the form's own grid: one line of "column: value" for each entry. */
function looseTable(item: FormItem): Row[] {
  const path = dataPath(item.contract_path ?? '')
  const parts = (item.columns ?? []).map((column) => `${column}: {{row.${columnKey(column)}}}`)
  return [{ cells: [cell(`{{#each ${path} as row}}{{row_no}}`), { lines: [`${parts.join('; ')}{{/each}}`], span: 3 }] }]
}

function boxParagraph(): string {
  return `<w:p><w:pPr><w:pStyle w:val="TableText"/></w:pPr><w:r>${BOX}</w:r></w:p>`
}

/** Each line of the enclosures text becomes a row with an empty box. */
function enclosureRows(item: FormItem): Row[] {
  const path = dataPath(item.contract_path ?? '')
  const repeated = `<w:p><w:pPr><w:pStyle w:val="TableText"/></w:pPr><w:r>${BOX}</w:r><w:r><w:t>{{/each}}</w:t></w:r></w:p>`
  return [
    { cells: [cell(item.no), bold(item.label, 3)] },
    { cells: [cell(`{{#each ${path} as row}}{{row_no}}`), cell('{{row}}'), { lines: [], span: 2, xml: repeated }] },
  ]
}

function tickTable(item: FormItem): string {
  return (
    paragraph(`${item.no}. ${item.label}`, { bold: true, before: 160, after: 60, keepNext: true }) +
    paragraph('{{tick_table DOCUMENT_CHECKLIST}}')
  )
}

function declaration(section: FormSection): string {
  const own = section.items.some((item) => item.type === 'longtext')
  const label = section.items.find((item) => item.type === 'clause')?.label
  const lead = label ? paragraph(`a. ${label}`, { bold: true, keepNext: true }) : ''
  const sign = own ? signatureBlock() : ''
  return lead + paragraph('{{clause declaration}}', { align: 'both', ...(own ? { before: 120 } : {}) }) + sign
}

// ── tables of figures ──

function moneyTable(section: FormSection): string {
  const part = dataPath(section.items.find((item) => item.row_key)?.contract_path ?? '')
  const head: Row = {
    head: true,
    cells: [
      cell('No.'),
      cell('Particulars'),
      { lines: ['Quantity'], look: RIGHT },
      { lines: ['Rate Rs.'], look: RIGHT },
      { lines: ['Amount Rs.'], look: RIGHT },
    ],
  }
  return table(
    [NUMBER, 4288, 1300, 1500, 1700],
    [head, ...keyedRows(section, part), otherRows(section, part), ...totalRows(section, 5)],
  )
}

function keyedRows(section: FormSection, part: string): Row[] {
  return section.items
    .filter((item) => item.row_key)
    .map((item) => {
      const row = `${part}.rows.${item.row_key}`
      return {
        cells: [
          cell(item.no),
          cell(item.label),
          right(`{{${row}.quantity|num}}`),
          right(`{{${row}.unit_rate|num}}`),
          right(`{{${row}.amount|num}}`),
        ],
      }
    })
}

/** Rows that the firm has added to those of the form. */
function otherRows(section: FormSection, part: string): Row {
  const others = section.items.filter((item) => item.row_key).map((item) => `row.key != "${item.row_key}"`)
  const test = others.join(' and ')
  return {
    cells: [
      cell(`{{#each ${part}.rows as row}}{{#if ${test}}}`),
      cell('{{row.label}}'),
      right('{{row.quantity|num}}'),
      right('{{row.unit_rate|num}}'),
      right('{{row.amount|num}}{{/if}}{{/each}}'),
    ],
  }
}

function totalRows(section: FormSection, columns: number): Row[] {
  return section.items
    .filter((item) => item.type === 'computed' && item.label === 'Total')
    .map((item) => ({
      cells: [
        { lines: ['Total'], span: columns - 1, look: { bold: true, align: 'right' as const } },
        { lines: [`{{${dataPath(item.contract_path ?? '')}|num}}`], look: { bold: true, align: 'right' as const } },
      ],
    }))
}

const right = (line: string): Cell => ({ lines: [line], look: RIGHT })

function unitItems(section: FormSection): string {
  const head: Row = { head: true, cells: (section.columns ?? []).map((column) => cell(column)) }
  const [first] = section.items
  const flat: Row = {
    cells: [
      cell(first?.no ?? '1'),
      cell(first?.label ?? ''),
      right('{{cost_sheet.unit.area|sqm}}'),
      right(
        '{{#if cost_sheet.unit.final_rate}}{{cost_sheet.unit.final_rate|sqm:rate}}{{else}}{{computed.sheet.unit.composite_rate|num}}{{/if}}',
      ),
      right('{{computed.sheet.unit.value|num}}'),
    ],
  }
  const part = 'cost_sheet.unit.items'
  const keyed = section.items.filter((item) => item.row_key)
  const fixed = keyed.map((item) => ({
    cells: [
      cell(item.no),
      cell(item.label),
      right(`{{${part}.${item.row_key}.quantity|num}}`),
      right(`{{${part}.${item.row_key}.unit_rate|num}}`),
      right(`{{${part}.${item.row_key}.amount|num}}`),
    ],
  }))
  const test = keyed.map((item) => `row.key != "${item.row_key}"`).join(' and ')
  const others: Row = {
    cells: [
      cell(`{{#each ${part} as row}}{{#if ${test}}}`),
      cell('{{row.label}}'),
      cell(''),
      cell(''),
      right('{{row.amount|num}}{{/if}}{{/each}}'),
    ],
  }
  return table([NUMBER, 3688, 1700, 1700, 1700], [head, flat, ...fixed, others, ...totalRows(section, 5)])
}

function amountTable(section: FormSection): string {
  const head: Row = { head: true, cells: [cell('No.'), cell('Particulars'), { lines: ['Amount Rs.'], look: RIGHT }] }
  const rows = section.items.map((item): Row => {
    const strong = item.no === 'total' || item.no === 'say' || item.words_path ? { bold: true } : {}
    const lines =
      item.type === 'computed' ? [`{{${dataPath(item.contract_path ?? '')}|num}}`] : detailLines(item, section)
    const number = /^(total|say)$/.test(item.no) ? '' : item.no
    return {
      cells: [
        { lines: [number], look: strong },
        { lines: [item.label], look: strong },
        { lines, look: { ...RIGHT, ...strong } },
      ],
    }
  })
  return table([NUMBER + 300, TEXT_WIDTH - NUMBER - 300 - 2800, 2800], [head, ...rows])
}

/** The land of Part A, row by row, where a cost sheet has it. */
function landTable(): string {
  const head: Row = { head: true, cells: ['No.', 'Land', 'Area', 'Rate', 'Amount Rs.'].map((title) => cell(title)) }
  const row: Row = {
    cells: [
      cell('{{#each cost_sheet.land.rows as row}}{{row_no}}'),
      cell('{{row.label}}'),
      cell('{{row.area|sqm:both}}'),
      cell('{{row.rate|sqm:rate}}'),
      right('{{row.amount|num}}{{/each}}'),
    ],
  }
  const total: Row = {
    cells: [
      { lines: ['Total of Part A'], span: 4, look: { bold: true, align: 'right' } },
      { lines: ['{{computed.sheet.part_a|num}}'], look: { bold: true, align: 'right' } },
    ],
  }
  return [
    paragraph('{{#if cost_sheet.land.rows}}'),
    paragraph('Land considered', { bold: true, before: 160, after: 60, keepNext: true }),
    table([NUMBER, 2088, 2500, 2500, 1700], [head, row, total]),
    paragraph('{{/if}}'),
  ].join('')
}

/** Which value a column of the floor table shows, and its share of the width; the first word that fits wins. */
const FLOOR_COLUMNS: readonly [RegExp, string, number][] = [
  [/^s[rl]\b/i, '{{floor_no}}', 510],
  [/particulars/i, '{{floor.label}}', 1540],
  [/roof/i, '{{floor.roof_height_m}}', 650],
  [/^age/i, '{{floor.age_years}}', 780],
  [/rate/i, '{{floor.replacement_rate.value|num}} per {{floor.replacement_rate.unit|unit}}', 1420],
  [/depreciation %/i, '{{floor.depreciation_percent|pct}}', 1000],
  [/net/i, '{{floor.net|num}}', 1260],
  [/^depreciation/i, '{{floor.depreciation|num}}', 1130],
  [/cost|amount/i, '{{floor.cost|num}}', 1200],
  [/area/i, '{{floor.plinth_area.value|num}} {{floor.plinth_area.unit|unit}}', 1150],
]

const NO_COLUMN = [/./, '', 900] as const

function floorTable(section: FormSection): string {
  const item = section.items.find((each) => each.type === 'table')
  const columns = item?.columns ?? []
  const shown = columns.map((column) => FLOOR_COLUMNS.find(([pattern]) => pattern.test(column)) ?? NO_COLUMN)
  const values = shown.map(([, content]) => content)
  const shares = shown.reduce((sum, [, , share]) => sum + share, 0)
  const widths = shown.map(([, , share]) => Math.floor((share * TEXT_WIDTH) / shares))
  const small = { style: 'TableSmall' }
  const label = paragraph(`${item?.no ?? '1'}. ${item?.label ?? ''}`, { before: 0, after: 60, keepNext: true })
  const head: Row = { head: true, cells: columns.map((column) => ({ lines: [column], look: { ...small, ...CENTER } })) }
  const row: Row = {
    cells: values.map((content, index) => {
      const opening = index === 0 ? '{{#each computed.sheet.building_rows as floor}}' : ''
      const closing = index === values.length - 1 ? '{{/each}}' : ''
      return { lines: [opening + content + closing], look: { ...small, ...(index > 1 ? RIGHT : {}) } }
    }),
  }
  const total: Row = {
    cells: [
      { lines: ['Total'], span: columns.length - 1, look: { bold: true, align: 'right' } },
      { lines: ['{{computed.sheet.part_b|num}}'], look: { ...small, bold: true, align: 'right' } },
    ],
  }
  return label + table(widths, [head, row, total])
}

/** One answer for each column of the section. */
function pairTable(section: FormSection): string {
  const columns = section.columns ?? []
  const width = Math.floor((TEXT_WIDTH - NUMBER - 3200) / Math.max(1, columns.length))
  const head: Row = { head: true, cells: [cell('No.'), cell('Particulars'), ...columns.map((column) => cell(column))] }
  const rows = section.items.map((item): Row => {
    if (item.type === 'heading') return { cells: [cell(item.no), bold(item.label, columns.length + 1)] }
    const path = dataPath(item.contract_path ?? '')
    return {
      cells: [cell(item.no), cell(item.label), ...columns.map((column) => cell(`{{${path}.${columnKey(column)}}}`))],
    }
  })
  return table([NUMBER, 3200, ...columns.map(() => width)], [head, ...rows])
}

function stageTables(section: FormSection): string {
  const [sheet, ...rest] = section.items
  const head: Row = { head: true, cells: [cell('No.'), ...(section.columns ?? []).map((column) => cell(column))] }
  const row: Row = {
    cells: [
      cell('{{#each stage.rows as row}}{{row_no}}'),
      cell('{{row.label}}'),
      right('{{row.allotted_percent|pct}}'),
      right('{{row.completed_percent|pct}}'),
      cell('{{row.remarks|default:}}{{/each}}'),
    ],
  }
  return [
    paragraph(`${sheet?.no ?? '1'}. ${sheet?.label ?? ''}`, { keepNext: true }),
    table([NUMBER, 3388, 1500, 1500, 2400], [head, row]),
    paragraph('', { after: 60 }),
    formTable({ ...section, items: rest }),
  ].join('')
}

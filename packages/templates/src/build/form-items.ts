import { dataPath, type FormItem, type FormSection } from './bank-formats.ts'

/** Lines of placeholders that print an item's answer; each line is a paragraph of the details cell. */
export function detailLines(item: FormItem, section: FormSection): string[] {
  const path = item.contract_path === null ? '' : dataPath(item.contract_path)
  const lines = (PRINTERS[item.type] ?? plainLines)({ item, section, path })
  const condition = item.shown_when && dataPath(item.shown_when)
  return condition ? [`{{#if ${condition}}}`, ...lines, '{{else}}', 'Not applicable', '{{/if}}'] : lines
}

interface Asked {
  item: FormItem
  section: FormSection
  path: string
}

type Printer = (asked: Asked) => string[]

const value = (path: string, filter = '') => `{{${path}${filter}}}`
const when = (path: string, shown: string) => `{{#if ${path}}}${shown}{{/if}}`

const PRINTERS: Readonly<Record<string, Printer>> = {
  text: plainLines,
  longtext: plainLines,
  bool: plainLines,
  year: plainLines,
  date: ({ path }) => [value(path, '|date')],
  enum: ({ path }) => [value(path, '|title')],
  percent: ({ path }) => [value(path, '|pct')],
  number: ({ path, item }) => [value(path) + (item.unit ? when(path, ` ${item.unit}`) : unitOfNumber(path))],
  money: ({ path }) => [path.startsWith('cost_sheet.') ? value(sumPath(path), '|rs') : value(path, '|rs')],
  area: areaLines,
  rate: ({ path, item }) => [rateLine(path), ...(item.also ?? []).flatMap((also) => rateAlso(dataPath(also)))],
  rate_range: ({ path, item }) => [
    `{{#if ${path}}}${value(path, '|sqm:range')}{{else}}${value('valuation_inputs.market_rate_input', '|sqm:rate')}{{/if}}`,
    ...(item.also?.some((also) => also.endsWith('comparables')) ? comparables() : []),
  ],
  computed: computedLines,
  list: ({ path }) => listLines(path),
  table: ({ path }) => tableLines(path),
  group: ({ path }) => eachLines(path, 'part', ['{{part.key|title}}: {{part.value}}']),
  geo: ({ path }) => [
    `{{#if ${path}.lat}}${value(path, '|dms')} ({{${path}.lat}}, {{${path}.lng}}){{else}}{{${path}.lat}}{{/if}}`,
  ],
  occupancy: ({ path }) => [
    `${value(`${path}.status`, '|title')}${when(`${path}.since`, `, since {{${path}.since}}`)}`,
    `{{#if ${path}.rent_per_month}}Rent received per month: ${value(`${path}.rent_per_month`, '|rs')}{{/if}}`,
  ],
  party: () => [
    '{{party.owner_name}}',
    when('party.owner_address', '{{party.owner_address}}'),
    when('party.owner_phone', 'Phone: {{party.owner_phone}}'),
    '{{#if party.owner_shares}}',
    '{{#each party.owner_shares as share}}',
    '{{share.name}}: {{share.share_percent|pct}}',
    '{{/each}}',
    '{{/if}}',
  ],
  dimension: ({ path }) => [
    `North & South: ${side(path, 'north')} & ${side(path, 'south')}`,
    `East & West: ${side(path, 'east')} & ${side(path, 'west')}`,
  ],
  evidence: ({ item }) => [
    `{{#if report.evidence.${item.evidence_category ?? 'document'}}}Enclosed as annexure{{else}}{{report.evidence.${item.evidence_category ?? 'document'}}}{{/if}}`,
  ],
  clause: () => ['{{clause declaration}}'],
  manual_blank: () => [
    '',
    'Date: ____________________',
    '',
    'Signature: ____________________',
    'Name of the branch manager: ____________________',
  ],
}

function plainLines({ item, path }: Asked): string[] {
  if (path === '') return ['']
  const printed = PLAIN[path] ?? [value(path)]
  const also = (item.also ?? []).map(dataPath).flatMap((other) => ALSO[other] ?? [])
  return [...printed, ...also]
}

/** Contract values that want more than their bare text. */
const PLAIN: Readonly<Record<string, string[]>> = {
  'engagement.documents_perused': documents(),
  'engagement.loan_product': ['{{engagement.loan_product|title}}'],
  'engagement.report_date': ['{{report.reference_no|default:to be drawn}}, {{engagement.report_date|date}}'],
  'party.bank_name': ['{{party.bank_name}}'],
  'property.tenure': [
    '{{property.tenure|title}}',
    when(
      'property.lease',
      'Lessor: {{property.lease.lessor}}; from {{property.lease.from}} to {{property.lease.to}}; rent {{property.lease.rent}}',
    ),
  ],
  'property.property_type': ['{{property.property_type|title}}'],
  'property.occupancy.status': ['{{property.occupancy.status|title}}'],
  'property.plan_approval.date': ['{{property.plan_approval.date|date}}'],
  'property.plan_approval': [
    'Authority: {{property.plan_approval.authority}}',
    'Approval no.: {{property.plan_approval.number}}, date: {{property.plan_approval.date|date}}',
  ],
  'property.building.fsi_permitted': [
    'Permitted: {{property.building.fsi_permitted}}; consumed: {{property.building.fsi_consumed}}',
  ],
}

const ALSO: Readonly<Record<string, string[]>> = {
  'property.tenure': ['{{#if property.tenure}}Tenure: {{property.tenure|title}}{{/if}}'],
  'property.plot_no': [when('property.plot_no', 'Plot No. {{property.plot_no}}')],
  'property.ts_no': [when('property.ts_no', 'T. S. No. {{property.ts_no}}')],
  'property.ward_no': [when('property.ward_no', 'Ward {{property.ward_no}}')],
  'property.village': [when('property.village', 'Village {{property.village}}')],
  'property.floors': [
    '{{#each property.floors as floor}}',
    '{{floor.label}}{{#if floor.height_m}}: height {{floor.height_m}} m{{/if}}',
    '{{/each}}',
  ],
  'property.plan_approval.valid_until': [
    when('property.plan_approval.valid_until', 'Valid until {{property.plan_approval.valid_until|date}}'),
  ],
  'property.plan_approval.number': [
    when('property.plan_approval.number', 'Approval no. {{property.plan_approval.number}}'),
  ],
  'property.plan_approval.date': [when('property.plan_approval.date', 'Date: {{property.plan_approval.date|date}}')],
  'party.bank_name': ['{{party.bank_name}}'],
  'party.bank_branch_name': [when('party.bank_branch_name', '{{party.bank_branch_name}}')],
  'party.bank_branch_address': [when('party.bank_branch_address', '{{party.bank_branch_address}}')],
  'party.borrower_name': [when('party.borrower_name', 'Borrower: {{party.borrower_name}}')],
  'property.address': ['{{property.address}}'],
  'agri.land_ceiling': [when('agri.land_ceiling', 'Land ceiling: {{agri.land_ceiling}}')],
}

const AREA_NAMES: Readonly<Record<string, string>> = {
  'property.built_up_area': 'Plinth / built-up area',
  'property.carpet_area': 'Carpet area',
  'property.super_built_up_area': 'Saleable (super built-up) area',
  'property.undivided_share': 'Undivided share of land',
}

function areaLines({ item, path }: Asked): string[] {
  if (!item.also?.length) return [value(path, '|sqm:both')]
  const named = (each: string) => `${AREA_NAMES[each] ?? 'Area'}: ${value(each, '|sqm:both')}`
  return [named(path), ...item.also.map(dataPath).map((each) => `{{#if ${each}}}${named(each)}{{/if}}`)]
}

function rateLine(path: string): string {
  if (path !== 'valuation_inputs.guideline_rate_input') return value(path, '|sqm:rate')
  // A rate that was typed per square metre has no input of its own.
  return `{{#if ${path}}}${value(path, '|sqm:rate')}{{else}}${value('computed.standardized_rates.guideline_rate_per_sqm', '|sqm:rate')}{{/if}}`
}

function rateAlso(path: string): string[] {
  return path.endsWith('comparables') ? comparables() : []
}

/** The values of the report stand in words too, also where the form does not ask for it. */
const WORDS: Readonly<Record<string, string>> = {
  'computed.fmv_say': 'computed.value_in_words.fmv',
  'computed.realizable_value': 'computed.value_in_words.realizable',
  'computed.distress_value': 'computed.value_in_words.distress',
}

function computedLines({ item, path }: Asked): string[] {
  if (path.endsWith('_percent')) return [value(path, '|pct')]
  if (path.endsWith('residual_life_years')) return [`${value(path)}${when(path, ' years')}`]
  if (path.includes('standardized_rates')) return [value(path, '|sqm:rate')]
  if (path.endsWith('dscr_average')) return [value(path)]
  if (/\.unit\.(depreciated_building_rate|composite_rate)$/.test(path)) {
    const unit = 'cost_sheet.unit.building_services_rate.unit'
    return [`${value(path, '|rs')}${when(`${path} and ${unit}`, ` per {{${unit}|unit}}`)}`]
  }
  const words = item.words_path ? dataPath(item.words_path) : WORDS[path]
  if (!words) return [value(path, '|rs')]
  return [value(path, '|rs'), when(words, `({{${words}}})`)]
}

function unitOfNumber(path: string): string {
  return path.endsWith('_years') ? when(path, ' years') : ''
}

function sumPath(path: string): string {
  if (path === 'cost_sheet.extra_items') return 'computed.sheet.part_c'
  return path === 'cost_sheet.miscellaneous' ? 'computed.sheet.part_e' : path
}

/** Lines between the marks of a loop; the blank mark stands there when the list is empty. */
export function eachLines(path: string, name: string, lines: readonly string[]): string[] {
  return [`{{#each ${path} as ${name}}}`, ...lines, '{{else}}', `{{${path}}}`, '{{/each}}']
}

function documents(): string[] {
  return eachLines('engagement.documents_perused', 'doc', [
    '{{doc_no}}. {{doc.doc_type|title}}{{#if doc.number}}, No. {{doc.number}}{{/if}}{{#if doc.date}}, dated {{doc.date|date}}{{/if}}{{#if doc.authority}}, {{doc.authority}}{{/if}}{{#if doc.remarks}} ({{doc.remarks}}){{/if}}',
  ])
}

function comparables(): string[] {
  return [
    '{{#each valuation_inputs.comparables as deal}}',
    '{{deal_no}}. {{deal.description}}{{#if deal.date}}, {{deal.date|date}}{{/if}}{{#if deal.area}}, {{deal.area|sqm:both}}{{/if}}{{#if deal.rate}}: {{deal.rate|sqm:rate}}{{/if}}{{#if deal.source}} ({{deal.source}}){{/if}}',
    '{{/each}}',
  ]
}

function listLines(path: string): string[] {
  if (path === 'engagement.documents_perused') return documents()
  if (path.endsWith('.comparables'))
    return [...comparables().slice(0, 2), '{{else}}', '{{valuation_inputs.comparables}}', '{{/each}}']
  return eachLines(path, 'row', ['{{row_no}}. {{row}}'])
}

function tableLines(path: string): string[] {
  if (path === 'property.floors') return eachLines(path, 'floor', ['{{floor.label}}: {{floor.area|sqm:both}}'])
  if (path === 'cost_sheet.land')
    return eachLines('cost_sheet.land.rows', 'row', ['{{row.label}}: {{row.area|sqm:both}} at {{row.rate|sqm:rate}}'])
  if (path === 'cost_sheet.building') {
    return eachLines('computed.sheet.building_rows', 'row', [
      '{{row.label}}: {{row.plinth_area|sqm:both}} at {{row.replacement_rate|sqm:rate}}, net {{row.net|rs}}',
    ])
  }
  if (path === 'project.projections') {
    return eachLines(path, 'row', [
      '{{row.year}}: revenue {{row.revenue|rs}}, expenses {{row.expenses|rs}}, depreciation {{row.depreciation|rs}}, interest {{row.interest|rs}}, profit after tax {{row.pat|rs}}, repayment {{row.principal|rs}}',
    ])
  }
  if (path.endsWith('guideline_lines')) {
    return [
      '{{#each valuation_inputs.guideline_lines as line}}',
      '{{line.label}}: {{line.amount|rs}}',
      '{{/each}}',
      'Total: {{computed.guideline_total|rs}}',
    ]
  }
  return eachLines(path, 'row', ['{{row_no}}. {{row}}'])
}

function side(path: string, name: string): string {
  return `{{#if ${path}.${name}.actual}}{{${path}.${name}.actual}}{{else}}{{${path}.${name}.deed}}{{/if}}`
}

import type { OutputOf } from '@zenops/contracts/kit'
import { CONTRACT_TREE, type ContractInputs } from '@zenops/contracts/report-contract'
import type { ReportType, TemplateSelector, TemplateVariant } from '@zenops/contracts/report-enums'
import type { ContractNode, Fields } from '@zenops/contracts/report-nodes'
import type { getReportForm, listReportForms } from '@zenops/contracts/reports'
import { fieldRegistry, hasValue, valueAt } from '@zenops/valuation/field-registry'

/** One line of a bank's form. */
export interface FormItem {
  /** As the bank prints it; null for unnumbered lines. */
  readonly no: string | null
  readonly key: string
  readonly label: string
  readonly type: string
  readonly path: string | null
  /** Further contract paths that this line prints. */
  readonly also: readonly string[]
  readonly options: readonly string[]
  readonly columns: readonly string[]
  /** Row of a list that this line stands for. */
  readonly rowKey: string | null
  readonly wordsPath: string | null
  readonly category: string | null
  readonly shownWhen: string | null
  readonly unit: string | null
}
export interface FormSection {
  readonly key: string
  readonly number: string | null
  readonly title: string
  readonly columns: readonly string[]
  readonly items: readonly FormItem[]
}

type FormAnswer = OutputOf<typeof getReportForm>
type FormRow = OutputOf<typeof listReportForms>['items'][number]

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

function itemOf(raw: FormAnswer['sections'][number]['items'][number]): FormItem {
  return {
    no: textOf(raw.no),
    key: raw.key,
    label: raw.label,
    type: raw.type,
    path: textOf(raw.contract_path),
    also: textsOf(raw['also']),
    options: textsOf(raw['options']),
    columns: textsOf(raw['columns']),
    rowKey: textOf(raw['row_key']),
    wordsPath: textOf(raw['words_path']),
    category: textOf(raw['evidence_category']),
    shownWhen: textOf(raw['shown_when']),
    unit: textOf(raw['unit']),
  }
}

/** The bank's own sections, in its order and numbering. */
export const bankSections = (form: FormAnswer): readonly FormSection[] =>
  form.sections.map((section) => ({
    key: section.key,
    number: textOf(section.number),
    title: section.title,
    columns: textsOf(section['columns']),
    items: section.items.map(itemOf),
  }))

/** Sections that every form gets beside the bank's own: what decides the form, the whole sheet, what no form asks. */
export const OWN_SECTIONS = { basis: 'basis', sheet: 'sheet', more: 'more' } as const

/** The node of a contract path; null for answers without a place in the contract and for server values. */
export function nodeAt(path: string): ContractNode | null {
  let node: ContractNode | undefined
  let fields: Fields = CONTRACT_TREE
  for (const key of path.split('.')) {
    node = Object.hasOwn(fields, key) ? fields[key] : undefined
    if (!node) return null
    fields = node.node === 'group' ? node.fields : {}
  }
  return node ?? null
}

const BASIS: readonly string[] = [
  'property.property_type',
  'engagement.loan_product',
  'party.bank_name',
  'party.bank_branch_name',
  'party.borrower_name',
  'property.address',
  'valuation_inputs.user_input_units',
  'valuation_inputs.inspection_date',
  'engagement.valuation_date',
]
/** Kept elsewhere: the sheet has its own editor, annexures their page, people their ids. */
const NOT_IN_MORE = /^(cost_sheet|annexures)\.|^manual_fields\.checklist_json$|_id$/

const plainItem = (path: string): FormItem => ({
  no: null,
  key: path,
  label: fieldRegistry().get(path)?.label ?? nodeAt(path)?.label ?? path,
  type: 'field',
  path,
  also: [],
  options: [],
  columns: [],
  rowKey: null,
  wordsPath: null,
  category: null,
  shownWhen: null,
  unit: null,
})

const covered = (path: string, by: ReadonlySet<string>): boolean =>
  [...by].some((one) => path === one || path.startsWith(`${one}.`))

export interface SectionTitles {
  readonly basis: string
  readonly sheet: string
  readonly more: string
}

/** Every section of a report's form: what decides it first, then the bank's, then the whole sheet and the rest. */
export function formSections(
  bank: readonly FormSection[],
  report_type: ReportType,
  titles: SectionTitles,
): readonly FormSection[] {
  const own = (key: keyof SectionTitles, paths: readonly string[]): FormSection => ({
    key: OWN_SECTIONS[key],
    number: null,
    title: titles[key],
    columns: [],
    items: paths.map(plainItem),
  })
  const used = new Set(
    bank.flatMap(({ items }) => items.flatMap(({ path, also }) => [...(path ? [path] : []), ...also])),
  )
  for (const path of BASIS) used.add(path)
  const rest = [...fieldRegistry().values()]
    .filter(
      ({ key, paths, requirement }) => requirement[report_type] !== 'hidden' && paths.length === 1 && paths[0] === key,
    )
    .map(({ key }) => key)
    .filter((key) => !NOT_IN_MORE.test(key) && !covered(key, used))
  const sheet = report_type === 'DPR' ? [] : [own('sheet', [])]
  return [own('basis', BASIS), ...bank, ...sheet, own('more', rest)]
}

/** The form of a report. An unknown selector gets Format A, as draft packs do. */
export function formKeyOf(
  forms: readonly FormRow[],
  of: { report_type: ReportType; selector: TemplateSelector; variant: TemplateVariant },
): string | null {
  if (of.report_type === 'DPR') return 'DPR_GENERIC'
  if (of.report_type === 'STAGE_PROGRESS') return 'STAGE_PROGRESS_GENERIC'
  const selector = of.selector === 'UNKNOWN' ? 'SBI_FORMAT_A' : of.selector
  const fits = forms.filter((form) => form.template_selector === selector)
  return (fits.find((form) => form.template_variant === of.variant) ?? fits[0])?.form_key ?? null
}

/** Where a line keeps its answer; null for lines without one. */
export function answerPath(item: FormItem): string | null {
  if (item.path === null || item.path.startsWith('computed_values.')) return null
  return NO_ANSWER.has(item.type) ? null : item.path
}
const NO_ANSWER: ReadonlySet<string> = new Set([
  'heading',
  'computed',
  'evidence',
  'clause',
  'signature',
  'tick',
  'tick_table',
  'manual_blank',
])

/** The list that a line with a row key writes to. */
export const rowsPath = (path: string): string => {
  const node = nodeAt(path)
  return node?.node === 'group' && Object.hasOwn(node.fields, 'rows') ? `${path}.rows` : path
}

function isAnswered(item: FormItem, path: string, contract: ContractInputs): boolean {
  if (item.rowKey === null) return hasValue(valueAt(contract, path))
  const rows = valueAt(contract, rowsPath(path))
  return Array.isArray(rows) && rows.some((row) => row?.key === item.rowKey && hasValue(row.amount))
}

export interface SectionCount {
  readonly done: number
  readonly total: number
}
/** Answered lines of a section. */
export function countAnswers(section: FormSection, contract: ContractInputs): SectionCount {
  let done = 0
  let total = 0
  for (const item of section.items) {
    const path = answerPath(item)
    if (path === null) continue
    total += 1
    if (isAnswered(item, path, contract)) done += 1
  }
  return { done, total }
}

/** The id of a field's control, by which errors and missing items lead to it. */
export const fieldId = (path: string): string => `field-${path.replaceAll('.', '-')}`

export interface FieldPlace {
  readonly section: string
  readonly path: string
}

/** Where a field key of the readiness is filled in: the bank's own line first. */
export function placeOf(key: string, sections: readonly FormSection[]): FieldPlace | null {
  const paths = fieldRegistry().get(key)?.paths ?? [key]
  for (const path of paths)
    for (const section of sections) {
      const own = section.items
        .flatMap((item) => [item.path, ...item.also])
        .find((one) => one !== null && (one === path || path.startsWith(`${one}.`)))
      if (own) return { section: section.key, path: own }
    }
  const sheet = sections.find(({ key: own }) => own === OWN_SECTIONS.sheet)
  return sheet && paths.some((path) => path.startsWith('cost_sheet'))
    ? { section: sheet.key, path: 'cost_sheet' }
    : null
}

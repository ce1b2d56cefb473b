import formats from '../../data/bank-formats.json' with { type: 'json' }

export interface FormItem {
  no: string
  key: string
  label: string
  type: string
  contract_path: string | null
  also?: string[]
  columns?: string[]
  rows?: string[]
  options?: string[]
  row_key?: string
  words_path?: string
  missing_prints?: string
  shown_when?: string
  evidence_category?: string
  unit?: string
}

export interface FormSection {
  key: string
  number: string | null
  title: string
  items: FormItem[]
  columns?: string[]
  printed_as?: string
}

export interface Form {
  form_key: string
  title: string
  template_key: string
  template_selector: string
  template_variant: string
  sections: FormSection[]
}

interface Checklist {
  checklist_key: string
  columns: string[]
  rows: string[]
}

/** The forms as the banks print them, item by item. */
// The file is data of this package; its shape is proved by the test that walks through every item.
export const FORMS = formats.forms as unknown as readonly Form[]
export const CHECKLISTS: readonly Checklist[] = formats.checklists

export function formOf(templateKey: string): Form {
  const form = FORMS.find((each) => each.template_key === templateKey)
  if (!form) throw new Error(`No form is printed by ${templateKey}`)
  return form
}

/** Where an item's answer stands in the data of a template. */
export function dataPath(contractPath: string): string {
  return contractPath.replace(/^computed_values\./, 'computed.').replace(/^form_answers\./, 'form.')
}

/** Key under which the answer for a column is stored: "Ground floor" → ground_floor. */
export function columnKey(column: string): string {
  return column
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
}

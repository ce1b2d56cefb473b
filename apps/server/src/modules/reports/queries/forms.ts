import { getReportForm, listReportFields, listReportForms } from '@zenops/contracts/reports'
import { FORMS } from '@zenops/templates/build/bank-formats'
import { fieldRegistry } from '@zenops/valuation/field-registry'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { Visible } from '../context.ts'

const on = operationsOf<Visible>()

/** Members of a form that the templates package does not need and the screens do. */
interface FormFacts {
  readonly used_for: string
  readonly cover_pages: boolean | string | null
  readonly source_status: string
}
// Cast: the file holds these members for every form; the contract's output check proves it on each answer.
const forms = FORMS as readonly ((typeof FORMS)[number] & FormFacts)[]

const rowOf = ({ sections: _sections, ...row }: (typeof forms)[number]) => row

export const listReportFormsOperation = on.query(listReportForms, async () => ({ items: forms.map(rowOf) }))

export const getReportFormOperation = on.query(getReportForm, async (_, { params }) => {
  const form = forms.find((each) => each.form_key === params.form_key)
  if (!form) throw refuse.notFound('The form')
  return {
    ...form,
    sections: form.sections.map((section) => ({ ...section, items: section.items.map((item) => ({ ...item })) })),
  }
})

let fields:
  | {
      items: {
        field_key: string
        label: string
        data_type: string
        unit: string | null
        form: null
        requirement: Record<string, 'required' | 'asked' | 'hidden'>
        aliases: string[]
        linkable: boolean
      }[]
    }
  | undefined

export const listReportFieldsOperation = on.query(listReportFields, async () => {
  fields ??= {
    items: [...fieldRegistry().values()].map((field) => ({
      field_key: field.key,
      label: field.label,
      data_type: field.data_type,
      unit: field.unit,
      form: null,
      requirement: { ...field.requirement },
      aliases: [...field.aliases],
      linkable: field.linkable,
    })),
  }
  return fields
})

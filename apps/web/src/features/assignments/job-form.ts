import type { LOAN_PRODUCTS, PRIORITIES, SERVICE_LINES } from '@zenops/contracts/assignment-records'
import type { createAssignment } from '@zenops/contracts/assignments'
import type { InputOf } from '@zenops/contracts/kit'
import type { RecordOption } from '@zenops/ui/record-picker'
import { t } from './words.ts'

export interface JobForm {
  readonly source: 'bank' | 'direct'
  readonly bank: RecordOption | null
  readonly branch: RecordOption | null
  readonly client: RecordOption | null
  readonly property: RecordOption | null
  readonly borrower: string
  readonly phone: string
  /** Null while it is made from borrower and property. */
  readonly title: string | null
  readonly serviceLine: (typeof SERVICE_LINES)[number]
  readonly loanProduct: (typeof LOAN_PRODUCTS)[number] | null
  /** Whole paise as text. */
  readonly fee: string | null
  readonly due: string | null
  readonly priority: (typeof PRIORITIES)[number]
  readonly lead: RecordOption | null
  readonly summary: string
}

export const EMPTY_JOB: JobForm = {
  source: 'bank',
  bank: null,
  branch: null,
  client: null,
  property: null,
  borrower: '',
  phone: '',
  title: null,
  serviceLine: 'VALUATION',
  loanProduct: null,
  fee: null,
  due: null,
  priority: 'normal',
  lead: null,
  summary: '',
}

const MAX_TITLE = 200

/** Borrower and property, else who sends it. */
export const madeTitle = (form: JobForm): string =>
  [form.borrower.trim(), form.property?.name ?? form.branch?.name ?? form.client?.name ?? '']
    .filter((part) => part !== '')
    .join(', ')
    .slice(0, MAX_TITLE)
export const titleOf = (form: JobForm): string => (form.title ?? madeTitle(form)).trim()

const PHONE = /^(?:\+[1-9]\d{6,14}|[6-9]\d{9})$/

/** Sentences by the path of the wire. */
export function faultsOf(form: JobForm): Readonly<Record<string, string>> {
  const phone = form.phone.replaceAll(/[\s()-]/g, '')
  return {
    ...(form.source === 'bank' && !form.branch && !form.bank ? { bank_id: t('bank_missing') } : {}),
    ...(phone !== '' && !PHONE.test(phone) ? { borrower_phone: t('phone_wrong') } : {}),
    ...(titleOf(form) === '' ? { title: t('title_missing') } : {}),
  }
}

type Body = InputOf<typeof createAssignment>['body']

/** What is sent: ids, paise as a whole number, nothing that is empty. */
export function bodyOf(form: JobForm): Body {
  const bankJob = form.source === 'bank'
  const given = <K extends string, V>(name: K, value: V | null | '' | undefined) =>
    // Cast: a computed name loses its literal type.
    (value === null || value === '' || value === undefined ? {} : { [name]: value }) as { readonly [k in K]?: V }
  return {
    title: titleOf(form),
    source_type: form.source,
    service_line: form.serviceLine,
    priority: form.priority,
    ...given('bank_id', bankJob ? form.bank?.id : null),
    ...given('bank_branch_id', bankJob ? form.branch?.id : null),
    ...given('client_org_id', form.client?.id),
    ...given('property_id', form.property?.id),
    ...given('borrower_name', form.borrower.trim()),
    ...given('borrower_phone', form.phone.trim()),
    ...given('loan_product', form.loanProduct),
    ...given('fee_paise', form.fee === null ? null : Number(form.fee)),
    ...given('due_date', form.due),
    ...given('lead_user_id', form.lead?.id),
    ...given('summary', form.summary.trim()),
  }
}

/** The days that are offered: tomorrow, in three days, in a week; counted in the firm's calendar. */
export function suggestedDays(today: string): readonly { readonly day: string; readonly label: string }[] {
  const after = (days: number): string => {
    const date = new Date(`${today}T00:00:00Z`)
    date.setUTCDate(date.getUTCDate() + days)
    return date.toISOString().slice(0, 10)
  }
  return [
    { day: after(1), label: t('tomorrow') },
    { day: after(3), label: t('in_days', { n: 3 }) },
    { day: after(7), label: t('in_week') },
  ]
}

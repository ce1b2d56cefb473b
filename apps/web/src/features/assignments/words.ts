import { ASSIGNMENT_FAMILY, type AssignmentStatus } from '@zenops/contracts/assignment-states'
import type { AssignmentDetail, AssignmentRow } from '@zenops/contracts/assignment-records'
import { messagesOf } from '@zenops/client/messages'
import { en } from './messages.en.ts'

export const t = messagesOf('assignments', en)

export const known = (key: string): key is keyof typeof en => Object.hasOwn(en, key)
/** A word of ours by a key built at run time; else the key itself. */
export const word = (key: string, fallback: string): string => (known(key) ? t(key) : fallback)

/** A closed list of the contract as options of a field or filter. */
export const options = <const V extends readonly string[]>(values: V, prefix: string) =>
  values.map((value) => ({ value, label: word(`${prefix}_${value}`, value) }))

export const statusWord = (status: AssignmentStatus): string => ASSIGNMENT_FAMILY[status].label.en

type Named = Pick<AssignmentRow, 'bank_name' | 'bank_branch_name' | 'client_org_name'>
/** Who sends the job, in one line. */
export const senderOf = (row: Named): string =>
  [row.bank_name, row.bank_branch_name].filter((part) => part !== null).join(', ') || (row.client_org_name ?? '')

/** The same with what differs from row to row in front: narrow cells cut the end. */
export const branchFirst = (row: Named): string =>
  [row.bank_branch_name, row.bank_name].filter((part) => part !== null).join(', ') || (row.client_org_name ?? '')

export type AllowedMove = AssignmentDetail['allowed_moves'][number]
const SETTLED: ReadonlySet<AssignmentStatus> = new Set(['DELIVERED', 'BILLED', 'PAID', 'CLOSED'])

/** What the button of a move says, and what it does, in words. */
export function moveWords(
  from: AssignmentStatus,
  to: AssignmentStatus,
): { readonly verb: string; readonly does: string } {
  const key = to === 'COLLECTING' && SETTLED.has(from) ? 'reopen' : to
  return { verb: t(`act_${key}`), does: t(`does_${key}`) }
}

/** Where an unmet guard can be mended. */
const MENDED_ON: Readonly<Record<string, string>> = {
  lead_missing: 'overview',
  branch_missing: 'overview',
  property_missing: 'overview',
  report_missing: 'report',
  report_not_ready: 'report',
  pack_missing: 'report',
  not_released: 'report',
}
export function guardLine(reason: string, base: string): { readonly text: string; readonly href?: string } {
  const tab = MENDED_ON[reason]
  return { text: word(`guard_${reason}`, reason), ...(tab ? { href: `${base}/${tab}` } : {}) }
}

/** `+919845012345` → `+91 98450 12345`; other countries as they are. */
export const phoneText = (phone: string | null): string | null =>
  phone === null ? null : phone.replace(/^\+91(\d{5})(\d{5})$/, '+91 $1 $2')

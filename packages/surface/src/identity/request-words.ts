import type { OutputOf } from '@zenops/contracts/kit'
import type { getApprovalRequest } from '@zenops/contracts/identity-rights'
import { capabilityName, jobName, jobNames, reachWord, t } from './words.ts'

export type ApprovalRequest = OutputOf<typeof getApprovalRequest>
type Values = Readonly<Record<string, unknown>>

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []

/** Fields of a request that people read, in the order in which they are shown. */
const FIELDS = {
  scope: (value: unknown) => reachWord(text(value)),
  job_templates: (value: unknown) => jobNames(texts(value)) || t('none'),
  mfa_policy: (value: unknown) => mfaPolicyName(text(value)),
  passwordless: (value: unknown) => t(value === true ? 'on' : 'off'),
  registration: (value: unknown) => registrationName(text(value)),
  totp: (value: unknown) => t(value === true ? 'set_up' : 'factor_off'),
  passkeys: (value: unknown) => String(typeof value === 'number' ? value : 0),
} as const
type Field = keyof typeof FIELDS
const isField = (name: string): name is Field => Object.hasOwn(FIELDS, name)

export const mfaPolicyName = (policy: string): string =>
  policy === 'admins' || policy === 'staff' || policy === 'webauthn_admins' ? t(`mfa_${policy}`) : policy
export const registrationName = (registration: string): string =>
  registration === 'open' || registration === 'invite_only' || registration === 'off'
    ? t(`registration_${registration}`)
    : registration

export interface ChangeRow {
  readonly label: string
  readonly before: string
  readonly after: string
}

/** Before → after in words; what stays the same is left out. */
export function changeRowsOf({ before, after }: Pick<ApprovalRequest, 'before' | 'after'>): readonly ChangeRow[] {
  const had: Values = before ?? {}
  const gets: Values = after ?? {}
  return Object.keys(FIELDS)
    .filter((name): name is Field => isField(name) && (name in had || name in gets))
    .map((name) => ({
      label: t(`field_${name}`),
      before: name in had ? FIELDS[name](had[name]) : '–',
      after: name in gets ? FIELDS[name](gets[name]) : '–',
    }))
    .filter((row) => row.before !== row.after)
}

/** What is asked, in one line. */
export function requestTitle({ kind, payload }: Pick<ApprovalRequest, 'kind' | 'payload'>): string {
  const name = text(payload['name']) || text(payload['email'])
  switch (kind) {
    case 'rbac_matrix':
      return t('asks_matrix', {
        job: jobName(text(payload['job_template'])),
        right: capabilityName(text(payload['capability'])),
      })
    case 'admin_grant':
      return t('asks_grant', { name, jobs: jobNames(texts(payload['job_templates'])) })
    case 'mfa_reset_admin':
      return t('asks_mfa', { name })
    case 'policy_relax':
      return t('asks_policy')
  }
}

/** Why one may not decide, as the server names it. */
export function whyNot(reason: string | null): string | null {
  switch (reason) {
    case null:
      return null
    case 'self_approval_not_allowed':
    case 'duplicated_approver':
    case 'approver_not_entitled':
    case 'request_not_pending':
      return t(`why_${reason}`)
    default:
      return t('why_other')
  }
}

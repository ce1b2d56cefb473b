import { AUDIT_ACTIONS, type AuditAction } from '../../src/platform/audit/actions.ts'
import { ALL_OPERATIONS } from '@zenops/contracts/registry'
import { METRIC_KEYS, type MetricKey } from '@zenops/contracts/metric-keys'
import { fieldsOf } from '../harness/audit-fields.ts'
import { type Proofs, undeclared } from '../harness/proofs.ts'
import { ENDPOINTS } from './endpoints.ts'

/** Keys that are counted by parts which are not built yet. A key of this list that is counted must leave it. */
export const LATER: Readonly<Record<string, readonly MetricKey[]>> = {
  'the Desk': [
    'chat_message_done',
    'chat_message_safe',
    'chat_message_failed',
    'llm_tokens_in',
    'llm_tokens_out',
    'llm_cost_micro',
  ],
  commissions: ['commission_received', 'commission_accepted'],
  'signals of operations': ['assignment_overdue'],
  'import of master data': ['masterdata_import_rows'],
  'release of reports': ['release_granted', 'release_refused'],
  billing: ['invoice_issued', 'payment_recorded'],
  communications: [
    'notification_suppressed',
    'notification_fallback',
    'manual_whatsapp_sent',
    'webhook_in_accepted',
    'webhook_in_rejected',
    'email_ingested',
  ],
  people: ['attendance_recorded', 'leave_decided', 'payroll_completed'],
}

/** Actions of the catalogue that no test produced, events that are not as declared, fields that no event names. */
export function unprovenActions({ written }: Proofs): string[] {
  const named = new Map<string, Set<string>>()
  for (const { action, fields } of written) named.set(action, new Set([...(named.get(action) ?? []), ...fields]))
  const actions = Object.keys(AUDIT_ACTIONS) as AuditAction[] // keys of the catalogue
  return [
    ...undeclared(written),
    ...actions.filter((action) => !named.has(action)).map((action) => `${action} was not produced`),
    ...actions
      .filter((action) => named.has(action))
      .flatMap((action) =>
        fieldsOf(action)
          .filter((field) => !named.get(action)?.has(field))
          .map((field) => `${action} never named ${field}`),
      ),
  ]
}

/** Metric keys that nothing counted, but those of later parts; and those of later parts that were. */
export function uncountedKeys({ counted }: Proofs): string[] {
  const later = new Set<string>(Object.values(LATER).flat())
  return [
    ...METRIC_KEYS.filter((key) => !later.has(key) && !counted.includes(key)).map((key) => `${key} was not counted`),
    ...counted.filter((key) => later.has(key)).map((key) => `${key} is counted and still called a later part's`),
  ]
}

/** Endpoints of section 14 without a success, and listed errors that were not answered. */
export function unansweredEndpoints({ answers }: Proofs): string[] {
  return ALL_OPERATIONS.filter(({ method, path }) => `${method} ${path}` in ENDPOINTS).flatMap((operation) => {
    const route = `${operation.method} ${operation.path}`
    const known = answers[route] ?? []
    return ['ok', ...operation.errors]
      .filter((code) => !known.includes(code))
      .map((code) => `${route} did not answer ${code}`)
  })
}

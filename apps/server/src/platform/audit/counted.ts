import type { MetricKey } from '@zenops/contracts/metric-keys'
import type { UnitOfWork } from '../db/database.ts'
import { appendOps, type OpsEvent } from '../ops-events.ts'
import type { AuditAction } from './actions.ts'
import { type AuditEntry, appendAudit, type AuditStamp } from './record.ts'

type Counted = (entry: AuditEntry, after: Readonly<Record<string, unknown>>) => readonly MetricKey[]
const as =
  (...keys: readonly MetricKey[]): Counted =>
  () =>
    keys

/** What is counted because it was written down: one ops event in the same transaction, for each such event. */
const COUNTED: Partial<Readonly<Record<AuditAction, Counted>>> = {
  AUTH_LOGIN_SUCCESS: as('auth_login_success'),
  AUTH_LOGIN_FAILED: as('auth_login_failed'),
  AUTH_ACCOUNT_LOCKED: as('auth_account_locked'),
  AUTH_ACCOUNT_UNLOCKED: as('auth_account_unlocked'),
  AUTH_REFRESH_REUSE_DETECTED: as('auth_refresh_reuse_detected'),
  MFA_FAILED: as('auth_mfa_failed'),
  STEP_UP_FAILED: (_entry, after) => (after['method'] === 'TOTP' ? ['auth_mfa_failed'] : []),
  WEBAUTHN_REGISTERED: as('auth_webauthn_register_success'),
  WEBAUTHN_ASSERTED: as('auth_webauthn_assert_success'),
  WEBAUTHN_FAILED: (_entry, after) =>
    after['purpose'] === 'REGISTER' ? ['auth_webauthn_register_failed'] : ['auth_webauthn_assert_failed'],
  WEBAUTHN_COUNTER_REGRESSION: as('auth_webauthn_assert_failed', 'auth_webauthn_counter_regression'),
  OPS_BLOCK_APPLIED: as('ops_block_applied'),
  AUDIT_CHAIN_VERIFY_FAILED: as('audit_chain_verify_failed'),
  ASSIGNMENT_TRANSITIONED: (_entry, after) => {
    if (after['status'] === 'DELIVERED') return ['assignment_completed']
    return after['status'] === 'CHANGES_REQUESTED' ? ['qc_returned'] : []
  },
  DOCUMENT_UPLOADED: as('upload_confirmed'),
  DOCUMENT_UPLOAD_REJECTED: as('upload_rejected'),
  REPORT_PACK_GENERATED: as('pack_rendered'),
  REPORT_PACK_FAILED: as('pack_render_failed'),
}

/** A failed verification counts its failures, everything else counts one. */
const valueOf = (entry: AuditEntry, after: Readonly<Record<string, unknown>>): number => {
  const failures = after['failure_count']
  return entry.action === 'AUDIT_CHAIN_VERIFY_FAILED' && typeof failures === 'number' ? failures : 1
}

/** The ops events that stand for audit events. */
export function countedOf(entries: readonly AuditEntry[]): OpsEvent[] {
  return entries.flatMap((entry) => {
    const after = (entry.after ?? {}) as Readonly<Record<string, unknown>> // pictures are objects
    const keys = COUNTED[entry.action]?.(entry, after) ?? []
    const firm = entry.tenant_id === undefined ? {} : { tenant_id: entry.tenant_id }
    return keys.map((metric_key) => ({ metric_key, value: valueOf(entry, after), ...firm }))
  })
}

/** Appends audit events, and the ops events that stand for them, in the flush of the commit. */
export function writeDown(unit: UnitOfWork, entries: readonly AuditEntry[], stamp: AuditStamp): void {
  unit.withCommit(appendAudit(entries, stamp))
  const counted = countedOf(entries)
  const tenantId = stamp.actor?.tenantId ?? entries.find((entry) => entry.tenant_id !== undefined)?.tenant_id
  if (counted.length > 0 && tenantId !== undefined)
    unit.withCommit(appendOps(counted, { tenantId, traceId: stamp.traceId }))
}

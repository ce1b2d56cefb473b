/**
 * What an audit action is about. `read` marks reads that are audited, `view` those of which equal ones leave one event in 15
 * minutes; `refusal` marks acts that were refused, of which equal ones leave one at once and one a minute with their number;
 * `personal` names fields kept under a subject key, `ofPerson` those that are so where the event names its person.
 */
interface ActionSpec {
  readonly target: string
  readonly severity?: 'info' | 'notice' | 'critical'
  readonly read?: true | 'view'
  readonly refusal?: true
  readonly personal?: readonly string[]
  readonly ofPerson?: readonly string[]
}

const on = (target: string, extra: Omit<ActionSpec, 'target'> = {}): ActionSpec => ({ target, ...extra })

/** Master data are of no person, but for contacts. */
const CONTACT = { ofPerson: ['name', 'phone', 'email', 'role_label'] } as const

/** The target of an action that may be about anything: its events say what. */
const ANY = 'ANY'

/** Every action the product may write, `AREA_OBJECT_PAST_VERB`. What is not declared here does not compile. */
export const AUDIT_ACTIONS = {
  AUTH_LOGIN_SUCCESS: on('USER'),
  AUTH_LOGIN_FAILED: on('USER', { severity: 'notice', refusal: true }),
  AUTH_ACCOUNT_LOCKED: on('USER', { severity: 'notice' }),
  AUTH_ACCOUNT_UNLOCKED: on('USER'),
  AUTH_REGISTER_REQUESTED: on('USER'),
  AUTH_REGISTERED: on('USER'),
  AUTH_GUEST_CREATED: on('USER'),
  AUTH_GUEST_MERGED: on('USER'),
  AUTH_LOGOUT: on('SESSION'),
  AUTH_SESSION_REVOKED: on('SESSION'),
  AUTH_TENANT_SWITCHED: on('SESSION'),
  AUTH_REFRESH_REUSE_DETECTED: on('SESSION', { severity: 'critical', refusal: true }),
  AUTH_REFRESH_FALLBACK_USED: on('SESSION'),
  AUTH_ORIGIN_REFUSED: on('SESSION', { severity: 'notice', refusal: true }),
  AUTH_PASSWORD_CHANGED: on('USER', { severity: 'notice' }),
  AUTH_PASSWORD_RESET_REQUESTED: on('USER'),
  AUTH_PASSWORD_RESET: on('USER', { severity: 'notice' }),
  AUTH_EMAIL_CHANGED: on('USER', { severity: 'notice', personal: ['email'] }),
  STEP_UP_PASSED: on('SESSION'),
  STEP_UP_FAILED: on('SESSION', { severity: 'notice', refusal: true }),
  MFA_ENROLLED: on('USER', { severity: 'notice' }),
  MFA_VERIFIED: on('USER'),
  MFA_FAILED: on('USER', { severity: 'notice', refusal: true }),
  MFA_DISABLED: on('USER', { severity: 'notice' }),
  MFA_RESET: on('USER', { severity: 'critical' }),
  MFA_RECOVERY_USED: on('USER', { severity: 'notice' }),
  MFA_RECOVERY_REGENERATED: on('USER', { severity: 'notice' }),
  MFA_POLICY_CHANGED: on('TENANT', { severity: 'critical' }),
  WEBAUTHN_REGISTERED: on('USER', { severity: 'notice' }),
  WEBAUTHN_ASSERTED: on('USER'),
  WEBAUTHN_FAILED: on('USER', { severity: 'notice', refusal: true }),
  WEBAUTHN_REVOKED: on('USER', { severity: 'notice' }),
  WEBAUTHN_COUNTER_REGRESSION: on('USER', { severity: 'critical' }),
  RBAC_DENIED: on('OPERATION', { severity: 'notice', refusal: true }),
  RBAC_CHANGE_REQUEST_CREATED: on('RBAC_REQUEST', { severity: 'notice' }),
  RBAC_CHANGE_REQUEST_APPROVED: on('RBAC_REQUEST', { severity: 'notice' }),
  RBAC_CHANGE_REQUEST_APPLIED: on('RBAC_REQUEST', { severity: 'critical' }),
  RBAC_CHANGE_REQUEST_REJECTED: on('RBAC_REQUEST', { severity: 'notice' }),
  RBAC_CHANGE_REQUEST_WITHDRAWN: on('RBAC_REQUEST'),
  RBAC_CHANGE_REQUEST_EXPIRED: on('RBAC_REQUEST'),
  OPS_BLOCK_APPLIED: on('BLOCK', { severity: 'critical' }),
  OPS_BLOCK_CHANGED: on('BLOCK', { severity: 'notice' }),
  OPS_BLOCK_LIFTED: on('BLOCK', { severity: 'notice' }),
  OPS_CONFIRMATION_REFUSED: on('OPERATION', { severity: 'notice', refusal: true }),
  OPS_KILL_SWITCH_CHANGED: on('KILL_SWITCH', { severity: 'critical' }),
  OPS_KILL_SWITCH_EXPIRED: on('KILL_SWITCH', { severity: 'notice' }),
  OPS_ROLLBACK_REQUESTED: on('ROLLBACK', { severity: 'critical' }),
  OPS_ROLLBACK_APPLIED: on('ROLLBACK', { severity: 'critical' }),
  OPS_ROLLBACK_FAILED: on('ROLLBACK', { severity: 'critical' }),
  ALERT_CHANNEL_CREATED: on('ALERT_CHANNEL', { severity: 'notice' }),
  ALERT_CHANNEL_UPDATED: on('ALERT_CHANNEL', { severity: 'notice' }),
  ALERT_CHANNEL_DELETED: on('ALERT_CHANNEL', { severity: 'notice' }),
  ALERT_CHANNEL_TESTED: on('ALERT_CHANNEL'),
  ALERT_RULE_UPDATED: on('ALERT_RULE', { severity: 'notice' }),
  ALERT_ACKNOWLEDGED: on('ALERT'),
  USER_INVITED: on('USER'),
  USER_INVITATION_ACCEPTED: on('USER'),
  USER_INVITATION_WITHDRAWN: on('USER'),
  USER_UPDATED: on('USER', { personal: ['name', 'phone'] }),
  USER_ROLES_CHANGED: on('USER', { severity: 'notice' }),
  USER_DISABLED: on('USER', { severity: 'notice' }),
  USER_ENABLED: on('USER', { severity: 'notice' }),
  USER_REMOVED: on('USER', { severity: 'notice' }),
  PORTAL_USER_LINKED: on('USER'),
  PORTAL_USER_UNLINKED: on('USER'),
  TENANT_CREATED: on('TENANT', { severity: 'notice' }),
  TENANT_UPDATED: on('TENANT'),
  TENANT_STATUS_CHANGED: on('TENANT', { severity: 'critical' }),
  TENANT_DELETED: on('TENANT', { severity: 'critical' }),
  TENANT_RESTORED: on('TENANT', { severity: 'critical' }),
  SUPPORT_SESSION_OPENED: on('SUPPORT_SESSION', { severity: 'critical' }),
  SUPPORT_SESSION_CLOSED: on('SUPPORT_SESSION', { severity: 'notice' }),
  SUPPORT_OBJECT_VIEWED: on(ANY, { read: 'view' }),
  SERVICE_TOKEN_CREATED: on('SERVICE_TOKEN', { severity: 'critical' }),
  SERVICE_TOKEN_REVOKED: on('SERVICE_TOKEN', { severity: 'notice' }),
  ADMIN_TOKEN_USED: on('SERVICE_TOKEN', { severity: 'critical' }),
  AUDIT_EXPORT_REQUESTED: on('AUDIT_EXPORT_JOB', { severity: 'notice' }),
  AUDIT_EXPORT_COMPLETED: on('AUDIT_EXPORT_JOB'),
  AUDIT_EXPORT_FAILED: on('AUDIT_EXPORT_JOB', { severity: 'notice' }),
  AUDIT_EXPORT_DOWNLOADED: on('AUDIT_EXPORT_JOB', { severity: 'notice', read: true }),
  AUDIT_EXPORT_EXPIRED: on('AUDIT_EXPORT_JOB'),

  MASTERDATA_RECORD_CREATED: on('MASTERDATA', CONTACT),
  MASTERDATA_RECORD_UPDATED: on('MASTERDATA', CONTACT),
  MASTERDATA_RECORD_VERIFIED: on('MASTERDATA'),
  MASTERDATA_RECORD_UNVERIFIED: on('MASTERDATA'),

  ASSIGNMENT_CREATED: on('ASSIGNMENT'),
  ASSIGNMENT_UPDATED: on('ASSIGNMENT'),
  ASSIGNMENT_TRANSITIONED: on('ASSIGNMENT'),
  ASSIGNMENT_CANCELLED: on('ASSIGNMENT', { severity: 'notice' }),
  ASSIGNMENT_ASSIGNEE_CHANGED: on('ASSIGNMENT'),

  DOCUMENT_UPLOAD_REQUESTED: on('DOCUMENT'),
  DOCUMENT_UPLOADED: on('DOCUMENT'),
  DOCUMENT_UPLOAD_REJECTED: on('DOCUMENT', { severity: 'notice' }),
  DOCUMENT_VIEWED: on('DOCUMENT', { read: true }),
  DOCUMENT_DOWNLOADED: on('DOCUMENT', { read: true }),
  DOCUMENT_UPDATED: on('DOCUMENT'),
  DOCUMENT_SENSITIVITY_CHANGED: on('DOCUMENT'),
  DOCUMENT_LINKED: on('DOCUMENT'),
  DOCUMENT_UNLINKED: on('DOCUMENT'),
  DOCUMENT_DELETED: on('DOCUMENT'),

  REPORT_CREATED: on('REPORT'),
  REPORT_UPDATED: on('REPORT'),
  REPORT_TRANSITIONED: on('REPORT'),
  REPORT_CANCELLED: on('REPORT', { severity: 'notice' }),
  REPORT_RECALCULATED: on('REPORT'),
  REPORT_CONTRACT_CHANGED: on('REPORT'),
  REPORT_EVIDENCE_LINKED: on('REPORT'),
  REPORT_EVIDENCE_UPDATED: on('REPORT'),
  REPORT_EVIDENCE_UNLINKED: on('REPORT'),
  REPORT_EVIDENCE_REORDERED: on('REPORT'),
  REPORT_SUGGESTION_ACCEPTED: on('REPORT'),
  REPORT_SUGGESTION_REJECTED: on('REPORT'),
  REPORT_PACK_REQUESTED: on('REPORT'),
  REPORT_PACK_GENERATED: on('REPORT'),
  REPORT_PACK_FAILED: on('REPORT', { severity: 'notice' }),
  REPORT_PACK_RETRIED: on('REPORT'),
  REPORT_PACK_DOWNLOADED: on('REPORT', { read: true }),
  RULESET_CREATED: on('RULESET'),
  RULESET_PUBLISHED: on('RULESET'),

  AUDIT_DIFF_VIEWED: on('AUDIT_EVENT', { read: 'view' }),
  AUDIT_PERSONAL_REVEALED: on('AUDIT_EVENT', { read: true, severity: 'notice' }),
  AUDIT_SYNC_EXPORT_DOWNLOADED: on('AUDIT_LOG', { read: true, severity: 'notice' }),
  AUDIT_CHAIN_VERIFIED: on('AUDIT_LOG', { read: true }),
  AUDIT_CHAIN_VERIFY_REQUESTED: on('AUDIT_LOG'),
  AUDIT_CHAIN_VERIFY_FAILED: on('AUDIT_LOG', { severity: 'critical' }),
  AUDIT_RETENTION_APPLIED: on('AUDIT_LOG', { severity: 'notice' }),
  AUDIT_KEY_ROTATED: on('AUDIT_KEY', { severity: 'critical' }),
  AUDIT_LOG_REOPENED: on('AUDIT_LOG', { severity: 'critical' }),

  RETENTION_POLICY_UPDATED: on('RETENTION_POLICY', { severity: 'notice' }),
  RETENTION_RUN_REQUESTED: on('RETENTION_RUN', { severity: 'notice' }),
  RETENTION_RUN_FINISHED: on('RETENTION_RUN'),
  RECORD_RESTORED: on('RECORD'),

  PRIVACY_HOLD_PLACED: on('LEGAL_HOLD', { severity: 'critical' }),
  PRIVACY_HOLD_LIFTED: on('LEGAL_HOLD', { severity: 'critical' }),
  PRIVACY_EXPORT_REQUESTED: on('PRIVACY_REQUEST', { severity: 'notice' }),
  PRIVACY_EXPORT_COMPLETED: on('PRIVACY_REQUEST'),
  PRIVACY_EXPORT_FAILED: on('PRIVACY_REQUEST', { severity: 'notice' }),
  PRIVACY_EXPORT_DOWNLOADED: on('PRIVACY_REQUEST', { read: true, severity: 'notice' }),
  PRIVACY_EXPORT_EXPIRED: on('PRIVACY_REQUEST'),
  PRIVACY_ERASURE_REQUESTED: on('PRIVACY_REQUEST', { severity: 'critical' }),
  PRIVACY_ERASURE_COMPLETED: on('PRIVACY_REQUEST', { severity: 'critical' }),
  PRIVACY_ERASURE_REFUSED: on('PRIVACY_REQUEST', { severity: 'critical' }),
  PRIVACY_ERASURE_FAILED: on('PRIVACY_REQUEST', { severity: 'critical' }),
  PRIVACY_KEY_DESTROYED: on('SUBJECT_KEY', { severity: 'critical' }),

  JOB_DEAD: on('JOB', { severity: 'critical' }),
  JOB_REPLAYED: on('DEAD_JOB', { severity: 'notice' }),
  JOB_DISCARDED: on('DEAD_JOB', { severity: 'notice' }),
  JOB_PAYLOAD_VIEWED: on('DEAD_JOB', { read: 'view' }),
  JOB_EFFECT_SETTLED: on('DEAD_JOB', { severity: 'critical' }),
  JOB_QUEUE_PAUSED: on('QUEUE', { severity: 'critical' }),
  JOB_QUEUE_RESUMED: on('QUEUE', { severity: 'notice' }),
  SCHEDULER_LOCK_RECOVERED: on('SCHEDULER_LOCK', { severity: 'notice' }),
  SCHEDULER_TASK_STARTED_BY_HAND: on('SCHEDULER_TASK', { severity: 'notice' }),
  SCHEDULER_TASK_PAUSED: on('SCHEDULER_TASK', { severity: 'critical' }),
  SCHEDULER_TASK_RESUMED: on('SCHEDULER_TASK', { severity: 'notice' }),
} as const satisfies Record<string, ActionSpec>

export type AuditAction = keyof typeof AUDIT_ACTIONS

const specs: Readonly<Record<AuditAction, ActionSpec>> = AUDIT_ACTIONS
const NONE: ReadonlySet<string> = new Set()
const personal = new Map(Object.entries(specs).map(([action, spec]) => [action, new Set(spec.personal)]))
const ofPerson = new Map(
  Object.entries(specs)
    .filter(([, spec]) => spec.ofPerson)
    .map(([action, spec]) => [action, new Set([...(spec.personal ?? []), ...(spec.ofPerson ?? [])])]),
)

/** What an action is about. */
export const targetOf = (action: AuditAction): string => specs[action].target
/** Whether an action may be about this type of thing. */
export const mayBeAbout = (action: AuditAction, type: string): boolean =>
  targetOf(action) === type || (targetOf(action) === ANY && /^[A-Z][A-Z_]{1,79}$/.test(type))
/** Equal ones leave one event in 15 minutes. */
export const isView = (action: AuditAction): boolean => specs[action].read === 'view'
/** An act that was refused: equal ones of a minute are merged. */
export const isRefusal = (action: AuditAction): boolean => specs[action].refusal === true
/** Fields of an action's pictures that are kept under the key of their person, who may be named in the event alone. */
export const personalFieldsOf = (action: AuditAction, namesPerson = false): ReadonlySet<string> =>
  (namesPerson ? ofPerson.get(action) : undefined) ?? personal.get(action) ?? NONE

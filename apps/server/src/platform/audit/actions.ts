/** What an audit action is about. `read` marks views that are audited; `personal` names fields kept under a subject key. */
interface ActionSpec {
  readonly target: string
  readonly severity?: 'info' | 'notice' | 'critical'
  readonly read?: true
  readonly personal?: readonly string[]
}

const on = (target: string, extra: Omit<ActionSpec, 'target'> = {}): ActionSpec => ({ target, ...extra })

/** Every action the product may write, `AREA_OBJECT_PAST_VERB`. What is not declared here does not compile. */
export const AUDIT_ACTIONS = {
  AUTH_LOGIN_SUCCESS: on('USER'),
  AUTH_LOGIN_FAILED: on('USER', { severity: 'notice' }),
  AUTH_ACCOUNT_LOCKED: on('USER', { severity: 'notice' }),
  AUTH_LOGOUT: on('SESSION'),
  AUTH_SESSION_REVOKED: on('SESSION'),
  AUTH_REFRESH_REUSE_DETECTED: on('SESSION', { severity: 'critical' }),
  AUTH_REFRESH_FALLBACK_USED: on('SESSION'),
  AUTH_ORIGIN_REFUSED: on('SESSION', { severity: 'notice' }),
  RBAC_DENIED: on('OPERATION', { severity: 'notice' }),
  TENANT_CREATED: on('TENANT'),
  USER_INVITED: on('USER'),
  USER_UPDATED: on('USER'),

  MASTERDATA_RECORD_CREATED: on('MASTERDATA'),
  MASTERDATA_RECORD_UPDATED: on('MASTERDATA'),
  MASTERDATA_RECORD_DELETED: on('MASTERDATA'),
  MASTERDATA_RECORD_VERIFIED: on('MASTERDATA'),
  MASTERDATA_RECORD_UNVERIFIED: on('MASTERDATA'),

  ASSIGNMENT_CREATED: on('ASSIGNMENT'),
  ASSIGNMENT_UPDATED: on('ASSIGNMENT'),
  ASSIGNMENT_TRANSITIONED: on('ASSIGNMENT'),
  ASSIGNMENT_HELD: on('ASSIGNMENT'),
  ASSIGNMENT_RESUMED: on('ASSIGNMENT'),
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
  EVIDENCE_PROFILE_SELECTED: on('REPORT'),
  RULESET_CREATED: on('RULESET'),
  RULESET_PUBLISHED: on('RULESET'),

  JOB_DEAD: on('JOB', { severity: 'critical' }),
} as const satisfies Record<string, ActionSpec>

export type AuditAction = keyof typeof AUDIT_ACTIONS

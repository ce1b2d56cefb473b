/**
 * What the house counts as ops events: the allowlist of audit-and-ops.md 5 with the lists "Metric keys" of every other
 * part of the specification. `ops.metric_keys` holds the same names; a test compares the two.
 */
export const METRIC_KEYS = [
  // identity
  'auth_login_success',
  'auth_login_failed',
  'auth_rate_limited',
  'auth_account_locked',
  'auth_account_unlocked',
  'auth_refresh_success',
  'auth_refresh_reuse_detected',
  'auth_mfa_failed',
  'auth_webauthn_register_success',
  'auth_webauthn_register_failed',
  'auth_webauthn_assert_success',
  'auth_webauthn_assert_failed',
  'auth_webauthn_counter_regression',
  'rbac_denied',
  'ops_block_applied',
  // audit and exports
  'audit_chain_verify_failed',
  'audit_export_requested',
  'audit_export_completed',
  'audit_export_failed',
  'audit_export_downloaded',
  'audit_export_expired',
  'audit_events_sealed',
  'audit_notary_failed',
  // ops and privacy
  'scheduler_lock_recovered',
  'scheduler_lock_recovery_failed',
  'job_dead',
  'job_replayed',
  'alert_fired',
  'alert_delivery_failed',
  'kill_switch_changed',
  'rollback_applied',
  'retention_rows_deleted',
  'privacy_export_completed',
  'privacy_erasure_completed',
  // desk and assistant
  'chat_message_done',
  'chat_message_safe',
  'chat_message_failed',
  'llm_tokens_in',
  'llm_tokens_out',
  'llm_cost_micro',
  // operations
  'commission_received',
  'commission_accepted',
  'assignment_completed',
  'assignment_overdue',
  'qc_returned',
  'upload_confirmed',
  'upload_rejected',
  'masterdata_import_rows',
  // reports
  'pack_rendered',
  'pack_render_failed',
  'release_granted',
  'release_refused',
  // billing
  'invoice_issued',
  'payment_recorded',
  // communications and people
  'notification_sent',
  'notification_failed',
  'notification_dead',
  'notification_suppressed',
  'notification_fallback',
  'manual_whatsapp_sent',
  'webhook_in_accepted',
  'webhook_in_rejected',
  'webhook_delivered',
  'webhook_delivery_failed',
  'email_ingested',
  'attendance_recorded',
  'leave_decided',
  'payroll_completed',
] as const

/** A name that may be counted; the database knows no other. */
export type MetricKey = (typeof METRIC_KEYS)[number]

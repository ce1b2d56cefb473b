/** How bad it is; channels hear from their own least severity on. */
export const SEVERITIES = ['warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** A figure of a rule that may be changed, with its default and bounds. */
export interface Threshold {
  readonly default: number
  readonly min: number
  readonly max: number
  readonly unit: 'seconds' | 'count' | 'percent' | 'hours' | 'days'
}

export interface AlertRule {
  /** `critical` from the threshold of that name on, where there is one. */
  readonly severity: Severity
  /** Whose state it looks at: the platform's alerts belong to the house firm. */
  readonly of: 'platform' | 'firm'
  readonly thresholds: Readonly<Record<string, Threshold>>
  /** Its page: `docs/ops/runbook_NAME.md`, shown at `/admin/runbooks/NAME`. */
  readonly runbook: string
}

const figure = (unit: Threshold['unit'], fallback: number, bounds: readonly [number, number]): Threshold => ({
  default: fallback,
  min: bounds[0],
  max: bounds[1],
  unit,
})
const seconds = (fallback: number, max = 86_400): Threshold => figure('seconds', fallback, [1, max])
const share = (percent: number): Readonly<Record<string, Threshold>> => ({
  percent: figure('percent', percent, [1, 100]),
  min_requests: figure('count', 50, [1, 100_000]),
})
const atOnce = (runbook: string, of: AlertRule['of'] = 'platform'): AlertRule => ({
  severity: 'critical',
  of,
  thresholds: {},
  runbook,
})
const quota = (percent: number, severity: Severity): AlertRule => ({
  severity,
  of: 'firm',
  thresholds: { percent: figure('percent', percent, [1, 100]) },
  runbook: 'quota',
})

/**
 * What is watched, with defaults that a firm may change for itself and the house firm for the platform
 * (audit-and-ops.md 9). Names of thresholds that begin with `critical` make the alert critical.
 */
export const ALERT_RULES = {
  audit_chain_verify_failed: atOnce('audit_chain', 'firm'),
  audit_fork_suspected: atOnce('audit_chain'),
  audit_head_tampered: atOnce('audit_chain'),
  audit_foreign_cluster: atOnce('audit_restore'),
  audit_signing_key_missing: atOnce('audit_signing_key'),
  audit_seal_lag: {
    severity: 'warning',
    of: 'platform',
    thresholds: { seconds: seconds(10), for_seconds: seconds(60, 3_600), critical_seconds: seconds(60) },
    runbook: 'audit_seal_lag',
  },
  audit_notary_stale: {
    severity: 'warning',
    of: 'platform',
    thresholds: { seconds: seconds(900), critical_seconds: seconds(3_600) },
    runbook: 'audit_notary',
  },
  audit_denied_write_failed: {
    severity: 'warning',
    of: 'platform',
    thresholds: { per_hour: figure('count', 1, [1, 100_000]) },
    runbook: 'audit_denied_write',
  },
  scheduler_recovery_failed: {
    severity: 'critical',
    of: 'platform',
    thresholds: { failures: figure('count', 3, [1, 100]), within_seconds: seconds(900, 3_600) },
    runbook: 'scheduler_lock',
  },
  scheduler_healed: {
    severity: 'warning',
    of: 'platform',
    thresholds: { within_seconds: seconds(900, 3_600) },
    runbook: 'scheduler_lock',
  },
  scheduler_task_late: {
    severity: 'warning',
    of: 'platform',
    thresholds: { periods: figure('count', 2, [1, 100]), critical_periods: figure('count', 3, [1, 100]) },
    runbook: 'scheduler_lock',
  },
  job_dead: {
    severity: 'warning',
    of: 'firm',
    thresholds: { per_hour: figure('count', 10, [0, 100_000]) },
    runbook: 'dead_jobs',
  },
  job_effect_unknown: { severity: 'warning', of: 'firm', thresholds: {}, runbook: 'dead_jobs' },
  queue_age: { severity: 'warning', of: 'firm', thresholds: { seconds: seconds(300) }, runbook: 'queue_age' },
  export_failed: {
    severity: 'warning',
    of: 'firm',
    thresholds: { per_hour: figure('count', 3, [0, 100_000]) },
    runbook: 'exports',
  },
  export_integrity: atOnce('exports', 'firm'),
  spool_80: {
    severity: 'warning',
    of: 'platform',
    thresholds: { percent: figure('percent', 80, [1, 100]) },
    runbook: 'export_spool',
  },
  errors_upstream: { severity: 'warning', of: 'platform', thresholds: share(5), runbook: 'error_rates' },
  errors_server: { severity: 'critical', of: 'platform', thresholds: share(1), runbook: 'error_rates' },
  errors_validation: { severity: 'warning', of: 'platform', thresholds: share(20), runbook: 'error_rates' },
  errors_rlimit: { severity: 'warning', of: 'platform', thresholds: share(10), runbook: 'error_rates' },
  quota_70: quota(70, 'warning'),
  quota_85: quota(85, 'warning'),
  quota_100: quota(100, 'critical'),
  backup_stale: {
    severity: 'critical',
    of: 'platform',
    thresholds: { hours: figure('hours', 26, [1, 720]) },
    runbook: 'backups',
  },
  restore_drill_stale: {
    severity: 'warning',
    of: 'platform',
    thresholds: { days: figure('days', 35, [1, 400]) },
    runbook: 'backups',
  },
  privacy_overdue: { severity: 'warning', of: 'firm', thresholds: {}, runbook: 'privacy_requests' },
} as const satisfies Record<string, AlertRule>

export type AlertRuleKey = keyof typeof ALERT_RULES
// Cast: the keys of the record above, of which there is at least one.
export const ALERT_RULE_KEYS = Object.keys(ALERT_RULES) as [AlertRuleKey, ...AlertRuleKey[]]
/** What each says, in a sentence for whoever is called out. */
export const ALERT_TITLES: Readonly<Record<AlertRuleKey, string>> = {
  audit_chain_verify_failed: 'The audit log of a firm was changed',
  audit_fork_suspected: 'Two contradicting heads of an audit log are suspected',
  audit_head_tampered: 'The head of an audit log was changed',
  audit_foreign_cluster: 'The audit inbox comes from another database cluster',
  audit_signing_key_missing: 'Audit logs are not signed: no key is set',
  audit_seal_lag: 'Audit events wait too long to be sealed',
  audit_notary_stale: 'Signed heads of audit logs are not published',
  audit_denied_write_failed: 'Refused calls could not be written to the audit log',
  scheduler_recovery_failed: 'A stuck lock of the scheduler cannot be recovered',
  scheduler_healed: 'The scheduler lost a holder or a connection and healed itself',
  scheduler_task_late: 'A recurring task has not succeeded in time',
  job_dead: 'Background jobs have died',
  job_effect_unknown: 'It is unknown whether an outside effect happened',
  queue_age: 'Jobs wait too long',
  export_failed: 'Exports fail',
  export_integrity: 'A stored export does not match its checksum',
  spool_80: 'The space for exports is nearly used up',
  errors_upstream: 'Too many calls fail at a service that we depend on',
  errors_server: 'Too many calls fail on our side',
  errors_validation: 'Too many calls are refused as not valid',
  errors_rlimit: 'Too many calls run into a limit',
  quota_70: '70 % of a quota is used',
  quota_85: '85 % of a quota is used',
  quota_100: 'A quota is used up',
  backup_stale: 'The last backup is too old',
  restore_drill_stale: 'The last restore drill is too long ago',
  privacy_overdue: 'A privacy request is overdue',
}
/** Where the product shows a runbook, below the origin of a surface. */
export const runbookPath = (name: string): string => `/admin/runbooks/${name}`
export const ruleOf = (key: AlertRuleKey): AlertRule => ALERT_RULES[key]

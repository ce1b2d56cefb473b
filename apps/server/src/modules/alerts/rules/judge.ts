import { ALERT_RULE_KEYS, type AlertRuleKey, ruleOf, type Severity } from '@zenops/contracts/alert-rules'
import type { ErrorClass } from '@zenops/contracts/error-class'
import type { Alarm } from '@zenops/contracts/audit-alarms'
import type { Facts } from './facts.ts'
import type { InForce } from './thresholds.ts'

/** Something that is wrong now. One open alert stands for all findings of its fingerprint. */
export interface Finding {
  readonly rule_key: AlertRuleKey
  readonly tenant_id: string
  readonly fingerprint: string
  readonly severity: Severity
  /** Figures and ids; nothing personal. */
  readonly detail: Readonly<Record<string, string | number | boolean | null>>
}

interface Found {
  readonly tenant_id?: string
  /** Tells alerts of one rule and firm apart. */
  readonly subject?: string
  readonly critical?: boolean
  readonly detail?: Finding['detail']
}
type Limits = Readonly<Record<string, number>>
type Judge = (facts: Facts, limit: (name: string) => number) => readonly Found[]

const alarm =
  (name: Alarm): Judge =>
  ({ processes }) => {
    const ringing = processes.find((one) => one.fresh && name in one.alarms)
    const rung = ringing?.alarms[name]
    if (!ringing || !rung) return []
    const figures = Object.entries(rung.detail).filter(
      (entry): entry is [string, string | number] => typeof entry[1] === 'number' || typeof entry[1] === 'string',
    )
    return [
      { critical: true, detail: { instance: ringing.instance_id, since: rung.since, ...Object.fromEntries(figures) } },
    ]
  }

/** Calls of the last minutes over all processes, and how many of them failed in that way. */
function shareOf(
  { processes, now }: Facts,
  failure: ErrorClass,
  minutes: number,
): { requests: number; failed: number } {
  const from = Math.floor(Date.parse(now) / 60_000) - minutes
  const seen = processes.flatMap((one) => one.minutes).filter((one) => one.minute > from)
  return {
    requests: seen.reduce((sum, one) => sum + one.requests, 0),
    failed: seen.reduce((sum, one) => sum + (one.errors[failure] ?? 0), 0),
  }
}

const errors =
  (failure: ErrorClass, minutes: number): Judge =>
  (facts, limit) => {
    const { requests, failed } = shareOf(facts, failure, minutes)
    if (requests < limit('min_requests') || (failed / requests) * 100 <= limit('percent')) return []
    return [{ detail: { requests, failed, percent: Math.round((failed / requests) * 1_000) / 10, minutes } }]
  }

const older = (seconds: number, limit: (name: string) => number, unit: 'seconds' | 'hours' | 'days'): boolean =>
  seconds > limit(unit) * { seconds: 1, hours: 3_600, days: 86_400 }[unit]

const mark =
  (age: 'backupAgeSeconds' | 'drillAgeSeconds', unit: 'hours' | 'days'): Judge =>
  (facts, limit) => {
    const seconds = facts[age]
    if (seconds === null) return facts.expectsBackups ? [{ detail: { recorded: false } }] : []
    return older(seconds, limit, unit) ? [{ detail: { age_seconds: seconds } }] : []
  }

const quota: Judge = ({ quotas }, limit) =>
  quotas
    .filter((one) => one.percent >= limit('percent'))
    .map(({ tenant_id, quota: subject, percent }) => ({ tenant_id, subject, detail: { percent } }))

const hourly =
  (metric: string, about?: string): Judge =>
  (facts, limit) =>
    [
      ...Map.groupBy(
        facts.happened.filter((one) => one.metric_key === metric && (about === undefined || one.about === about)),
        (one) => one.tenant_id,
      ),
    ].flatMap(([tenant_id, rows]) => {
      const n = rows.reduce((sum, row) => sum + row.n, 0)
      return n > limit('per_hour') ? [{ tenant_id, detail: { in_the_last_hour: n } }] : []
    })

const DAMAGED = /^export_integrity (?<tenant>[0-9a-f-]{36})$/

/** Files of a firm that downloads found damaged within the hour, over all processes. */
function damagedFiles({ processes }: Facts): (Found & { readonly tenant_id: string })[] {
  const found = new Map<string, number>()
  for (const { counts } of processes.flatMap((one) => one.minutes))
    for (const [name, n] of Object.entries(counts)) {
      const tenant = DAMAGED.exec(name)?.groups?.['tenant']
      if (tenant !== undefined) found.set(tenant, (found.get(tenant) ?? 0) + n)
    }
  return [...found].map(([tenant_id, n]) => ({ tenant_id, critical: true, detail: { in_the_last_hour: n } }))
}

/** One alert for all locks: a process that dies leaves many. */
function healedLocks({ recoveries }: Facts, seconds: number): Found[] {
  const healed = recoveries.filter((one) => !one.failed && one.age_seconds <= seconds)
  if (healed.length === 0) return []
  const locks = [...new Set(healed.map((one) => one.lock_key))].sort().join(', ').slice(0, 400)
  return [{ subject: 'locks', detail: { recoveries: healed.length, locks } }]
}

/** Listening connections of workers that died and were replaced. */
function lostListeners({ processes, now }: Facts, seconds: number): Found[] {
  const from = (Date.parse(now) / 1_000 - seconds) / 60
  const lost = processes
    .flatMap((one) => one.minutes)
    .filter((one) => one.minute + 1 > from)
    .reduce((sum, one) => sum + (one.counts['listener_lost'] ?? 0), 0)
  return lost > 0 ? [{ subject: 'listener', detail: { connections: lost } }] : []
}

const JUDGES: Readonly<Record<AlertRuleKey, Judge>> = {
  audit_chain_verify_failed: ({ brokenLogs }) =>
    brokenLogs.map(({ tenant_id, run_id, failure_count, first_bad_seq }) => ({
      tenant_id,
      detail: { run_id, failures: failure_count, first_bad_seq },
    })),
  audit_fork_suspected: alarm('audit_fork_suspected'),
  audit_head_tampered: alarm('audit_head_tampered'),
  audit_foreign_cluster: alarm('audit_foreign_cluster'),
  audit_signing_key_missing: alarm('audit_signing_key_missing'),
  audit_seal_lag: ({ sealLagSeconds: seconds }, limit) =>
    seconds > limit('seconds') ? [{ critical: seconds > limit('critical_seconds'), detail: { seconds } }] : [],
  audit_notary_stale: (facts, limit) => {
    const seconds = facts.unpublishedSeconds
    const critical = seconds > limit('critical_seconds')
    if (seconds > limit('seconds')) return [{ critical, detail: { seconds } }]
    return alarm('audit_notary_stale')(facts, limit).map((found) => ({ ...found, critical }))
  },
  audit_denied_write_failed: ({ processes }, limit) => {
    const n = processes
      .flatMap((one) => one.minutes)
      .reduce((sum, one) => sum + (one.counts['audit_denied_write_failed'] ?? 0), 0)
    return n >= limit('per_hour') ? [{ detail: { in_the_last_hour: n } }] : []
  },
  scheduler_recovery_failed: ({ recoveries }, limit) =>
    [
      ...Map.groupBy(
        recoveries.filter((one) => one.failed && one.age_seconds <= limit('within_seconds')),
        (one) => one.lock_key,
      ),
    ].flatMap(([lock_key, { length: failures }]) =>
      failures >= limit('failures') ? [{ subject: lock_key, critical: true, detail: { lock_key, failures } }] : [],
    ),
  scheduler_healed: (facts, limit) => [
    ...healedLocks(facts, limit('within_seconds')),
    ...lostListeners(facts, limit('within_seconds')),
  ],
  scheduler_task_late: ({ lateTasks }, limit) =>
    lateTasks
      .filter((one) => one.periods >= limit('periods'))
      .map(({ task, periods, seconds }) => ({
        subject: task,
        critical: periods >= limit('critical_periods'),
        detail: { task, periods: Math.floor(periods), seconds },
      })),
  job_dead: ({ deadJobs }, limit) =>
    [...Map.groupBy(deadJobs, (one) => one.tenant_id)].flatMap(([tenant_id, rows]) => {
      const n = rows.reduce((sum, row) => sum + row.n, 0)
      const vital = rows.find((row) => row.critical)
      if (!vital && n <= limit('per_hour')) return []
      return [{ tenant_id, detail: { in_the_last_hour: n, queue: (vital ?? rows[0])?.queue ?? null } }]
    }),
  job_effect_unknown: ({ unknownEffects }) =>
    unknownEffects.map(({ tenant_id, n }) => ({ tenant_id, detail: { effects: n } })),
  queue_age: ({ waiting }, limit) =>
    waiting
      .filter((one) => older(one.oldest_seconds, limit, 'seconds'))
      .map(({ tenant_id, queue, oldest_seconds }) => ({
        tenant_id,
        subject: queue,
        detail: { queue, oldest_seconds },
      })),
  export_failed: hourly('audit_export_failed'),
  export_integrity: damagedFiles,
  spool_80: ({ spoolPercent: percent }, limit) => (percent > limit('percent') ? [{ detail: { percent } }] : []),
  errors_upstream: errors('UPSTREAM', 5),
  errors_server: errors('SERVER', 5),
  errors_validation: errors('VALIDATION', 10),
  errors_rlimit: errors('RLIMIT', 10),
  quota_70: (facts, limit) => quota(facts, limit).filter((one) => Number(one.detail?.['percent']) < 85),
  quota_85: (facts, limit) => quota(facts, limit).filter((one) => Number(one.detail?.['percent']) < 100),
  quota_100: quota,
  backup_stale: mark('backupAgeSeconds', 'hours'),
  restore_drill_stale: mark('drillAgeSeconds', 'days'),
  privacy_overdue: ({ overdueRequests }) =>
    overdueRequests.map(({ tenant_id, n }) => ({ tenant_id, detail: { requests: n } })),
}

const limitsOf =
  (limits: Limits) =>
  (name: string): number => {
    const value = limits[name]
    if (value === undefined) throw new Error(`no threshold is named ${name}`)
    return value
  }

/** Everything that is wrong. `rule` tells how a rule counts in a firm; a rule that is stopped there finds nothing. */
export function judge(facts: Facts, rule: (key: AlertRuleKey, tenantId: string) => InForce): Finding[] {
  return ALERT_RULE_KEYS.flatMap((key) => {
    const { of, severity } = ruleOf(key)
    const tenants = of === 'platform' ? [facts.house] : tenantsOf(facts)
    return tenants.flatMap((tenant_id) => {
      const { enabled, thresholds } = rule(key, tenant_id)
      if (!enabled) return []
      return JUDGES[key](facts, limitsOf(thresholds))
        .filter((found) => of === 'platform' || found.tenant_id === tenant_id)
        .map((found) => ({
          rule_key: key,
          tenant_id,
          fingerprint: found.subject === undefined ? key : `${key}:${found.subject}`.slice(0, 200),
          severity: found.critical ? ('critical' as const) : severity,
          detail: found.detail ?? {},
        }))
    })
  })
}

/** Firms of which there is anything to judge. */
const tenantsOf = (facts: Facts): string[] => [
  ...new Set(
    [
      facts.brokenLogs,
      facts.deadJobs,
      facts.unknownEffects,
      facts.waiting,
      facts.happened,
      facts.quotas,
      facts.overdueRequests,
      damagedFiles(facts),
    ].flatMap((rows) => rows.map((row) => row.tenant_id)),
  ),
]

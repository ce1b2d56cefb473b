import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALERT_RULE_KEYS, type AlertRuleKey, ruleOf } from '@zenops/contracts/alert-rules'
import type { Facts, Process } from './facts.ts'
import { type Finding, judge } from './judge.ts'
import { inForce, thresholdFaults } from './thresholds.ts'

const HOUSE = '11111111-1111-1111-1111-111111111111'
const FIRM = '22222222-2222-2222-2222-222222222222'
const NOW = '2026-11-20T16:45:00.000Z'
const MINUTE = Math.floor(Date.parse(NOW) / 60_000)

const QUIET: Facts = {
  now: NOW,
  house: HOUSE,
  sealLagSeconds: 0,
  unpublishedSeconds: 0,
  processes: [],
  brokenLogs: [],
  deadJobs: [],
  unknownEffects: [],
  waiting: [],
  happened: [],
  lateTasks: [],
  recoveries: [],
  spoolPercent: 0,
  quotas: [],
  backupAgeSeconds: null,
  drillAgeSeconds: null,
  expectsBackups: false,
  overdueRequests: [],
}
const found = (
  facts: Partial<Facts>,
  rule: (key: AlertRuleKey) => ReturnType<typeof inForce> = (key) => inForce(key),
): Finding[] => judge({ ...QUIET, ...facts }, rule)
const process = (given: Partial<Process>): Process => ({
  instance_id: 'law',
  fresh: true,
  alarms: {},
  minutes: [],
  ...given,
})
const rings = (name: string): Partial<Facts> => ({
  processes: [process({ alarms: { [name]: { since: NOW, detail: { tenants: ['x'], seconds: 12 } } } })],
})
/** `failed` of `requests` calls, some minutes ago, over two processes. */
const calls = (
  failure: 'UPSTREAM' | 'SERVER' | 'VALIDATION' | 'RLIMIT',
  [failed, requests]: readonly [number, number],
  ago = 1,
): Partial<Facts> => ({
  processes: [
    process({
      minutes: [{ minute: MINUTE - ago, requests: requests - 1, errors: { [failure]: failed - 1 }, counts: {} }],
    }),
    process({ minutes: [{ minute: MINUTE - ago, requests: 1, errors: { [failure]: 1 }, counts: {} }] }),
  ],
})
const happening = (
  metric_key: string,
  n: number,
  { about = null, age_seconds = 60 }: { about?: string | null; age_seconds?: number } = {},
): Partial<Facts> => ({
  happened: [{ tenant_id: FIRM, metric_key, about, n, age_seconds }],
})
const recovered = (
  lock_key: string,
  { failed = false, ages }: { failed?: boolean; ages: readonly number[] },
): Partial<Facts> => ({ recoveries: ages.map((age_seconds) => ({ lock_key, failed, age_seconds })) })
const counted = (name: string): Partial<Facts> => ({
  processes: [process({ minutes: [{ minute: MINUTE - 50, requests: 0, errors: {}, counts: { [name]: 1 } }] })],
})
const quotaAt = (percent: number): Partial<Facts> => ({ quotas: [{ tenant_id: FIRM, quota: 'credits', percent }] })
const HOURS = 3_600
const DAYS = 86_400

/** For each rule: just not yet, and just so; with the severity it then has. */
const EDGES: Readonly<
  Record<AlertRuleKey, readonly [quiet: Partial<Facts>, loud: Partial<Facts>, severity: 'warning' | 'critical']>
> = {
  audit_chain_verify_failed: [
    {},
    { brokenLogs: [{ tenant_id: FIRM, run_id: 'r', failure_count: 1, first_bad_seq: 7 }] },
    'critical',
  ],
  audit_fork_suspected: [{}, rings('audit_fork_suspected'), 'critical'],
  audit_head_tampered: [{}, rings('audit_head_tampered'), 'critical'],
  audit_foreign_cluster: [{}, rings('audit_foreign_cluster'), 'critical'],
  audit_signing_key_missing: [{}, rings('audit_signing_key_missing'), 'critical'],
  audit_seal_lag: [{ sealLagSeconds: 10 }, { sealLagSeconds: 11 }, 'warning'],
  audit_notary_stale: [{ unpublishedSeconds: 900 }, { unpublishedSeconds: 901 }, 'warning'],
  audit_denied_write_failed: [
    {},
    {
      processes: [
        process({
          minutes: [{ minute: MINUTE - 50, requests: 0, errors: {}, counts: { audit_denied_write_failed: 1 } }],
        }),
      ],
    },
    'warning',
  ],
  scheduler_recovery_failed: [
    recovered('audit_sealer', { failed: true, ages: [10, 900, 901] }),
    recovered('audit_sealer', { failed: true, ages: [10, 899, 900] }),
    'critical',
  ],
  scheduler_healed: [
    { ...recovered('audit_notary', { failed: true, ages: [1] }), ...recovered('audit_sealer', { ages: [901] }) },
    recovered('audit_sealer', { ages: [900] }),
    'warning',
  ],
  scheduler_task_late: [
    { lateTasks: [{ task: 'audit_verify_nightly', periods: 1.9, seconds: 1 }] },
    { lateTasks: [{ task: 'audit_verify_nightly', periods: 2, seconds: 1 }] },
    'warning',
  ],
  job_dead: [
    { deadJobs: [{ tenant_id: FIRM, queue: 'reports.render_pack', critical: false, n: 10 }] },
    { deadJobs: [{ tenant_id: FIRM, queue: 'audit.verify_log', critical: true, n: 1 }] },
    'warning',
  ],
  job_effect_unknown: [{}, { unknownEffects: [{ tenant_id: FIRM, n: 1 }] }, 'warning'],
  queue_age: [
    { waiting: [{ tenant_id: FIRM, queue: 'reports.render_pack', oldest_seconds: 300 }] },
    { waiting: [{ tenant_id: FIRM, queue: 'reports.render_pack', oldest_seconds: 301 }] },
    'warning',
  ],
  export_failed: [happening('audit_export_failed', 3), happening('audit_export_failed', 4), 'warning'],
  export_integrity: [counted('export_integrity'), counted(`export_integrity ${FIRM}`), 'critical'],
  spool_80: [{ spoolPercent: 80 }, { spoolPercent: 81 }, 'warning'],
  errors_upstream: [calls('UPSTREAM', [5, 100]), calls('UPSTREAM', [6, 100]), 'warning'],
  errors_server: [calls('SERVER', [10, 1_000]), calls('SERVER', [11, 1_000]), 'critical'],
  errors_validation: [calls('VALIDATION', [20, 100]), calls('VALIDATION', [21, 100], 9), 'warning'],
  errors_rlimit: [calls('RLIMIT', [30, 49]), calls('RLIMIT', [30, 50], 9), 'warning'],
  quota_70: [quotaAt(69.9), quotaAt(70), 'warning'],
  quota_85: [quotaAt(84.9), quotaAt(85), 'warning'],
  quota_100: [quotaAt(99.9), quotaAt(100), 'critical'],
  backup_stale: [{ backupAgeSeconds: 26 * HOURS }, { backupAgeSeconds: 26 * HOURS + 1 }, 'critical'],
  restore_drill_stale: [{ drillAgeSeconds: 35 * DAYS }, { drillAgeSeconds: 35 * DAYS + 1 }, 'warning'],
  privacy_overdue: [{}, { overdueRequests: [{ tenant_id: FIRM, n: 2 }] }, 'warning'],
}

for (const key of ALERT_RULE_KEYS) {
  test(`AU-32 ${key} speaks at its threshold and not before`, () => {
    const [quiet, loud, severity] = EDGES[key]
    assert.deepEqual(
      found(quiet).filter((one) => one.rule_key === key),
      [],
    )
    const [alert, ...more] = found(loud).filter((one) => one.rule_key === key)
    assert.deepEqual(
      [alert?.severity, alert?.tenant_id, more],
      [severity, ruleOf(key).of === 'platform' ? HOUSE : FIRM, []],
    )
  })
}

test('AU-32 nothing is wrong where nothing is wrong, and a stopped rule says nothing', () => {
  assert.deepEqual(found({}), [])
  const stopped = (key: AlertRuleKey) => inForce(key, { enabled: false, thresholds: {} })
  assert.deepEqual(found({ ...EDGES.audit_seal_lag[1], ...EDGES.job_dead[1] }, stopped), [])
})

test('AU-32 what gets much worse is critical', () => {
  const severityOf = (facts: Partial<Facts>): string[] => found(facts).map((one) => one.severity)
  assert.deepEqual(severityOf({ sealLagSeconds: 61 }), ['critical'])
  assert.deepEqual(severityOf({ unpublishedSeconds: 3_601 }), ['critical'])
  assert.deepEqual(severityOf({ lateTasks: [{ task: 'x', periods: 3, seconds: 1 }] }), ['critical'])
})

test('AU-32 alarms of a process that is gone, calls of long ago and old failures of recovery count no more', () => {
  const [first] = rings('audit_fork_suspected').processes ?? []
  assert.ok(first)
  assert.deepEqual(found({ processes: [{ ...first, fresh: false }] }), [])
  assert.deepEqual(found(calls('SERVER', [50, 100], 6)), [])
  assert.deepEqual(found(recovered('x', { failed: true, ages: [901, 902, 903, 904] })), [])
})

test('AU-27 what healed itself is one alert for all locks, and one for listening connections', () => {
  const healed = found({
    recoveries: ['b', 'a', 'b'].map((lock_key) => ({ lock_key, failed: false, age_seconds: 5 })),
    processes: [
      process({ minutes: [{ minute: MINUTE - 15, requests: 0, errors: {}, counts: { listener_lost: 2 } }] }),
      process({ minutes: [{ minute: MINUTE - 16, requests: 0, errors: {}, counts: { listener_lost: 4 } }] }),
    ],
  })
  assert.deepEqual(
    healed.map((one) => [one.fingerprint, one.detail]),
    [
      ['scheduler_healed:locks', { recoveries: 3, locks: 'a, b' }],
      ['scheduler_healed:listener', { connections: 2 }],
    ],
  )
})

test('AU-32 locks, tasks, queues and quotas have alerts of their own', () => {
  const late = found({
    lateTasks: [
      { task: 'a', periods: 2, seconds: 1 },
      { task: 'b', periods: 2, seconds: 1 },
    ],
  })
  assert.deepEqual(
    late.map((one) => one.fingerprint),
    ['scheduler_task_late:a', 'scheduler_task_late:b'],
  )
  assert.deepEqual(
    found(quotaAt(90)).map((one) => one.fingerprint),
    ['quota_85:credits'],
  )
})

test('AU-32 thresholds: defaults, over them the platform, over it the firm; bounds hold', () => {
  const of = (...overrides: Parameters<typeof inForce>[1][]) => inForce('job_dead', ...overrides).thresholds
  assert.deepEqual(of(), { per_hour: 10 })
  assert.deepEqual(of({ enabled: true, thresholds: { per_hour: 5 } }), { per_hour: 5 })
  assert.deepEqual(
    of({ enabled: true, thresholds: { per_hour: 5 } }, { enabled: true, thresholds: { per_hour: 2, other: 1 } }),
    { per_hour: 2 },
  )
  assert.deepEqual(thresholdFaults('job_dead', { per_hour: -1, other: 1 }), [
    { path: 'thresholds.per_hour', reason: 'out_of_range' },
    { path: 'thresholds.other', reason: 'no_such_threshold' },
  ])
  assert.deepEqual(thresholdFaults('job_dead', { per_hour: null }), [])
})

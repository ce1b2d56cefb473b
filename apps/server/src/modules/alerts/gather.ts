import type { AlertRuleKey } from '@zenops/contracts/alert-rules'
import { sql } from 'kysely'
import { compileOnly, type Database } from '../../platform/db/database.ts'
import { KEEPER_SCOPE } from '../../platform/db/scope.ts'
import type { Facts, Process } from './rules/facts.ts'
import type { Override } from './rules/thresholds.ts'

/** An alert that is not resolved, as the evaluator finds it. */
export interface OpenAlert {
  readonly id: string
  readonly tenant_id: string
  readonly fingerprint: string
}
export interface RuleOverride extends Override {
  readonly tenant_id: string
  readonly rule_key: AlertRuleKey
}
export interface Gathered {
  readonly facts: Facts
  readonly open: readonly OpenAlert[]
  readonly overrides: readonly RuleOverride[]
  /** Firms with deliveries whose end the outbox may know by now. */
  readonly settling: readonly string[]
}

const clock = sql<{
  now: string
  seal_lag: number
  unpublished: number
  backup_age: number | null
  drill_age: number | null
}>`
  select now() as now,
    greatest(0, coalesce(extract(epoch from clock_timestamp() - (select min(created_at) from audit.inbox))::bigint, 0)) as seal_lag,
    greatest(0, coalesce(extract(epoch from now() - (select min(c.created_at) from audit.checkpoints c
      where c.created_at > coalesce((select max(r.published_at) from audit.notary_receipts r where r.tenant_id is null), '-infinity')))::bigint, 0)) as unpublished,
    extract(epoch from now() - (select reached_at from ops.watermarks where name = 'backup'))::bigint as backup_age,
    extract(epoch from now() - (select reached_at from ops.watermarks where name = 'restore_drill'))::bigint as drill_age`.compile(
  compileOnly,
)

const processes = sql<Process>`
  select instance_id, seen_at > now() - interval '60 seconds' as fresh, alarms, minutes
  from ops.instances where seen_at > now() - interval '1 hour' limit 500`.compile(compileOnly)

/** As long as bulk exports are held: a look at a part of a log does not end it. */
const brokenLogs = sql<Facts['brokenLogs'][number]>`
  select distinct on (f.tenant_id) f.tenant_id, f.id as run_id, f.failure_count, f.first_bad_seq from audit.verify_runs f
  where not f.passed and f.created_at >= coalesce((select max(w.created_at) from audit.verify_runs w
    where w.tenant_id = f.tenant_id and w.passed and w.kind <> 'range'), '-infinity')
  order by f.tenant_id, f.created_at desc, f.id desc`.compile(compileOnly)

const deadJobs = sql<Facts['deadJobs'][number]>`
  select tenant_id, queue, critical, count(*) as n from ops.dead_jobs
  where state = 'DEAD' and last_failed_at > now() - interval '1 hour' group by 1, 2, 3`.compile(compileOnly)

const unknownEffects = sql<Facts['unknownEffects'][number]>`
  select tenant_id, count(*) as n from ops.job_effects where state = 'UNKNOWN' group by 1`.compile(compileOnly)

// What is expected of a task is two of its periods. A watchdog that is paused watches nothing: that is told too.
const lateTasks = sql<Facts['lateTasks'][number]>`
  select task, (quiet / (expected_ms / 2.0))::float8 as periods, (quiet / 1000)::bigint as seconds
  from (select task, expected_ms, extract(epoch from now() - coalesce(last_success_at, declared_at)) * 1000 as quiet
    from ops.scheduler_locks where paused_at is null or task = 'scheduler_watchdog') t
  where quiet > expected_ms / 2.0`.compile(compileOnly)

const recoveries = sql<Facts['recoveries'][number]>`
  select dimensions ->> 'about' as lock_key, metric_key = 'scheduler_lock_recovery_failed' as failed,
    extract(epoch from now() - occurred_at)::bigint as age_seconds
  from ops.events where metric_key in ('scheduler_lock_recovered', 'scheduler_lock_recovery_failed')
    and occurred_at > now() - interval '1 hour' and dimensions ->> 'by' is distinct from 'hand'
  order by occurred_at desc limit 1000`.compile(compileOnly)

const waiting = sql<Facts['waiting'][number]>`
  select tenant_id, kind as queue, extract(epoch from now() - min(run_at))::bigint as oldest_seconds
  from ops.jobs where state in ('queued', 'failed') and hold_reason is null and run_at <= now() group by 1, 2`.compile(
  compileOnly,
)

const happened = sql<Facts['happened'][number]>`
  select tenant_id, metric_key, dimensions ->> 'about' as about, extract(epoch from now() - max(occurred_at))::bigint as age_seconds,
    sum(metric_value)::bigint as n
  from ops.events where metric_key = 'audit_export_failed' and occurred_at > now() - interval '1 hour'
  group by 1, 2, 3`.compile(compileOnly)

/** Stored bytes of a firm's exports. */
const spooled = sql<{ tenant_id: string; bytes: number }>`
  select tenant_id, coalesce(sum(total_bytes), 0)::bigint as bytes from audit.export_jobs
  where storage_kind = 'db' and status in ('RUNNING', 'DONE') group by 1`.compile(compileOnly)

const overdueRequests = sql<Facts['overdueRequests'][number]>`
  select r.tenant_id, count(*) as n from privacy.requests r
  where r.due_at < now() and (r.status in ('PENDING', 'RUNNING') or (r.kind = 'erasure' and r.status = 'FAILED' and not exists (
    select from privacy.requests later where later.tenant_id = r.tenant_id and later.kind = 'erasure' and later.subject_id = r.subject_id
      and later.created_at > r.created_at))) group by 1`.compile(compileOnly)

const open = sql<OpenAlert>`
  select id, tenant_id, fingerprint from ops.alerts where state <> 'RESOLVED'`.compile(compileOnly)
const settling = sql<{ tenant_id: string }>`
  select tenant_id from ops.alert_deliveries where state in ('PENDING', 'HANDED_OVER')
  union select tenant_id from ops.alert_deliveries where state = 'FAILED' and finished_at > now() - interval '7 days'`.compile(
  compileOnly,
)
const overrides = sql<RuleOverride>`
  select tenant_id, rule_key, enabled, thresholds from ops.alert_rules`.compile(compileOnly)

export interface GatherOptions {
  readonly house: string
  readonly expectsBackups: boolean
  /** Stored bytes that exports may take, of one firm and in all. */
  readonly spool: { readonly tenantBytes: number; readonly allBytes: number }
}

const percentOf = (bytes: number, most: number): number => Math.floor((bytes / most) * 100)

/** Reads everything that rules look at, over all firms, in one round trip of the keeper. */
export async function gather(keeper: Database, { house, expectsBackups, spool }: GatherOptions): Promise<Gathered> {
  const [[at], running, broken, dead, unknown, late, healed, due, events, alerts, rules, spools, overdue, lying] =
    await keeper.read(
      KEEPER_SCOPE,
      clock,
      processes,
      brokenLogs,
      deadJobs,
      unknownEffects,
      lateTasks,
      recoveries,
      waiting,
      happened,
      open,
      overrides,
      spooled,
      overdueRequests,
      settling,
    )
  if (!at) throw new Error('the database told no time')
  return {
    facts: {
      now: at.now,
      house,
      sealLagSeconds: at.seal_lag,
      unpublishedSeconds: at.unpublished,
      processes: running,
      brokenLogs: broken,
      deadJobs: dead,
      unknownEffects: unknown,
      waiting: due,
      happened: events,
      lateTasks: late,
      recoveries: healed,
      spoolPercent: percentOf(
        spools.reduce((sum, one) => sum + one.bytes, 0),
        spool.allBytes,
      ),
      quotas: spools.map(({ tenant_id, bytes }) => ({
        tenant_id,
        quota: 'export_spool',
        percent: percentOf(bytes, spool.tenantBytes),
      })),
      backupAgeSeconds: at.backup_age,
      drillAgeSeconds: at.drill_age,
      expectsBackups,
      overdueRequests: overdue,
    },
    open: alerts,
    overrides: rules,
    settling: lying.map((one) => one.tenant_id),
  }
}

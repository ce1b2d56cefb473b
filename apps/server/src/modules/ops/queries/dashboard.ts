import type { MetricKey } from '@zenops/contracts/metric-keys'
import { dashboardSeries, dashboardSummary } from '@zenops/contracts/ops-dashboard'
import { type RawBuilder, sql } from 'kysely'
import type { Actor } from '../../../platform/auth/actor.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { percentileOf } from '../../../platform/telemetry/latency.ts'
import { type HourRange, type RangeFault, readRange, tooMany } from '../rules/range.ts'
import { spoolRoom } from '../../../platform/exports/open.ts'

const on = operationsOf<'ops'>()
const BUCKETS = 24

/** The firm that is looked at: one's own, in the studio any or all (null). Another firm is refused, there or not. */
function tenantOf(actor: Actor, asked: string | undefined): string | null {
  if (actor.aud === 'studio') return asked?.toLowerCase() ?? null
  if (asked !== undefined && asked.toLowerCase() !== actor.tenantId) throw refuse.forbidden('tenant_scope')
  return actor.tenantId
}

const rangeOf = (range: HourRange | RangeFault): HourRange => {
  if ('reason' in range) throw refuse.invalid(range.path, range.reason)
  return range
}

const ofTenant = (column: RawBuilder<unknown>, tenantId: string | null): RawBuilder<unknown> =>
  tenantId === null ? sql`true` : sql`${column} = ${tenantId}::uuid`

const totalsQuery = (tenantId: string | null, range: HourRange) =>
  sql<{ metric_key: MetricKey; now: number; before: number }>`
    select metric_key,
      coalesce(sum(metric_value) filter (where hour_bucket_utc >= ${range.firstHour}::timestamptz), 0)::bigint as now,
      coalesce(sum(metric_value) filter (where hour_bucket_utc < ${range.firstHour}::timestamptz), 0)::bigint as before
    from ops.metric_hourly
    where ${ofTenant(sql`tenant_id`, tenantId)} and hour_bucket_utc >= ${range.previousHour}::timestamptz
      and hour_bucket_utc <= ${range.lastHour}::timestamptz
    group by metric_key order by metric_key`.compile(compileOnly)

interface LatencyRow {
  readonly span: string
  readonly status_class: string
  readonly place: number
  readonly n: number
}
/** Sums of buckets; `span` tells the rows of one figure from those of another. */
const latencyQuery = (span: RawBuilder<unknown>, from: string, to: string) =>
  sql<LatencyRow>`
    select ${span} as span, status_class, place::int as place, sum(n)::bigint as n
    from ops.latency_hourly, unnest(bucket_counts) with ordinality as counts(n, place)
    where hour >= ${from}::timestamptz and hour <= ${to}::timestamptz and n > 0
    group by 1, 2, 3`.compile(compileOnly)

const jobsQuery = (tenantId: string | null) =>
  sql<{ waiting: number; running: number; dead: number; oldest_waiting_ms: number }>`
    select count(*) filter (where state in ('queued', 'failed')) as waiting, count(*) filter (where state = 'running') as running,
      (select count(*) from ops.dead_jobs d where ${ofTenant(sql`d.tenant_id`, tenantId)} and d.state = 'DEAD') as dead,
      greatest(0, coalesce((extract(epoch from now() - min(run_at) filter (where state in ('queued', 'failed') and hold_reason is null)) * 1000)::bigint, 0)) as oldest_waiting_ms
    from ops.jobs where ${ofTenant(sql`tenant_id`, tenantId)} and state in ('queued', 'failed', 'running')`.compile(
    compileOnly,
  )

const sealQuery = (tenantId: string | null) =>
  sql<{ lag_ms: number; last_checkpoint_at: string | null; last_published_at: string | null }>`
    select * from ops.seal_figures(${tenantId}::uuid)`.compile(compileOnly)

const alertsQuery = (tenantId: string | null) =>
  sql<{ warning: number; critical: number; failing: number }>`
    select count(*) filter (where severity = 'warning') as warning, count(*) filter (where severity = 'critical') as critical,
      (select count(*) from ops.alert_channels c where c.enabled and c.deleted_at is null and ${ofTenant(sql`c.tenant_id`, tenantId)}
        and c.last_error_at > coalesce(c.last_ok_at, '-infinity')) as failing
    from ops.alerts where ${ofTenant(sql`tenant_id`, tenantId)} and state <> 'RESOLVED'`.compile(compileOnly)

/** Percentiles and the share of 5xx of what lies in one span. */
function figuresOf(rows: readonly LatencyRow[], span: string) {
  const counts = Array.from({ length: BUCKETS }, () => 0)
  let failed = 0
  let requests = 0
  for (const row of rows.filter((one) => one.span === span)) {
    counts[row.place - 1] = (counts[row.place - 1] ?? 0) + row.n
    requests += row.n
    if (row.status_class === '5xx') failed += row.n
  }
  const latency = {
    p50: percentileOf(counts, 0.5),
    p95: percentileOf(counts, 0.95),
    p99: percentileOf(counts, 0.99),
    requests,
  }
  return { latency, error_rate: requests === 0 ? 0 : failed / requests }
}

const costOf = (totals: readonly { metric_key: MetricKey; now: number }[]): number =>
  totals.find((row) => row.metric_key === 'llm_cost_micro')?.now ?? 0

/** Bytes that stored exports take: of a firm, or of all. */
const spoolQuery = (tenantId: string | null) =>
  sql<{
    of_tenant: number
    of_all: number
  }>`select of_tenant, of_all from audit.export_spool(${tenantId}::uuid)`.compile(compileOnly)

function quotaOf(
  tenantId: string | null,
  spool: { of_tenant: number; of_all: number } | undefined,
  config: Parameters<typeof spoolRoom>[0],
) {
  const room = spoolRoom(config)
  const [used, limit] =
    tenantId === null ? [spool?.of_all ?? 0, room.allBytes] : [spool?.of_tenant ?? 0, room.tenantBytes]
  return { used, limit, percent: Math.floor((used / limit) * 1_000) / 10 }
}

const NO_JOBS = { waiting: 0, running: 0, dead: 0, oldest_waiting_ms: 0 }

const NO_SEAL: { lag_ms: number; last_checkpoint_at: string | null; last_published_at: string | null } = {
  lag_ms: 0,
  last_checkpoint_at: null,
  last_published_at: null,
}
const NO_ALERTS = { warning: 0, critical: 0, failing: 0 }

/** How sealing, alerts and channels stand now. */
const standingOf = (seal = NO_SEAL, { warning, critical, failing } = NO_ALERTS) => ({
  seal: { ...seal, lag_ms: Math.max(0, seal.lag_ms) },
  alerts_open: { warning, critical },
  channels_failing: failing,
})

export const dashboardSummaryOperation = on.query(dashboardSummary, async (context, { query }) => {
  const tenantId = tenantOf(context.actor, query.tenant_id)
  const range = rangeOf(readRange(query, context.now.getTime()))
  const span = sql`case when hour >= ${range.firstHour}::timestamptz then 'now' else 'before' end`
  const [totals, latencies, [jobs], [seal], [alerts], [spool]] = await context.read(
    totalsQuery(tenantId, range),
    latencyQuery(span, range.previousHour, range.lastHour),
    jobsQuery(tenantId),
    sealQuery(tenantId),
    alertsQuery(tenantId),
    spoolQuery(tenantId),
  )
  const now = figuresOf(latencies, 'now')
  const before = figuresOf(latencies, 'before')
  const sums = (of: 'now' | 'before') =>
    Object.fromEntries(totals.filter((row) => row[of] !== 0).map((row) => [row.metric_key, row[of]]))
  return {
    tenant_id: tenantId,
    from_utc: range.from,
    to_utc: range.to,
    totals: sums('now'),
    previous_totals: sums('before'),
    latency: now.latency,
    previous_latency: before.latency,
    error_rate: now.error_rate,
    previous_error_rate: before.error_rate,
    cost_micro: costOf(totals),
    quota: quotaOf(tenantId, spool, context.services.config),
    jobs: jobs ?? NO_JOBS,
    ...standingOf(seal, alerts),
    trace_id: context.traceId,
  }
})

/** Every hour of the range × every key, with zero where nothing was counted. */
const seriesQuery = (tenantId: string | null, range: HourRange, keys: readonly MetricKey[]) =>
  sql<{ hour_bucket_utc: string; metric_key: MetricKey; metric_value: number }>`
    select hour::timestamptz(3) as hour_bucket_utc, k.metric_key, coalesce(sum(m.metric_value), 0)::bigint as metric_value
    from generate_series(${range.firstHour}::timestamptz, ${range.lastHour}::timestamptz, interval '1 hour') as hours(hour)
    cross join unnest(${[...keys]}::text[]) as k(metric_key)
    left join ops.metric_hourly m on m.hour_bucket_utc = hours.hour and m.metric_key = k.metric_key and ${ofTenant(sql`m.tenant_id`, tenantId)}
    group by 1, 2 order by 1, 2`.compile(compileOnly)

const hoursOf = (range: HourRange): string[] =>
  Array.from({ length: range.hours }, (_, place) =>
    new Date(Date.parse(range.firstHour) + place * 3_600_000).toISOString(),
  )

export const dashboardSeriesOperation = on.query(dashboardSeries, async (context, { query }) => {
  const tenantId = tenantOf(context.actor, query.tenant_id)
  const range = rangeOf(readRange(query, context.now.getTime()))
  const keys = [...new Set(query.metric_key ?? [])]
  const fault = tooMany(range, keys.length)
  if (fault) throw refuse.invalid(fault.path, fault.reason)
  const hour = sql`to_char(hour at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  const [series, latencies] = await context.read(
    seriesQuery(tenantId, range, keys),
    latencyQuery(hour, range.firstHour, range.lastHour),
  )
  const byHour = Map.groupBy(latencies, (row) => row.span)
  const latency = hoursOf(range).map((at) => {
    const { latency: figures, error_rate } = figuresOf(byHour.get(at) ?? [], at)
    return { hour_bucket_utc: at, ...figures, error_rate }
  })
  return { tenant_id: tenantId, series, latency, trace_id: context.traceId }
})

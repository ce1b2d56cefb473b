import { z } from 'zod'
import { operation } from './kit.ts'
import { METRIC_KEYS } from './metric-keys.ts'
import { count, id, instant, many, moment, tenantRef } from './values.ts'

const read = { capability: 'ops.read' } as const
const both = ['web', 'studio'] as const

/** Longest range of a dashboard, days. */
export const DASHBOARD_MAX_DAYS = 92
/** Most figures that one answer of a series holds: hours × keys. */
export const SERIES_MAX_POINTS = 25_000

const range = {
  tenant_id: tenantRef.optional().meta({ description: 'studio: of one firm; absent = all firms' }),
  from_utc: moment.optional().meta({ description: 'inclusive; without both ends the last 24 hours' }),
  to_utc: moment.optional(),
}
const whole = z.int()
const ms = z.number().min(0).nullable()

/** Upper bounds of the buckets that hold the percentile, milliseconds; null without a call. */
export const LatencyFigures = z
  .object({ p50: ms, p95: ms, p99: ms, requests: count })
  .meta({ id: 'LatencyFigures', description: 'milliseconds' })

export const dashboardSummary = operation({
  id: 'ops.dashboardSummary',
  method: 'GET',
  path: '/v1/admin/dashboard/summary',
  summary: 'Sums of what was counted in a range, beside those of the range before it, and how the product stands now.',
  access: read,
  audiences: both,
  perMinute: 60,
  query: z.strictObject(range),
  ok: z.object({
    tenant_id: id.nullable().meta({ description: 'null: all firms' }),
    from_utc: instant,
    to_utc: instant,
    totals: z.partialRecord(z.enum(METRIC_KEYS), whole),
    previous_totals: z.partialRecord(z.enum(METRIC_KEYS), whole),
    latency: LatencyFigures,
    previous_latency: LatencyFigures,
    error_rate: z.number().min(0).max(1).meta({ description: 'share of answers that were 5xx' }),
    previous_error_rate: z.number().min(0).max(1),
    cost_micro: whole.meta({ description: 'millionths of the currency unit spent on models' }),
    quota: z
      .object({ used: whole, limit: whole, percent: z.number().min(0) })
      .meta({ description: 'bytes that stored exports take, of what they may' }),
    jobs: z.object({ waiting: count, running: count, dead: count, oldest_waiting_ms: count }),
    seal: z.object({ lag_ms: count, last_checkpoint_at: instant.nullable(), last_published_at: instant.nullable() }),
    alerts_open: z.object({ warning: count, critical: count }),
    channels_failing: count,
    trace_id: z.string(),
  }),
})

export const dashboardSeries = operation({
  id: 'ops.dashboardSeries',
  method: 'GET',
  path: '/v1/admin/dashboard/series',
  summary: 'Hourly sums of chosen keys, hours without any as zero, and hourly latencies.',
  access: read,
  audiences: both,
  perMinute: 60,
  query: z.strictObject({ ...range, metric_key: many(z.enum(METRIC_KEYS)) }),
  ok: z.object({
    tenant_id: id.nullable(),
    series: z.array(z.object({ hour_bucket_utc: instant, metric_key: z.enum(METRIC_KEYS), metric_value: whole })),
    latency: z.array(
      z.object({
        hour_bucket_utc: instant,
        p50: ms,
        p95: ms,
        p99: ms,
        requests: count,
        error_rate: z.number().min(0).max(1),
      }),
    ),
    trace_id: z.string(),
  }),
})

export const COMPONENT_STATES = ['ok', 'degraded', 'down', 'unknown'] as const

export const healthDetails = operation({
  id: 'ops.healthDetails',
  method: 'GET',
  path: '/v1/ops/health',
  summary: 'How each part of the product stands: database, processes, queue, sealer, notary, mail and what else runs.',
  access: read,
  audiences: both,
  ok: z.object({
    status: z.enum(COMPONENT_STATES),
    checked_at: instant,
    components: z.array(
      z.object({
        name: z.string(),
        status: z.enum(COMPONENT_STATES),
        since: instant.nullable().meta({ description: 'from when it has stood like this, where that is known' }),
        detail: z.string().nullable(),
      }),
    ),
    trace_id: z.string(),
  }),
})

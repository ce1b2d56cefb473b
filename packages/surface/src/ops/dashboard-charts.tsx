import { useQuery } from '@tanstack/react-query'
import type { OutputOf } from '@zenops/contracts/kit'
import type { MetricKey } from '@zenops/contracts/metric-keys'
import { dashboardSeries } from '@zenops/contracts/ops-dashboard'
import { LineChart } from '@zenops/ui/line-chart'
import { useSurface } from '../surface-context.tsx'
import { duration, sentence, t, whole } from './words.ts'

type Series = OutputOf<typeof dashboardSeries>

const words = () => ({
  table: t('show_table'),
  chart: t('show_chart'),
  point: t('hour'),
  none: t('nothing_measured'),
})
/** `20 Nov 16:00`, as the buckets are: UTC. */
const hourName = (instant: string): string =>
  `${new Date(instant).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })} ${instant.slice(11, 16)}`

/** p50, p95 and p99 by the hour. */
export function LatencyChart({ latency }: { readonly latency: Series['latency'] }) {
  const measured = latency.filter((row) => row.requests > 0)
  const last = measured.at(-1)
  const summary = t('latency_sum', { p50: duration(last?.p50 ?? null), p95: duration(last?.p95 ?? null) })
  return (
    <section className="z-card">
      <LineChart
        title={t('latency_chart')}
        summary={summary}
        points={latency.map((row) => hourName(row.hour_bucket_utc))}
        series={(['p50', 'p95', 'p99'] as const).map((key) => ({
          key,
          label: key,
          values: latency.map((row) => row[key]),
        }))}
        format={duration}
        words={words()}
      />
    </section>
  )
}

export interface CountedChartProps {
  readonly metric: MetricKey
  readonly bounds: { readonly from_utc: string; readonly to_utc: string }
  readonly tenant: { readonly tenant_id?: string }
  readonly series: Series['series']
}

/** One key by the hour, with the range before as a dashed line. */
export function CountedChart({ metric, bounds, tenant, series }: CountedChartProps) {
  const { ask } = useSurface()
  const length = Date.parse(bounds.to_utc) - Date.parse(bounds.from_utc) + 1
  const back = (instant: string): string => new Date(Date.parse(instant) - length).toISOString()
  const query = { from_utc: back(bounds.from_utc), to_utc: back(bounds.to_utc), metric_key: [metric], ...tenant }
  const before = useQuery(ask(dashboardSeries, { query }))
  const now = series.filter((row) => row.metric_key === metric)
  const values = now.map((row) => row.metric_value)
  const name = sentence(metric)
  const summary = t('chart_sum', {
    n: whole(values.reduce((sum, one) => sum + one, 0)),
    range: t('this_range').toLowerCase(),
    max: whole(Math.max(0, ...values)),
  })
  const earlier = before.data?.series.map((row) => row.metric_value) ?? []
  return (
    <LineChart
      title={t('per_hour', { name })}
      summary={summary}
      points={now.map((row) => hourName(row.hour_bucket_utc))}
      series={[
        { key: 'now', label: t('this_range'), values },
        { key: 'before', label: t('range_before'), values: now.map((_, at) => earlier[at] ?? null), dashed: true },
      ]}
      format={whole}
      words={words()}
    />
  )
}

import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { METRIC_KEYS, type MetricKey } from '@zenops/contracts/metric-keys'
import { dashboardSeries, dashboardSummary } from '@zenops/contracts/ops-dashboard'
import { Button } from '@zenops/ui/button'
import { ChipToggle } from '@zenops/ui/filters'
import { useFormats } from '@zenops/ui/formats'
import { IconRefresh } from '@zenops/ui/icons'
import { Page } from '@zenops/ui/page'
import { SkeletonRows } from '@zenops/ui/states'
import { useMemo } from 'react'
import { FailureCard } from '../failures.tsx'
import { ListExport } from '../list-export.tsx'
import { useSurface } from '../surface-context.tsx'
import { Counted, countedRows } from './counted.tsx'
import { NowCards, SpeedCards, type Summary } from './dashboard-cards.tsx'
import { LatencyChart } from './dashboard-charts.tsx'
import { FirmChoice } from './firm-choice.tsx'
import { HealthParts } from './health-parts.tsx'
import { RANGES, type DashboardSearch, type Range } from './searches.ts'
import { t } from './words.ts'

const REFRESH_MS = 30_000
const HOUR_MS = 3_600_000
const isMetric = (key: string | undefined): key is MetricKey => METRIC_KEYS.some((one) => one === key)
// Keys of the table.
const NAMES = Object.keys(RANGES) as Range[]

/** The range ends with the hour that runs, so that a refresh asks the same question until the next one. */
function boundsOf(range: Range, hour: number) {
  const to = (hour + 1) * HOUR_MS - 1
  return { from_utc: new Date(to - RANGES[range] * HOUR_MS + 1).toISOString(), to_utc: new Date(to).toISOString() }
}
const hourNow = (): number => Math.floor(Date.now() / HOUR_MS)

/** The line that is drawn: the chosen one, else what happened most. */
function metricOf(chosen: string | undefined, summary: Summary | undefined): MetricKey | undefined {
  if (isMetric(chosen)) return chosen
  const [first] = Object.entries(summary?.totals ?? {}).toSorted(([, a], [, b]) => b - a)
  return isMetric(first?.[0]) ? first[0] : undefined
}

/** What the page asks for: sums of the range, and the hours of one line. */
function useFigures(search: DashboardSearch) {
  const { aud, ask } = useSurface()
  const range = search.range ?? '1d'
  const hour = hourNow()
  const bounds = useMemo(() => boundsOf(range, hour), [range, hour])
  const tenant = aud === 'studio' && search.firm !== undefined ? { tenant_id: search.firm } : {}
  const summary = useQuery({
    ...ask(dashboardSummary, { query: { ...bounds, ...tenant } }),
    refetchInterval: REFRESH_MS,
  })
  const metric = metricOf(search.metric, summary.data)
  const query = { ...bounds, ...tenant, ...(metric ? { metric_key: [metric] } : {}) }
  const series = useQuery({ ...ask(dashboardSeries, { query }), refetchInterval: REFRESH_MS })
  return { range, bounds, tenant, summary, metric, series }
}

/** What was counted, how fast answers came, and how the product stands now. */
export function DashboardPage({ search }: { readonly search: DashboardSearch }) {
  const navigate = useNavigate()
  const formats = useFormats()
  const { range, bounds, tenant, summary, metric, series } = useFigures(search)
  const to = (patch: DashboardSearch) =>
    void navigate({ to: '.', search: (before: object) => ({ ...before, ...patch }), replace: true })
  const again = () => void Promise.all([summary.refetch(), series.refetch()])
  const rows = countedRows(summary.data)
  return (
    <Page
      title={t('dashboard')}
      documentTitle={t('dashboard')}
      note={summary.isSuccess ? t('as_of', { time: formats.time(summary.dataUpdatedAt) }) : undefined}
      acts={
        <>
          <ListExport
            title={t('dashboard')}
            rows={rows}
            rowKey={(row) => row.key}
            columns={[
              { header: t('metric'), text: (row) => row.key },
              { header: t('this_range'), text: (row) => String(row.now), align: 'end' },
              { header: t('range_before'), text: (row) => String(row.before), align: 'end' },
            ]}
          />
          <Button icon={IconRefresh} busy={summary.isFetching} onClick={again}>
            {t('refresh')}
          </Button>
        </>
      }
      bar={
        <div className="z-filter-bar" role="group" aria-label={t('range')}>
          {NAMES.map((one) => (
            <ChipToggle
              key={one}
              label={t(`range_${one}`)}
              pressed={range === one}
              onToggle={() => to({ range: one })}
            />
          ))}
          <FirmChoice value={search.firm} none={t('all_firms')} onChange={(firm) => to({ firm })} />
        </div>
      }
    >
      <div className="z-stack">
        {summary.isPending && <SkeletonRows rows={6} columns={4} />}
        {summary.isError && <FailureCard error={summary.error} onRetry={again} />}
        {summary.data && <NowCards summary={summary.data} />}
        {summary.data && <SpeedCards summary={summary.data} />}
        {series.isError && <FailureCard error={series.error} onRetry={again} />}
        {series.data && <LatencyChart latency={series.data.latency} />}
        {summary.data && (
          <Counted
            rows={rows}
            metric={metric}
            series={series.data?.series ?? []}
            bounds={bounds}
            tenant={tenant}
            onChoose={(key) => to({ metric: key })}
          />
        )}
        <HealthParts />
      </div>
    </Page>
  )
}

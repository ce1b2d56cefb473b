import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { METRIC_KEYS, type MetricKey } from '@zenops/contracts/metric-keys'
import { dashboardSeries, dashboardSummary } from '@zenops/contracts/ops-dashboard'
import { Button } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { ChipToggle } from '@zenops/ui/filters'
import { useFormats } from '@zenops/ui/formats'
import { IconRefresh } from '@zenops/ui/icons'
import { Page } from '@zenops/ui/page'
import { EmptyState, SkeletonRows } from '@zenops/ui/states'
import { useMemo } from 'react'
import { FailureCard } from '../failures.tsx'
import { useFirms } from '../identity/firm-names.ts'
import { ListExport } from '../list-export.tsx'
import { useSurface } from '../surface-context.tsx'
import { CountedChart, LatencyChart } from './dashboard-charts.tsx'
import { NowCards, SpeedCards } from './dashboard-cards.tsx'
import { HealthParts } from './health-parts.tsx'
import { RANGES, type DashboardSearch, type Range } from './searches.ts'
import { change, sentence, t, whole } from './words.ts'

const REFRESH_MS = 30_000
const HOUR_MS = 3_600_000
const isMetric = (key: string | undefined): key is MetricKey => METRIC_KEYS.some((one) => one === key)

/** The range ends with the hour that runs, so that a refresh asks the same question until the next one. */
function boundsOf(range: Range, now: number) {
  const to = Math.floor(now / HOUR_MS) * HOUR_MS + HOUR_MS - 1
  return { from_utc: new Date(to - RANGES[range] * HOUR_MS + 1).toISOString(), to_utc: new Date(to).toISOString() }
}
const hourNow = (): number => Math.floor(Date.now() / HOUR_MS)

/** What was counted, how fast answers came, and how the product stands now. */
export function DashboardPage({ search }: { readonly search: DashboardSearch }) {
  const { aud, ask } = useSurface()
  const navigate = useNavigate()
  const formats = useFormats()
  const firms = useFirms()
  const range = search.range ?? '1d'
  const hour = hourNow()
  const bounds = useMemo(() => boundsOf(range, hour * HOUR_MS), [range, hour])
  const tenant = aud === 'studio' && search.firm !== undefined ? { tenant_id: search.firm } : {}
  const summary = useQuery({
    ...ask(dashboardSummary, { query: { ...bounds, ...tenant } }),
    refetchInterval: REFRESH_MS,
  })
  const counted = Object.entries(summary.data?.totals ?? {}).toSorted(([, a], [, b]) => b - a)
  const [first] = counted[0] ?? []
  const metric = isMetric(search.metric) ? search.metric : isMetric(first) ? first : undefined
  const query = { ...bounds, ...tenant, ...(metric ? { metric_key: [metric] } : {}) }
  const series = useQuery({ ...ask(dashboardSeries, { query }), refetchInterval: REFRESH_MS })
  const to = (patch: DashboardSearch) =>
    void navigate({ to: '.', search: (before: object) => ({ ...before, ...patch }), replace: true })
  const rows = METRIC_KEYS.flatMap((key) => {
    const [now, before] = [summary.data?.totals[key] ?? 0, summary.data?.previous_totals[key] ?? 0]
    return now === 0 && before === 0 ? [] : [{ key, now, before }]
  })
  return (
    <Page
      title={t('dashboard')}
      documentTitle={t('dashboard')}
      note={summary.dataUpdatedAt > 0 ? t('as_of', { time: formats.time(summary.dataUpdatedAt) }) : undefined}
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
          <Button
            icon={IconRefresh}
            busy={summary.isFetching || series.isFetching}
            onClick={() => void Promise.all([summary.refetch(), series.refetch()])}
          >
            {t('refresh')}
          </Button>
        </>
      }
      bar={
        <div className="z-filter-bar" role="group" aria-label={t('range')}>
          {(Object.keys(RANGES) as Range[]).map((one) => (
            // Keys of the table above.
            <ChipToggle
              key={one}
              label={t(`range_${one}`)}
              pressed={range === one}
              onToggle={() => to({ range: one })}
            />
          ))}
          {aud === 'studio' && firms.length > 0 && (
            <label className="z-row z-ops-firm">
              <span className="z-secondary">{t('firm')}</span>
              <select value={search.firm ?? ''} onChange={(event) => to({ firm: event.target.value || undefined })}>
                <option value="">{t('all_firms')}</option>
                {firms.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name}
                  </option>
                ))}
              </select>
            </label>
          )}
        </div>
      }
    >
      <div className="z-stack">
        {summary.isPending && <SkeletonRows rows={6} columns={4} />}
        {summary.isError && <FailureCard error={summary.error} onRetry={() => void summary.refetch()} />}
        {summary.data && <NowCards summary={summary.data} />}
        {summary.data && <SpeedCards summary={summary.data} />}
        {series.data && <LatencyChart latency={series.data.latency} />}
        {series.isError && <FailureCard error={series.error} onRetry={() => void series.refetch()} />}
        {summary.data && (
          <section className="z-card">
            <h2>{t('counted')}</h2>
            {rows.length === 0 ? (
              <EmptyState title={t('nothing_counted')} reason={t('nothing_counted_why')} />
            ) : (
              <>
                <div className="z-ops-tiles">
                  {rows.map((row) => (
                    <button
                      key={row.key}
                      type="button"
                      className="z-ops-tile"
                      aria-pressed={row.key === metric}
                      onClick={() => to({ metric: row.key })}
                    >
                      <strong>{whole(row.now)}</strong>
                      <span>{sentence(row.key)}</span>
                      <span className="z-tertiary">{change(row.now, row.before)}</span>
                    </button>
                  ))}
                </div>
                {metric && series.data && (
                  <CountedChart metric={metric} bounds={bounds} tenant={tenant} series={series.data.series} />
                )}
                <div className="z-ops-pick">
                  <ChoiceField
                    label={t('metric')}
                    value={metric ?? null}
                    options={METRIC_KEYS.map((value) => ({ value, label: sentence(value) }))}
                    onChange={(next) => to({ metric: next ?? undefined })}
                  />
                </div>
              </>
            )}
          </section>
        )}
        <HealthParts />
      </div>
    </Page>
  )
}

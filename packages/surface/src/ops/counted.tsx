import { METRIC_KEYS, type MetricKey } from '@zenops/contracts/metric-keys'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { EmptyState } from '@zenops/ui/states'
import type { Summary } from './dashboard-cards.tsx'
import { CountedChart, type CountedChartProps } from './dashboard-charts.tsx'
import { change, sentence, t, whole } from './words.ts'

export interface CountedRow {
  readonly key: MetricKey
  readonly now: number
  readonly before: number
}

/** Whatever was counted in the range or in the one before. */
export const countedRows = (summary: Summary | undefined): CountedRow[] =>
  METRIC_KEYS.map((key) => ({
    key,
    now: summary?.totals[key] ?? 0,
    before: summary?.previous_totals[key] ?? 0,
  })).filter((row) => row.now > 0 || row.before > 0)

interface CountedProps extends Omit<CountedChartProps, 'metric'> {
  readonly rows: readonly CountedRow[]
  readonly metric: MetricKey | undefined
  readonly onChoose: (key: MetricKey | undefined) => void
}

const OPTIONS = METRIC_KEYS.map((value) => ({ value, label: sentence(value) }))
const isKey = (value: string | null): value is MetricKey => METRIC_KEYS.some((one) => one === value)

/** Sums with their change; a chosen one is drawn by the hour. */
export function Counted({ rows, metric, onChoose, ...chart }: CountedProps) {
  return (
    <section className="z-card">
      <h2>{t('counted')}</h2>
      {rows.length === 0 && <EmptyState title={t('nothing_counted')} reason={t('nothing_counted_why')} />}
      {rows.length > 0 && (
        <div className="z-ops-tiles">
          {rows.map((row) => (
            <button
              key={row.key}
              type="button"
              className="z-ops-tile"
              aria-pressed={row.key === metric}
              onClick={() => onChoose(row.key)}
            >
              <strong>{whole(row.now)}</strong>
              <span>{sentence(row.key)}</span>
              <span className="z-tertiary">{change(row.now, row.before)}</span>
            </button>
          ))}
        </div>
      )}
      {metric && <CountedChart metric={metric} {...chart} />}
      <div className="z-ops-pick">
        <ChoiceField
          label={t('metric')}
          value={metric ?? null}
          options={OPTIONS}
          onChange={(next) => onChoose(isKey(next) ? next : undefined)}
        />
      </div>
    </section>
  )
}

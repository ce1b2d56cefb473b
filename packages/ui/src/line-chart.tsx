import { useElementSize } from '@mantine/hooks'
import { useId, useState, type KeyboardEvent } from 'react'
import { Button } from './button.tsx'
import { pathOf, ticksTo } from './line-chart-scale.ts'
import './line-chart.css'

export interface ChartSeries {
  readonly key: string
  readonly label: string
  /** One for each point; null where nothing was measured. */
  readonly values: readonly (number | null)[]
  /** A comparison, such as the range before. */
  readonly dashed?: boolean
}
export interface LineChartProps {
  readonly title: string
  /** One sentence made from the data. */
  readonly summary: string
  /** What each point is called, in the order of the values. */
  readonly points: readonly string[]
  readonly series: readonly ChartSeries[]
  readonly format: (value: number) => string
  readonly words: { readonly table: string; readonly chart: string; readonly point: string; readonly none: string }
}

const HEIGHT = 220
const LEFT = 56
const RIGHT = 12
const TOP = 12
const BOTTOM = 24
const DASHES = ['', '6 3', '2 3', '8 3 2 3', '1 4', '10 4']

const colour = (place: number): string => `var(--z-series-${(place % 6) + 1})`

/** Lines over points; arrow keys walk them and read them out, and a table holds the same numbers. */
export function LineChart(props: LineChartProps) {
  const { title, summary, points, series, words } = props
  const [asTable, setAsTable] = useState(false)
  const id = useId()
  const isEmpty = series.every((one) => one.values.every((value) => value === null || value === 0))
  return (
    <figure className="z-chart" aria-labelledby={`${id}-title`}>
      <figcaption>
        <span className="z-row">
          <strong id={`${id}-title`}>{title}</strong>
          <Button compact aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
            {asTable ? words.chart : words.table}
          </Button>
        </span>
        <span className="z-secondary">{isEmpty ? words.none : summary}</span>
        <span className="z-chart-legend">
          {series.map((one, place) => (
            <span key={one.key}>
              <svg width="24" height="8" aria-hidden="true">
                <line
                  x1="0"
                  x2="24"
                  y1="4"
                  y2="4"
                  stroke={colour(place)}
                  strokeWidth="2"
                  strokeDasharray={dashOf(one, place)}
                />
              </svg>
              {one.label}
            </span>
          ))}
        </span>
      </figcaption>
      {asTable ? <ChartTable {...props} /> : <Plot key={points.length} {...props} />}
    </figure>
  )
}

const dashOf = (one: ChartSeries, place: number): string => (one.dashed ? '4 4' : (DASHES[place % 6] ?? ''))

function ChartTable({ title, points, series, format, words }: LineChartProps) {
  return (
    <div className="z-chart-table" role="region" aria-label={title} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.point}</th>
            {series.map((one) => (
              <th key={one.key} scope="col" className="z-num">
                {one.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.map((point, at) => (
            <tr key={point}>
              <th scope="row">{point}</th>
              {series.map((one) => {
                const value = one.values[at] ?? null
                return (
                  <td key={one.key} className="z-num">
                    {value === null ? '–' : format(value)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Plot({ title, points, series, format }: LineChartProps) {
  const { ref, width } = useElementSize()
  const [at, setAt] = useState<number | null>(null)
  const largest = Math.max(0, ...series.flatMap((one) => one.values.map((value) => value ?? 0)))
  const ticks = ticksTo(largest)
  const top = ticks.at(-1) ?? 1
  const inner = Math.max(40, width - LEFT - RIGHT)
  const x = (place: number): number => LEFT + (points.length < 2 ? inner / 2 : (place * inner) / (points.length - 1))
  const y = (value: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)
  const told =
    at === null
      ? ''
      : `${points[at] ?? ''}: ${series.map((one) => `${one.label} ${valueText(one.values[at] ?? null, format)}`).join(', ')}`
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key]
    if (step === undefined) return
    event.preventDefault()
    setAt(Math.min(points.length - 1, Math.max(0, (at ?? (step > 0 ? -1 : points.length)) + step)))
  }
  return (
    <div className="z-chart-plot" ref={ref}>
      <svg
        width="100%"
        height={HEIGHT}
        role="img"
        aria-label={title}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onBlur={() => setAt(null)}
        onPointerLeave={() => setAt(null)}
        onPointerMove={(event) => {
          const left = event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT
          setAt(Math.min(points.length - 1, Math.max(0, Math.round((left / inner) * (points.length - 1)))))
        }}
      >
        {ticks.map((tick) => (
          <g key={tick}>
            <line className="z-chart-grid" x1={LEFT} x2={LEFT + inner} y1={y(tick)} y2={y(tick)} />
            <text className="z-chart-mark" x={LEFT - 6} y={y(tick) + 4} textAnchor="end">
              {format(tick)}
            </text>
          </g>
        ))}
        {[0, Math.floor((points.length - 1) / 2), points.length - 1]
          .filter((place, n, all) => place >= 0 && all.indexOf(place) === n)
          .map((place, n) => (
            <text
              key={place}
              className="z-chart-mark"
              x={x(place)}
              y={HEIGHT - 6}
              textAnchor={n === 0 ? 'start' : place === points.length - 1 ? 'end' : 'middle'}
            >
              {points[place]}
            </text>
          ))}
        {series.map((one, place) => (
          <path
            key={one.key}
            fill="none"
            stroke={colour(place)}
            strokeWidth="2"
            strokeDasharray={dashOf(one, place)}
            d={pathOf(one.values.map((value, n) => (value === null ? null : [x(n), y(value)])))}
          />
        ))}
        {/* A value between two gaps draws no line. */}
        {series.map((one, place) =>
          one.values.map((value, n) =>
            value !== null && (one.values[n - 1] ?? null) === null && (one.values[n + 1] ?? null) === null ? (
              <circle key={`${one.key} ${points[n]}`} cx={x(n)} cy={y(value)} r="3" fill={colour(place)} />
            ) : null,
          ),
        )}
        {at !== null && <line className="z-chart-cursor" x1={x(at)} x2={x(at)} y1={TOP} y2={HEIGHT - BOTTOM} />}
        {at !== null &&
          series.map((one, place) => {
            const value = one.values[at] ?? null
            return value === null ? null : <circle key={one.key} cx={x(at)} cy={y(value)} r="4" fill={colour(place)} />
          })}
      </svg>
      <p className="z-chart-told" role="status">
        {told}
      </p>
    </div>
  )
}

const valueText = (value: number | null, format: (value: number) => string): string =>
  value === null ? '–' : format(value)

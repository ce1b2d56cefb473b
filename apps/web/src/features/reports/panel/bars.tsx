import type { ComputedValues } from '@zenops/contracts/report-outputs'
import { useFormats } from '@zenops/ui/formats'
import { plainText } from '../model/measure.ts'
import { t } from '../texts.ts'

const SPAN = 60
const LIMIT = 20

/** How far the value lies from the guideline, with its sign; null without both. */
export function signedVariance(values: ComputedValues): number | null {
  const value = values.guideline_scope === 'LAND' ? values.land_value_effective : values.FMV
  if (values.variance_percent === undefined || value === undefined || values.guideline_total === undefined) return null
  return value < values.guideline_total ? -values.variance_percent : values.variance_percent
}

const at = (percent: number): number => ((Math.min(Math.max(percent, -SPAN), SPAN) + SPAN) / (2 * SPAN)) * 300

/** Where the value stands against the guideline; the marks are the limits beyond which it must be justified. */
export function VarianceBar({ values }: { readonly values: ComputedValues }) {
  const variance = signedVariance(values)
  const flagged = values.justification_required === true
  const sign = variance !== null && variance > 0 ? '+' : ''
  const shown = variance === null ? '–' : `${sign}${String(variance).replace('-', '−')} %`
  const text = variance === null ? t('variance_none') : t('variance_text', { percent: shown })
  return (
    <figure className="rp-variance" data-flagged={flagged || undefined}>
      <figcaption>
        <span>{t('variance')}</span>
        <strong className="z-num">{shown}</strong>
      </figcaption>
      <svg viewBox="0 0 300 30" role="img" aria-label={text}>
        <rect className="rp-bar-track" x="0" y="8" width="300" height="6" rx="3" />
        <rect className="rp-bar-within" x={at(-LIMIT)} y="8" width={at(LIMIT) - at(-LIMIT)} height="6" />
        {[-LIMIT, 0, LIMIT].map((mark) => (
          <g key={mark}>
            <line className="rp-bar-mark" x1={at(mark)} x2={at(mark)} y1="4" y2="18" />
            <text x={at(mark)} y="28" textAnchor="middle">
              {mark === 0 ? '0' : `${mark < 0 ? '−' : '+'}${LIMIT} %`}
            </text>
          </g>
        ))}
        {variance !== null && <circle className="rp-bar-dot" cx={at(variance)} cy="11" r="6" />}
      </svg>
      {flagged && <p className="rp-flag">{t('justification_needed')}</p>}
    </figure>
  )
}

const PARTS = ['a', 'b', 'c', 'd', 'e', 'f'] as const

/** Parts A to F as one bar, each with its share. */
export function SheetBar({ values }: { readonly values: ComputedValues }) {
  const formats = useFormats()
  const parts = PARTS.flatMap((letter) => {
    const value = values.sheet?.[`part_${letter}`] ?? 0
    return value > 0 ? [{ letter, value }] : []
  })
  const total = parts.reduce((sum, { value }) => sum + value, 0)
  if (total === 0) return null
  const money = (value: number) => formats.compactMoney(formats.rupeesToPaise(plainText(value)))
  const share = (value: number) => value / total
  const bars = parts.map((part, index) => ({
    ...part,
    x: parts.slice(0, index).reduce((sum, { value }) => sum + share(value) * 600, 0),
    width: share(part.value) * 600,
    share: Math.round(share(part.value) * 100),
  }))
  const text = bars.map(({ letter, share }) => `${t(`part_${letter}`)} ${share} %`).join(', ')
  return (
    <figure className="rp-sheet-bar">
      <svg viewBox="0 0 600 16" preserveAspectRatio="none" role="img" aria-label={text}>
        {bars.map(({ letter, x, width }) => (
          <rect key={letter} data-part={letter} x={x} y="0" width={Math.max(width - 1, 0.5)} height="16" />
        ))}
      </svg>
      <ul>
        {bars.map(({ letter, value, share }) => (
          <li key={letter}>
            <span className="rp-swatch" data-part={letter} aria-hidden />
            {t(`part_${letter}`)}
            <span className="z-num z-secondary">
              {money(value)} · {share} %
            </span>
          </li>
        ))}
      </ul>
    </figure>
  )
}

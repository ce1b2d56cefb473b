import { useState } from 'react'
import { IconButton } from './button.tsx'
import { useFormats } from './formats.tsx'
import { Icon, IconCheck, IconCopy, IconLock } from './icons.tsx'
import { useWords } from './words.tsx'
import './record.css'

const DASH = '–'

/** An amount in paise; compact ones carry the exact value in name and tooltip. */
export function Money({
  paise,
  compact = false,
}: {
  readonly paise: bigint | number | string | null
  readonly compact?: boolean
}) {
  const formats = useFormats()
  if (paise === null) return <span className="z-tertiary">{DASH}</span>
  const full = formats.money(paise)
  if (!compact) return <span className="z-num">{full}</span>
  return (
    <span className="z-num z-value-compact" title={full}>
      <span aria-hidden>{formats.compactMoney(paise)}</span>
      <span className="z-hidden">{full}</span>
    </span>
  )
}

/** A decimal with its unit: `1,614.59 sqft`. */
export function Area({ value, unit }: { readonly value: string | null; readonly unit: string }) {
  const formats = useFormats()
  if (value === null) return <span className="z-tertiary">{DASH}</span>
  return (
    <span className="z-num">
      {formats.decimal(value)} {unit}
    </span>
  )
}

/** A moment in the firm's zone; `relative` shows the distance and keeps the exact time in the tooltip. */
export function Instant({ at, relative = false }: { readonly at: string | null; readonly relative?: boolean }) {
  const formats = useFormats()
  if (at === null) return <span className="z-tertiary">{DASH}</span>
  const exact = formats.instant(at)
  const near = relative ? formats.relative(at) : null
  return (
    <time className="z-num" dateTime={at} {...(near ? { title: exact } : {})}>
      {near ?? exact}
    </time>
  )
}

export function DayValue({ day, short = false }: { readonly day: string | null; readonly short?: boolean }) {
  const formats = useFormats()
  if (day === null) return <span className="z-tertiary">{DASH}</span>
  return (
    <time className="z-num" dateTime={day}>
      {short ? formats.shortDay(day) : formats.day(day)}
    </time>
  )
}

/** A code in plain letters with a copy button. */
export function Code({ code }: { readonly code: string }) {
  const say = useWords()
  const [copied, setCopied] = useState(false)
  const copy = () =>
    navigator.clipboard.writeText(code).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  return (
    <span className="z-copy">
      <span className="z-code">{code}</span>
      <IconButton
        icon={copied ? IconCheck : IconCopy}
        label={`${say(copied ? 'copied' : 'copy')} ${code}`}
        compact
        onClick={() => void copy()}
      />
    </span>
  )
}

/** A value that this person may not see, and why. */
export function Restricted({ reason }: { readonly reason: string }) {
  const say = useWords()
  return (
    <span className="z-locked" title={reason}>
      <Icon of={IconLock} /> {say('restricted')}
      <span className="z-hidden">{reason}</span>
    </span>
  )
}

export interface MeterProps {
  readonly label: string
  /** 0 to `max`. */
  readonly value: number
  readonly max: number
  readonly text: string
  readonly tone?: 'link' | 'green' | 'orange' | 'red'
}

/** A bar with its figure beside it. */
export function Meter({ label, value, max, text, tone = 'link' }: MeterProps) {
  const share = max > 0 ? Math.min(Math.max(value / max, 0), 1) * 100 : 0
  return (
    <div
      className="z-meter"
      data-tone={tone}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={value}
      aria-valuetext={text}
    >
      <div className="z-meter-track" aria-hidden>
        <svg viewBox="0 0 100 6" preserveAspectRatio="none">
          <rect width={share} height="6" />
        </svg>
      </div>
      <span className="z-num" aria-hidden>
        {text}
      </span>
    </div>
  )
}

/** A score out of a hundred: the number, then its bar. Orange until it is complete. */
export function Score({ label, value }: { readonly label: string; readonly value: number }) {
  return (
    <div>
      <div className="z-score" aria-hidden>
        <strong>{value}</strong>
        <span className="z-tertiary">/ 100 {label}</span>
      </div>
      <Meter label={label} value={value} max={100} text="" tone={value >= 100 ? 'green' : 'orange'} />
    </div>
  )
}

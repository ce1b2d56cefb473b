import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Button, IconButton } from './button.tsx'
import {
  Icon,
  IconAlertOctagon,
  IconAlertTriangle,
  IconCheck,
  IconCircleCheck,
  IconCopy,
  IconInfoCircle,
  IconWifiOff,
} from './icons.tsx'
import { useWords } from './words.tsx'
import './states.css'

export interface EmptyStateProps {
  /** Absent where the page's own title says it already. */
  readonly title?: string
  readonly reason?: ReactNode
  readonly action?: ReactNode
}

/** What belongs here, why it is empty, and one thing to do. */
export function EmptyState(props: EmptyStateProps) {
  return (
    <div className="z-state">
      {props.title && <h2>{props.title}</h2>}
      {props.reason && <p>{props.reason}</p>}
      {props.action && <div className="z-row">{props.action}</div>}
    </div>
  )
}

/** A trace id to hand to support: whole for those who run the system, eight characters for others. */
export function TraceId({ id, whole = false }: { readonly id: string; readonly whole?: boolean }) {
  const say = useWords()
  const [copied, setCopied] = useState(false)
  if (id === '') return null
  const shown = whole ? id : id.slice(0, 8)
  const copy = () =>
    navigator.clipboard.writeText(shown).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  return (
    <span className="z-trace">
      <span className="z-code">{say('trace', { id: shown })}</span>
      <IconButton
        icon={copied ? IconCheck : IconCopy}
        label={say(copied ? 'copied' : 'copy_trace')}
        compact
        onClick={() => void copy()}
      />
    </span>
  )
}

export interface ErrorCardProps {
  /** A sentence by error code: what happened, what was kept, what to do. */
  readonly text: string
  readonly traceId?: string
  readonly wholeTrace?: boolean
  /** Instant in ms before which another try makes no sense. */
  readonly until?: number | null
  readonly onRetry?: () => void
}

/** An error inside the content: the frame around it stays usable. */
export function ErrorCard({ text, traceId = '', wholeTrace = false, until = null, onRetry }: ErrorCardProps) {
  const say = useWords()
  const left = useSecondsLeft(until)
  return (
    <div className="z-error" role="alert">
      <Icon of={IconAlertOctagon} size={20} />
      <div>
        <strong>{text}</strong>
        <div className="z-row">
          {onRetry && (
            <Button
              compact
              onClick={onRetry}
              unmet={left > 0 ? say('wait', { time: say('seconds', { n: left }) }) : null}
            >
              {left > 0 ? <Countdown until={until} /> : say('retry')}
            </Button>
          )}
          <TraceId id={traceId} whole={wholeTrace} />
        </div>
      </div>
    </div>
  )
}

/** As many grey rows as the content will have, at most ten, of the same height. */
export function SkeletonRows({ rows, columns = 4 }: { readonly rows: number; readonly columns?: number }) {
  const say = useWords()
  return (
    <div className="z-skeleton" role="status" aria-label={say('loading')}>
      {Array.from({ length: Math.min(rows, 10) }, (_, row) => (
        <div key={row} aria-hidden>
          {Array.from({ length: columns }, (_unused, column) => (
            <span key={column} />
          ))}
        </div>
      ))}
    </div>
  )
}

export interface BannerProps {
  readonly tone?: 'amber' | 'red' | 'green' | 'blue'
  readonly inset?: boolean
  readonly children: ReactNode
}

const BANNER_ICON = {
  amber: IconAlertTriangle,
  red: IconAlertTriangle,
  green: IconCircleCheck,
  blue: IconInfoCircle,
} as const

export function Banner({ tone = 'amber', inset = false, children }: BannerProps) {
  return (
    <div className="z-banner" data-tone={tone} data-inset={inset || undefined} role="status">
      <Icon of={BANNER_ICON[tone]} />
      <span>{children}</span>
    </div>
  )
}

/** Appears after three seconds without a net. */
export function OfflineBanner() {
  const say = useWords()
  const [shown, setShown] = useState(false)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    const gone = () => {
      timer.current = setTimeout(() => setShown(true), 3_000)
    }
    const back = () => {
      clearTimeout(timer.current)
      setShown(false)
    }
    if (!navigator.onLine) gone()
    window.addEventListener('offline', gone)
    window.addEventListener('online', back)
    return () => {
      clearTimeout(timer.current)
      window.removeEventListener('offline', gone)
      window.removeEventListener('online', back)
    }
  }, [])
  if (!shown) return null
  return (
    <div className="z-banner" role="status">
      <Icon of={IconWifiOff} />
      <span>{say('offline')}</span>
    </div>
  )
}

/** Whole seconds until an instant, 0 when it is past; counts by itself. */
export function useSecondsLeft(until: number | null): number {
  const leftNow = () => (until === null ? 0 : Math.max(0, Math.ceil((until - Date.now()) / 1_000)))
  const [, tick] = useState(0)
  const left = leftNow()
  const running = left > 0
  useEffect(() => {
    if (!running) return
    const timer = setInterval(() => tick((count) => count + 1), 1_000)
    return () => clearInterval(timer)
  }, [running])
  return left
}

/** `4 min 10 s`, counting down; not read out each second. */
export function Countdown({ until }: { readonly until: number | null }) {
  const say = useWords()
  const left = useSecondsLeft(until)
  const minutes = Math.floor(left / 60)
  const short = minutes > 0 ? say('minutes', { n: minutes, s: left % 60 }) : say('seconds', { n: left })
  const text = minutes >= 60 ? say('hours', { n: Math.floor(minutes / 60), m: minutes % 60 }) : short
  return (
    <span className="z-num" role="timer" aria-live="off">
      {text}
    </span>
  )
}

import type { dashboardSummary } from '@zenops/contracts/ops-dashboard'
import type { OutputOf } from '@zenops/contracts/kit'
import { AppLink } from '@zenops/ui/links'
import { Instant } from '@zenops/ui/values'
import type { ReactNode } from 'react'
import './ops.css'
import { change, duration, percent, t, whole } from './words.ts'

export type Summary = OutputOf<typeof dashboardSummary>

const SEAL_LATE_MS = 10_000
const QUEUE_LATE_MS = 300_000

interface CardProps {
  readonly label: string
  readonly value: ReactNode
  readonly note?: ReactNode
  readonly tone?: 'red' | 'amber' | undefined
}

function Card({ label, value, note, tone }: CardProps) {
  return (
    <div className="z-ops-tile" data-tone={tone}>
      <strong>{value}</strong>
      <span>{label}</span>
      {note !== undefined && <span className="z-tertiary">{note}</span>}
    </div>
  )
}

const toneOfAlerts = ({ alerts_open }: Summary): CardProps['tone'] =>
  alerts_open.critical > 0 ? 'red' : alerts_open.warning > 0 ? 'amber' : undefined

/** How the product stands at this moment: alerts, queue, seal. */
export function NowCards({ summary }: { readonly summary: Summary }) {
  const { jobs, seal, alerts_open, channels_failing, quota } = summary
  return (
    <section className="z-card">
      <h2>{t('now')}</h2>
      <div className="z-ops-tiles">
        <Card
          label={t('alerts_open')}
          tone={toneOfAlerts(summary)}
          value={<AppLink href="/admin/alerts?state=OPEN">{whole(alerts_open.critical + alerts_open.warning)}</AppLink>}
          note={t('alerts_open_value', alerts_open)}
        />
        <Card
          label={t('channels_failing')}
          value={whole(channels_failing)}
          tone={channels_failing > 0 ? 'amber' : undefined}
        />
        <Card label={t('jobs_waiting')} value={whole(jobs.waiting)} />
        <Card label={t('jobs_running')} value={whole(jobs.running)} />
        <Card label={t('jobs_dead')} value={whole(jobs.dead)} tone={jobs.dead > 0 ? 'amber' : undefined} />
        <Card
          label={t('oldest_waiting')}
          value={duration(jobs.oldest_waiting_ms)}
          tone={jobs.oldest_waiting_ms > QUEUE_LATE_MS ? 'amber' : undefined}
        />
        <Card
          label={t('seal_lag')}
          value={duration(seal.lag_ms)}
          tone={seal.lag_ms > SEAL_LATE_MS ? 'red' : undefined}
        />
        <Card label={t('last_checkpoint')} value={<Instant at={seal.last_checkpoint_at} relative />} />
        <Card label={t('last_published')} value={<Instant at={seal.last_published_at} relative />} />
        <Card label={t('quota')} value={`${Math.round(quota.percent)} %`} />
      </div>
    </section>
  )
}

/** How fast answers came in the range, and how many failed, beside the range before. */
export function SpeedCards({ summary }: { readonly summary: Summary }) {
  const { latency, previous_latency: before, error_rate, previous_error_rate, cost_micro } = summary
  const timed = (now: number | null, then: number | null) => change(now ?? 0, then ?? 0)
  return (
    <section className="z-card">
      <h2>{t('speed')}</h2>
      <div className="z-ops-tiles">
        <Card label={t('requests')} value={whole(latency.requests)} note={change(latency.requests, before.requests)} />
        <Card
          label={t('error_rate')}
          value={percent(error_rate)}
          note={change(error_rate, previous_error_rate)}
          tone={error_rate > 0.01 ? 'red' : undefined}
        />
        <Card label={t('p50')} value={duration(latency.p50)} note={timed(latency.p50, before.p50)} />
        <Card label={t('p95')} value={duration(latency.p95)} note={timed(latency.p95, before.p95)} />
        <Card label={t('p99')} value={duration(latency.p99)} note={timed(latency.p99, before.p99)} />
        <Card label={t('cost')} value={(cost_micro / 1e6).toFixed(2)} />
      </div>
    </section>
  )
}

import { StatusBadge, type StatusFamily } from '@zenops/ui/status'
import { Instant } from '@zenops/ui/values'
import type { ChainStatus } from './chain-page.tsx'
import { t, wordOf } from './words.ts'

type Sink = ChainStatus['sinks'][number]

function faceOf(sink: Sink): { readonly family: StatusFamily; readonly text: string } {
  if (sink.stale) return { family: 'red', text: t('sink_stale') }
  return sink.waiting_since === null
    ? { family: 'green', text: t('sink_well') }
    : { family: 'amber', text: t('sink_waits') }
}

function SinkRow({ sink }: { readonly sink: Sink }) {
  const [newest] = sink.receipts
  return (
    <li>
      <div>
        <span className="z-row">
          <strong>{wordOf('sink', sink.sink)}</strong>
          <StatusBadge {...faceOf(sink)} />
          {sink.journal && <StatusBadge family="grey" text={t('journal')} />}
        </span>
        <span className="z-secondary">
          {newest ? (
            <>
              {t('last_receipt')}: {newest.root_size} · <Instant at={newest.published_at} relative />
            </>
          ) : (
            t('no_receipts')
          )}
        </span>
        {sink.last_error !== null && (
          <span className="z-secondary z-wrap">{t('failed_times', { n: sink.attempts, error: sink.last_error })}</span>
        )}
      </div>
    </li>
  )
}

/** Where signed heads go outside of the database, and whether each place has answered. */
export function Sinks({ sinks }: { readonly sinks: readonly Sink[] }) {
  return (
    <section className="z-card">
      <h2>{t('sinks')}</h2>
      <ul className="z-rows" aria-label={t('sinks')}>
        {sinks.map((sink) => (
          <SinkRow key={sink.sink} sink={sink} />
        ))}
      </ul>
    </section>
  )
}

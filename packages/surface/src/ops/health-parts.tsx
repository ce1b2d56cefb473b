import { useQuery } from '@tanstack/react-query'
import { type COMPONENT_STATES, healthDetails } from '@zenops/contracts/ops-dashboard'
import { SkeletonRows } from '@zenops/ui/states'
import { StatusBadge, type StatusFamily } from '@zenops/ui/status'
import { Instant } from '@zenops/ui/values'
import { FailureCard } from '../failures.tsx'
import { useSurface } from '../surface-context.tsx'
import { sentence, t, word } from './words.ts'

const FAMILY: Readonly<Record<(typeof COMPONENT_STATES)[number], StatusFamily>> = {
  ok: 'green',
  degraded: 'amber',
  down: 'red',
  unknown: 'grey',
}

/** Each part of the product with its state, and since when where that is known. */
export function HealthParts() {
  const { ask } = useSurface()
  const health = useQuery({ ...ask(healthDetails, {}), refetchInterval: 30_000 })
  return (
    <section className="z-card">
      <h2>{t('health')}</h2>
      {health.isPending && <SkeletonRows rows={4} columns={3} />}
      {health.isError && <FailureCard error={health.error} onRetry={() => void health.refetch()} />}
      {health.data && (
        <ul className="z-ops-parts">
          {health.data.components.map((part) => (
            <li key={part.name}>
              <span>{sentence(part.name)}</span>
              <StatusBadge family={FAMILY[part.status]} text={word('part', part.status)} />
              <span className="z-secondary z-clip">{part.detail}</span>
              {part.since && <Instant at={part.since} relative />}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

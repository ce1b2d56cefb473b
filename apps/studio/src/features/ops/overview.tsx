import { useQuery } from '@tanstack/react-query'
import { meta as askMeta, ready as askReady } from '@zenops/contracts/meta'
import { FailureCard } from '@zenops/surface/failures.tsx'
import { Button } from '@zenops/ui/button'
import { IconRefresh } from '@zenops/ui/icons'
import { Page } from '@zenops/ui/page'
import { RecordFacts, type Fact } from '@zenops/ui/record'
import { SkeletonRows } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { surface } from '../../lib/surface.ts'
import { t } from '../../lib/texts.ts'

const words = (name: string): string => name.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase())

/** One flat level is enough: the parts of an answer have names of their own. */
function factsOf(answer: object): readonly (readonly [string, string | number | boolean])[] {
  return Object.entries(answer).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === 'object' && value !== null) return factsOf(value)
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [[key, value] as const]
      : []
  })
}

const GOOD = new Set<unknown>([true, 'ok', 'up', 'ready', 'healthy'])

const plainFacts = (answer: object): readonly Fact[] =>
  factsOf(answer).map(([name, value]) => ({
    label: words(name),
    value: <span className="z-code">{String(value)}</span>,
  }))

const stateFacts = (answer: object): readonly Fact[] =>
  factsOf(answer).map(([name, value]) => {
    const good = GOOD.has(value)
    const badge = <StatusBadge family={good ? 'green' : 'red'} text={t(good ? 'ok' : 'failing')} />
    return { label: words(name), value: typeof value === 'number' ? value : badge }
  })

/** Health and version, as the server tells them. */
export function Overview() {
  const meta = useQuery(surface.ask(askMeta, {}))
  const ready = useQuery({ ...surface.ask(askReady, {}), refetchInterval: 15_000, retry: false })
  const state = ready.isPending ? null : (
    <StatusBadge
      size="large"
      family={ready.isError ? 'red' : 'green'}
      text={t(ready.isError ? 'not_ready' : 'ready')}
    />
  )
  const again = (
    <Button
      icon={IconRefresh}
      busy={ready.isFetching}
      onClick={() => void Promise.all([ready.refetch(), meta.refetch()])}
    >
      {t('check_again')}
    </Button>
  )
  return (
    <Page title={t('overview')} documentTitle={t('overview')} state={state} acts={again}>
      <div className="z-stack">
        <section className="z-card">
          <h2>{t('health')}</h2>
          {ready.isPending && <SkeletonRows rows={3} columns={2} />}
          {ready.isError && <FailureCard error={ready.error} />}
          {ready.data && <RecordFacts facts={stateFacts(ready.data)} />}
        </section>
        <section className="z-card">
          <h2>{t('build')}</h2>
          {meta.isPending && <SkeletonRows rows={3} columns={2} />}
          {meta.isError && <FailureCard error={meta.error} onRetry={() => void meta.refetch()} />}
          {meta.data && <RecordFacts facts={plainFacts(meta.data)} />}
        </section>
      </div>
    </Page>
  )
}

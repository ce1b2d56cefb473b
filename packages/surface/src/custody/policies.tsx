import { useQuery } from '@tanstack/react-query'
import { createConfirmation } from '@zenops/contracts/identity-blocks'
import type { OutputOf } from '@zenops/contracts/kit'
import { listRetentionPolicies, listRetentionRuns, startRetentionRun } from '@zenops/contracts/retention'
import { useAnnounce } from '@zenops/ui/announcer'
import { Button } from '@zenops/ui/button'
import { DataGrid, type GridColumn } from '@zenops/ui/data-grid'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { EmptyState } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { TypedConfirmation } from '../identity/typed-confirmation.tsx'
import { useAct } from '../queries.ts'
import { useCan, useSurface } from '../surface-context.tsx'
import { PolicyDialog } from './policy-dialog.tsx'
import type { ViewProps } from './retention-page.tsx'
import { className, t } from './words.ts'

export type Policy = OutputOf<typeof listRetentionPolicies>['items'][number]

const keptText = (row: Policy): string => (row.enabled ? t('n_days', { n: row.days }) : t('off'))

const columns: readonly GridColumn<Policy>[] = [
  { key: 'class', header: t('class'), width: 240, grow: true, cell: (row) => <span>{className(row.class)}</span> },
  { key: 'days', header: t('days_kept'), width: 140, cell: (row) => <span>{keptText(row)}</span> },
  {
    key: 'floor',
    header: t('floor'),
    width: 120,
    from: 768,
    cell: (row) => <span>{t('n_days', { n: row.floor_days })}</span>,
  },
  {
    key: 'source',
    header: t('source'),
    width: 120,
    from: 1024,
    cell: (row) => <span>{t(`source_${row.source}`)}</span>,
  },
  {
    key: 'next',
    header: t('next_run'),
    width: 170,
    from: 1100,
    cell: (row) => (row.enabled ? <Instant at={row.next_run_at} relative /> : <span>–</span>),
  },
]

const card = (row: Policy) => (
  <>
    <strong>{className(row.class)}</strong>
    <span className="z-secondary">
      {keptText(row)} · {t('floor')} {t('n_days', { n: row.floor_days })}
    </span>
  </>
)

/** A run of everything: counted first, or removed under typed words. */
function RunButtons() {
  const announce = useAnnounce()
  const [asking, setAsking] = useState(false)
  const stale = [listRetentionRuns]
  const dry = useAct(startRetentionRun, { stale, onDone: () => announce(t('dry_run_told')) })
  const confirmation = useAct(createConfirmation, { onDone: () => setAsking(true) })
  const real = useAct(startRetentionRun, {
    stale,
    onDone: () => {
      setAsking(false)
      announce(t('run_told'))
    },
  })
  return (
    <>
      <Button busy={dry.isPending} onClick={() => dry.mutate({ body: { dry_run: true } })}>
        {t('dry_run')}
      </Button>
      <Button
        kind="danger"
        busy={confirmation.isPending}
        onClick={() => confirmation.mutate({ body: { action: 'retention_run', target: t('everything') } })}
      >
        {t('run_now')}
      </Button>
      {dry.isSuccess && <span className="z-title-note">{t('dry_run_told')}</span>}
      {asking && confirmation.data && (
        <TypedConfirmation
          title={t('run_title')}
          effect={t('run_effect')}
          phrase={confirmation.data.phrase}
          verb={t('run_now')}
          busy={real.isPending}
          error={real.error}
          onConfirm={(phrase) =>
            real.mutate({
              body: { dry_run: false, confirmation: { confirmation_id: confirmation.data.confirmation_id, phrase } },
            })
          }
          onClose={() => setAsking(false)}
        />
      )}
    </>
  )
}

function PolicyPanel({ policy, onClose }: { readonly policy: Policy; readonly onClose: () => void }) {
  const [changing, setChanging] = useState(false)
  const studio = useSurface().aud === 'studio'
  const maySet = useCan(studio ? 'ops.jobs.manage' : 'ops.settings.write')
  return (
    <SidePanel title={className(policy.class)} onClose={onClose}>
      <div className="z-stack">
        <RecordFacts
          facts={[
            { label: t('days_kept'), value: keptText(policy) },
            { label: t('floor'), value: t('n_days', { n: policy.floor_days }) },
            { label: t('source'), value: t(`source_${policy.source}`) },
            { label: t('next_run'), value: policy.enabled ? <Instant at={policy.next_run_at} /> : '–' },
            { label: t('tables'), value: <span className="z-code">{policy.tables.join(', ') || '–'}</span> },
          ]}
        />
        {maySet && (
          <div className="z-row">
            <Button kind="primary" onClick={() => setChanging(true)}>
              {t('change')}
            </Button>
          </div>
        )}
        {changing && <PolicyDialog policy={policy} onClose={() => setChanging(false)} />}
      </div>
    </SidePanel>
  )
}

/** Classes of data with their periods. */
export function Policies({ preview, onPreview, frame }: ViewProps) {
  const { ask } = useSurface()
  const mayRun = useCan('ops.jobs.manage')
  const query = useQuery(ask(listRetentionPolicies, {}))
  const rows = query.data?.items ?? []
  // The key of a class is a word; the address knows ids, so the chosen row is kept here.
  const [chosen, setChosen] = useState<string | null>(null)
  const shown = rows.find((row) => row.class === chosen)
  const choose = (row: Policy) => setChosen(chosen === row.class ? null : row.class)
  void preview
  void onPreview
  return frame({
    acts: mayRun && <RunButtons />,
    panel: shown && <PolicyPanel key={shown.class} policy={shown} onClose={() => setChosen(null)} />,
    children: (
      <DataGrid
        label={t('view_policies')}
        columns={shown ? columns.slice(0, 2) : columns}
        rows={rows}
        rowKey={(row) => row.class}
        rowName={(row) => className(row.class)}
        state={query.isError ? 'error' : query.isPending ? 'loading' : 'ready'}
        error={<FailureCard error={query.error} onRetry={() => void query.refetch()} />}
        empty={<EmptyState title={t('view_policies')} />}
        card={card}
        onOpen={choose}
        onPreview={choose}
        previewKey={chosen}
      />
    ),
  })
}

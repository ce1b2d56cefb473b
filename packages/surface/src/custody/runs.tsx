import { useInfiniteQuery } from '@tanstack/react-query'
import type { OutputOf } from '@zenops/contracts/kit'
import { listRetentionRuns } from '@zenops/contracts/retention'
import { DataGrid, type GridColumn } from '@zenops/ui/data-grid'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { EmptyState, TraceId } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { rowsOf } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import type { ViewProps } from './retention-page.tsx'
import { StateMark } from './state-mark.tsx'
import { className, t } from './words.ts'

type Run = OutputOf<typeof listRetentionRuns>['items'][number]

const keyOf = (row: Run): string => `${row.run_id} ${row.class}`
const kindOf = (row: Run): string => t(row.dry_run ? 'dry' : 'real')

const columns: readonly GridColumn<Run>[] = [
  { key: 'class', header: t('class'), width: 230, grow: true, cell: (row) => <span>{className(row.class)}</span> },
  { key: 'state', header: t('state'), width: 150, cell: (row) => <StateMark state={row.status} /> },
  { key: 'kind', header: t('kind_of_run'), width: 70, cell: (row) => <span>{kindOf(row)}</span> },
  {
    key: 'removed',
    header: t('removed'),
    width: 110,
    align: 'end',
    from: 768,
    cell: (row) => <span className="z-num">{row.deleted}</span>,
  },
  {
    key: 'held',
    header: t('held'),
    width: 80,
    align: 'end',
    from: 900,
    cell: (row) => <span className="z-num">{row.held}</span>,
  },
  {
    key: 'at',
    header: t('started'),
    width: 160,
    from: 1024,
    cell: (row) => <Instant at={row.started_at ?? row.created_at} relative />,
  },
]
const card = (row: Run) => (
  <>
    <span className="z-row">
      <strong>{className(row.class)}</strong>
      <StateMark state={row.status} />
    </span>
    <span className="z-secondary">
      {kindOf(row)} · {t(row.dry_run ? 'would_remove' : 'removed')} {row.deleted} · {t('held')} {row.held}
    </span>
  </>
)

function RunPanel({ run, onClose }: { readonly run: Run; readonly onClose: () => void }) {
  const touched = Object.entries(run.tables).filter(([, { deleted, held }]) => deleted > 0 || held > 0)
  return (
    <SidePanel title={className(run.class)} onClose={onClose}>
      <div className="z-stack">
        <RecordFacts
          facts={[
            { label: t('state'), value: <StateMark state={run.status} /> },
            { label: t('kind_of_run'), value: `${kindOf(run)}, ${t(run.requested ? 'by_hand' : 'at_night')}` },
            { label: t('days_kept'), value: run.days === null ? '–' : t('n_days', { n: run.days }) },
            { label: t(run.dry_run ? 'would_remove' : 'removed'), value: String(run.deleted) },
            { label: t('held'), value: String(run.held) },
            { label: t('oldest_left'), value: run.oldest_left === null ? '–' : <Instant at={run.oldest_left} /> },
            ...touched.map(([table, { deleted, held }]) => ({
              label: table,
              value: held > 0 ? `${deleted} · ${t('held')} ${held}` : String(deleted),
            })),
          ]}
        />
        {run.error !== null && <p className="z-help">{run.error}</p>}
        <TraceId id={run.trace_id} whole />
      </div>
    </SidePanel>
  )
}

const FOLLOW_MS = 2_000

/** What was counted and removed, newest first; a run under way is followed. */
export function Runs({ frame }: ViewProps) {
  const { askList } = useSurface()
  const [chosen, setChosen] = useState<string | null>(null)
  const query = useInfiniteQuery({
    ...askList(listRetentionRuns, {}),
    refetchInterval: ({ state }) =>
      rowsOf<Run>(state.data).some((row) => row.status === 'PENDING' || row.status === 'RUNNING') ? FOLLOW_MS : false,
  })
  const rows = rowsOf<Run>(query.data)
  const shown = rows.find((row) => keyOf(row) === chosen)
  const choose = (row: Run) => setChosen(chosen === keyOf(row) ? null : keyOf(row))
  return frame({
    panel: shown && <RunPanel key={chosen} run={shown} onClose={() => setChosen(null)} />,
    children: (
      <DataGrid
        label={t('view_runs')}
        columns={shown ? columns.slice(0, 3) : columns}
        rows={rows}
        rowKey={keyOf}
        rowName={(row) => className(row.class)}
        state={query.isError ? 'error' : query.isPending ? 'loading' : 'ready'}
        error={<FailureCard error={query.error} onRetry={() => void query.refetch()} />}
        empty={<EmptyState title={t('no_runs')} reason={t('no_runs_why')} />}
        card={card}
        onOpen={choose}
        onPreview={choose}
        previewKey={chosen}
        onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
        loadingMore={query.isFetchingNextPage}
      />
    ),
  })
}

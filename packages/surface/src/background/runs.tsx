import { useInfiniteQuery } from '@tanstack/react-query'
import { listSchedulerRuns } from '@zenops/contracts/ops-scheduler'
import type { GridColumn } from '@zenops/ui/data-grid'
import type { FilterField } from '@zenops/ui/filters'
import { AppLink } from '@zenops/ui/links'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { EmptyState, TraceId } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { stringifySearch } from '../address.ts'
import { ListPage } from '../list-page.tsx'
import { rowsOf } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import { type Run, RunBadge } from './badges.tsx'
import { SchedulerViews } from './scheduler-views.tsx'
import { filtersOf, runsQuery, type SchedulerSearch } from './searches.ts'
import { useAddress } from './use-address.ts'
import { t } from './words.ts'

const STATUSES = ['RUNNING', 'DONE', 'FAILED', 'ABANDONED', 'SKIPPED'] as const
const fields: readonly FilterField[] = [
  { key: 'status', label: t('state'), options: STATUSES.map((value) => ({ value, label: t(`run_${value}`) })) },
]
const BESIDE_PANEL = 3
const took = ({ started_at, ended_at }: Run): string =>
  ended_at === null ? '–' : t('seconds', { n: Math.round((Date.parse(ended_at) - Date.parse(started_at)) / 1_000) })

const columnsFor = (hrefOf: (row: Run) => string): readonly GridColumn<Run>[] => [
  {
    key: 'task',
    header: t('task'),
    width: 240,
    grow: true,
    cell: (row) => (
      <AppLink href={hrefOf(row)} tabIndex={-1} className="z-code">
        {row.task}
      </AppLink>
    ),
  },
  { key: 'status', header: t('state'), width: 130, cell: (row) => <RunBadge run={row} /> },
  { key: 'started', header: t('started'), width: 150, cell: (row) => <Instant at={row.started_at} relative /> },
  {
    key: 'took',
    header: t('took'),
    width: 90,
    align: 'end',
    from: 900,
    cell: (row) => <span className="z-num">{took(row)}</span>,
  },
  {
    key: 'rows',
    header: t('rows'),
    width: 90,
    align: 'end',
    from: 900,
    cell: (row) => <span className="z-num">{row.rows ?? '–'}</span>,
  },
  { key: 'error', header: t('error'), width: 240, from: 1024, cell: (row) => <span>{row.error ?? '–'}</span> },
]
const card = (row: Run) => (
  <>
    <span className="z-row">
      <strong className="z-code z-clip">{row.task}</strong>
      <RunBadge run={row} />
    </span>
    <span className="z-secondary">
      <Instant at={row.started_at} relative /> · {took(row)}
    </span>
    {row.error && <span className="z-tertiary z-clip">{row.error}</span>}
  </>
)

export function Runs({ search }: { readonly search: SchedulerSearch }) {
  const { askList } = useSurface()
  const change = useAddress<SchedulerSearch>()
  const query = useInfiniteQuery(askList(listSchedulerRuns, runsQuery(search)))
  const rows = rowsOf(query.data)
  const hrefOf = (row: Run) => `/admin/scheduler${stringifySearch({ ...search, preview: row.id })}`
  const columns = columnsFor(hrefOf)
  const shown = rows.find((row) => row.id === search.preview)
  const close = () => change({ preview: undefined })
  return (
    <ListPage<Run>
      title={t('scheduler')}
      query={query}
      search={filtersOf(search)}
      columns={shown ? columns.slice(0, BESIDE_PANEL) : columns}
      rowKey={(row) => row.id}
      rowName={(row) => row.task}
      hrefOf={hrefOf}
      searchLabel={t('search_names')}
      fields={fields}
      chips={<SchedulerViews search={search} />}
      empty={<EmptyState title={t('runs_none')} reason={t('runs_none_why')} />}
      card={card}
      onPreview={(row) => change({ preview: search.preview === row.id ? undefined : row.id })}
      panel={
        shown && (
          <SidePanel title={shown.task} onClose={close}>
            <RecordFacts
              facts={[
                { label: t('state'), value: <RunBadge run={shown} /> },
                { label: t('slot'), value: shown.slot && <Instant at={shown.slot} /> },
                { label: t('started'), value: <Instant at={shown.started_at} /> },
                { label: t('finished_at'), value: shown.ended_at && <Instant at={shown.ended_at} /> },
                { label: t('rows'), value: shown.rows },
                { label: t('owner'), value: <span className="z-code">{shown.owner_id}</span> },
                { label: t('token'), value: shown.fencing_token },
                { label: t('error'), value: shown.error },
                { label: t('trace'), value: <TraceId id={shown.trace_id} /> },
              ]}
            />
          </SidePanel>
        )
      }
    />
  )
}

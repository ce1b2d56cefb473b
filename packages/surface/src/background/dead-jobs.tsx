import { useInfiniteQuery } from '@tanstack/react-query'
import { listDeadJobs } from '@zenops/contracts/ops-queue'
import { Button } from '@zenops/ui/button'
import type { GridColumn } from '@zenops/ui/data-grid'
import type { FilterField } from '@zenops/ui/filters'
import { EmptyState } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { stringifySearch } from '../address.ts'
import { useFirmNames } from '../identity/firm-names.ts'
import { ListPage } from '../list-page.tsx'
import { rowsOf } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import { DeadBadge, type DeadJob } from './badges.tsx'
import { firmColumns, nameColumn } from './columns.tsx'
import { BulkDialog } from './bulk-dialog.tsx'
import { DeadPanel } from './dead-panel.tsx'
import { JobViews } from './job-views.tsx'
import { filtersOf, deadQuery, type JobsSearch } from './searches.ts'
import { useAddress } from './use-address.ts'
import { t } from './words.ts'

const BESIDE_PANEL = 3
const BULK_MAX = 500

interface ColumnInput {
  readonly studio: boolean
  readonly hrefOf: (row: DeadJob) => string
  readonly firmName: (id: string) => string
}
const columnsFor = ({ studio, hrefOf, firmName }: ColumnInput): readonly GridColumn<DeadJob>[] => [
  nameColumn({ key: 'queue', header: t('queue'), hrefOf, nameOf: (row) => row.queue }),
  { key: 'state', header: t('state'), width: 130, cell: (row) => <DeadBadge dead={row} /> },
  { key: 'failed', header: t('failed_at'), width: 150, cell: (row) => <Instant at={row.last_failed_at} relative /> },
  {
    key: 'code',
    header: t('error'),
    width: 200,
    from: 900,
    cell: (row) => <span className="z-code">{row.error_code}</span>,
  },
  { key: 'error', header: t('reason'), width: 260, from: 1200, cell: (row) => <span>{row.error ?? '–'}</span> },
  ...firmColumns<DeadJob>(studio, firmName),
]
const card = (row: DeadJob) => (
  <>
    <span className="z-row">
      <strong className="z-code z-clip">{row.queue}</strong>
      <DeadBadge dead={row} />
    </span>
    <span className="z-secondary z-clip">
      {row.error_code}: {row.error}
    </span>
    <span className="z-tertiary">
      <Instant at={row.last_failed_at} relative />
    </span>
  </>
)

interface BulkActsProps {
  readonly search: JobsSearch
  readonly rows: readonly DeadJob[]
  /** The list was read to its end. */
  readonly isWhole: boolean
  readonly onAct: (act: 'replay' | 'discard') => void
}

/** For all of a queue, when the page shows them all: the server refuses when there are not as many any more. */
function BulkActs({ search, rows, isWhole, onAct }: BulkActsProps) {
  if (rows.length === 0) return null
  const counted = isWhole && rows.length <= BULK_MAX
  const unmet = search.queue && !search.q && counted ? null : t('bulk_needs_queue')
  return (
    <>
      <Button unmet={unmet} onClick={() => onAct('replay')}>
        {t('replay_many', { n: rows.length })}
      </Button>
      <Button unmet={unmet} onClick={() => onAct('discard')}>
        {t('discard_many', { n: rows.length })}
      </Button>
    </>
  )
}

/** Dead letters, to be replayed or discarded one by one or a queue at a time. */
export function DeadJobs({ search }: { readonly search: JobsSearch }) {
  const { aud, askList } = useSurface()
  const change = useAddress<JobsSearch>()
  const firmName = useFirmNames()
  const [bulk, setBulk] = useState<'replay' | 'discard' | null>(null)
  const query = useInfiniteQuery(askList(listDeadJobs, deadQuery(search)))
  const rows = rowsOf(query.data)
  const queues = [...new Set([...rows.map((row) => row.queue), ...(search.queue ? [search.queue] : [])])].sort()
  const fields: readonly FilterField[] = [
    { key: 'queue', label: t('filter_queue'), options: queues.map((value) => ({ value, label: value })) },
  ]
  const hrefOf = (row: DeadJob) => `/admin/jobs${stringifySearch({ ...search, preview: row.id })}`
  const columns = columnsFor({ studio: aud === 'studio', hrefOf, firmName })
  const shown = rows.find((row) => row.id === search.preview)
  const resolved = search.view === 'resolved'
  return (
    <>
      <ListPage<DeadJob>
        title={t('jobs')}
        query={query}
        search={filtersOf(search)}
        columns={shown ? columns.slice(0, BESIDE_PANEL) : columns}
        rowKey={(row) => row.id}
        rowName={(row) => row.queue}
        hrefOf={hrefOf}
        searchLabel={t('search_jobs')}
        fields={fields}
        chips={<JobViews search={search} />}
        acts={!resolved && <BulkActs search={search} rows={rows} isWhole={!query.hasNextPage} onAct={setBulk} />}
        empty={
          <EmptyState
            title={t(resolved ? 'no_resolved' : 'no_dead')}
            reason={t(resolved ? 'no_resolved_why' : 'no_dead_why')}
          />
        }
        card={card}
        onPreview={(row) => change({ preview: search.preview === row.id ? undefined : row.id })}
        panel={shown && <DeadPanel key={shown.id} dead={shown} onClose={() => change({ preview: undefined })} />}
      />
      {bulk && search.queue && (
        <BulkDialog act={bulk} queue={search.queue} count={rows.length} onClose={() => setBulk(null)} />
      )}
    </>
  )
}

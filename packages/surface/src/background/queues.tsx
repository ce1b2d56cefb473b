import { useInfiniteQuery } from '@tanstack/react-query'
import { listJobs, listQueues, pauseQueue, resumeQueue } from '@zenops/contracts/ops-queue'
import { Button } from '@zenops/ui/button'
import type { GridColumn } from '@zenops/ui/data-grid'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { EmptyState } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { stringifySearch } from '../address.ts'
import { ListPage } from '../list-page.tsx'
import { rowsOf, useAct } from '../queries.ts'
import { useCan, useSurface } from '../surface-context.tsx'
import { ActDialog } from './act-dialog.tsx'
import { nameColumn } from './columns.tsx'
import { type Queue, QueueBadge } from './badges.tsx'
import { JobViews } from './job-views.tsx'
import { filtersOf, type JobsSearch, namesQuery } from './searches.ts'
import { useAddress } from './use-address.ts'
import { t } from './words.ts'

const BESIDE_PANEL = 3
const number = (
  key: 'waiting' | 'due' | 'running' | 'retrying' | 'dead' | 'done_last_hour',
  header: string,
  from?: number,
): GridColumn<Queue> => ({
  key,
  header,
  width: 100,
  align: 'end',
  cell: (row) => <span className="z-num">{row[key]}</span>,
  ...(from === undefined ? {} : { from }),
})
const columnsFor = (hrefOf: (row: Queue) => string): readonly GridColumn<Queue>[] => [
  nameColumn({ key: 'queue', header: t('queue'), hrefOf, nameOf: (row) => row.queue }),
  { key: 'state', header: t('state'), width: 180, cell: (row) => <QueueBadge queue={row} /> },
  number('due', t('due')),
  number('waiting', t('waiting'), 900),
  number('running', t('running'), 900),
  number('retrying', t('retrying'), 1024),
  number('dead', t('dead'), 900),
  {
    key: 'oldest',
    header: t('oldest'),
    width: 140,
    from: 1024,
    cell: (row) => (row.oldest_due_at ? <Instant at={row.oldest_due_at} relative /> : <span>–</span>),
  },
  number('done_last_hour', t('rate'), 1200),
]
const card = (row: Queue) => (
  <>
    <span className="z-row">
      <strong className="z-code z-clip">{row.queue}</strong>
      <QueueBadge queue={row} />
    </span>
    <span className="z-secondary">
      {t('due')} {row.due} · {t('running')} {row.running} · {t('dead')} {row.dead}
    </span>
  </>
)

function QueueDialog({ queue, onClose }: { readonly queue: Queue; readonly onClose: () => void }) {
  const studio = useSurface().aud === 'studio'
  const done = { stale: [listQueues, listJobs], onDone: onClose }
  const pause = useAct(pauseQueue, done)
  const resume = useAct(resumeQueue, done)
  const act = queue.paused ? resume : pause
  const effect = queue.paused ? t('resume_queue_effect') : t('pause_queue_effect')
  return (
    <ActDialog
      title={t(queue.paused ? 'resume_queue_title' : 'pause_queue_title', { queue: queue.queue })}
      effect={studio ? `${effect} ${t('pause_queue_all')}` : effect}
      verb={t(queue.paused ? 'resume' : 'pause')}
      danger={!queue.paused}
      busy={act.isPending}
      error={act.error}
      onConfirm={(reason) => act.mutate({ params: { queue: queue.queue }, body: { reason } })}
      onClose={onClose}
    />
  )
}

function QueuePanel({ queue, onClose }: { readonly queue: Queue; readonly onClose: () => void }) {
  const studio = useSurface().aud === 'studio'
  const mayManage = useCan('ops.jobs.manage')
  const [asking, setAsking] = useState(false)
  const foreign = queue.paused && queue.paused.everywhere !== studio ? t('platform_pause') : null
  const paused = queue.paused
    ? [
        { label: t('since'), value: <Instant at={queue.paused.since} /> },
        { label: t('reason'), value: queue.paused.reason },
      ]
    : []
  return (
    <SidePanel title={queue.queue} onClose={onClose}>
      <div className="z-stack">
        <div className="z-row">
          <QueueBadge queue={queue} />
        </div>
        {mayManage && (
          <div className="z-row">
            <Button unmet={foreign} onClick={() => setAsking(true)}>
              {t(queue.paused ? 'resume' : 'pause')}
            </Button>
          </div>
        )}
        <RecordFacts
          facts={[
            ...paused,
            { label: t('waiting'), value: queue.waiting },
            { label: t('due'), value: queue.due },
            { label: t('running'), value: queue.running },
            { label: t('retrying'), value: queue.retrying },
            { label: t('dead'), value: queue.dead },
            { label: t('oldest'), value: queue.oldest_due_at ? <Instant at={queue.oldest_due_at} relative /> : null },
            { label: t('rate'), value: queue.done_last_hour },
          ]}
        />
      </div>
      {asking && <QueueDialog queue={queue} onClose={() => setAsking(false)} />}
    </SidePanel>
  )
}

export function Queues({ search }: { readonly search: JobsSearch }) {
  const { askList } = useSurface()
  const change = useAddress<JobsSearch>()
  const query = useInfiniteQuery({ ...askList(listQueues, namesQuery(search)), refetchInterval: 5_000 })
  const rows = rowsOf(query.data)
  const hrefOf = (row: Queue) => `/admin/jobs${stringifySearch({ ...search, preview: row.queue })}`
  const columns = columnsFor(hrefOf)
  const shown = rows.find((row) => row.queue === search.preview)
  return (
    <ListPage<Queue>
      title={t('jobs')}
      query={query}
      search={filtersOf(search)}
      columns={shown ? columns.slice(0, BESIDE_PANEL) : columns}
      rowKey={(row) => row.queue}
      rowName={(row) => row.queue}
      hrefOf={hrefOf}
      searchLabel={t('search_names')}
      chips={<JobViews search={search} />}
      empty={<EmptyState title={t('no_queues')} reason={t('no_queues_why')} />}
      card={card}
      onPreview={(row) => change({ preview: search.preview === row.queue ? undefined : row.queue })}
      panel={shown && <QueuePanel key={shown.queue} queue={shown} onClose={() => change({ preview: undefined })} />}
    />
  )
}

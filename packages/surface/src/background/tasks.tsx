import { useInfiniteQuery } from '@tanstack/react-query'
import {
  listSchedulerLocks,
  listSchedulerRuns,
  listSchedulerTasks,
  pauseSchedulerTask,
  resumeSchedulerTask,
  runSchedulerTask,
} from '@zenops/contracts/ops-scheduler'
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
import { useSurface } from '../surface-context.tsx'
import { ActDialog } from './act-dialog.tsx'
import { nameColumn } from './columns.tsx'
import { type Task, TaskBadge } from './badges.tsx'
import { Runbook } from './runbook.tsx'
import { SchedulerViews } from './scheduler-views.tsx'
import { filtersOf, namesQuery, type SchedulerSearch } from './searches.ts'
import { useAddress } from './use-address.ts'
import { t } from './words.ts'

const BESIDE_PANEL = 3
const instant = (at: string | null) => (at === null ? <span>–</span> : <Instant at={at} relative />)

const columnsFor = (hrefOf: (row: Task) => string): readonly GridColumn<Task>[] => [
  nameColumn({ key: 'name', header: t('name'), hrefOf, nameOf: (row) => row.name }),
  { key: 'state', header: t('state'), width: 130, cell: (row) => <TaskBadge task={row} /> },
  { key: 'success', header: t('last_success'), width: 150, cell: (row) => instant(row.last_success_at) },
  { key: 'next', header: t('next_slot'), width: 150, from: 900, cell: (row) => instant(row.next_slot) },
  {
    key: 'cadence',
    header: t('cadence'),
    width: 140,
    from: 900,
    cell: (row) => <span className="z-code">{row.cadence}</span>,
  },
  { key: 'kind', header: t('kind'), width: 90, from: 1024, cell: (row) => <span>{t(`kind_${row.kind}`)}</span> },
  {
    key: 'recoveries',
    header: t('recoveries'),
    width: 110,
    align: 'end',
    from: 1024,
    cell: (row) => <span className="z-num">{row.recovery_count}</span>,
  },
]
const card = (row: Task) => (
  <>
    <span className="z-row">
      <strong className="z-code z-clip">{row.name}</strong>
      <TaskBadge task={row} />
    </span>
    <span className="z-secondary">
      {t('last_success')} {instant(row.last_success_at)}
    </span>
    <span className="z-tertiary z-code">{row.cadence}</span>
  </>
)

type Act = 'run' | 'pause' | 'resume'
const TITLES = { run: 'run_title', pause: 'pause_task_title', resume: 'resume_task_title' } as const
const EFFECTS = { run: 'run_effect', pause: 'pause_task_effect', resume: 'resume_task_effect' } as const
const VERBS = { run: 'run_now', pause: 'pause', resume: 'resume' } as const

function TaskDialog({ task, act, onClose }: { readonly task: Task; readonly act: Act; readonly onClose: () => void }) {
  const done = { stale: [listSchedulerTasks, listSchedulerLocks, listSchedulerRuns], onDone: onClose }
  const acts = {
    run: useAct(runSchedulerTask, done),
    pause: useAct(pauseSchedulerTask, done),
    resume: useAct(resumeSchedulerTask, done),
  }
  const chosen = acts[act]
  return (
    <ActDialog
      title={t(TITLES[act], { name: task.name })}
      effect={t(EFFECTS[act])}
      verb={t(VERBS[act])}
      danger={act === 'pause'}
      busy={chosen.isPending}
      error={chosen.error}
      onConfirm={(reason) => chosen.mutate({ params: { name: task.name }, body: { reason } })}
      onClose={onClose}
    />
  )
}

function TaskPanel({ task, onClose }: { readonly task: Task; readonly onClose: () => void }) {
  const [act, setAct] = useState<Act | null>(null)
  const busy = task.state === 'HELD' || task.wanted ? t('at_work_already') : null
  return (
    <SidePanel title={task.name} onClose={onClose}>
      <div className="z-stack">
        <div className="z-row">
          <TaskBadge task={task} />
        </div>
        <div className="z-row">
          <Button kind="primary" unmet={task.kind === 'loop' ? t('loop_turns') : busy} onClick={() => setAct('run')}>
            {t('run_now')}
          </Button>
          <Button onClick={() => setAct(task.paused_at ? 'resume' : 'pause')}>
            {t(task.paused_at ? 'resume' : 'pause')}
          </Button>
        </div>
        <RecordFacts
          facts={[
            ...(task.paused_at
              ? [
                  { label: t('since'), value: <Instant at={task.paused_at} /> },
                  { label: t('reason'), value: task.pause_reason },
                ]
              : []),
            { label: t('kind'), value: t(`kind_${task.kind}`) },
            { label: t('cadence'), value: <span className="z-code">{task.cadence}</span> },
            { label: t('last_success'), value: task.last_success_at && <Instant at={task.last_success_at} /> },
            { label: t('started'), value: task.last_started_at && <Instant at={task.last_started_at} /> },
            { label: t('next_slot'), value: task.next_slot && <Instant at={task.next_slot} /> },
            { label: t('lock'), value: <span className="z-code">{task.lock_key}</span> },
            { label: t('recoveries'), value: task.recovery_count },
          ]}
        />
        <Runbook />
      </div>
      {act && <TaskDialog task={task} act={act} onClose={() => setAct(null)} />}
    </SidePanel>
  )
}

export function Tasks({ search }: { readonly search: SchedulerSearch }) {
  const { askList } = useSurface()
  const change = useAddress<SchedulerSearch>()
  const query = useInfiniteQuery({ ...askList(listSchedulerTasks, namesQuery(search)), refetchInterval: 5_000 })
  const rows = rowsOf(query.data)
  const hrefOf = (row: Task) => `/admin/scheduler${stringifySearch({ ...search, preview: row.name })}`
  const columns = columnsFor(hrefOf)
  const shown = rows.find((row) => row.name === search.preview)
  return (
    <ListPage<Task>
      title={t('scheduler')}
      query={query}
      search={filtersOf(search)}
      columns={shown ? columns.slice(0, BESIDE_PANEL) : columns}
      rowKey={(row) => row.name}
      rowName={(row) => row.name}
      hrefOf={hrefOf}
      searchLabel={t('search_names')}
      chips={<SchedulerViews search={search} />}
      empty={<EmptyState title={t('no_tasks')} reason={t('no_tasks_why')} />}
      card={card}
      onPreview={(row) => change({ preview: search.preview === row.name ? undefined : row.name })}
      panel={shown && <TaskPanel key={shown.name} task={shown} onClose={() => change({ preview: undefined })} />}
    />
  )
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { createConfirmation } from '@zenops/contracts/identity-blocks'
import {
  listSchedulerLocks,
  listSchedulerRuns,
  listSchedulerTasks,
  recoverSchedulerLock,
} from '@zenops/contracts/ops-scheduler'
import { Button } from '@zenops/ui/button'
import type { GridColumn } from '@zenops/ui/data-grid'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { EmptyState, useSecondsLeft } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { stringifySearch } from '../address.ts'
import { TypedConfirmation } from '../identity/typed-confirmation.tsx'
import { ListPage } from '../list-page.tsx'
import { rowsOf, useAct } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import { ActDialog } from './act-dialog.tsx'
import { nameColumn } from './columns.tsx'
import { type Lock, LockBadge } from './badges.tsx'
import { Runbook } from './runbook.tsx'
import { SchedulerViews } from './scheduler-views.tsx'
import { filtersOf, namesQuery, type SchedulerSearch } from './searches.ts'
import { useAddress } from './use-address.ts'
import { t } from './words.ts'

const BESIDE_PANEL = 3

/** Counts down; a lease that is over is the next holder's to take. */
function Lease({ lock }: { readonly lock: Lock }) {
  const until = lock.state === 'HELD' && lock.lease_until ? Date.parse(lock.lease_until) : null
  const left = useSecondsLeft(until)
  if (until === null) return <span>–</span>
  return <span className="z-num">{left > 0 ? t('lease_left', { n: left }) : t('lease_over')}</span>
}

const columnsFor = (hrefOf: (row: Lock) => string): readonly GridColumn<Lock>[] => [
  nameColumn({ key: 'key', header: t('lock'), hrefOf, nameOf: (row) => row.lock_key }),
  { key: 'state', header: t('state'), width: 110, cell: (row) => <LockBadge lock={row} /> },
  { key: 'lease', header: t('lease'), width: 110, cell: (row) => <Lease lock={row} /> },
  {
    key: 'owner',
    header: t('owner'),
    width: 220,
    from: 1024,
    cell: (row) => <span className="z-code">{row.owner_id ?? '–'}</span>,
  },
  {
    key: 'token',
    header: t('token'),
    width: 90,
    align: 'end',
    from: 900,
    cell: (row) => <span className="z-num">{row.fencing_token}</span>,
  },
  {
    key: 'recoveries',
    header: t('recoveries'),
    width: 110,
    align: 'end',
    from: 900,
    cell: (row) => <span className="z-num">{row.recovery_count}</span>,
  },
]
const card = (row: Lock) => (
  <>
    <span className="z-row">
      <strong className="z-code z-clip">{row.lock_key}</strong>
      <LockBadge lock={row} />
    </span>
    <span className="z-secondary">
      {t('lease')} <Lease lock={row} />
    </span>
    <span className="z-tertiary">
      {t('recoveries')} {row.recovery_count}
    </span>
  </>
)

function RecoverDialog({ lock, onClose }: { readonly lock: Lock; readonly onClose: () => void }) {
  const [reason, setReason] = useState<string | null>(null)
  const confirmation = useAct(createConfirmation)
  const act = useAct(recoverSchedulerLock, {
    stale: [listSchedulerLocks, listSchedulerTasks, listSchedulerRuns],
    onDone: onClose,
  })
  const title = t('recover_title', { key: lock.lock_key })
  const drawn = confirmation.data
  if (reason !== null && drawn)
    return (
      <TypedConfirmation
        title={title}
        effect={t('recover_effect')}
        phrase={drawn.phrase}
        verb={t('recover')}
        busy={act.isPending}
        error={act.error}
        onConfirm={(phrase) =>
          act.mutate({
            params: { key: lock.lock_key },
            body: { reason, confirmation: { confirmation_id: drawn.confirmation_id, phrase } },
          })
        }
        onClose={onClose}
      />
    )
  return (
    <ActDialog
      title={title}
      effect={t('recover_effect')}
      verb={t('recover')}
      danger
      busy={confirmation.isPending}
      error={confirmation.error}
      onConfirm={(given) => {
        setReason(given)
        confirmation.mutate({ body: { action: 'lock_recover', target: lock.lock_key } })
      }}
      onClose={onClose}
    />
  )
}

function LockPanel({ lock, onClose }: { readonly lock: Lock; readonly onClose: () => void }) {
  const [asking, setAsking] = useState(false)
  return (
    <SidePanel title={lock.lock_key} onClose={onClose}>
      <div className="z-stack">
        <div className="z-row">
          <LockBadge lock={lock} />
        </div>
        <div className="z-row">
          <Button unmet={lock.state === 'IDLE' ? t('lock_idle') : null} onClick={() => setAsking(true)}>
            {t('recover')}
          </Button>
        </div>
        <RecordFacts
          facts={[
            { label: t('task'), value: lock.task },
            { label: t('owner'), value: lock.owner_id && <span className="z-code">{lock.owner_id}</span> },
            { label: t('lease'), value: <Lease lock={lock} /> },
            { label: t('heartbeat'), value: lock.last_heartbeat_at && <Instant at={lock.last_heartbeat_at} /> },
            { label: t('token'), value: lock.fencing_token },
            { label: t('recoveries'), value: lock.recovery_count },
            { label: t('last_recovered'), value: lock.last_recovered_at && <Instant at={lock.last_recovered_at} /> },
          ]}
        />
        <Runbook />
      </div>
      {asking && <RecoverDialog lock={lock} onClose={() => setAsking(false)} />}
    </SidePanel>
  )
}

export function Locks({ search }: { readonly search: SchedulerSearch }) {
  const { askList } = useSurface()
  const change = useAddress<SchedulerSearch>()
  const query = useInfiniteQuery({ ...askList(listSchedulerLocks, namesQuery(search)), refetchInterval: 5_000 })
  const rows = rowsOf(query.data)
  const hrefOf = (row: Lock) => `/admin/scheduler${stringifySearch({ ...search, preview: row.lock_key })}`
  const columns = columnsFor(hrefOf)
  const shown = rows.find((row) => row.lock_key === search.preview)
  return (
    <ListPage<Lock>
      title={t('scheduler')}
      query={query}
      search={filtersOf(search)}
      columns={shown ? columns.slice(0, BESIDE_PANEL) : columns}
      rowKey={(row) => row.lock_key}
      rowName={(row) => row.lock_key}
      hrefOf={hrefOf}
      searchLabel={t('search_names')}
      chips={<SchedulerViews search={search} />}
      empty={<EmptyState title={t('no_locks')} reason={t('no_tasks_why')} />}
      card={card}
      onPreview={(row) => change({ preview: search.preview === row.lock_key ? undefined : row.lock_key })}
      panel={shown && <LockPanel key={shown.lock_key} lock={shown} onClose={() => change({ preview: undefined })} />}
    />
  )
}

import { useInfiniteQuery } from '@tanstack/react-query'
import { listJobs } from '@zenops/contracts/ops-queue'
import type { GridColumn } from '@zenops/ui/data-grid'
import type { FilterField } from '@zenops/ui/filters'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { EmptyState, TraceId } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { stringifySearch } from '../address.ts'
import { useFirmNames } from '../identity/firm-names.ts'
import { ListPage } from '../list-page.tsx'
import { rowsOf } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import { type Job, JobBadge } from './badges.tsx'
import { firmColumns, nameColumn } from './columns.tsx'
import { JobViews } from './job-views.tsx'
import { filtersOf, jobsQuery, type JobsSearch } from './searches.ts'
import { useAddress } from './use-address.ts'
import { t } from './words.ts'

const STATES = ['queued', 'running', 'failed', 'dead', 'done', 'cancelled'] as const
const fields: readonly FilterField[] = [
  { key: 'state', label: t('state'), options: STATES.map((value) => ({ value, label: t(`job_${value}`) })) },
]
const BESIDE_PANEL = 3

interface ColumnInput {
  readonly studio: boolean
  readonly hrefOf: (row: Job) => string
  readonly firmName: (id: string) => string
}
const columnsFor = ({ studio, hrefOf, firmName }: ColumnInput): readonly GridColumn<Job>[] => [
  nameColumn({ key: 'queue', header: t('queue'), hrefOf, nameOf: (row) => row.queue }),
  { key: 'state', header: t('state'), width: 130, cell: (row) => <JobBadge job={row} /> },
  { key: 'created', header: t('created_at'), width: 150, cell: (row) => <Instant at={row.created_at} relative /> },
  {
    key: 'attempts',
    header: t('attempts'),
    width: 100,
    align: 'end',
    from: 900,
    cell: (row) => (
      <span className="z-num">
        {row.attempts}/{row.max_attempts}
      </span>
    ),
  },
  ...firmColumns<Job>(studio, firmName),
  {
    key: 'error',
    header: t('error'),
    width: 240,
    from: 1024,
    cell: (row) => <span className="z-code">{row.error_code ?? '–'}</span>,
  },
]
const card = (row: Job) => (
  <>
    <span className="z-row">
      <strong className="z-code z-clip">{row.queue}</strong>
      <JobBadge job={row} />
    </span>
    <span className="z-secondary">
      {t('created_at')} <Instant at={row.created_at} relative />
    </span>
    {row.error_code && <span className="z-tertiary z-code z-clip">{row.error_code}</span>}
  </>
)

function JobPanel({ job, onClose }: { readonly job: Job; readonly onClose: () => void }) {
  const firmName = useFirmNames()
  const studio = useSurface().aud === 'studio'
  return (
    <SidePanel title={job.queue} onClose={onClose}>
      <div className="z-stack">
        <div className="z-row">
          <JobBadge job={job} />
          {job.hold_reason && <span className="z-secondary">{t('held', { reason: job.hold_reason })}</span>}
        </div>
        <RecordFacts
          facts={[
            ...(studio ? [{ label: t('firm'), value: firmName(job.tenant_id) }] : []),
            { label: t('attempts'), value: `${job.attempts}/${job.max_attempts}` },
            { label: t('created_at'), value: <Instant at={job.created_at} /> },
            { label: t('started'), value: job.started_at ? <Instant at={job.started_at} /> : null },
            job.finished_at
              ? { label: t('finished_at'), value: <Instant at={job.finished_at} /> }
              : { label: t('next_try'), value: <Instant at={job.run_at} /> },
            { label: t('error'), value: job.error_code ? `${job.error_code}: ${job.error ?? ''}` : null },
            { label: t('trace'), value: <TraceId id={job.trace_id} /> },
          ]}
        />
      </div>
    </SidePanel>
  )
}

export function AllJobs({ search }: { readonly search: JobsSearch }) {
  const { aud, askList } = useSurface()
  const change = useAddress<JobsSearch>()
  const firmName = useFirmNames()
  const query = useInfiniteQuery(askList(listJobs, jobsQuery(search)))
  const rows = rowsOf(query.data)
  const hrefOf = (row: Job) => `/admin/jobs${stringifySearch({ ...search, preview: row.id })}`
  const columns = columnsFor({ studio: aud === 'studio', hrefOf, firmName })
  const shown = rows.find((row) => row.id === search.preview)
  return (
    <ListPage<Job>
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
      empty={<EmptyState title={t('no_jobs')} reason={t('no_jobs_why')} />}
      card={card}
      onPreview={(row) => change({ preview: search.preview === row.id ? undefined : row.id })}
      panel={shown && <JobPanel key={shown.id} job={shown} onClose={() => change({ preview: undefined })} />}
    />
  )
}

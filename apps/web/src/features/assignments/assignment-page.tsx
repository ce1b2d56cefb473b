import { useQuery } from '@tanstack/react-query'
import { ASSIGNMENT_FAMILY, DUE_FAMILY, isLocked } from '@zenops/contracts/assignment-states'
import type { AssignmentDetail } from '@zenops/contracts/assignment-records'
import { getAssignment } from '@zenops/contracts/assignments'
import { useFormats } from '@zenops/ui/formats'
import { RecordFacts } from '@zenops/ui/record'
import { Banner, SkeletonRows } from '@zenops/ui/states'
import { Code, DayValue, Instant } from '@zenops/ui/values'
import { FailureCard } from '../../lib/failures.tsx'
import { ask } from '../../lib/queries.ts'
import { RecordPage } from '@zenops/surface/record-page.tsx'
import { useCan } from '../../lib/session.tsx'
import { StateBadge } from '@zenops/surface/state-badge.tsx'
import { Health } from './health.tsx'
import { JobActs } from './moves.tsx'
import { People } from './people.tsx'
import { Signs } from './signs.tsx'
import { senderOf, t } from './words.ts'

export const askJob = (id: string) => ask(getAssignment, { params: { id } })

function About({ job }: { readonly job: AssignmentDetail }) {
  return (
    <div className="z-stack">
      <section aria-label={t('about')}>
        <h2>{t('about')}</h2>
        <RecordFacts
          facts={[
            { label: t('code'), value: <Code code={job.code} /> },
            { label: t('bank_branch'), value: senderOf(job) },
            { label: t('source'), value: `${t(`st_${job.source_type}`)} · ${job.source_label}` },
            { label: t('state_since'), value: <Instant at={job.state_since} relative /> },
            { label: t('due_basis'), value: t(`db_${job.due_basis}`) },
            { label: t('opened'), value: <Instant at={job.created_at} /> },
          ]}
        />
      </section>
      <section aria-label={t('completeness')}>
        <h2>{t('completeness')}</h2>
        <Health job={job} />
      </section>
      <People job={job} />
    </div>
  )
}

function DueNote({ job }: { readonly job: AssignmentDetail }) {
  if (job.due_date === null) return null
  const loud = job.due_state !== 'NONE' && job.due_state !== 'OK'
  return (
    <span className="z-cell-row">
      {t('due')} <DayValue day={job.due_date} />
      {loud && <StateBadge face={DUE_FAMILY[job.due_state]} />}
      {job.lead_name && <span> · {job.lead_name}</span>}
    </span>
  )
}

/** Why the page is closed for changes, if it is. */
function Closure({ job }: { readonly job: AssignmentDetail }) {
  const formats = useFormats()
  const write = useCan('assignments.write')
  if (job.hold)
    return <Banner inset>{t('held', { time: formats.instant(job.hold.since), reason: job.hold.reason })}</Banner>
  if (job.status === 'CANCELLED')
    return (
      <Banner inset tone="blue">
        {t('cancelled')}
      </Banner>
    )
  if (write && isLocked(job.status))
    return (
      <Banner inset tone="blue">
        {t('locked')}
      </Banner>
    )
  return null
}

/** The assignment: title row, tabs as child routes, facts at the right. */
export function AssignmentPage({ id, aboutHidden }: { readonly id: string; readonly aboutHidden: boolean }) {
  const query = useQuery(askJob(id))
  const documents = useCan('documents.read')
  const reports = useCan('reports.read')
  const job = query.data
  if (query.isError && !job) return <FailureCard error={query.error} onRetry={() => void query.refetch()} />
  if (!job) return <SkeletonRows rows={8} />
  const tabs = [
    { label: t('overview'), path: '/overview' },
    ...(documents ? [{ label: t('documents'), path: '/documents', count: job.counters.documents }] : []),
    ...(reports ? [{ label: t('report'), path: '/report', count: job.counters.reports }] : []),
    { label: t('timeline'), path: '/timeline' },
  ]
  return (
    <RecordPage
      title={`${job.code} ${job.title}`}
      documentTitle={`${job.code} ${job.title}`}
      state={
        <>
          <StateBadge face={ASSIGNMENT_FAMILY[job.status]} size="large" />
          <Signs row={job} />
        </>
      }
      note={<DueNote job={job} />}
      acts={<JobActs job={job} />}
      base={`/assignments/${id}`}
      tabsLabel={t('tabs')}
      tabs={tabs}
      banner={<Closure job={job} />}
      about={aboutHidden ? null : <About job={job} />}
    />
  )
}

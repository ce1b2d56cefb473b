import { useQuery } from '@tanstack/react-query'
import { ASSIGNMENT_FAMILY } from '@zenops/contracts/assignment-states'
import type { AssignmentDetail, AssignmentRow } from '@zenops/contracts/assignment-records'
import { getAssignment } from '@zenops/contracts/assignments'
import { Button, ButtonLink } from '@zenops/ui/button'
import { SidePanel } from '@zenops/ui/page'
import { RecordFacts } from '@zenops/ui/record'
import { SkeletonRows } from '@zenops/ui/states'
import { Instant, Money } from '@zenops/ui/values'
import { FailureCard } from '../../lib/failures.tsx'
import { ask } from '../../lib/queries.ts'
import { useCan } from '../../lib/session.tsx'
import { StateBadge } from '@zenops/surface/state-badge.tsx'
import { Health } from './health.tsx'
import { JobActs } from './moves.tsx'
import { hrefOf } from './queue-columns.tsx'
import { Due, Signs } from './signs.tsx'
import { senderOf, t } from './words.ts'

export interface QueuePreviewProps {
  readonly id: string
  /** The row, where it is loaded already: it shows at once. */
  readonly row: AssignmentRow | undefined
  readonly onAssign: (row: AssignmentRow) => void
  readonly onClose: () => void
}

function PreviewActs({
  job,
  detail,
  onAssign,
}: {
  readonly job: AssignmentRow
  readonly detail: AssignmentDetail | undefined
  readonly onAssign: () => void
}) {
  const assign = useCan('assignments.assign')
  return (
    <div className="z-row">
      {detail && <JobActs job={detail} />}
      {assign && <Button onClick={onAssign}>{t(job.lead_name === null ? 'assign_lead' : 'change_lead')}</Button>}
      <ButtonLink href={hrefOf(job)}>{t('open_record')}</ButtonLink>
    </div>
  )
}

/** One job beside the queue: health, next action, who and when. */
export function QueuePreview({ id, row, onAssign, onClose }: QueuePreviewProps) {
  const query = useQuery(ask(getAssignment, { params: { id } }))
  const job = query.data ?? row
  return (
    <SidePanel title={job?.code ?? t('assignments')} onClose={onClose}>
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      {!job && query.isPending && <SkeletonRows rows={6} columns={2} />}
      {job && (
        <div className="z-stack">
          <div className="z-row">
            <StateBadge face={ASSIGNMENT_FAMILY[job.status]} />
            <Signs row={job} />
          </div>
          <strong>{job.title}</strong>
          <PreviewActs job={job} detail={query.data} onAssign={() => onAssign(job)} />
          <section aria-label={t('health')}>
            <span className="z-meta">{t('completeness')}</span>
            <Health job={job} />
          </section>
          <RecordFacts
            facts={[
              { label: t('due'), value: <Due row={job} short={false} /> },
              { label: t('lead'), value: job.lead_name ?? t('nobody') },
              { label: t('borrower'), value: job.borrower_name },
              { label: t('bank_branch'), value: senderOf(job) },
              { label: t('property'), value: job.property_name },
              { label: t('fee'), value: <Money paise={job.fee_paise} /> },
              { label: t('priority'), value: t(`p_${job.priority}`) },
              { label: t('state_since'), value: <Instant at={job.state_since} relative /> },
            ]}
          />
        </div>
      )}
    </SidePanel>
  )
}

import type { AssignmentDetail } from '@zenops/contracts/assignment-records'
import { Floors } from './floors.tsx'
import { useJobChanges } from './job-changes.tsx'
import { JobFacts, JobNotes } from './job-facts.tsx'
import { PropertyCard } from './property-card.tsx'
import { t } from './words.ts'

/** The job's header edited in place, the property, the floors. */
export function Overview({ job }: { readonly job: AssignmentDetail }) {
  const changes = useJobChanges(job)
  const save = (patch: Readonly<Record<string, unknown>>) => changes.tryChange(patch, job)
  return (
    <div className="z-stack">
      <section className="z-card" aria-label={t('job')}>
        <h2>{t('job')}</h2>
        <JobFacts job={job} save={save} />
      </section>
      <section className="z-card" aria-label={t('summary')}>
        <h2>{t('summary')}</h2>
        <JobNotes job={job} save={save} />
      </section>
      <PropertyCard id={job.property_id} />
      <Floors job={job} />
      {changes.dialog}
    </div>
  )
}

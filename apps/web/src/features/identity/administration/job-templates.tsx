import { useQuery } from '@tanstack/react-query'
import { listRoleTemplates } from '@zenops/contracts/identity-people'
import { getMatrix } from '@zenops/contracts/identity-rights'
import { FailureCard } from '@zenops/surface/failures.tsx'
import { RightsList, type RoleTemplate } from '@zenops/surface/identity/job-picker.tsx'
import { jobName, t as words } from '@zenops/surface/identity/words.ts'
import { AppLink } from '@zenops/ui/links'
import { SkeletonRows } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { ask } from '../../../lib/queries.ts'
import { RolesFrame } from './roles-frame.tsx'
import { t } from './texts.ts'

/** Jobs of programs hold no place in a firm's talk. */
const PROGRAMS: ReadonlySet<string> = new Set(['worker', 'service'])

interface JobCardProps {
  readonly template: RoleTemplate
  readonly people: number | undefined
}

function JobCard({ template, people }: JobCardProps) {
  const { key, aud, capabilities, needs_approval } = template
  const job = jobName(key)
  return (
    <section className="z-card" aria-label={job}>
      <div className="z-spread">
        <h2 className="z-card-title">{job}</h2>
        <span className="z-tertiary">{aud.map((one) => words(`aud_${one}`)).join(', ')}</span>
        {needs_approval && <StatusBadge family="violet" text={words('needs_approval')} />}
        {people !== undefined && (
          <span className="z-spread-end">
            {aud.includes('portal') ? (
              t('people_n', { n: people })
            ) : (
              <AppLink href={`/users?job_template=${key}`} aria-label={t('who_holds_it', { job, n: people })}>
                {t('people_n', { n: people })}
              </AppLink>
            )}
          </span>
        )}
      </div>
      <details className="z-fold">
        <summary>{words('what_it_grants', { n: capabilities.length })}</summary>
        <RightsList rights={capabilities} />
      </details>
    </section>
  )
}

/** What each job grants in this firm, overrides included. */
export function JobTemplatesPage() {
  const query = useQuery(ask(listRoleTemplates, { query: {} }))
  const matrix = useQuery(ask(getMatrix, { query: {} }))
  const items = query.data?.items.filter((template) => !PROGRAMS.has(template.key)) ?? []
  const peopleOf = (key: string) => matrix.data?.job_templates.find((job) => job.key === key)?.people
  return (
    <RolesFrame>
      {query.isPending && <SkeletonRows rows={8} columns={3} />}
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      <div className="z-stack z-wide-form">
        {items.map((template) => (
          <JobCard key={template.key} template={template} people={peopleOf(template.key)} />
        ))}
      </div>
    </RolesFrame>
  )
}

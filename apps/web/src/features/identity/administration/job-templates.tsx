import { useQuery } from '@tanstack/react-query'
import { listRoleTemplates } from '@zenops/contracts/identity-people'
import { FailureCard } from '@zenops/surface/failures.tsx'
import { RightsList } from '@zenops/surface/identity/job-picker.tsx'
import { jobName, t as words } from '@zenops/surface/identity/words.ts'
import { AppLink } from '@zenops/ui/links'
import { SkeletonRows } from '@zenops/ui/states'
import { StatusBadge } from '@zenops/ui/status'
import { ask } from '../../../lib/queries.ts'
import { RolesFrame } from './roles-frame.tsx'
import { t } from './texts.ts'

/** Jobs of programs hold no place in a firm's talk. */
const PROGRAMS: ReadonlySet<string> = new Set(['worker', 'service'])

/** What each job grants in this firm, overrides included. */
export function JobTemplatesPage() {
  const query = useQuery(ask(listRoleTemplates, { query: {} }))
  const items = query.data?.items.filter((template) => !PROGRAMS.has(template.key)) ?? []
  return (
    <RolesFrame>
      {query.isPending && <SkeletonRows rows={8} columns={3} />}
      {query.isError && <FailureCard error={query.error} onRetry={() => void query.refetch()} />}
      <div className="z-stack">
        {items.map((template) => (
          <section key={template.key} className="z-card">
            <div className="z-row">
              <h2>{jobName(template.key)}</h2>
              <span className="z-tertiary">{template.aud.map((aud) => words(`aud_${aud}`)).join(', ')}</span>
              {template.needs_approval && <StatusBadge family="violet" text={words('needs_approval')} />}
            </div>
            <details className="z-fold">
              <summary>{words('what_it_grants', { n: template.capabilities.length })}</summary>
              <RightsList rights={template.capabilities} />
            </details>
            {template.aud.includes('web') && (
              <p className="z-under-field">
                <AppLink href={`/users?job_template=${template.key}`}>{t('who_holds_it')}</AppLink>
              </p>
            )}
          </section>
        ))}
      </div>
    </RolesFrame>
  )
}

import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { MEMBERSHIP_FAMILY, listUsers } from '@zenops/contracts/identity'
import { getUser } from '@zenops/contracts/identity-people'
import { AppLink } from '@zenops/ui/links'
import { Page } from '@zenops/ui/page'
import { NextAction } from '@zenops/ui/record'
import { Banner, SkeletonRows } from '@zenops/ui/states'
import { Instant } from '@zenops/ui/values'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { StateBadge } from '../state-badge.tsx'
import { holds, useSession, useSurface } from '../surface-context.tsx'
import type { Person } from './change-jobs-dialog.tsx'
import { useInFirm } from './firm-names.ts'
import { RightsList } from './job-picker.tsx'
import { ActDialog } from './person-acts.tsx'
import { PersonFacts } from './person-facts.tsx'
import { ACTS, movesOf, type Act } from './person-moves.ts'
import { PersonSessions } from './person-sessions.tsx'
import { jobName, t } from './words.ts'

const isAct = (key: string): key is Act => ACTS.some((act) => act === key)

/** What stands in the way of this person now, in a sentence. */
function Notice({ person }: { readonly person: Person }) {
  const { invitation } = person
  if (person.status === 'locked')
    return (
      <Banner inset>
        {t('locked_until')} <Instant at={person.locked_until} />
      </Banner>
    )
  if (person.status === 'invited' && invitation)
    return (
      <Banner inset tone={invitation.expired ? 'amber' : 'blue'}>
        {t(invitation.expired ? 'invitation_expired' : 'invitation_open')}{' '}
        <Instant at={invitation.expires_at} relative />
      </Banner>
    )
  return null
}

function Jobs({ person }: { readonly person: Person }) {
  return (
    <section className="z-card">
      <h2>{t('jobs_and_rights')}</h2>
      <ul className="z-list">
        {person.job_templates.map((job) => (
          <li key={job}>
            <strong>{jobName(job)}</strong>
          </li>
        ))}
      </ul>
      <details className="z-fold">
        <summary>{t('all_rights', { n: person.capabilities.length })}</summary>
        <RightsList rights={person.capabilities} />
      </details>
    </section>
  )
}

function OpenRequests({ person }: { readonly person: Person }) {
  if (person.open_requests.length === 0) return null
  return (
    <section className="z-card">
      <h2>{t('open_requests')}</h2>
      <ul className="z-list">
        {person.open_requests.map((request) => (
          <li key={request.id}>
            <AppLink href={`/approvals?preview=${request.id}`}>{t(kindKey(request.kind))}</AppLink>
            <Instant at={request.created_at} relative />
          </li>
        ))}
      </ul>
    </section>
  )
}

const kindKey = (kind: string): 'kind_admin_grant' | 'kind_mfa_reset_admin' =>
  kind === 'mfa_reset_admin' ? 'kind_mfa_reset_admin' : 'kind_admin_grant'

/** One person: who he is, what he may do, how he signs in, and what can be done about it. */
export function PersonPage({ id, tenantId }: { readonly id: string; readonly tenantId?: string | undefined }) {
  const { ask } = useSurface()
  const session = useSession()
  const router = useRouter()
  const cache = useQueryClient()
  const query = useQuery(ask(getUser, { params: { id }, query: useInFirm(tenantId) }))
  const [act, setAct] = useState<Act | null>(null)
  const person = query.data
  if (!person)
    return (
      <Page title={t('user')} documentTitle={t('user')}>
        {query.isError ? (
          <FailureCard error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <SkeletonRows rows={8} columns={3} />
        )}
      </Page>
    )
  const moves = movesOf(person, person.id === session.user.id, (right) => holds(session, right))
  const gone = () => {
    void cache.invalidateQueries({ queryKey: [listUsers.id] })
    router.history.push('/users')
  }
  return (
    <Page
      title={person.name}
      documentTitle={person.name}
      state={<StateBadge face={MEMBERSHIP_FAMILY[person.status]} size="large" />}
      note={person.email}
      acts={<NextAction moves={moves} onChoose={(key) => isAct(key) && setAct(key)} />}
    >
      <div className="z-columns">
        <div className="z-stack">
          <Notice person={person} />
          <Jobs person={person} />
          <OpenRequests person={person} />
          {holds(session, 'users.write') && <PersonSessions person={person} />}
        </div>
        <PersonFacts person={person} />
      </div>
      {act && <ActDialog act={act} person={person} onClose={() => setAct(null)} onGone={gone} />}
    </Page>
  )
}

import type { AssignmentDetail } from '@zenops/contracts/assignment-records'
import { removeAssignee } from '@zenops/contracts/assignments'
import { Button, IconButton } from '@zenops/ui/button'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { IconX } from '@zenops/ui/icons'
import { useState } from 'react'
import { FailureCard } from '../../lib/failures.tsx'
import { useAct } from '../../lib/queries.ts'
import { useCan } from '../../lib/session.tsx'
import { AssignDialog } from './assign-dialog.tsx'
import { JOB_ANSWERS } from './moves.tsx'
import { t } from './words.ts'

type Person = AssignmentDetail['assignees'][number]

/** Who works on the job. */
export function People({ job }: { readonly job: AssignmentDetail }) {
  const assign = useCan('assignments.assign')
  const [assigning, setAssigning] = useState(false)
  const [leaving, setLeaving] = useState<Person | null>(null)
  const remove = useAct(removeAssignee, { stale: JOB_ANSWERS, onDone: () => setLeaving(null) })
  return (
    <section aria-label={t('people')}>
      <h2>{t('people')}</h2>
      {job.assignees.length === 0 && <p className="z-secondary">{t('nobody')}</p>}
      <ul className="z-list z-people">
        {job.assignees.map((person) => (
          <li key={person.user_id}>
            <span>
              {person.name} <span className="z-tertiary">{t(`role_${person.role}`)}</span>
            </span>
            {assign && (
              <IconButton
                icon={IconX}
                compact
                label={t('remove_person', { name: person.name })}
                onClick={() => setLeaving(person)}
              />
            )}
          </li>
        ))}
      </ul>
      {assign && (
        <Button compact onClick={() => setAssigning(true)}>
          {t('assign')}
        </Button>
      )}
      {assigning && <AssignDialog job={job} onClose={() => setAssigning(false)} />}
      {leaving && (
        <ConfirmDialog
          title={t('remove_title', { name: leaving.name })}
          opened
          tone="danger"
          busy={remove.isPending}
          verb={t('remove')}
          consequence={t('remove_text')}
          error={remove.isError && <FailureCard error={remove.error} />}
          onConfirm={() => remove.mutate({ params: { id: job.id, user_id: leaving.user_id } })}
          onClose={() => setLeaving(null)}
        />
      )}
    </section>
  )
}

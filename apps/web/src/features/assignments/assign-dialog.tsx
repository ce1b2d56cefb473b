import { ApiError } from '@zenops/client/api-error'
import { ASSIGNEE_ROLES } from '@zenops/contracts/assignment-records'
import { addAssignee } from '@zenops/contracts/assignments'
import { CheckField, ChoiceField } from '@zenops/ui/choice-fields'
import { ConfirmDialog } from '@zenops/ui/dialog'
import { RecordPicker, type RecordOption } from '@zenops/ui/record-picker'
import { useState } from 'react'
import { FailureCard } from '../../lib/failures.tsx'
import { useAct } from '../../lib/queries.ts'
import { searchPeople } from '../../lib/record-search.ts'
import { JOB_ANSWERS } from './moves.tsx'
import { options, t } from './words.ts'

type Role = (typeof ASSIGNEE_ROLES)[number]

export interface AssignDialogProps {
  readonly job: { readonly id: string; readonly code: string; readonly lead_name: string | null }
  readonly onClose: () => void
}

const isRole = (value: string | null): value is Role => ASSIGNEE_ROLES.some((role) => role === value)

/** Puts a person on the job; a former lead becomes assistant. */
export function AssignDialog({ job, onClose }: AssignDialogProps) {
  const [person, setPerson] = useState<RecordOption | null>(null)
  const [role, setRole] = useState<Role>('lead')
  const [despite, setDespite] = useState(false)
  const act = useAct(addAssignee, { stale: JOB_ANSWERS, onDone: onClose })
  const onLeave = act.error instanceof ApiError && act.error.is('ASSIGNEE_ON_LEAVE')
  const replaces = role === 'lead' && job.lead_name !== null
  const confirm = () =>
    person &&
    act.mutate({
      params: { id: job.id },
      body: { user_id: person.id, role, replace_lead: replaces, override_on_leave: despite },
    })
  return (
    <ConfirmDialog
      title={`${t('assign_title')} · ${job.code}`}
      opened
      busy={act.isPending}
      verb={t('assign')}
      consequence={replaces ? t('replaces', { name: job.lead_name ?? '' }) : null}
      unmet={person === null ? t('person_missing') : null}
      error={act.isError && !onLeave && <FailureCard error={act.error} />}
      onConfirm={confirm}
      onClose={onClose}
    >
      <RecordPicker label={t('person')} value={person} onChange={setPerson} search={searchPeople} />
      <ChoiceField
        label={t('role')}
        inline
        value={role}
        options={options(ASSIGNEE_ROLES, 'role')}
        onChange={(next) => {
          if (isRole(next)) setRole(next)
        }}
      />
      {onLeave && (
        <>
          <p role="alert">{t('on_leave')}</p>
          <CheckField label={t('override_leave')} checked={despite} onChange={setDespite} />
        </>
      )}
    </ConfirmDialog>
  )
}

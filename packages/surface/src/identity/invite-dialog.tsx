import { inviteUser } from '@zenops/contracts/identity-people'
import { listUsers } from '@zenops/contracts/identity'
import type { InputOf, OutputOf } from '@zenops/contracts/kit'
import { Button } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { Dialog } from '@zenops/ui/dialog'
import { ErrorSummary, Form } from '@zenops/ui/field'
import { TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { useFormFaults } from '../form-state.ts'
import { useAct } from '../queries.ts'
import { InvitationSent } from './invitation-sent.tsx'
import { useFirms, useInFirm } from './firm-names.ts'
import { JobPicker } from './job-picker.tsx'
import { PendingNote } from './pending-note.tsx'
import { deliveryOptions, faultsOfPerson, type Delivery } from './person-form.ts'
import { jobNames, t } from './words.ts'

type Answer = OutputOf<typeof inviteUser>
type Jobs = InputOf<typeof inviteUser>['body']['job_templates']

function Done({
  answer,
  email,
  onClose,
}: {
  readonly answer: Answer
  readonly email: string
  readonly onClose: () => void
}) {
  return (
    <Dialog
      title={t(answer.result === 'pending' ? 'invitation_waits' : 'invited_title')}
      opened
      onClose={onClose}
      foot={<Button onClick={onClose}>{t('close')}</Button>}
    >
      {answer.result === 'pending' ? (
        <PendingNote answer={answer} />
      ) : (
        <InvitationSent email={email} url={answer.invite_url} expiresAt={answer.expires_at} />
      )}
    </Dialog>
  )
}

/** Invites a person: who, with which jobs, and how the link travels. */
export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [jobs, setJobs] = useState<readonly string[]>([])
  const [tenantId, setTenantId] = useState<string | undefined>(undefined)
  const inFirm = useInFirm(tenantId)
  const firms = useFirms().filter((firm) => firm.lane !== 'external')
  const [delivery, setDelivery] = useState<Delivery>('email')
  const faults = useFormFaults('invite', ['email', 'name', 'job_templates', 'delivery'])
  const act = useAct(inviteUser, { stale: [listUsers] })
  const submit = () => {
    const found = faultsOfPerson({ email, name })
    if (!faults.check({ ...found, ...(jobs.length === 0 ? { job_templates: t('job_needed') } : {}) })) return
    // Cast: the picker offers job templates only.
    const body = { email, name, job_templates: [...jobs] as Jobs, delivery }
    act.mutate({ query: inFirm, body }, { onError: faults.refuse })
  }
  if (act.data) return <Done answer={act.data} email={email} onClose={onClose} />
  return (
    <Dialog title={t('invite')} opened wide busy={act.isPending} onClose={onClose}>
      <Form label={t('invite')} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        {firms.length > 1 && (
          <ChoiceField
            label={t('firm')}
            options={firms.map((firm) => ({ value: firm.id, label: firm.name }))}
            value={inFirm.tenant_id ?? null}
            onChange={(next) => setTenantId(next ?? undefined)}
          />
        )}
        <TextField
          id={faults.idOf('email')}
          label={t('email')}
          type="email"
          autoComplete="off"
          value={email}
          error={faults.faults['email']}
          onChange={setEmail}
        />
        <TextField
          id={faults.idOf('name')}
          label={t('name')}
          autoComplete="off"
          value={name}
          error={faults.faults['name']}
          onChange={setName}
        />
        <JobPicker
          id={faults.idOf('job_templates')}
          tenantId={inFirm.tenant_id}
          value={jobs}
          onChange={setJobs}
          error={faults.faults['job_templates']}
        />
        <ChoiceField
          id={faults.idOf('delivery')}
          label={t('delivery')}
          options={deliveryOptions()}
          value={delivery}
          error={faults.faults['delivery']}
          // Cast: the field offers the two ways only.
          onChange={(next) => setDelivery(next as Delivery)}
        />
        <div className="z-dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" submit busy={act.isPending}>
            {jobs.length > 0 ? t('invite_as', { jobs: jobNames(jobs) }) : t('invite')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}

import {
  invitePortalUser,
  listPortalUsers,
  unlinkPortalUser,
  updatePortalUser,
} from '@zenops/contracts/identity-people'
import type { InputOf } from '@zenops/contracts/kit'
import { FailureCard } from '@zenops/surface/failures.tsx'
import { useFormFaults } from '@zenops/surface/form-state.ts'
import { InvitationSent } from '@zenops/surface/identity/invitation-sent.tsx'
import { deliveryOptions, faultsOfPerson, type Delivery } from '@zenops/surface/identity/person-form.ts'
import { useAct } from '@zenops/surface/queries.ts'
import { Button } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { ChangesTable, ConfirmDialog, Dialog } from '@zenops/ui/dialog'
import { ErrorSummary, Form } from '@zenops/ui/field'
import { TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { PartiesField, partyNames, sentParties, type Party } from './parties.tsx'
import type { PortalUser } from './portal-users.tsx'
import { t } from './texts.ts'

type SentParties = InputOf<typeof updatePortalUser>['body']['parties']

// Cast: parties are chosen by kind, and every kind but `self` carries the id of its record.
const asSent = (parties: readonly Party[]): SentParties => sentParties(parties) as SentParties

/** Links a person to parties of the firm; a new one is invited on the way. */
export function InvitePortalUserDialog({ onClose }: { readonly onClose: () => void }) {
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [parties, setParties] = useState<readonly Party[]>([])
  const [delivery, setDelivery] = useState<Delivery>('email')
  const faults = useFormFaults('portal-user', ['email', 'name', 'parties', 'delivery'])
  const act = useAct(invitePortalUser, { stale: [listPortalUsers] })
  const submit = () => {
    const found = faultsOfPerson({ email, name })
    if (!faults.check({ ...found, ...(parties.length === 0 ? { parties: t('party_needed') } : {}) })) return
    act.mutate({ body: { email, name, parties: asSent(parties), delivery } }, { onError: faults.refuse })
  }
  if (act.data)
    return (
      <Dialog title={t('linked_title')} opened onClose={onClose} foot={<Button onClick={onClose}>{t('close')}</Button>}>
        <p className="z-lead">{t('linked_to', { name: act.data.name, parties: partyNames(act.data.parties) })}</p>
        {act.data.status === 'invited' && <InvitationSent email={email} url={act.data.invite_url} />}
      </Dialog>
    )
  return (
    <Dialog title={t('invite_portal_user')} opened wide busy={act.isPending} onClose={onClose}>
      <Form label={t('invite_portal_user')} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
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
        <PartiesField
          id={faults.idOf('parties')}
          value={parties}
          error={faults.faults['parties']}
          onChange={setParties}
        />
        <ChoiceField
          label={t('delivery')}
          help={t('delivery_help')}
          options={deliveryOptions()}
          value={delivery}
          // Cast: the field offers the two ways only.
          onChange={(next) => setDelivery(next as Delivery)}
        />
        <div className="z-dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" submit busy={act.isPending}>
            {t('invite_portal_user')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}

export interface PortalUserDialogProps {
  readonly user: PortalUser
  readonly onClose: () => void
}

/** Other parties for a portal user: he sees their rows, and no others, at once. */
export function ChangePartiesDialog({ user, onClose }: PortalUserDialogProps) {
  const [parties, setParties] = useState<readonly Party[]>(user.parties)
  const faults = useFormFaults('parties', ['parties'])
  const act = useAct(updatePortalUser, { stale: [listPortalUsers], onDone: onClose })
  const title = t('change_parties_of', { name: user.name })
  const before = partyNames(user.parties)
  const after = partyNames(parties)
  const submit = () => {
    if (!faults.check(parties.length === 0 ? { parties: t('party_needed') } : {})) return
    act.mutate({ params: { id: user.id }, body: { parties: asSent(parties) } }, { onError: faults.refuse })
  }
  return (
    <Dialog title={title} opened busy={act.isPending} onClose={onClose}>
      <Form label={title} onSubmit={submit}>
        <ErrorSummary errors={faults.summary} attempt={faults.attempt} />
        <PartiesField
          id={faults.idOf('parties')}
          value={parties}
          error={faults.faults['parties']}
          onChange={setParties}
        />
        {before !== after && <ChangesTable changes={[{ label: t('acts_for'), before, after: after || '–' }]} />}
        <div className="z-dialog-foot">
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button kind="primary" submit busy={act.isPending} unmet={before === after ? t('same_parties') : null}>
            {t('change_parties')}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}

export function UnlinkDialog({ user, onClose }: PortalUserDialogProps) {
  const act = useAct(unlinkPortalUser, { stale: [listPortalUsers], onDone: onClose })
  return (
    <ConfirmDialog
      title={t('unlink_of', { name: user.name })}
      consequence={t('unlink_effect')}
      changes={[{ label: t('acts_for'), before: partyNames(user.parties), after: '–' }]}
      verb={t('unlink')}
      tone="danger"
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { id: user.id } })}
      onClose={onClose}
    />
  )
}

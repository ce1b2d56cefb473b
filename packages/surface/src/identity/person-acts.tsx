import { listUsers } from '@zenops/contracts/identity'
import {
  disableUser,
  enableUser,
  getUser,
  listUserSessions,
  removeUser,
  resendInvitation,
  resetFactors,
  sendPasswordReset,
  unlockUser,
  withdrawInvitation,
} from '@zenops/contracts/identity-people'
import { listApprovalRequests } from '@zenops/contracts/identity-rights'
import { Button } from '@zenops/ui/button'
import { ChoiceField } from '@zenops/ui/choice-fields'
import { ConfirmDialog, Dialog, type Change } from '@zenops/ui/dialog'
import { ReasonField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { useMails } from '../mails.ts'
import { useAct } from '../queries.ts'
import { useSurface } from '../surface-context.tsx'
import { ChangeJobsDialog, stateLabel, type Person } from './change-jobs-dialog.tsx'
import { inFirmOf } from './firm-names.ts'
import { InvitationSent } from './invitation-sent.tsx'
import { PendingNote } from './pending-note.tsx'
import type { Act } from './person-moves.ts'
import { deliveryOptions, type Delivery } from './person-form.ts'
import { t } from './words.ts'

/** The shortest reason that the contract takes. */
const MIN_REASON = 3
const STALE = [getUser, listUsers, listUserSessions, listApprovalRequests]

export interface ActDialogProps {
  readonly person: Person
  readonly onClose: () => void
  /** The person is gone from the list: go back to it. */
  readonly onGone: () => void
}

const shortReason = (reason: string): string | null =>
  reason.trim().length < MIN_REASON ? t('reason_needed', { n: MIN_REASON }) : null

const stateChange = (person: Person, after: string): Change => ({
  label: t('state'),
  before: stateLabel(person.status),
  after,
})
const sessionsChange = (person: Person): readonly Change[] =>
  person.sessions > 0 ? [{ label: t('sessions'), before: person.sessions, after: 0 }] : []

const STATE_ACTS = {
  disable: {
    operation: disableUser,
    danger: true,
    changes: (person: Person) => [stateChange(person, stateLabel('disabled')), ...sessionsChange(person)],
  },
  enable: {
    operation: enableUser,
    danger: false,
    changes: (person: Person) => [stateChange(person, stateLabel('active'))],
  },
  unlock: {
    operation: unlockUser,
    danger: false,
    changes: (person: Person) => [stateChange(person, stateLabel('active'))],
  },
} as const

/** Switches a person off or on, or lifts the lock: with a reason, once. */
function StateDialog({ act: key, person, onClose }: ActDialogProps & { readonly act: keyof typeof STATE_ACTS }) {
  const { operation, danger, changes } = STATE_ACTS[key]
  const [reason, setReason] = useState('')
  const act = useAct(operation, { stale: STALE, onDone: onClose })
  return (
    <ConfirmDialog
      title={t(`title_${key}`, { name: person.name })}
      consequence={t(`consequence_${key}`)}
      changes={changes(person)}
      verb={t(`act_${key}`)}
      tone={danger ? 'danger' : 'normal'}
      opened
      busy={act.isPending}
      unmet={shortReason(reason)}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { id: person.id }, query: inFirmOf(person), body: { reason } })}
      onClose={onClose}
    >
      <div className="z-under-field">
        <ReasonField value={reason} onChange={setReason} min={MIN_REASON} />
      </div>
    </ConfirmDialog>
  )
}

function RemoveDialog({ person, onClose, onGone }: ActDialogProps) {
  const act = useAct(removeUser, { stale: STALE, onDone: onGone })
  return (
    <ConfirmDialog
      title={t('title_remove', { name: person.name })}
      consequence={t('consequence_remove')}
      changes={[stateChange(person, stateLabel('ended')), ...sessionsChange(person)]}
      verb={t('act_remove')}
      tone="danger"
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { id: person.id }, query: inFirmOf(person) })}
      onClose={onClose}
    />
  )
}

function WithdrawDialog({ person, onClose, onGone }: ActDialogProps) {
  const act = useAct(withdrawInvitation, { stale: STALE, onDone: onGone })
  return (
    <ConfirmDialog
      title={t('title_withdraw', { name: person.name })}
      consequence={t('consequence_withdraw')}
      verb={t('act_withdraw')}
      tone="danger"
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { id: person.id }, query: inFirmOf(person) })}
      onClose={onClose}
    />
  )
}

function ResetPasswordDialog({ person, onClose }: ActDialogProps) {
  const act = useAct(sendPasswordReset, { stale: [getUser] })
  const mails = useMails(useSurface())
  const title = t('title_reset_password', { name: person.name })
  if (act.isSuccess)
    return (
      <Dialog title={title} opened onClose={onClose} foot={<Button onClick={onClose}>{t('close')}</Button>}>
        <p role="status">{t(`reset_${mails}`, { email: person.email ?? '' })}</p>
      </Dialog>
    )
  return (
    <ConfirmDialog
      title={title}
      consequence={t('consequence_reset_password', { email: person.email ?? '' })}
      verb={t('act_reset_password')}
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { id: person.id }, query: inFirmOf(person) })}
      onClose={onClose}
    />
  )
}

const factorsText = ({ factors }: Person): string =>
  [
    ...(factors.totp ? [t('authenticator')] : []),
    ...(factors.passkeys > 0 ? [t('passkeys_n', { n: factors.passkeys })] : []),
  ].join(', ') || t('factor_off')

function ResetFactorsDialog({ person, onClose }: ActDialogProps) {
  const [reason, setReason] = useState('')
  const act = useAct(resetFactors, {
    stale: STALE,
    onDone(answer) {
      if (answer.result === 'reset') onClose()
    },
  })
  const title = t('title_reset_factors', { name: person.name })
  if (act.data?.result === 'pending')
    return (
      <Dialog title={title} opened onClose={onClose} foot={<Button onClick={onClose}>{t('close')}</Button>}>
        <PendingNote answer={act.data} />
      </Dialog>
    )
  return (
    <ConfirmDialog
      title={title}
      consequence={t('consequence_reset_factors')}
      changes={[{ label: t('factor'), before: factorsText(person), after: t('factor_off') }, ...sessionsChange(person)]}
      verb={t('act_reset_factors')}
      tone="danger"
      opened
      busy={act.isPending}
      unmet={shortReason(reason)}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { id: person.id }, query: inFirmOf(person), body: { reason } })}
      onClose={onClose}
    >
      <div className="z-under-field">
        <ReasonField value={reason} onChange={setReason} min={MIN_REASON} />
      </div>
    </ConfirmDialog>
  )
}

function ResendDialog({ person, onClose }: ActDialogProps) {
  const [delivery, setDelivery] = useState<Delivery>('email')
  const act = useAct(resendInvitation, { stale: STALE })
  const title = t('title_resend', { name: person.name })
  if (act.data)
    return (
      <Dialog
        title={title}
        opened
        sealed={act.data.invite_url !== undefined}
        onClose={onClose}
        foot={<Button onClick={onClose}>{t('close')}</Button>}
      >
        <InvitationSent email={person.email ?? ''} url={act.data.invite_url} expiresAt={act.data.expires_at} />
      </Dialog>
    )
  return (
    <ConfirmDialog
      title={title}
      consequence={t('consequence_resend')}
      verb={t('act_resend')}
      opened
      busy={act.isPending}
      error={act.isError && <FailureCard error={act.error} />}
      onConfirm={() => act.mutate({ params: { id: person.id }, query: inFirmOf(person), body: { delivery } })}
      onClose={onClose}
    >
      <div className="z-under-field">
        <ChoiceField
          label={t('delivery')}
          options={deliveryOptions()}
          value={delivery}
          // Cast: the field offers the two ways only.
          onChange={(next) => setDelivery(next as Delivery)}
        />
      </div>
    </ConfirmDialog>
  )
}

/** The dialog of an act. */
export function ActDialog({ act, ...props }: ActDialogProps & { readonly act: Act }) {
  switch (act) {
    case 'disable':
    case 'enable':
    case 'unlock':
      return <StateDialog act={act} {...props} />
    case 'remove':
      return <RemoveDialog {...props} />
    case 'withdraw':
      return <WithdrawDialog {...props} />
    case 'reset_password':
      return <ResetPasswordDialog {...props} />
    case 'reset_factors':
      return <ResetFactorsDialog {...props} />
    case 'resend':
      return <ResendDialog {...props} />
    case 'jobs':
      return <ChangeJobsDialog person={props.person} onClose={props.onClose} />
  }
}

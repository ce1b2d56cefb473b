import { ConfirmDialog } from '@zenops/ui/dialog'
import { ReasonField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { MIN_REASON, t } from './words.ts'

export interface ActDialogProps {
  readonly title: string
  readonly effect: string
  readonly verb: string
  readonly danger?: boolean
  readonly busy: boolean
  readonly error: unknown
  readonly onConfirm: (reason: string) => void
  readonly onClose: () => void
}

/** An act on background work: what it does, and why it is done, which the audit event keeps. */
export function ActDialog({ title, effect, verb, danger = false, busy, error, onConfirm, onClose }: ActDialogProps) {
  const [reason, setReason] = useState('')
  const isLong = reason.trim().length >= MIN_REASON
  return (
    <ConfirmDialog
      title={title}
      consequence={effect}
      verb={verb}
      tone={danger ? 'danger' : 'normal'}
      opened
      busy={busy}
      unmet={isLong ? null : t('reason_needed', { n: MIN_REASON })}
      error={error ? <FailureCard error={error} /> : null}
      onConfirm={() => onConfirm(reason.trim())}
      onClose={onClose}
    >
      <div className="z-under-field">
        <ReasonField min={MIN_REASON} value={reason} onChange={setReason} />
      </div>
    </ConfirmDialog>
  )
}

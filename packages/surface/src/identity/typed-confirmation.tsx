import { ConfirmDialog } from '@zenops/ui/dialog'
import { TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { FailureCard } from '../failures.tsx'
import { t } from './words.ts'

export interface TypedConfirmationProps {
  readonly title: string
  /** What happens and whom it touches. */
  readonly effect: string
  /** Drawn by the server for this act; typed, not pasted from memory. */
  readonly phrase: string
  readonly verb: string
  readonly busy: boolean
  readonly error: unknown
  readonly onConfirm: (phrase: string) => void
  readonly onClose: () => void
}

/** For acts of wide effect: the phrase is read and typed before the button works. */
export function TypedConfirmation(props: TypedConfirmationProps) {
  const { title, effect, phrase, verb, busy, error, onConfirm, onClose } = props
  const [typed, setTyped] = useState('')
  const equal = typed.trim() === phrase
  return (
    <ConfirmDialog
      title={title}
      consequence={effect}
      verb={verb}
      tone="danger"
      opened
      busy={busy}
      unmet={equal ? null : t('type_phrase_first')}
      error={error ? <FailureCard error={error} /> : null}
      onConfirm={() => onConfirm(typed.trim())}
      onClose={onClose}
    >
      <p className="z-under-field">
        {t('type_phrase')} <strong className="z-code">{phrase}</strong>
      </p>
      <div className="z-under-field">
        <TextField label={t('phrase')} autoComplete="off" value={typed} onChange={setTyped} />
      </div>
    </ConfirmDialog>
  )
}

import { createConfirmation } from '@zenops/contracts/identity-blocks'
import type { InputOf } from '@zenops/contracts/kit'
import { useState } from 'react'
import { TypedConfirmation } from '../identity/typed-confirmation.tsx'
import { useAct } from '../queries.ts'
import { ActDialog } from './act-dialog.tsx'

/** What the typed words were drawn for, and the words. */
export interface Confirmed {
  readonly reason: string
  readonly confirmation: { readonly confirmation_id: string; readonly phrase: string }
}

export interface ConfirmedActProps {
  readonly title: string
  readonly effect: string
  readonly verb: string
  readonly danger?: boolean
  /** What the words are drawn for. */
  readonly about: InputOf<typeof createConfirmation>['body']
  readonly busy: boolean
  readonly error: unknown
  readonly onConfirm: (given: Confirmed) => void
  readonly onClose: () => void
}

/** Reason first, then the typed words. */
export function ConfirmedAct({ about, onConfirm, ...act }: ConfirmedActProps) {
  const [reason, setReason] = useState<string | null>(null)
  const drawing = useAct(createConfirmation)
  const drawn = drawing.data
  if (reason !== null && drawn)
    return (
      <TypedConfirmation
        {...act}
        phrase={drawn.phrase}
        onConfirm={(phrase) => onConfirm({ reason, confirmation: { confirmation_id: drawn.confirmation_id, phrase } })}
      />
    )
  return (
    <ActDialog
      {...act}
      busy={drawing.isPending}
      error={drawing.error}
      onConfirm={(given) => {
        setReason(given)
        drawing.mutate({ body: about })
      }}
    />
  )
}

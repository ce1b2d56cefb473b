import { passwordState } from '@zenops/client/password'
import { PASSWORD_MAX, PASSWORD_MIN } from '@zenops/contracts/identity-entry'
import { NewPasswordField } from '@zenops/ui/new-password'
import { useState } from 'react'
import { t } from './entry-texts.ts'

export interface WishedPassword {
  readonly value: string
  readonly onChange: (value: string) => void
  /** A sentence once a submit was tried; null while nothing known here speaks against it. */
  readonly error: string | null
  /** On submit: true when it may be sent. */
  readonly check: () => boolean
  readonly meter: {
    readonly length: number
    readonly min: number
    readonly max: number
    readonly containsEmail: boolean | null
  }
}

/** A password being chosen; `email` is that of its person where it is known here. */
export function useWishedPassword(email: string | null): WishedPassword {
  const [value, onChange] = useState('')
  const [tried, setTried] = useState(false)
  const state = passwordState(value, email)
  const limits = { min: PASSWORD_MIN, max: PASSWORD_MAX }
  const problem = () => {
    if (value === '') return t('password_missing')
    if (state.tooLong) return t('too_long', limits)
    if (!state.longEnough) return t('too_short', limits)
    return state.containsEmail ? t('contains_identity') : null
  }
  return {
    value,
    onChange,
    error: tried ? problem() : null,
    check() {
      setTried(true)
      return state.acceptable
    },
    meter: { ...limits, length: state.length, containsEmail: state.containsEmail },
  }
}

/** The field of `useWishedPassword`, with its meter. */
export function WishedPasswordField({ wish, label }: { readonly wish: WishedPassword; readonly label: string }) {
  const { value, onChange, error, meter } = wish
  return (
    <NewPasswordField label={label} name="new-password" value={value} onChange={onChange} error={error} meter={meter} />
  )
}

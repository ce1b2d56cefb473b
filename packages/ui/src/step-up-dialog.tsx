import { useState } from 'react'
import { Button } from './button.tsx'
import { CodeEntry } from './code-entry.tsx'
import { Dialog } from './dialog.tsx'
import { EntryNotices, useHeld, type EntryFault } from './entry-page.tsx'
import { Form } from './field.tsx'
import { IconFingerprint } from './icons.tsx'
import { PasswordField } from './text-fields.tsx'
import { useWords, type WordKey } from './words.tsx'

export type StepUpWay = 'WEBAUTHN' | 'TOTP' | 'PASSWORD'

export interface StepUpDialogProps {
  /** The ways this person has, the one to offer first in front; empty when he has none at all. */
  readonly methods: readonly StepUpWay[]
  readonly busy: boolean
  readonly fault: EntryFault | null
  readonly onPasskey: () => void
  readonly onCode: (code: string) => void
  readonly onPassword: (password: string) => void
  readonly onClose: () => void
}

const OTHER: Readonly<Record<StepUpWay, WordKey>> = {
  WEBAUTHN: 'use_passkey',
  TOTP: 'use_code',
  PASSWORD: 'use_password',
}

/** Asks for a factor again before an act of weight; what was asked for then goes on by itself. */
export function StepUpDialog(props: StepUpDialogProps) {
  const { methods, busy, fault, onClose } = props
  const say = useWords()
  const [way, setWay] = useState<StepUpWay | null>(methods[0] ?? null)
  const [typed, setTyped] = useState('')
  const held = useHeld(fault)
  const others = methods.filter((one) => one !== way)
  const submit = () => {
    if (busy || held !== null || typed === '') return
    if (way === 'TOTP') props.onCode(typed)
    else props.onPassword(typed)
  }
  const switchTo = (next: StepUpWay) => {
    setTyped('')
    setWay(next)
  }
  return (
    <Dialog title={say('step_up_title')} opened busy={busy} onClose={onClose}>
      <div className="z-stack">
        <p className="z-secondary">{say(way === null ? 'step_up_none' : 'step_up_text')}</p>
        <EntryNotices fault={fault} />
        {way === 'WEBAUTHN' && (
          <Button kind="primary" icon={IconFingerprint} wide busy={busy} data-autofocus onClick={props.onPasskey}>
            {say('use_passkey')}
          </Button>
        )}
        {(way === 'TOTP' || way === 'PASSWORD') && (
          <Form label={say('step_up_title')} onSubmit={submit}>
            {way === 'TOTP' ? (
              <CodeEntry value={typed} onChange={setTyped} autoFocus />
            ) : (
              <PasswordField
                label={say('password')}
                name="password"
                autoComplete="current-password"
                value={typed}
                onChange={setTyped}
              />
            )}
            <Button kind="primary" submit wide busy={busy} unmet={held}>
              {say('step_up_confirm')}
            </Button>
          </Form>
        )}
        <div className="z-row">
          {others.map((one) => (
            <Button key={one} kind="quiet" compact onClick={() => switchTo(one)}>
              {say(OTHER[one])}
            </Button>
          ))}
          <Button kind="quiet" compact onClick={onClose}>
            {say(way === null ? 'close' : 'cancel')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}

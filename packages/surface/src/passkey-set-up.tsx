import type { registerPasskey } from '@zenops/contracts/identity-factors'
import type { OutputOf } from '@zenops/contracts/kit'
import { Button } from '@zenops/ui/button'
import { EntryNotices, useHeld } from '@zenops/ui/entry-page'
import { Form } from '@zenops/ui/field'
import { IconFingerprint } from '@zenops/ui/icons'
import { TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { deviceName } from './device-name.ts'
import { t } from './entry-texts.ts'
import { addPasskey } from './passkey-acts.ts'
import type { Surface } from './surface.ts'
import { useAttempt } from './use-attempt.ts'

export interface PasskeySetUpProps {
  readonly surface: Surface
  readonly ticket?: string
  readonly onDone: (answer: OutputOf<typeof registerPasskey>) => void
}

/** A passkey: its name, then the browser's own dialog. */
export function PasskeySetUp({ surface, ticket, onDone }: PasskeySetUpProps) {
  const [nickname, setNickname] = useState(() => deviceName(navigator.userAgent) ?? t('this_device'))
  const attempt = useAttempt()
  const held = useHeld(attempt.fault)
  const name = nickname.trim()
  const submit = () => {
    if (name === '' || held !== null) return
    attempt.run(async () => onDone(await addPasskey(surface, { nickname: name, ticket })))
  }
  return (
    <Form label={t('with_passkey')} onSubmit={submit}>
      <EntryNotices fault={attempt.fault} />
      <TextField
        label={t('passkey_name')}
        help={t('passkey_name_help')}
        name="nickname"
        autoFocus
        value={nickname}
        onChange={(value) => setNickname(value.slice(0, 60))}
        error={name === '' ? t('passkey_name_missing') : null}
      />
      <div>
        <Button kind="primary" icon={IconFingerprint} submit busy={attempt.busy} unmet={held}>
          {t('make_passkey')}
        </Button>
      </div>
    </Form>
  )
}

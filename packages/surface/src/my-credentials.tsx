import { changePassword } from '@zenops/contracts/identity-entry'
import { changeEmail } from '@zenops/contracts/identity-people'
import { Button } from '@zenops/ui/button'
import { Dialog } from '@zenops/ui/dialog'
import { EntryNotices, useHeld } from '@zenops/ui/entry-page'
import { Form } from '@zenops/ui/field'
import { PasswordField, TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { t } from './account-page.tsx'
import { useMails } from './mails.ts'
import { useWishedPassword, WishedPasswordField } from './new-password.tsx'
import type { Surface } from './surface.ts'
import { useAttempt } from './use-attempt.ts'

export interface CredentialProps {
  readonly surface: Surface
  readonly email: string | null
  /** What was done, as a sentence. */
  readonly onChanged: (text: string) => void
}

interface DialogProps extends CredentialProps {
  readonly onClose: () => void
}

function PasswordDialog({ surface, email, onChanged, onClose }: DialogProps) {
  const [current, setCurrent] = useState('')
  const [tried, setTried] = useState(false)
  const wish = useWishedPassword(email)
  const attempt = useAttempt((error) => (error.is('AUTH_INVALID') ? t('wrong_current') : null))
  const held = useHeld(attempt.fault)
  const submit = () => {
    setTried(true)
    if (!wish.check() || current === '' || held !== null) return
    attempt.run(async () => {
      const body = { current_password: current, new_password: wish.value }
      const { revoked } = await surface.client.call(changePassword, { body })
      onChanged(t('password_changed', { n: revoked }))
      onClose()
    })
  }
  return (
    <Dialog title={t('change_password')} opened busy={attempt.busy} onClose={onClose}>
      <Form label={t('change_password')} onSubmit={submit}>
        <EntryNotices fault={attempt.fault} />
        <PasswordField
          label={t('current_password')}
          name="current-password"
          autoComplete="current-password"
          value={current}
          onChange={setCurrent}
          error={tried && current === '' ? t('enter_current') : null}
        />
        <WishedPasswordField wish={wish} label={t('new_password')} />
        <Button kind="primary" submit busy={attempt.busy} unmet={held}>
          {t('change_password')}
        </Button>
      </Form>
    </Dialog>
  )
}

function EmailDialog({ surface, email, onChanged, onClose }: DialogProps) {
  const [address, setAddress] = useState('')
  const [tried, setTried] = useState(false)
  const attempt = useAttempt()
  const held = useHeld(attempt.fault)
  const mails = useMails(surface)
  const wished = address.trim()
  const isSame = wished.toLowerCase() === (email ?? '').toLowerCase()
  const problem = wished === '' ? t('enter_email') : isSame ? t('same_email') : null
  const submit = () => {
    setTried(true)
    if (problem !== null || held !== null) return
    attempt.run(async () => {
      await surface.client.call(changeEmail, { body: { new_email: wished } })
      onChanged(t(`email_${mails}`, { email: wished }))
      onClose()
    })
  }
  return (
    <Dialog title={t('change_email')} opened busy={attempt.busy} onClose={onClose}>
      <Form label={t('change_email')} onSubmit={submit}>
        <p className="z-secondary">{t('email_consequence')}</p>
        <EntryNotices fault={attempt.fault} />
        <TextField
          label={t('new_email')}
          type="email"
          name="new-email"
          autoComplete="email"
          value={address}
          onChange={setAddress}
          error={tried ? problem : null}
        />
        <Button kind="primary" submit busy={attempt.busy} unmet={held}>
          {t('send_link')}
        </Button>
      </Form>
    </Dialog>
  )
}

/** The password, to change against the present one. */
export function PasswordCard(props: CredentialProps) {
  const [opened, setOpened] = useState(false)
  return (
    <section className="z-card z-part">
      <div>
        <h2>{t('password')}</h2>
        <p className="z-secondary">{t('password_text')}</p>
      </div>
      <Button onClick={() => setOpened(true)}>{t('change_password')}</Button>
      {opened && <PasswordDialog {...props} onClose={() => setOpened(false)} />}
    </section>
  )
}

/** The address one signs in with; a new one counts when its mailbox has answered. */
export function EmailCard(props: CredentialProps) {
  const [opened, setOpened] = useState(false)
  return (
    <section className="z-card z-part">
      <div>
        <h2>{t('email')}</h2>
        <p className="z-secondary">{t('email_text', { email: props.email ?? '–' })}</p>
      </div>
      <Button onClick={() => setOpened(true)}>{t('change_email')}</Button>
      {opened && <EmailDialog {...props} onClose={() => setOpened(false)} />}
    </section>
  )
}

import { forgotPassword } from '@zenops/contracts/identity-entry'
import { Button, ButtonLink } from '@zenops/ui/button'
import { EntryNotices, useHeld } from '@zenops/ui/entry-page'
import { Form } from '@zenops/ui/field'
import { TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { Door } from './door.tsx'
import { t } from './entry-texts.ts'
import { useMails } from './mails.ts'
import type { Surface } from './surface.ts'
import { useAttempt } from './use-attempt.ts'

/** Asks for a link to a new password. What it answers is the same for every address. */
export function ForgotPage({ surface }: { readonly surface: Surface }) {
  const [email, setEmail] = useState('')
  const [tried, setTried] = useState(false)
  const [sent, setSent] = useState(false)
  const attempt = useAttempt()
  const mails = useMails(surface)
  const held = useHeld(attempt.fault)
  const address = email.trim()
  const submit = () => {
    setTried(true)
    if (address === '' || held !== null) return
    attempt.run(async () => {
      await surface.client.call(forgotPassword, { body: { email: address, aud: surface.aud } })
      setSent(true)
    })
  }
  if (sent)
    return (
      <Door
        surface={surface}
        title={t(mails === 'sent' ? 'mail_sent_title' : 'mail_kept_title')}
        lead={t(mails === 'sent' ? 'forgot_sent' : 'forgot_kept', { email: address })}
      >
        <p className="z-secondary">{t(`mail_${mails}`)}</p>
        <div className="z-row">
          <Button onClick={() => setSent(false)}>{t('send_again')}</Button>
          <ButtonLink href="/sign-in" kind="quiet">
            {t('back_to_sign_in')}
          </ButtonLink>
        </div>
      </Door>
    )
  return (
    <Door surface={surface} title={t('forgot_title')} lead={t('forgot_lead')}>
      <Form label={t('forgot_title')} onSubmit={submit}>
        <EntryNotices fault={attempt.fault} />
        <TextField
          label={t('email')}
          type="email"
          name="email"
          autoComplete="username"
          autoFocus
          value={email}
          onChange={setEmail}
          error={tried && address === '' ? t('email_missing') : null}
        />
        <Button kind="primary" submit wide busy={attempt.busy} unmet={held}>
          {t('send_link')}
        </Button>
      </Form>
      <div className="z-entry-ways">
        <ButtonLink href="/sign-in" kind="quiet">
          {t('back_to_sign_in')}
        </ButtonLink>
      </div>
    </Door>
  )
}

import { useQuery } from '@tanstack/react-query'
import { ApiError } from '@zenops/client/api-error'
import { fieldErrors } from '@zenops/client/error-texts'
import { authConfig } from '@zenops/contracts/identity'
import { register, verifyRegistration } from '@zenops/contracts/identity-entry'
import { Button, ButtonLink } from '@zenops/ui/button'
import { EntryNotices, useHeld } from '@zenops/ui/entry-page'
import { Form } from '@zenops/ui/field'
import { TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { ClosingDoor, DeadLink, Door } from './door.tsx'
import { t } from './entry-texts.ts'
import { useMails } from './mails.ts'
import { useWishedPassword, WishedPasswordField } from './new-password.tsx'
import type { Surface } from './surface.ts'
import { useAttempt } from './use-attempt.ts'
import { useMailedToken, useWayIn } from './way-in.ts'

/** Registration of the portal: first the address, then by the mailed link the password. */
export function RegisterPage({ surface }: { readonly surface: Surface }) {
  const token = useMailedToken(surface, '/register')
  const config = useQuery({
    ...surface.ask(authConfig, { query: { aud: surface.aud } }),
    staleTime: 60_000,
    enabled: token === null,
  })
  if (token !== null) return <Verify surface={surface} token={token} />
  if (config.data && config.data.registration !== 'open')
    return <ClosingDoor surface={surface} title={t('register_closed')} text={t('register_closed_text')} />
  return <Ask surface={surface} />
}

/** Which of the three is not right, by what was typed and by what the server said. */
const faultsOf = (values: { email: string; name: string }, refused: Readonly<Record<string, string>>) => ({
  email: values.email.trim() === '' ? t('email_missing') : (refused['email'] ?? null),
  name: values.name.trim() === '' ? t('name_missing') : (refused['name'] ?? null),
  phone: refused['phone'] ?? null,
})

function Ask({ surface }: { readonly surface: Surface }) {
  const [values, setValues] = useState({ email: '', name: '', phone: '' })
  const [tried, setTried] = useState(false)
  const [sent, setSent] = useState(false)
  const [refused, setRefused] = useState<Readonly<Record<string, string>>>({})
  const attempt = useAttempt((error) => (error.is('FORBIDDEN') ? t('register_closed_text') : null))
  const held = useHeld(attempt.fault)
  const mails = useMails(surface)
  const faults = faultsOf(values, refused)
  const shown = (fault: string | null) => (tried ? fault : null)
  const change = (name: keyof typeof values) => (value: string) => {
    setRefused({})
    setValues((before) => ({ ...before, [name]: value }))
  }
  const submit = () => {
    setTried(true)
    if (held !== null || values.email.trim() === '' || values.name.trim() === '') return
    attempt.run(async () => {
      const phone = values.phone.trim() === '' ? {} : { phone: values.phone.trim() }
      try {
        await surface.client.call(register, {
          body: { email: values.email.trim(), name: values.name.trim(), ...phone },
        })
        setSent(true)
      } catch (error) {
        setRefused(fieldErrors(error))
        throw error
      }
    })
  }
  if (sent)
    return (
      <Door
        surface={surface}
        title={t(mails === 'sent' ? 'mail_sent_title' : 'mail_kept_title')}
        lead={t(mails === 'sent' ? 'register_sent' : 'register_kept', { email: values.email.trim() })}
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
    <Door surface={surface} title={t('register_title')} lead={t('register_lead')}>
      <Form label={t('register_title')} onSubmit={submit}>
        <EntryNotices fault={attempt.fault} />
        <TextField
          label={t('name')}
          name="name"
          autoComplete="name"
          value={values.name}
          onChange={change('name')}
          error={shown(faults.name)}
        />
        <TextField
          label={t('email')}
          type="email"
          name="email"
          autoComplete="email"
          value={values.email}
          onChange={change('email')}
          error={shown(faults.email)}
        />
        <TextField
          label={t('phone')}
          type="tel"
          name="phone"
          autoComplete="tel"
          optional
          value={values.phone}
          onChange={change('phone')}
          error={shown(faults.phone)}
        />
        <Button kind="primary" submit wide busy={attempt.busy} unmet={held}>
          {t('send_registration')}
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

function Verify({ surface, token }: { readonly surface: Surface; readonly token: string }) {
  const enter = useWayIn(surface)
  const wish = useWishedPassword(null)
  const [dead, setDead] = useState(token === '')
  const attempt = useAttempt()
  const held = useHeld(attempt.fault)
  const submit = () => {
    if (!wish.check() || held !== null) return
    attempt.run(async () => {
      try {
        enter(await surface.client.call(verifyRegistration, { body: { token, password: wish.value } }))
      } catch (error) {
        if (!(error instanceof ApiError && error.is('AUTH_TOKEN_INVALID'))) throw error
        setDead(true)
      }
    })
  }
  if (dead) return <DeadLink surface={surface} hint={t('register_again')} />
  return (
    <Door surface={surface} title={t('verify_title')} lead={t('verify_lead')}>
      <Form label={t('verify_title')} onSubmit={submit}>
        <EntryNotices fault={attempt.fault} />
        <WishedPasswordField wish={wish} label={t('password')} />
        <Button kind="primary" submit wide busy={attempt.busy} unmet={held}>
          {t('create_account')}
        </Button>
      </Form>
    </Door>
  )
}

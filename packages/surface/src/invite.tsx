import { useQuery } from '@tanstack/react-query'
import { ApiError } from '@zenops/client/api-error'
import type { FactorDue } from '@zenops/client/session'
import { acceptInvitation, inspectInvitation } from '@zenops/contracts/identity-entry'
import type { Session as SessionBody } from '@zenops/contracts/identity'
import type { OutputOf } from '@zenops/contracts/kit'
import { Button } from '@zenops/ui/button'
import { EntryNotices, useHeld } from '@zenops/ui/entry-page'
import { Form } from '@zenops/ui/field'
import { useFormats } from '@zenops/ui/formats'
import { RecordFacts } from '@zenops/ui/record'
import { SkeletonRows } from '@zenops/ui/states'
import { PasswordField, TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { ClosingDoor, DeadLink, Door } from './door.tsx'
import { aboutPassword, entryFault, t } from './entry-texts.ts'
import { jobName } from './jobs.ts'
import { useWishedPassword, WishedPasswordField } from './new-password.tsx'
import type { Surface } from './surface.ts'
import { useAttempt } from './use-attempt.ts'
import { useMailedToken, useWayIn } from './way-in.ts'

const isDead = (error: unknown): boolean => error instanceof ApiError && error.is('AUTH_TOKEN_INVALID')

/** An invitation by its link: what it offers, then a password. */
export function InvitePage({ surface }: { readonly surface: Surface }) {
  const token = useMailedToken(surface, '/invite')
  const offer = useQuery({
    ...surface.ask(inspectInvitation, { body: { token: token ?? '' } }),
    enabled: Boolean(token),
    // Asked once: a sign-in makes every other answer stale, this one must not be drawn again.
    staleTime: 'static',
    gcTime: 0,
  })
  const [dead, setDead] = useState(false)
  if (!token || dead || isDead(offer.error)) return <DeadLink surface={surface} hint={t('invite_again')} />
  if (offer.isError)
    return (
      <Door surface={surface} title={t('invite_title_plain')}>
        <EntryNotices fault={entryFault(offer.error)} />
      </Door>
    )
  if (!offer.data)
    return (
      <Door surface={surface} title={t('invite_title_plain')}>
        <SkeletonRows rows={5} columns={2} />
      </Door>
    )
  return <Accept surface={surface} token={token} offer={offer.data} onDead={() => setDead(true)} />
}

interface AcceptProps {
  readonly surface: Surface
  readonly token: string
  readonly offer: OutputOf<typeof inspectInvitation>
  readonly onDead: () => void
}

function Accept({ surface, token, offer, onDead }: AcceptProps) {
  const { tenant_name: firm, new_user: isNew } = offer
  const formats = useFormats()
  const enter = useWayIn(surface)
  const wish = useWishedPassword(null)
  const [known, setKnown] = useState('')
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const [elsewhere, setElsewhere] = useState(false)
  const attempt = useAttempt(aboutPassword)
  const held = useHeld(attempt.fault)
  const come = (answer: SessionBody | FactorDue) => {
    if (answer.result === 'accepted' && answer.aud !== surface.aud) setElsewhere(true)
    else enter(answer)
  }
  const submit = () => {
    setTried(true)
    if (held !== null || !(isNew ? wish.check() : known !== '')) return
    attempt.run(async () => {
      const called = isNew && name.trim() !== '' ? { name: name.trim() } : {}
      try {
        const body = { token, password: isNew ? wish.value : known, ...called }
        come(await surface.client.call(acceptInvitation, { body }))
      } catch (error) {
        if (!isDead(error)) throw error
        onDead()
      }
    })
  }
  if (elsewhere)
    return (
      <ClosingDoor surface={surface} title={t('accepted_elsewhere', { firm })} text={t('accepted_elsewhere_text')} />
    )
  const facts = [
    { label: t('email'), value: offer.email_masked },
    { label: t('job'), value: offer.job_templates.map(jobName).join(', ') },
    { label: t('valid_until'), value: formats.instant(offer.expires_at) },
  ]
  return (
    <Door surface={surface} title={t('invite_title', { firm })} lead={t(isNew ? 'invite_new' : 'invite_known')}>
      <section className="z-card">
        <RecordFacts facts={facts} />
      </section>
      <Form label={t('invite_title', { firm })} onSubmit={submit}>
        <EntryNotices fault={attempt.fault} />
        {isNew ? (
          <>
            <TextField
              label={t('your_name')}
              help={t('your_name_help')}
              name="name"
              autoComplete="name"
              optional
              value={name}
              onChange={setName}
            />
            <WishedPasswordField wish={wish} label={t('password')} />
          </>
        ) : (
          <PasswordField
            label={t('your_password')}
            name="password"
            autoComplete="current-password"
            value={known}
            onChange={setKnown}
            error={tried && known === '' ? t('password_missing') : null}
          />
        )}
        <Button kind="primary" submit wide busy={attempt.busy} unmet={held}>
          {t('accept')}
        </Button>
      </Form>
    </Door>
  )
}

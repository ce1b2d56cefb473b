import { ApiError } from '@zenops/client/api-error'
import { confirmEmail } from '@zenops/contracts/identity-entry'
import { Button, ButtonLink } from '@zenops/ui/button'
import { EntryNotices, useHeld } from '@zenops/ui/entry-page'
import { useState } from 'react'
import { DeadLink, Door } from './door.tsx'
import { t } from './entry-texts.ts'
import type { Surface } from './surface.ts'
import { useAttempt } from './use-attempt.ts'
import { useMailedToken } from './way-in.ts'

/** The link that went to a new address. It is used by a press, not by being opened: programs that read mails open links. */
export function ConfirmEmailPage({ surface }: { readonly surface: Surface }) {
  const token = useMailedToken(surface, '/confirm-email')
  const [dead, setDead] = useState(false)
  const [email, setEmail] = useState<string | null>(null)
  const attempt = useAttempt((error) => (error.is('CONFLICT') ? t('email_taken') : null))
  const held = useHeld(attempt.fault)
  const { session } = surface.client
  if (email !== null)
    return (
      <Door surface={surface} title={t('confirmed_title')} lead={t('confirmed_text', { email })}>
        <div>
          <ButtonLink kind="primary" href="/">
            {t('go_on')}
          </ButtonLink>
        </div>
      </Door>
    )
  if (!token || dead) return <DeadLink surface={surface} hint={t('email_again')} />
  const confirm = () =>
    attempt.run(async () => {
      try {
        const answer = await surface.client.call(confirmEmail, { body: { token } })
        setEmail(answer.email)
        // The person's name in the frame, and whether this session is one of those that ended.
        const state = session.state()
        if (state.kind === 'signed_in') await session.renew(state.session.access_token)
      } catch (error) {
        if (!(error instanceof ApiError && error.is('AUTH_TOKEN_INVALID'))) throw error
        setDead(true)
      }
    })
  return (
    <Door surface={surface} title={t('confirm_title')} lead={t('confirm_lead')}>
      <EntryNotices fault={attempt.fault} />
      <Button kind="primary" wide busy={attempt.busy} unmet={held} onClick={confirm}>
        {t('confirm')}
      </Button>
    </Door>
  )
}

import { ApiError } from '@zenops/client/api-error'
import { resetPassword } from '@zenops/contracts/identity-entry'
import { Button } from '@zenops/ui/button'
import { EntryNotices, useHeld } from '@zenops/ui/entry-page'
import { Form } from '@zenops/ui/field'
import { useState } from 'react'
import { DeadLink, ClosingDoor, Door } from './door.tsx'
import { t } from './entry-texts.ts'
import { useWishedPassword, WishedPasswordField } from './new-password.tsx'
import type { Surface } from './surface.ts'
import { useAttempt } from './use-attempt.ts'
import { useMailedToken } from './way-in.ts'

/** A new password by a mailed link. Nobody is signed in by it. */
export function ResetPage({ surface }: { readonly surface: Surface }) {
  const token = useMailedToken(surface, '/reset')
  const [state, setState] = useState<'asking' | 'dead' | 'done'>('asking')
  const wish = useWishedPassword(null)
  const attempt = useAttempt()
  const held = useHeld(attempt.fault)
  const submit = () => {
    if (!wish.check() || held !== null || !token) return
    attempt.run(async () => {
      try {
        await surface.client.call(resetPassword, { body: { token, password: wish.value } })
        // All sessions of the person have ended; this browser may still hold one.
        if (surface.client.session.state().kind === 'signed_in') surface.client.session.forget()
        setState('done')
      } catch (error) {
        if (!(error instanceof ApiError && error.is('AUTH_TOKEN_INVALID'))) throw error
        setState('dead')
      }
    })
  }
  if (state === 'done') return <ClosingDoor surface={surface} title={t('password_set')} text={t('password_set_text')} />
  if (!token || state === 'dead')
    return <DeadLink surface={surface} hint={t('reset_again')} action={{ label: t('ask_again'), href: '/forgot' }} />
  return (
    <Door surface={surface} title={t('reset_title')} lead={t('reset_lead')}>
      <Form label={t('reset_title')} onSubmit={submit}>
        <EntryNotices fault={attempt.fault} />
        <WishedPasswordField wish={wish} label={t('new_password')} />
        <Button kind="primary" submit wide busy={attempt.busy} unmet={held}>
          {t('set_password')}
        </Button>
      </Form>
    </Door>
  )
}

import { useQuery } from '@tanstack/react-query'
import { activateTotp, enrollTotp } from '@zenops/contracts/identity-factors'
import type { OutputOf } from '@zenops/contracts/kit'
import { Button } from '@zenops/ui/button'
import { CodeEntry } from '@zenops/ui/code-entry'
import { EntryNotices, useHeld } from '@zenops/ui/entry-page'
import { Form } from '@zenops/ui/field'
import { QrCode } from '@zenops/ui/qr-code'
import { SkeletonRows } from '@zenops/ui/states'
import { useId, useState } from 'react'
import { entryFault, t } from './entry-texts.ts'
import type { Surface } from './surface.ts'
import { useAttempt } from './use-attempt.ts'

export interface TotpSetUpProps {
  readonly surface: Surface
  /** Of a sign-in that waits for its set-up; absent for who is signed in. */
  readonly ticket?: string
  readonly onDone: (answer: OutputOf<typeof activateTotp>) => void
}

/** `JBSW Y3DP …`: groups of four are typed with fewer slips. */
const grouped = (secret: string): string => secret.replace(/(.{4})(?=.)/g, '$1 ')

/** An authenticator app: picture and key of a new secret, and the code that proves the app has it. */
export function TotpSetUp({ surface, ticket, onDone }: TotpSetUpProps) {
  const { client } = surface
  const named = ticket === undefined ? {} : { mfa_ticket_id: ticket }
  // One secret a visit: it is drawn when the set-up opens and forgotten with it.
  const visit = useId()
  const secret = useQuery({
    queryKey: [enrollTotp.id, visit],
    queryFn: () => client.call(enrollTotp, { body: named }),
    // Asked once: a sign-in makes every other answer stale, this one must not be drawn again.
    staleTime: 'static',
    gcTime: 0,
    retry: false,
  })
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const attempt = useAttempt()
  const held = useHeld(attempt.fault)
  const missing = !/^\d{6}$/.test(code)
  const submit = () => {
    setTried(true)
    if (missing || held !== null) return
    attempt.run(async () => onDone(await client.call(activateTotp, { body: { ...named, totp_code: code } })))
  }
  if (secret.isError) return <EntryNotices fault={entryFault(secret.error)} />
  if (!secret.data) return <SkeletonRows rows={5} columns={2} />
  return (
    <Form label={t('with_app')} onSubmit={submit}>
      <ol className="z-steps">
        <li>
          <div>
            <span>{t('scan')}</span>
            <QrCode text={secret.data.otpauth_uri} label={t('qr_label')} />
            <span className="z-secondary">{t('cannot_scan')}</span>
            <span className="z-secret">{grouped(secret.data.totp_secret)}</span>
          </div>
        </li>
        <li>
          <div>
            <span>{t('enter_code')}</span>
            <EntryNotices fault={attempt.fault} />
            <CodeEntry value={code} onChange={setCode} error={tried && missing ? t('code_missing') : null} />
            <div>
              <Button kind="primary" submit busy={attempt.busy} unmet={held}>
                {t('check_code')}
              </Button>
            </div>
          </div>
        </li>
      </ol>
    </Form>
  )
}

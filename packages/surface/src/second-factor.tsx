import { verifyFactor } from '@zenops/contracts/identity-factors'
import { ApiError } from '@zenops/client/api-error'
import { Button, ButtonLink } from '@zenops/ui/button'
import { CodeEntry } from '@zenops/ui/code-entry'
import { EntryNotices, useHeld } from '@zenops/ui/entry-page'
import { Form } from '@zenops/ui/field'
import { IconFingerprint } from '@zenops/ui/icons'
import { TextField } from '@zenops/ui/text-fields'
import { useState } from 'react'
import { ClosingDoor, Door } from './door.tsx'
import { t } from './entry-texts.ts'
import { provePasskey } from './passkey-acts.ts'
import { hasPasskeys } from './passkeys.ts'
import type { Surface, WaitingEntry } from './surface.ts'
import { useAttempt, type Attempt } from './use-attempt.ts'
import { useWayIn } from './way-in.ts'

type Way = WaitingEntry['mfa_methods'][number]

const USE = { TOTP: 'use_totp', WEBAUTHN: 'use_webauthn', RECOVERY: 'use_recovery' } as const

/** Passkeys first: nothing to type. A browser without them is not offered any. */
const waysOf = (entry: WaitingEntry): readonly Way[] =>
  (['WEBAUTHN', 'TOTP', 'RECOVERY'] as const).filter(
    (way) => entry.mfa_methods.includes(way) && (way !== 'WEBAUTHN' || hasPasskeys()),
  )

interface CodeFormProps {
  readonly way: 'TOTP' | 'RECOVERY'
  readonly attempt: Attempt
  readonly onCode: (code: string) => void
}

function CodeForm({ way, attempt, onCode }: CodeFormProps) {
  const [code, setCode] = useState('')
  const [tried, setTried] = useState(false)
  const held = useHeld(attempt.fault)
  const isTotp = way === 'TOTP'
  const missing = isTotp ? !/^\d{6}$/.test(code) : code.trim() === ''
  const submit = () => {
    setTried(true)
    if (held === null && !missing) onCode(code)
  }
  return (
    <Form label={t('second_title')} onSubmit={submit}>
      {isTotp ? (
        <CodeEntry value={code} onChange={setCode} autoFocus error={tried && missing ? t('code_missing') : null} />
      ) : (
        <TextField
          label={t('recovery_code')}
          help={t('recovery_help')}
          name="recovery-code"
          autoComplete="off"
          autoFocus
          value={code}
          onChange={setCode}
          error={tried && missing ? t('recovery_missing') : null}
        />
      )}
      <Button kind="primary" submit wide busy={attempt.busy} unmet={held}>
        {t('verify')}
      </Button>
    </Form>
  )
}

export interface SecondFactorPageProps {
  readonly surface: Surface
}

/** The second step of a sign-in, by what this person has: passkey, code or recovery code. */
export function SecondFactorPage({ surface }: SecondFactorPageProps) {
  // Kept as the page opened: a sign-in that ends meanwhile leaves its explanation here.
  const [entry] = useState(surface.waiting.current)
  if (!entry) return <ClosingDoor surface={surface} title={t('second_title')} text={t('time_over')} />
  return <Ask surface={surface} entry={entry} />
}

function Ask({ surface, entry }: { readonly surface: Surface; readonly entry: WaitingEntry }) {
  const ways = waysOf(entry)
  const [way, setWay] = useState<Way | null>(ways[0] ?? null)
  const [over, setOver] = useState(false)
  const enter = useWayIn(surface, entry.next)
  const attempt = useAttempt((error: ApiError) => (error.is('AUTH_MFA_CHALLENGE_INVALID') ? t('time_over') : null))
  const prove = (work: () => Promise<Parameters<typeof enter>[0] | null>) =>
    attempt.run(async () => {
      try {
        const answer = await work()
        if (!answer) return
        enter(answer)
        surface.waiting.end()
      } catch (error) {
        if (error instanceof ApiError && error.is('AUTH_MFA_CHALLENGE_INVALID')) setOver(true)
        throw error
      }
    })
  const byPasskey = () =>
    prove(async () => {
      const answer = await provePasskey(surface, { purpose: 'mfa', ticket: entry.mfa_ticket_id })
      return answer.result === 'accepted' ? answer : null
    })
  const byCode = (code: string) =>
    prove(() => {
      const shown = way === 'TOTP' ? { totp_code: code } : { recovery_code: code }
      return surface.client.call(verifyFactor, { body: { mfa_ticket_id: entry.mfa_ticket_id, ...shown } })
    })
  const choose = (next: Way) => {
    attempt.clear()
    setWay(next)
  }
  return (
    <Door surface={surface} title={t('second_title')} lead={t('second_lead')} step={over ? 'over' : way}>
      <EntryNotices fault={attempt.fault} />
      {over ? (
        <ButtonLink kind="primary" href="/sign-in">
          {t('to_sign_in')}
        </ButtonLink>
      ) : (
        <>
          {way === 'WEBAUTHN' && (
            <Button kind="primary" icon={IconFingerprint} wide busy={attempt.busy} onClick={byPasskey}>
              {t('use_webauthn')}
            </Button>
          )}
          {(way === 'TOTP' || way === 'RECOVERY') && <CodeForm key={way} way={way} attempt={attempt} onCode={byCode} />}
          <div className="z-entry-ways">
            {ways
              .filter((one) => one !== way)
              .map((one) => (
                <Button key={one} kind="quiet" onClick={() => choose(one)}>
                  {t(USE[one])}
                </Button>
              ))}
            <ButtonLink href="/sign-in" kind="quiet">
              {t('back_to_sign_in')}
            </ButtonLink>
          </div>
          <p className="z-meta">{t('nothing_at_hand')}</p>
        </>
      )}
    </Door>
  )
}

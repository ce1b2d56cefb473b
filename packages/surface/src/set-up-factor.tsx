import type { Session as SessionBody } from '@zenops/contracts/identity'
import { useRouter } from '@tanstack/react-router'
import { Button, ButtonLink } from '@zenops/ui/button'
import { Icon, IconDeviceMobile, IconFingerprint, type IconType } from '@zenops/ui/icons'
import { RecoveryCodes } from '@zenops/ui/recovery-codes'
import { useState } from 'react'
import { ClosingDoor, Door } from './door.tsx'
import { t } from './entry-texts.ts'
import { PasskeySetUp } from './passkey-set-up.tsx'
import { hasPasskeys } from './passkeys.ts'
import type { Surface, WaitingEntry } from './surface.ts'
import { TotpSetUp } from './totp-set-up.tsx'

type Way = 'TOTP' | 'WEBAUTHN'

/** What the firm accepts and this browser can do. */
function waysOf(entry: WaitingEntry): readonly Way[] {
  const ways = (['TOTP', 'WEBAUTHN'] as const).filter((way) => entry.mfa_methods.includes(way))
  return ways.filter((way) => way !== 'WEBAUTHN' || ways.length === 1 || hasPasskeys())
}

interface ChoiceProps {
  readonly icon: IconType
  readonly title: string
  readonly text: string
  readonly act: string
  readonly onChoose: () => void
}

function Choice({ icon, title, text, act, onChoose }: ChoiceProps) {
  return (
    <section className="z-card z-choice">
      <Icon of={icon} size={24} />
      <div>
        <h2>{title}</h2>
        <p className="z-secondary">{text}</p>
        <Button onClick={onChoose}>{act}</Button>
      </div>
    </section>
  )
}

/** The first second factor of a person who must have one; it completes the sign-in. */
export function SetUpFactorPage({ surface }: { readonly surface: Surface }) {
  const [entry] = useState(surface.waiting.current)
  if (!entry) return <ClosingDoor surface={surface} title={t('set_up_title')} text={t('time_over')} />
  return <SetUp surface={surface} entry={entry} />
}

function SetUp({ surface, entry }: { readonly surface: Surface; readonly entry: WaitingEntry }) {
  const router = useRouter()
  const ways = waysOf(entry)
  const [way, setWay] = useState<Way | null>(ways.length === 1 ? (ways[0] ?? null) : null)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const ticket = entry.mfa_ticket_id
  const goOn = () => router.history.replace(entry.next)
  // Signed in at once; the codes stand until they are stored, since nobody can see them again.
  const done = (session: SessionBody, shown: readonly string[] | undefined) => {
    surface.waiting.end()
    surface.client.session.accept(session)
    if (shown) setCodes(shown)
    else goOn()
  }
  if (codes) {
    const state = surface.client.session.state()
    const owner = state.kind === 'signed_in' ? `${state.session.user.email ?? ''} · ${state.session.tenant.name}` : ''
    return (
      <Door surface={surface} title={t('codes_title')} wide>
        <RecoveryCodes codes={codes} owner={owner} verb={t('go_on')} onStored={goOn} />
      </Door>
    )
  }
  return (
    <Door surface={surface} title={t('set_up_title')} lead={t('set_up_lead')} step={way} wide>
      {way === null && (
        <div className="z-choices-list">
          <Choice
            icon={IconDeviceMobile}
            title={t('with_app')}
            text={t('with_app_text')}
            act={t('choose_app')}
            onChoose={() => setWay('TOTP')}
          />
          <Choice
            icon={IconFingerprint}
            title={t('with_passkey')}
            text={t('with_passkey_text')}
            act={t('choose_passkey')}
            onChoose={() => setWay('WEBAUTHN')}
          />
        </div>
      )}
      {way === 'TOTP' && (
        <TotpSetUp
          surface={surface}
          ticket={ticket}
          onDone={(answer) => {
            if (answer.result === 'accepted') done(answer, answer.recovery_codes)
          }}
        />
      )}
      {way === 'WEBAUTHN' && (
        <PasskeySetUp
          surface={surface}
          ticket={ticket}
          onDone={(answer) => {
            if (answer.session) done(answer.session, answer.recovery_codes)
          }}
        />
      )}
      <div className="z-entry-ways">
        {way !== null && ways.length > 1 && (
          <Button kind="quiet" onClick={() => setWay(null)}>
            {t('other_way')}
          </Button>
        )}
        <ButtonLink href="/sign-in" kind="quiet">
          {t('back_to_sign_in')}
        </ButtonLink>
      </div>
    </Door>
  )
}

import { useRef, useState, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { EntryHead, EntryNotices, useHeld, type EntryFault, type EntryNotice } from './entry-page.tsx'
import { Form } from './field.tsx'
import { IconFingerprint } from './icons.tsx'
import { AppLink } from './links.tsx'
import { PasswordField, TextField } from './text-fields.tsx'
import { useWords } from './words.tsx'
import './sign-in.css'

export interface DemoCard {
  readonly key: string
  readonly job: string
  readonly can: readonly string[]
  readonly waiting: number
}

export interface SignInValues {
  readonly email: string
  readonly password: string
  /** Short name of the firm; empty where it is not asked for or not given. */
  readonly tenant: string
}

export interface SignInPageProps {
  readonly app: string
  readonly tone?: 'amber'
  readonly title: string
  /** Why one stands here again: session ended, token seen twice. */
  readonly notice?: EntryNotice | null
  readonly fault: EntryFault | null
  readonly busy: boolean
  readonly demo: readonly DemoCard[] | null
  readonly missing: { readonly email: string; readonly password: string }
  /** With several firms on one installation: which one. */
  readonly asksFirm: boolean
  readonly forgotHref: string
  /** Under the form: registration, whom to ask. */
  readonly foot?: ReactNode
  readonly onSignIn: (values: SignInValues) => void
  /** Absent where passkeys alone do not sign in. */
  readonly onPasskey?: (() => void) | undefined
  readonly onDemo: (key: string) => void
}

const firstEmpty = ({ email, password }: SignInValues): 'email' | 'password' | null => {
  if (email.trim() === '') return 'email'
  return password === '' ? 'password' : null
}

/** E-mail and password, nothing filled in beforehand; in demo mode the people of the demo firm by job beside it. */
export function SignInPage(props: SignInPageProps) {
  const { app, tone, title, demo, busy } = props
  return (
    <div className="z-entry" data-demo={demo ? true : undefined}>
      <main>
        <div>
          <EntryHead app={app} tone={tone} title={title} />
          <SignInForm {...props} />
        </div>
        {demo && <DemoCards cards={demo} busy={busy} onDemo={props.onDemo} />}
      </main>
    </div>
  )
}

function SignInForm(props: SignInPageProps) {
  const { title, notice, fault, busy, missing, onSignIn, onPasskey } = props
  const say = useWords()
  const [values, setValues] = useState<SignInValues>({ email: '', password: '', tenant: '' })
  const [tried, setTried] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const held = useHeld(fault)
  const empty = firstEmpty(values)
  const change = (name: keyof SignInValues) => (value: string) => setValues((before) => ({ ...before, [name]: value }))
  const submit = () => {
    setTried(true)
    if (busy || held !== null) return
    if (empty === null) onSignIn({ ...values, email: values.email.trim(), tenant: values.tenant.trim() })
    else box.current?.querySelector<HTMLInputElement>(`input[name=${empty}]`)?.focus()
  }
  return (
    <div ref={box} className="z-stack">
      <Form label={title} onSubmit={submit}>
        <EntryNotices notice={notice ?? null} fault={fault} />
        <TextField
          label={say('email')}
          type="email"
          name="email"
          autoComplete={onPasskey ? 'username webauthn' : 'username'}
          value={values.email}
          onChange={change('email')}
          error={tried && values.email.trim() === '' ? missing.email : null}
        />
        <PasswordField
          label={say('password')}
          name="password"
          autoComplete="current-password"
          value={values.password}
          onChange={change('password')}
          error={tried && values.password === '' ? missing.password : null}
        />
        {props.asksFirm && (
          <TextField
            label={say('firm')}
            name="tenant"
            optional
            help={say('firm_help')}
            autoComplete="organization"
            value={values.tenant}
            onChange={change('tenant')}
          />
        )}
        <Button kind="primary" submit wide busy={busy} unmet={held}>
          {say(busy ? 'signing_in' : 'sign_in')}
        </Button>
      </Form>
      {onPasskey && (
        <Button icon={IconFingerprint} wide busy={busy} onClick={onPasskey}>
          {say('passkey_sign_in')}
        </Button>
      )}
      <p className="z-entry-links">
        <AppLink href={props.forgotHref}>{say('forgot_password')}</AppLink>
        {props.foot}
      </p>
    </div>
  )
}

interface DemoCardsProps {
  readonly cards: readonly DemoCard[]
  readonly busy: boolean
  readonly onDemo: (key: string) => void
}

function DemoCards({ cards, busy, onDemo }: DemoCardsProps) {
  const say = useWords()
  return (
    <section className="z-demo" aria-labelledby="demo-title">
      <h2 id="demo-title">{say('demo_people')}</h2>
      <p>{say('demo_note')}</p>
      <ul>
        {cards.map((card) => (
          <li key={card.key}>
            <button
              type="button"
              className="z-demo-card"
              aria-disabled={busy || undefined}
              onClick={() => {
                if (!busy) onDemo(card.key)
              }}
            >
              <strong>
                <span>
                  <span className="z-hidden">{say('demo_as')}</span> {card.job}
                </span>
                {card.waiting > 0 && <span className="z-meta">{say('waiting', { n: card.waiting })}</span>}
              </strong>
              {card.can.map((one) => (
                <span key={one}>{one}</span>
              ))}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

import { useRef, useState, type ReactNode } from 'react'
import { Button } from './button.tsx'
import { Form } from './field.tsx'
import { Icon, IconBuildingCommunity } from './icons.tsx'
import { Banner, Countdown, useSecondsLeft } from './states.tsx'
import { PasswordField, TextField } from './text-fields.tsx'
import { useWords } from './words.tsx'
import './sign-in.css'

export interface DemoCard {
  readonly key: string
  readonly job: string
  readonly can: readonly string[]
  readonly waiting: number
}

export interface SignInFault {
  /** A sentence by error code. */
  readonly text: string
  /** Instant in ms until which another try is refused. */
  readonly until: number | null
}

export interface SignInPageProps {
  readonly app: string
  readonly tone?: 'amber'
  readonly title: string
  /** Why one stands here again: session ended, token seen twice. */
  readonly notice?: { readonly text: string; readonly tone: 'amber' | 'red' | 'blue' } | null
  readonly fault: SignInFault | null
  readonly busy: boolean
  readonly help: ReactNode
  readonly demo: readonly DemoCard[] | null
  readonly missing: { readonly email: string; readonly password: string }
  readonly onSignIn: (email: string, password: string) => void
  readonly onDemo: (key: string) => void
}

/** Brand line of the pages outside the frame. */
export function EntryHead({
  app,
  tone,
  title,
}: {
  readonly app: string
  readonly tone?: 'amber' | undefined
  readonly title: string
}) {
  return (
    <div className="z-entry-head">
      <div className="z-entry-brand">
        <Icon of={IconBuildingCommunity} size={20} />
        ZenOps <em data-tone={tone}>{app}</em>
      </div>
      <h1>{title}</h1>
    </div>
  )
}

const NO_FAULT: SignInFault = { text: '', until: null }

const firstEmpty = (email: string, password: string): 'email' | 'password' | null => {
  if (email.trim() === '') return 'email'
  return password === '' ? 'password' : null
}

/** Why one stands here again, and why the last try failed. */
function Notices({
  notice,
  fault,
}: {
  readonly notice: SignInPageProps['notice']
  readonly fault: SignInFault | null
}) {
  const left = useSecondsLeft(fault?.until ?? null)
  return (
    <>
      {notice && (
        <Banner tone={notice.tone} inset>
          {notice.text}
        </Banner>
      )}
      {fault && (
        <div role="alert">
          <Banner tone="red" inset>
            {fault.text} {left > 0 && <Countdown until={fault.until} />}
          </Banner>
        </div>
      )}
    </>
  )
}

/** E-mail and password, nothing filled in beforehand; in demo mode the people of the demo firm by job beside it. */
export function SignInPage(props: SignInPageProps) {
  const { app, tone, title, notice, fault, busy, help, demo, onSignIn } = props
  const say = useWords()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [tried, setTried] = useState(false)
  const box = useRef<HTMLDivElement>(null)
  const { until, text: wait } = fault ?? NO_FAULT
  const left = useSecondsLeft(until)
  const empty = firstEmpty(email, password)
  const submit = () => {
    setTried(true)
    if (busy || left > 0) return
    if (empty === null) onSignIn(email.trim(), password)
    else box.current?.querySelector<HTMLInputElement>(`input[name=${empty}]`)?.focus()
  }
  return (
    <div className="z-entry" data-demo={demo ? true : undefined}>
      <main>
        <div ref={box}>
          <EntryHead app={app} tone={tone} title={title} />
          <Form label={title} onSubmit={submit}>
            <Notices notice={notice ?? null} fault={fault} />
            <TextField
              label={say('email')}
              type="email"
              name="email"
              autoComplete="username"
              value={email}
              onChange={setEmail}
              error={tried && empty === 'email' ? props.missing.email : null}
            />
            <PasswordField
              label={say('password')}
              name="password"
              autoComplete="current-password"
              value={password}
              onChange={setPassword}
              error={tried && password === '' ? props.missing.password : null}
            />
            <Button kind="primary" submit wide busy={busy} unmet={left > 0 ? wait : null}>
              {say(busy ? 'signing_in' : 'sign_in')}
            </Button>
            <p className="z-help">{help}</p>
          </Form>
        </div>
        {demo && <DemoCards cards={demo} busy={busy} onDemo={props.onDemo} />}
      </main>
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

/** A page outside the frame with one message: launch gate, block, not found, failure. */
export function EntryMessage(props: { readonly app: string; readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="z-entry">
      <main>
        <div className="z-stack">
          <EntryHead app={props.app} title={props.title} />
          {props.children}
        </div>
      </main>
    </div>
  )
}

import { useQuery } from '@tanstack/react-query'
import { redirect, useRouter, useSearch } from '@tanstack/react-router'
import { faultOf, type Fault } from '@zenops/client/error-texts'
import type { SessionState } from '@zenops/client/session'
import { authConfig } from '@zenops/contracts/identity'
import { SignInPage as SignInForm } from '@zenops/ui/sign-in'
import { useEffect, useState } from 'react'
import { safeReturn } from './address.ts'
import type { Surface } from './surface.ts'
import { t } from './texts.ts'

function noticeOf(state: SessionState): { text: string; tone: 'amber' | 'red' | 'blue' } | null {
  if (state.kind !== 'signed_out' || state.reason === 'none') return null
  const tone = state.reason === 'reuse' ? 'red' : state.reason === 'ended' ? 'amber' : 'blue'
  return { text: t(state.reason), tone }
}

interface Entering {
  readonly fault: Fault | null
  readonly busy: boolean
  readonly enter: (email: string, password: string) => Promise<void>
}

function useEntering({ client }: Surface, onDone: () => void): Entering {
  const [fault, setFault] = useState<Fault | null>(null)
  const [busy, setBusy] = useState(false)
  async function enter(email: string, password: string): Promise<void> {
    setBusy(true)
    setFault(null)
    try {
      await client.session.signIn({ email, password })
      onDone()
    } catch (error) {
      setFault(faultOf(error, Date.now()))
    } finally {
      setBusy(false)
    }
  }
  return { fault, busy, enter }
}

export interface SignInPageProps {
  readonly surface: Surface
  readonly onDone: () => void
}

/** Sign-in: by e-mail and password, or in demo mode as one of the demo firm's people. */
export function SignInPage({ surface, onDone }: SignInPageProps) {
  const { aud, ask, client, tone } = surface
  const { app, signInTitle, help } = surface.words()
  const config = useQuery({ ...ask(authConfig, { query: { aud } }), staleTime: 60_000 })
  const { fault, busy, enter } = useEntering(surface, onDone)
  useEffect(() => {
    document.title = `${signInTitle} · ZenOps`
  }, [signInTitle])
  const people = config.data?.demo?.filter((person) => person.surface === aud) ?? null
  return (
    <SignInForm
      app={app}
      {...(tone ? { tone } : {})}
      title={signInTitle}
      notice={fault ? null : noticeOf(client.session.state())}
      fault={fault}
      busy={busy}
      help={help}
      demo={people}
      missing={{ email: t('email_missing'), password: t('password_missing') }}
      onSignIn={(email, password) => void enter(email, password)}
      onDemo={(key) => {
        const person = people?.find((one) => one.key === key)
        if (person) void enter(person.email, person.password)
      }}
    />
  )
}

interface SignInSearch {
  readonly next?: string
}

const nextOf = (search: object): SignInSearch =>
  'next' in search && typeof search.next === 'string' ? { next: search.next } : {}

/** The route of `/sign-in`, all but its parent; `?next=` is the address to return to. */
export const signInPage = (surface: Surface) => ({
  path: '/sign-in' as const,
  validateSearch: (search: Record<string, unknown>): SignInSearch => nextOf(search),
  beforeLoad({ search }: { readonly search: SignInSearch }) {
    // Thrown as the router asks for it; a signed-in person has no business here.
    if (surface.client.session.state().kind === 'signed_in') throw redirect({ href: safeReturn(search.next) })
  },
  component: function SignInRoute() {
    const { next } = nextOf(useSearch({ strict: false }))
    const router = useRouter()
    return <SignInPage surface={surface} onDone={() => router.history.replace(safeReturn(next))} />
  },
})

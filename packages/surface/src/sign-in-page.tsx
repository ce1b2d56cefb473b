import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import type { SessionState } from '@zenops/client/session'
import { authConfig } from '@zenops/contracts/identity'
import { AppLink } from '@zenops/ui/links'
import { SignInPage as SignInForm } from '@zenops/ui/sign-in'
import { useEffect, useRef } from 'react'
import { t as entry } from './entry-texts.ts'
import { namedDevice, provePasskey } from './passkey-acts.ts'
import { hasPasskeys, PasskeyError, suggestsPasskeys } from './passkeys.ts'
import type { Surface } from './surface.ts'
import { t } from './texts.ts'
import { useAttempt } from './use-attempt.ts'
import { useWayIn } from './way-in.ts'

function noticeOf(state: SessionState): { text: string; tone: 'amber' | 'red' | 'blue' } | null {
  if (state.kind !== 'signed_out' || state.reason === 'none') return null
  const tone = state.reason === 'reuse' ? 'red' : state.reason === 'ended' ? 'amber' : 'blue'
  return { text: t(state.reason), tone }
}

/** A challenge lives five minutes; the offer among the browser's suggestions is renewed before. */
const OFFER_MS = 270_000

/** Offers passkeys among the browser's suggestions for the e-mail field, as long as the page stands. */
function usePasskeyOffer(surface: Surface, offered: boolean): () => void {
  const stop = useRef<(() => void) | null>(null)
  useEffect(() => {
    if (!offered) return undefined
    let over = false
    async function offer(): Promise<void> {
      while (!over) {
        const end = new AbortController()
        stop.current = () => end.abort()
        const timer = setTimeout(() => end.abort(), OFFER_MS)
        const answer = await provePasskey(surface, { purpose: 'login' }, { conditional: true, signal: end.signal })
          .catch((error: unknown) => {
            // Anything but the end of its time: the button and the password are still there.
            if (!(error instanceof PasskeyError && end.signal.aborted)) over = true
            return null
          })
          .finally(() => clearTimeout(timer))
        if (answer?.result !== 'accepted' || over) continue
        over = true
        surface.client.session.accept(answer)
      }
    }
    void suggestsPasskeys().then((can) => (can ? offer() : undefined))
    return () => {
      over = true
      stop.current?.()
    }
  }, [surface, offered])
  return () => stop.current?.()
}

export interface SignInPageProps {
  readonly surface: Surface
  readonly next: string
}

/** The ways in of this page, and what became of the last try. */
function useEntering({ surface, next }: SignInPageProps, withPasskey: boolean) {
  const { client } = surface
  const { fault, busy, run } = useAttempt()
  const enter = useWayIn(surface, next)
  const router = useRouter()
  const session = surface.useMaybeSession()
  const endOffer = usePasskeyOffer(surface, withPasskey)
  // By whatever way, in another tab as well.
  useEffect(() => {
    if (session) router.history.replace(next)
  }, [session, router, next])
  return {
    fault,
    busy,
    signIn: (email: string, password: string, tenant: string) =>
      run(async () => {
        const firm = tenant === '' ? {} : { tenant }
        const answer = await client.session.signIn({ email, password, ...firm, ...namedDevice() })
        if (answer.result !== 'accepted') enter(answer)
      }),
    byPasskey: () =>
      run(async () => {
        // A browser takes one request for passkeys at a time.
        endOffer()
        const answer = await provePasskey(surface, { purpose: 'login' })
        if (answer.result === 'accepted') client.session.accept(answer)
      }),
  }
}

/** What this installation offers at this door; nothing until it has said so. */
function useOffers({ aud, ask }: Surface) {
  const { data } = useQuery({ ...ask(authConfig, { query: { aud } }), staleTime: 60_000 })
  return {
    people: data?.demo?.filter((person) => person.surface === aud) ?? null,
    registers: aud === 'portal' && data?.registration === 'open',
    asksFirm: aud === 'web' && data?.multi_tenant === true,
    withPasskey: data?.passwordless === true && hasPasskeys(),
  }
}

/** Sign-in: by e-mail and password, by a passkey, or in demo mode as one of the demo firm's people. */
export function SignInPage({ surface, next }: SignInPageProps) {
  const { client, tone } = surface
  const { app, signInTitle } = surface.words()
  const { people, registers, asksFirm, withPasskey } = useOffers(surface)
  const { fault, busy, signIn, byPasskey } = useEntering({ surface, next }, withPasskey)
  useEffect(() => {
    document.title = `${signInTitle} · ZenOps`
  }, [signInTitle])
  return (
    <SignInForm
      app={app}
      {...(tone ? { tone } : {})}
      title={signInTitle}
      notice={fault ? null : noticeOf(client.session.state())}
      fault={fault}
      busy={busy}
      demo={people}
      missing={{ email: t('email_missing'), password: t('password_missing') }}
      asksFirm={asksFirm}
      forgotHref="/forgot"
      foot={registers && <AppLink href="/register">{entry('register')}</AppLink>}
      onPasskey={withPasskey ? byPasskey : undefined}
      onSignIn={({ email, password, tenant }) => signIn(email, password, tenant)}
      onDemo={(key) => {
        const person = people?.find((one) => one.key === key)
        if (person) signIn(person.email, person.password, '')
      }}
    />
  )
}

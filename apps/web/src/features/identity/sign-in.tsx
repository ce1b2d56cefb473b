import { useQuery } from '@tanstack/react-query'
import { messagesOf } from '@zenops/client/messages'
import { faultOf, type Fault } from '@zenops/client/error-texts'
import type { SessionState } from '@zenops/client/session'
import { SignInPage } from '@zenops/ui/sign-in'
import { useEffect, useState } from 'react'
import { client } from '../../lib/client.ts'
import { en } from './messages.en.ts'
import { getAuthConfig } from './operations.ts'

const t = messagesOf('identity', en)

function noticeOf(state: SessionState): { text: string; tone: 'amber' | 'red' | 'blue' } | null {
  if (state.kind !== 'signed_out' || state.reason === 'none') return null
  const tone = state.reason === 'reuse' ? 'red' : state.reason === 'ended' ? 'amber' : 'blue'
  return { text: t(state.reason), tone }
}

/** Sign-in: by e-mail and password, or in demo mode as one of the demo firm's people. */
export function SignIn({ onDone }: { readonly onDone: () => void }) {
  const aud = client.aud
  const config = useQuery({
    queryKey: [getAuthConfig.id, aud],
    queryFn: ({ signal }) => client.call(getAuthConfig, { query: { aud } }, { signal }),
    staleTime: 60_000,
  })
  const [fault, setFault] = useState<Fault | null>(null)
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    document.title = `${t('sign_in_title')} · ZenOps`
  }, [])
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
  const people = config.data?.demo?.filter((person) => person.surface === aud) ?? null
  return (
    <SignInPage
      app={t('app')}
      title={t('sign_in_title')}
      notice={fault ? null : noticeOf(client.session.state())}
      fault={fault}
      busy={busy}
      help={t('forgot')}
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

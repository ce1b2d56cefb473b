import type { Session } from '@zenops/client/session'
import { useSyncExternalStore } from 'react'
import { client } from './client.ts'

/** The signed-in session, or null. Components inside the frame always have one. */
export function useMaybeSession(): Session | null {
  const state = useSyncExternalStore(client.session.subscribe, client.session.state)
  return state.kind === 'signed_in' ? state.session : null
}

export function useSession(): Session {
  const session = useMaybeSession()
  if (!session) throw new Error('nobody is signed in')
  return session
}

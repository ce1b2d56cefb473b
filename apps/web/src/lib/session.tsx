import type { Capability } from '@zenops/contracts/capabilities'
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

export const holds = (session: Session | null, capability: Capability): boolean =>
  session?.capabilities.some((grant) => grant.capability === capability) ?? false

/** Whether an act is offered at all; the server decides again. */
export function useCan(capability: Capability): boolean {
  return holds(useMaybeSession(), capability)
}

/** A page opened by its address without the right to it. */
export class MissingRight extends Error {
  readonly capability: Capability
  constructor(capability: Capability) {
    super(`missing ${capability}`)
    this.name = 'MissingRight'
    this.capability = capability
  }
}

/** For `beforeLoad`: the page explains which right is missing instead of failing in its first request. */
export function requireRight(capability: Capability): void {
  const state = client.session.state()
  if (state.kind === 'signed_in' && !holds(state.session, capability)) throw new MissingRight(capability)
}

import type { Session } from '@zenops/client/session'
import type { Capability } from '@zenops/contracts/capabilities'
import { surface } from './surface.ts'

export const { useMaybeSession, useSession } = surface

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
  const state = surface.client.session.state()
  if (state.kind === 'signed_in' && !holds(state.session, capability)) throw new MissingRight(capability)
}

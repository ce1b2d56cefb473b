import type { Session } from '@zenops/client/session'
import type { Capability } from '@zenops/contracts/capabilities'
import { createContext, use, type ReactNode } from 'react'
import type { Surface } from './surface.ts'

const SurfaceContext = createContext<Surface | null>(null)

export function SurfaceProvider({ surface, children }: { readonly surface: Surface; readonly children: ReactNode }) {
  return <SurfaceContext value={surface}>{children}</SurfaceContext>
}

/** The surface on which a shared screen stands: its client, its cache, its person. */
export function useSurface(): Surface {
  const surface = use(SurfaceContext)
  if (!surface) throw new Error('SurfaceProvider is missing')
  return surface
}

/** Whose screen it is. */
export const useSession = (): Session => useSurface().useSession()

export const holds = (session: Session | null, ...capabilities: readonly Capability[]): boolean =>
  session?.capabilities.some((grant) => capabilities.includes(grant.capability)) ?? false

/** Whether an act is offered at all: one of these rights opens it; the server decides again. */
export function useCan(...capabilities: readonly Capability[]): boolean {
  return holds(useSurface().useMaybeSession(), ...capabilities)
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
export const requireRightOn =
  (surface: Surface) =>
  (first: Capability, ...others: readonly Capability[]): void => {
    const state = surface.client.session.state()
    if (state.kind === 'signed_in' && !holds(state.session, first, ...others)) throw new MissingRight(first)
  }

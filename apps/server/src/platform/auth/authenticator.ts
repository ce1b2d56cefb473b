import type { Audience } from '@zenops/contracts/kit'
import type { Actor } from './actor.ts'

/** Turns a bearer token into an actor, or throws the refusal of `identity.md`. Implemented by the identity module. */
export interface Authenticator {
  authenticate(bearer: string, surface: Audience): Promise<Actor>
  /** Drops cached principal state at once (a change notice). */
  forget(sessionId: string): void
}

import type { Audience } from '@zenops/contracts/kit'
import type { Actor } from './actor.ts'

/** Where a credential is presented. */
export interface Presented {
  /** The surface whose server was called. */
  readonly surface: Audience
  /** The client's address. */
  readonly ip: string
  /** The route's path, as the contract has it. */
  readonly path: string
}

/** An open session as a socket knows it. */
export interface OpenSession {
  readonly sessionId: string
  readonly tenantId: string
  readonly permissionVersion: number
  readonly ip: string
}
/** Why an open session must end, or that it may go on. */
export type Standing = 'good' | 'ended' | 'tenant_not_enabled' | 'blocked' | 'stale_permission'

/** Turns a bearer token into an actor, or throws the refusal of `identity.md`. Implemented by the identity module. */
export interface Authenticator {
  authenticate(bearer: string, at: Presented): Promise<Actor>
  /** 403 `AUTH_BLOCKED` while the address is blocked everywhere or in the tenant. */
  assertAddressFree(ip: string, tenantId: string): Promise<void>
  /** How open sessions stand now, in one statement, in their order. */
  standingOf(sessions: readonly OpenSession[]): Promise<Standing[]>
  /** Drops cached principal state at once. */
  forget(sessionId: string): void
  /** Resolves once changes made by other processes are heard. */
  readonly listening: Promise<void>
}

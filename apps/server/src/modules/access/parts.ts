import type { ReadyConfig } from '../../config.ts'
import type { AccessTokens } from '../../platform/auth/access-tokens.ts'
import type { Passwords } from '../../platform/auth/passwords.ts'
import type { LoginGate } from './rules/gate.ts'

/** A demo person as the sign-in page offers it; only in demo mode. */
export interface DemoPerson {
  readonly key: string
  readonly surface: 'web' | 'portal' | 'studio'
  readonly job: string
  readonly can: readonly [string, string, string]
  readonly email: string
  readonly password: string
}

/** What the modules of identity are made of. */
export interface IdentityParts {
  readonly config: ReadyConfig
  readonly gate: LoginGate
  readonly tokens: AccessTokens
  readonly passwords: Passwords
  /** Origins each surface may be called from when a cookie is read. */
  readonly origins: Readonly<Record<'web' | 'portal' | 'studio', ReadonlySet<string>>>
  readonly demoPeople: readonly DemoPerson[] | null
  /** The product's clock. */
  now(): Date
  /** Drops what this process remembers of a session, at once. */
  forget(sessionId: string | null): void
}

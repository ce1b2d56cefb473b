import type { ReadyConfig } from '../../config.ts'
import type { Actor } from '../../platform/auth/actor.ts'
import type { AccessClaims, AccessTokens } from '../../platform/auth/access-tokens.ts'
import type { Authenticator } from '../../platform/auth/authenticator.ts'
import type { Database } from '../../platform/db/database.ts'
import type { NoticeBoard } from '../../platform/db/notices.ts'
import { authScope } from '../../platform/db/scope.ts'
import { Refusal, refuse } from '../../platform/errors.ts'
import { tenantNotEnabled } from '../../platform/tenant-context.ts'
import { createBlockedAddresses } from './blocked-addresses.ts'
import { actorOf, type Principal, principalOf } from './queries/principal.ts'
import { readStandings } from './queries/standing.ts'
import { FRESH_MS } from './rules/freshness.ts'
import type { LoginGate } from './rules/surfaces.ts'
import { actorOfProgram, adminToken, type ProgramState, readProgram } from './service-principals.ts'
import { sha256 } from './session.ts'

const CACHE_MAX = 10_000
const PROGRAM_TOKEN = 'zst_'

const ended = (reason: string): Refusal =>
  new Refusal('AUTH_INVALID', 'Please sign in again.', { details: [{ reason }] })

export const blocked = (reason: 'account' | 'ip', until: string): Refusal =>
  new Refusal('AUTH_BLOCKED', 'Access is blocked for now.', { details: [{ reason, until }] })

export interface AuthenticatorParts {
  readonly tokens: AccessTokens
  readonly database: Database
  readonly notices: NoticeBoard
  readonly config: ReadyConfig
  readonly gate: LoginGate
  readonly now: () => number
}

/** What is remembered of one credential, and what a notice may call it. */
interface Remembered<T> {
  readonly at: number
  readonly state: T
  readonly names: readonly string[]
}

/** States read once and trusted for at most 5 s; a notice that comes while one is read keeps it from being remembered. */
function createMemory<T>(now: () => number) {
  const known = new Map<string, Remembered<T>>()
  let notices = 0
  return {
    recall: async (key: string, read: () => Promise<{ state: T; names: readonly string[] }>): Promise<T> => {
      const found = known.get(key)
      if (found && now() - found.at < FRESH_MS) return found.state
      const heard = notices
      const at = now()
      const { state, names } = await read()
      if (known.size >= CACHE_MAX) known.clear()
      if (heard === notices) known.set(key, { at, state, names })
      else known.delete(key)
      return state
    },
    /** Drops what the notice names; without a name everything. */
    forget: (name?: string): void => {
      notices += 1
      if (name === undefined) return known.clear()
      for (const [key, { names }] of known) if (names.includes(name)) known.delete(key)
    },
  }
}

/**
 * Bearer token → actor, in the order of `identity.md` 6: launch gate, family, user and membership, tenant, block,
 * permission version. The state behind a token is read once and trusted for at most 5 s.
 */
export function createAuthenticator(parts: AuthenticatorParts): Authenticator {
  const { tokens, database, gate, now } = parts
  const sessions = createMemory<{ readonly principal: Principal; readonly actor: Actor }>(now)
  const programs = createMemory<ProgramState | undefined>(now)
  const addresses = createBlockedAddresses(database, now)
  const admin = adminToken(parts.config)

  const forgetAll = (): void => {
    sessions.forget()
    programs.forget()
    addresses.forget()
  }
  const forgetNamed = (payload: string): void => {
    if (payload === 'all') return forgetAll()
    sessions.forget(payload)
    // A firm's state counts for the programs that are bound to it, or to none.
    programs.forget(payload.startsWith('tenant:') ? undefined : payload)
  }
  parts.notices.listen('principal_changed', { onNotice: forgetNamed, onGap: forgetAll })

  const sessionOf = (sessionId: string) =>
    sessions.recall(sessionId, async () => {
      const [[principal]] = await database.read(authScope(), principalOf(sessionId))
      if (!principal) throw ended('session_revoked')
      const names = [`family:${sessionId}`, `user:${principal.user_id}`, `tenant:${principal.tenant_id}`]
      return { state: { principal, actor: actorOf(principal) }, names }
    })
  const assertAddressFree = async (ip: string, tenantId: string): Promise<void> => {
    const until = await addresses.blockedUntil(ip, tenantId)
    if (until !== null) throw blocked('ip', until)
  }

  const person = async (bearer: string, at: { surface: string; ip: string }): Promise<Actor> => {
    const claims = await tokens.read(bearer)
    assertGate(claims, gate)
    const { principal, actor } = await sessionOf(claims.sessionId)
    assertLive(principal, claims)
    if (principal.blocked_until !== null) throw blocked('account', principal.blocked_until)
    await assertAddressFree(at.ip, principal.tenant_id)
    if (claims.permissionVersion !== principal.permission_version) {
      throw new Refusal('AUTH_STALE_PERMISSION', 'Your rights have changed.')
    }
    if (claims.aud !== at.surface) throw refuse.forbidden('audience_not_allowed', { audience: claims.aud })
    return actor
  }
  const program = async (bearer: string, ip: string): Promise<Actor> => {
    const state = await programs.recall(sha256(bearer).toString('hex'), async () => {
      const found = await readProgram(database, bearer)
      return { state: found, names: found ? [`token:${found.token_id}`, `user:${found.user_id}`] : [] }
    })
    if (!state?.user_active || state.revoked || state.expired) throw ended('token')
    const [only] = state.tenant_ids.length === 1 ? state.tenant_ids : []
    await assertAddressFree(ip, only ?? gate.internalTenantId)
    return actorOfProgram(state, gate.internalTenantId)
  }

  return {
    authenticate: async (bearer, at) => {
      if (bearer.startsWith(PROGRAM_TOKEN)) return program(bearer, at.ip)
      if (admin.matches(bearer)) {
        if (!at.path.startsWith('/v1/control/')) throw ended('token')
        await assertAddressFree(at.ip, admin.actor.tenantId)
        return admin.actor
      }
      return person(bearer, at)
    },
    assertAddressFree,
    standingOf: (open) =>
      readStandings(database, open, { gate, isBlocked: (ip, id) => addresses.blockedUntil(ip, id) }),
    forget: (sessionId) => sessions.forget(`family:${sessionId}`),
    listening: parts.notices.ready,
  }
}

/** The token's own tenant against the configuration, before anything is looked up. */
function assertGate(claims: AccessClaims, gate: LoginGate): void {
  if (claims.aud === 'portal' || claims.tenantId === gate.internalTenantId) return
  if (claims.aud === 'studio' || !gate.multiTenant || claims.tenantId === gate.externalTenantId)
    throw tenantNotEnabled()
}

/** Family, user and membership, then the tenant. */
function assertLive(principal: Principal, claims: AccessClaims): void {
  const gone = principal.revoked || principal.expired
  if (gone || principal.user_status !== 'active' || principal.membership_status !== 'active') {
    throw ended('session_revoked')
  }
  if (principal.user_id !== claims.userId || principal.tenant_id !== claims.tenantId) throw ended('token')
  if (principal.aud !== claims.aud) throw ended('token')
  if (principal.tenant_status !== 'active') throw tenantNotEnabled()
}

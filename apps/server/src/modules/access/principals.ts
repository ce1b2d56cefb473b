import type { ErrorCode } from '@zenops/contracts/errors'
import type { Actor } from '../../platform/auth/actor.ts'
import type { OpenSession, Standing } from '../../platform/auth/authenticator.ts'
import { compileOnly, type Database } from '../../platform/db/database.ts'
import type { NoticeBoard } from '../../platform/db/notices.ts'
import { look } from '../../platform/db/rows.ts'
import { authScope } from '../../platform/db/scope.ts'
import { Refusal, refuse } from '../../platform/errors.ts'
import { createMemory } from '../../platform/memory.ts'
import { tenantNotEnabled } from '../../platform/tenant-context.ts'
import { createBlockedAddresses } from './blocked-addresses.ts'
import { actorOf, type Principal, principalOf, type SessionState, statesOf } from './principal.ts'
import { isGated, type LoginGate } from './rules/gate.ts'
import { blocked } from './standing.ts'

export interface PrincipalParts {
  readonly database: Database
  readonly notices: NoticeBoard
  readonly gate: LoginGate
  readonly now: () => number
}

/** How a socket is told what a request would be refused with. */
const STANDINGS: Partial<Readonly<Record<ErrorCode, Standing>>> = {
  AUTH_INVALID: 'ended',
  TENANT_NOT_ENABLED: 'tenant_not_enabled',
  AUTH_BLOCKED: 'blocked',
  AUTH_STALE_PERMISSION: 'stale_permission',
}

/** What a process remembers of callers: trusted for at most 5 s; a notice drops what it names, a gap everything. */
export function createPrincipals({ database, notices, gate, now }: PrincipalParts) {
  const sessions = createMemory<{ readonly principal: Principal; readonly actor: Actor }>(now)
  const programs = createMemory<unknown>(now)
  const addresses = createBlockedAddresses(database, now)
  const forgetAll = (): void => {
    for (const memory of [sessions, programs, addresses]) memory.forget()
  }
  notices.listen('principal_changed', {
    onNotice: (payload) => {
      if (payload === 'all') return forgetAll()
      sessions.forget(payload)
      // A firm's state counts for the programs that are bound to it, or to none.
      programs.forget(payload.startsWith('tenant:') ? undefined : payload)
    },
    onGap: forgetAll,
  })

  const assertAddressFree = async (ip: string, tenantId: string): Promise<void> => {
    const until = await addresses.blockedUntil(ip, tenantId)
    if (until !== null) throw blocked('ip', until)
  }
  /**
   * Throws why a session may not go on, in the order of `identity.md` 6: launch gate, family, user and membership,
   * tenant, block, permission version. A request and an open socket are asked alike.
   */
  const assertStands = async (
    state: SessionState | undefined,
    at: Pick<OpenSession, 'ip' | 'permissionVersion'>,
  ): Promise<void> => {
    if (state && isGated(state.aud, state.tenant_id, gate)) throw tenantNotEnabled()
    if (!state?.family_live || !state.account_live) throw refuse.credential('session_revoked')
    if (!state.tenant_active) throw tenantNotEnabled()
    if (state.blocked_until !== null) throw blocked('account', state.blocked_until)
    await assertAddressFree(at.ip, state.tenant_id)
    if (state.permission_version === at.permissionVersion) return
    throw new Refusal('AUTH_STALE_PERMISSION', 'Your rights have changed.')
  }
  const standingOf = (state: SessionState | undefined, one: OpenSession): Promise<Standing> =>
    assertStands(state, one).then(
      () => 'good',
      (error: unknown) => (error instanceof Refusal && STANDINGS[error.code]) || Promise.reject(error),
    )

  return {
    programs,
    assertAddressFree,
    assertStands,
    /** The state behind a session, and who calls with it. AUTH_INVALID where there is none. */
    sessionOf: (sessionId: string) =>
      sessions.recall(sessionId, async () => {
        const principal = await look(database)<Principal>`${principalOf(sessionId)}`
        if (!principal) throw refuse.credential('session_revoked')
        const names = [`family:${sessionId}`, `user:${principal.user_id}`, `tenant:${principal.tenant_id}`]
        return { state: { principal, actor: actorOf(principal) }, names }
      }),
    /** How open sessions stand now: one statement for all, in their order. */
    standingsOf: async (open: readonly OpenSession[]): Promise<Standing[]> => {
      if (open.length === 0) return []
      const statement = statesOf([...new Set(open.map((one) => one.sessionId))])
      const [states] = await database.read(authScope(), statement.compile(compileOnly))
      const bySession = new Map(states.map((state) => [state.session_id, state]))
      return Promise.all(open.map((one) => standingOf(bySession.get(one.sessionId), one)))
    },
    forget: (sessionId: string): void => sessions.forget(`family:${sessionId}`),
    listening: notices.ready,
  }
}
export type Principals = ReturnType<typeof createPrincipals>

import { logoutAll, revokeOtherSessions, revokeSession } from '@zenops/contracts/identity-entry'
import { sql } from 'kysely'
import { type AuditEntry, NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import type { Authenticator } from '../../../platform/auth/authenticator.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { endFamilies, refreshCookie } from '../session.ts'

const on = operationsOf<'identity'>()

const revokedEntry = (family: { id: string; tenant_id: string }, userId: string): AuditEntry => ({
  action: 'AUTH_SESSION_REVOKED',
  target_id: family.id,
  tenant_id: family.tenant_id,
  refs: [userId],
})
const eventsOf = (families: readonly { id: string; tenant_id: string }[], userId: string) => {
  const [first, ...rest] = families.map((family) => revokedEntry(family, userId))
  return first ? ([first, ...rest] as const) : NOTHING_CHANGED
}

export const logoutAllOperation = (authenticator: Authenticator) =>
  on.command(logoutAll, {
    asIdentity: true,
    run: async ({ actor, tx }) => {
      const ended = await endFamilies(tx, { userId: actor.userId, reason: 'logout_all', by: actor.userId })
      const { aud } = actor
      // The gate admits people of the three surfaces only.
      const cookies = aud === 'web' || aud === 'portal' || aud === 'studio' ? [refreshCookie({ aud }, '')] : []
      return { body: { revoked: ended.length }, audit: eventsOf(ended, actor.userId), reply: { cookies } }
    },
    after: async ({ actor }) => authenticator.forget(actor.sessionId ?? ''),
  })

export const revokeOtherSessionsOperation = on.command(revokeOtherSessions, {
  asIdentity: true,
  run: async ({ actor, tx }) => {
    const { userId, sessionId } = actor
    const ended = await endFamilies(tx, { userId, reason: 'revoked', by: userId, except: sessionId })
    return { body: { revoked: ended.length }, audit: eventsOf(ended, userId) }
  },
})

export const revokeSessionOperation = (authenticator: Authenticator) =>
  on.command(revokeSession, {
    asIdentity: true,
    run: async ({ actor, tx }, { params }) => {
      const { rows } = await sql<{ id: string; tenant_id: string }>`
        update identity.auth_families set revoked_at = now(), revoked_reason = 'revoked', revoked_by = ${actor.userId}::uuid
        where id = ${params.id}::uuid and user_id = ${actor.userId}::uuid and revoked_at is null and absolute_expires_at > now()
        returning id, tenant_id`.execute(tx)
      const ended = rows[0]
      if (!ended) throw refuse.notFound('This session')
      return { body: undefined, audit: revokedEntry(ended, actor.userId) }
    },
    after: async (_context, { params }) => authenticator.forget(params.id),
  })

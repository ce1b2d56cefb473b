import type { Tx } from '../../../platform/db/rows.ts'
import { logout } from '@zenops/contracts/identity'
import { logoutAll, revokeOtherSessions, revokeSession } from '@zenops/contracts/identity-entry'
import { type RawBuilder, sql } from 'kysely'
import { audited, type AuditEntry } from '../../../platform/audit/record.ts'
import type { AccessClaims } from '../../../platform/auth/access-tokens.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { type Audited, type OpenContext, operationsOf } from '../../../platform/operations.ts'
import { type IdentityParts, surfaceOf, underLimits } from '../../access/index.ts'
import { assertOrigin } from '../origin.ts'
import { refreshCookieName } from '../rules/session-life.ts'
import { endFamilies, type Ending, familiesOf, refreshCookie } from '../session.ts'
import { findHeld } from './refresh.ts'

const on = operationsOf<'identity'>()

interface Ends extends Ending {
  readonly action: AuditEntry['action']
}

interface Ended {
  readonly value: string[]
  readonly audit: Audited
}

/** Ends families, each with an event in its firm's log. Answers which. */
async function end(tx: Tx, which: RawBuilder<unknown>, { action, ...why }: Ends): Promise<Ended> {
  const ended = await endFamilies(tx, which, why)
  const events = ended.map(({ id, tenant_id, user_id }) => ({ action, target_id: id, tenant_id, refs: [user_id] }))
  return { value: ended.map(({ id }) => id), audit: audited(events) }
}

const revocation = (by: string, reason = 'revoked') => ({ action: 'AUTH_SESSION_REVOKED', reason, by }) as const

/** The session of a bearer token, when one came and is valid. */
async function claimsOf({ transport }: OpenContext, { tokens }: IdentityParts): Promise<AccessClaims | null> {
  const bearer = /^Bearer (.+)$/i.exec(transport.headers['authorization'] ?? '')?.[1]
  return bearer === undefined ? null : tokens.read(bearer).catch(() => null)
}

/** Ends the family of the cookie and that of the access token, whichever came; nothing to end is no failure. */
export const logoutOperation = (parts: IdentityParts) =>
  on.open(logout, (context, { body: { aud } }) =>
    underLimits(context, 'logout', async () => {
      const held = await findHeld(context.database, context.transport.cookies[refreshCookieName(aud)] ?? '', aud)
      await assertOrigin(context, { aud, clientType: held?.client_type ?? 'web', session: held }, parts)
      const claims = await claimsOf(context, parts)
      const named = [claims?.sid, held?.family_id].filter((id) => id !== undefined)
      const which = sql`f.aud = ${aud} and f.id = any (${named}::uuid[])`
      const ends = { action: 'AUTH_LOGOUT', reason: 'logout', by: claims?.sub ?? held?.user_id ?? null } as const
      for (const id of await context.record(authScope(), (tx) => end(tx, which, ends))) parts.forget(id)
      return { body: { result: 'signed_out' as const }, reply: { cookies: [refreshCookie(aud, '')] } }
    }),
  )

export const logoutAllOperation = (parts: IdentityParts) =>
  on.command(logoutAll, {
    asIdentity: true,
    run: async ({ actor, tx }) => {
      const { value, audit } = await end(tx, familiesOf(actor.userId), revocation(actor.userId, 'logout_all'))
      return { body: { revoked: value.length }, audit, reply: { cookies: [refreshCookie(surfaceOf(actor), '')] } }
    },
    after: async ({ actor }) => parts.forget(actor.sessionId),
  })

export const revokeOtherSessionsOperation = on.command(revokeOtherSessions, {
  asIdentity: true,
  run: async ({ actor, tx }) => {
    const { value, audit } = await end(tx, familiesOf(actor.userId, actor.sessionId), revocation(actor.userId))
    return { body: { revoked: value.length }, audit }
  },
})

export const revokeSessionOperation = (parts: IdentityParts) =>
  on.command(revokeSession, {
    asIdentity: true,
    run: async ({ actor, tx }, { params }) => {
      const one = sql`f.id = ${params.id}::uuid and f.user_id = ${actor.userId}::uuid`
      const { value, audit } = await end(tx, one, revocation(actor.userId))
      if (value.length === 0) throw refuse.notFound('This session')
      return { body: undefined, audit }
    },
    after: async (_context, { params }) => parts.forget(params.id),
  })

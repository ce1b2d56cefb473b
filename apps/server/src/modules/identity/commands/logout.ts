import { logout } from '@zenops/contracts/identity'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import type { Authenticator } from '../../../platform/auth/authenticator.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { assertOrigin } from '../origin.ts'
import type { IdentityParts } from '../parts.ts'
import { refreshCookieName } from '../rules/surfaces.ts'
import { refreshCookie, sha256 } from '../session.ts'

const on = operationsOf<'identity'>()

/** Ends the family of the cookie, or of the access token when no cookie came. */
export const logoutOperation = (parts: IdentityParts, authenticator: Authenticator) =>
  on.open(logout, async (context, { body }) => {
    assertOrigin(context.transport, body.aud, parts)
    const cookie = context.transport.cookies[refreshCookieName(body.aud)]
    const bearer = /^Bearer (.+)$/i.exec(context.transport.headers['authorization'] ?? '')?.[1]
    const claims = bearer === undefined ? null : await parts.tokens.read(bearer).catch(() => null)
    const ended = await context.record(authScope(), async (tx) => {
      const { rows } = await sql<{ id: string; user_id: string; tenant_id: string }>`
        update identity.auth_families f set revoked_at = now(), revoked_reason = 'logout', revoked_by = f.user_id
        where f.revoked_at is null and f.aud = ${body.aud} and (
          f.id = ${claims?.sessionId ?? null}::uuid
          or f.id = (select r.family_id from identity.auth_refresh_tokens r where r.token_sha256 = ${cookie ? sha256(cookie) : null}::bytea))
        returning f.id, f.user_id, f.tenant_id`.execute(tx)
      const events = rows.map(
        (row) => ({ action: 'AUTH_LOGOUT', target_id: row.id, tenant_id: row.tenant_id, refs: [row.user_id] }) as const,
      )
      const [first, ...rest] = events
      return { value: rows, audit: first ? ([first, ...rest] as const) : NOTHING_CHANGED }
    })
    for (const family of ended) authenticator.forget(family.id)
    return { body: { result: 'signed_out' as const }, reply: { cookies: [refreshCookie(body, '')] } }
  })

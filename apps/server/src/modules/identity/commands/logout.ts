import { logout } from '@zenops/contracts/identity'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import type { Authenticator } from '../../../platform/auth/authenticator.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { logoutLimit, underLimits } from '../limits.ts'
import { assertOrigin } from '../origin.ts'
import type { IdentityParts } from '../parts.ts'
import { refreshCookieName } from '../rules/surfaces.ts'
import { refreshCookie } from '../session.ts'
import { holderOf } from './refresh.ts'

const on = operationsOf<'identity'>()

/** Ends the family of the cookie and that of the access token, whichever came; nothing to end is no failure. */
export const logoutOperation = (parts: IdentityParts, authenticator: Authenticator) =>
  on.open(logout, (context, { body }) =>
    underLimits(context, logoutLimit(context), async () => {
      const cookie = context.transport.cookies[refreshCookieName(body.aud)]
      const [[held]] = await context.database.read(authScope(), holderOf(cookie ?? '', body.aud))
      const clientType = held?.client_type ?? 'web'
      await assertOrigin(context, { aud: body.aud, clientType, session: held ?? null }, parts)
      const bearer = /^Bearer (.+)$/i.exec(context.transport.headers['authorization'] ?? '')?.[1]
      const claims = bearer === undefined ? null : await parts.tokens.read(bearer).catch(() => null)
      const ended = await context.record(authScope(), async (tx) => {
        const { rows } = await sql<{ id: string; user_id: string; tenant_id: string }>`
          update identity.auth_families f set revoked_at = now(), revoked_reason = 'logout', revoked_by = f.user_id
          where f.revoked_at is null and f.aud = ${body.aud}
            and f.id in (${claims?.sessionId ?? null}::uuid, ${held?.family_id ?? null}::uuid)
          returning f.id, f.user_id, f.tenant_id`.execute(tx)
        const [first, ...rest] = rows.map((row) => ({
          action: 'AUTH_LOGOUT' as const,
          target_id: row.id,
          tenant_id: row.tenant_id,
          refs: [row.user_id],
        }))
        return { value: rows, audit: first ? ([first, ...rest] as const) : NOTHING_CHANGED }
      })
      for (const family of ended) authenticator.forget(family.id)
      return { body: { result: 'signed_out' as const }, reply: { cookies: [refreshCookie(body, '')] } }
    }),
  )

import { listSessions, type SessionRow } from '@zenops/contracts/identity-entry'
import { sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { operationsOf } from '../../../platform/operations.ts'

const on = operationsOf<'identity'>()

/** The live families of the person over all surfaces: at most thirteen, so one page holds them. */
export const listSessionsOperation = on.query(listSessions, async ({ actor, services }) => {
  const sessions = sql<SessionRow>`
    select id as session_id, aud, tenant_id, client_type, device_name, host(created_ip) as created_ip, host(last_ip) as last_ip,
      created_at, last_seen_at, absolute_expires_at as expires_at, id = ${actor.sessionId}::uuid as current
    from identity.auth_families
    where user_id = ${actor.userId}::uuid and revoked_at is null and absolute_expires_at > now()
    order by last_seen_at desc, id desc`
  const [items] = await services.database.read(authScope(), sessions.compile(compileOnly))
  return { items, next_cursor: null }
})

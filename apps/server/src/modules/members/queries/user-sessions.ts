import { listUserSessions } from '@zenops/contracts/identity-people'
import type { SessionRow } from '@zenops/contracts/identity-entry'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { assertReach, isOperator, seenTenants } from '../../rights/index.ts'
import type { IdentityParts } from '../../identity/index.ts'
import type { JobTemplate } from '@zenops/contracts/capabilities'

const on = operationsOf<'identity'>()

async function sessionsOf(tx: Kysely<DB>, whose: { tenantId: string; userId: string; current: string | null }) {
  const { rows } = await sql<SessionRow>`
    select id as session_id, aud, tenant_id, client_type, device_name, host(created_ip) as created_ip, host(last_ip) as last_ip,
      created_at, last_seen_at, absolute_expires_at as expires_at, id is not distinct from ${whose.current}::uuid as current
    from identity.auth_families
    where user_id = ${whose.userId}::uuid and tenant_id = ${whose.tenantId}::uuid and revoked_at is null and absolute_expires_at > now()
    order by last_seen_at desc, id desc limit 50`.execute(tx)
  return rows
}

/** Addresses and devices tell a lot: only within one's own reach. */
export const listUserSessionsOperation = (parts: IdentityParts) =>
  on.query(listUserSessions, async ({ services, actor }, { params, query }) => {
    const tenants = seenTenants(sql.ref('m.tenant_id'), { actor, named: query.tenant_id, gate: parts.gate })
    return services.database.readTransaction(authScope(actor.tenantId, actor.userId), async (tx) => {
      const { rows } = await sql<{ tenant_id: string; job_templates: JobTemplate[] }>`
        select m.tenant_id, array(select t.job_template from identity.membership_job_templates t
          where t.tenant_id = m.tenant_id and t.user_id = m.user_id) as job_templates
        from identity.memberships m where ${tenants} and m.user_id = ${params.id}::uuid and m.deleted_at is null
        order by m.last_used_at desc nulls last limit 1`.execute(tx)
      const member = rows[0]
      if (!member) throw refuse.notFound('The person')
      if (params.id !== actor.userId && !isOperator(actor)) {
        await assertReach(tx, actor, { tenantId: member.tenant_id, templates: member.job_templates })
      }
      const whose = { tenantId: member.tenant_id, userId: params.id, current: actor.sessionId }
      return { items: await sessionsOf(tx, whose), next_cursor: null }
    })
  })

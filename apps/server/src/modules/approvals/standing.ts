import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { Actor } from '../../platform/auth/actor.ts'
import type { Standing } from './rules/approval.ts'

/**
 * How the caller stands to requests of the firms, as the database has it now, not as his token remembers it:
 * SYSTEM_ADMIN of a firm, else an operator in the studio who holds control.rbac.
 */
export async function standingsOf(
  tx: Kysely<DB>,
  actor: Actor,
  tenantIds: readonly string[],
): Promise<(tenantId: string) => Standing> {
  const mayApprove = actor.capabilities.has('users.rbac.approve')
  const mayStandIn = actor.aud === 'studio' && actor.capabilities.has('control.rbac')
  const { rows } = await sql<{ tenant_id: string; is_admin: boolean; is_operator: boolean }>`
    select m.tenant_id, m.admin_level is not distinct from 'SYSTEM_ADMIN' as is_admin,
      m.tenant_id = app.lane_tenant_id('internal') and exists (
        select 1 from identity.membership_job_templates t
        join identity.job_template_capabilities c on c.job_template = t.job_template and c.capability = 'control.rbac'
        where t.tenant_id = m.tenant_id and t.user_id = m.user_id) as is_operator
    from identity.memberships m join identity.users u on u.id = m.user_id
    where m.user_id = ${actor.userId}::uuid and m.status = 'active' and m.deleted_at is null and u.status = 'active'
      and (m.tenant_id = any (${[...tenantIds]}::uuid[]) or m.tenant_id = app.lane_tenant_id('internal'))`.execute(tx)
  const isOperator = mayStandIn && rows.some((row) => row.is_operator)
  return (tenantId) => {
    if (mayApprove && rows.some((row) => row.tenant_id === tenantId && row.is_admin)) return 'admin'
    return isOperator ? 'stand_in' : 'none'
  }
}

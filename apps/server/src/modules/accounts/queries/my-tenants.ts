import type { JobTemplate, Role } from '@zenops/contracts/capabilities'
import { myTenants } from '@zenops/contracts/identity-people'
import { sql } from 'kysely'
import { authScope } from '../../../platform/db/scope.ts'
import { compileOnly } from '../../../platform/db/database.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { IdentityParts } from '../../identity/index.ts'

const on = operationsOf<'identity'>()

interface Row {
  readonly tenant_id: string
  readonly slug: string
  readonly name: string
  readonly lane: 'internal' | 'external' | 'tenant'
  readonly role: Role
  readonly job_templates: JobTemplate[]
  readonly last_used_at: string | null
  readonly current: boolean
}

/** Firms the person may enter on this surface, as the launch gate allows. */
export const myTenantsOperation = (parts: IdentityParts) =>
  on.query(myTenants, async ({ services, actor }) => {
    const { gate } = parts
    const fixed = {
      portal: gate.externalTenantId,
      studio: gate.internalTenantId,
      web: gate.multiTenant ? null : gate.internalTenantId,
    }
    const only = fixed[actor.aud === 'portal' || actor.aud === 'studio' ? actor.aud : 'web']
    const [items] = await services.database.read(
      authScope(actor.tenantId, actor.userId),
      sql<Row>`
        select t.id as tenant_id, t.slug, t.name, t.lane, m.role, held.list as job_templates, m.last_used_at, t.id = ${actor.tenantId}::uuid as current
        from identity.memberships m join identity.tenants t on t.id = m.tenant_id
        cross join lateral (
          select array_agg(mt.job_template order by mt.job_template) as list from identity.membership_job_templates mt
          join identity.job_templates j on j.key = mt.job_template and ${actor.aud} = any (j.aud)
          where mt.tenant_id = m.tenant_id and mt.user_id = m.user_id) held
        where m.user_id = ${actor.userId}::uuid and m.status = 'active' and m.deleted_at is null and held.list is not null
          and t.status = 'active' and t.deleted_at is null
          and ${only === null ? sql`t.lane <> 'external'` : sql`t.id = ${only}::uuid`}
        order by t.name, t.id limit 200`.compile(compileOnly),
    )
    return { items, next_cursor: null }
  })

import { deleteTenant, restoreTenant } from '@zenops/contracts/identity-platform'
import { type QueryExecutorProvider, sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { tenantColumns, type TenantRow } from '../queries/tenants.ts'
import { tenantProtected } from './update-tenant.ts'

const on = operationsOf<'identity'>()
/** How long a removed firm's data stay before retention may take them. */
const KEEP_DAYS = 90

async function lock(tx: QueryExecutorProvider, id: string): Promise<TenantRow> {
  const { rows } = await sql<TenantRow>`
    select ${tenantColumns(false)} from identity.tenants t where t.id = ${id}::uuid for update of t`.execute(tx)
  const tenant = rows[0]
  if (!tenant) throw refuse.notFound('The firm', 'id')
  if (tenant.protected) throw tenantProtected()
  return tenant
}

export const deleteTenantOperation = on.command(deleteTenant, {
  asIdentity: true,
  run: async ({ tx, actor }, { params }) => {
    const tenant = await lock(tx, params.id)
    if (tenant.deleted_at !== null) throw refuse.notFound('The firm', 'id')
    await sql`
      update identity.tenants set deleted_at = now(), deleted_by = ${actor.userId}::uuid, version = version + 1,
        updated_at = now(), purge_after = now() + make_interval(days => ${KEEP_DAYS})
      where id = ${params.id}::uuid`.execute(tx)
    const audit = {
      action: 'TENANT_DELETED',
      target_id: tenant.id,
      tenant_id: tenant.id,
      before: { slug: tenant.slug, name: tenant.name, status: tenant.status },
    } as const
    return { body: undefined, audit }
  },
})

export const restoreTenantOperation = on.command(restoreTenant, {
  asIdentity: true,
  run: async ({ tx }, { params }) => {
    const tenant = await lock(tx, params.id)
    if (tenant.deleted_at === null) {
      throw new Refusal('ILLEGAL_TRANSITION', 'This firm is not removed.', { details: [{ reason: 'not_deleted' }] })
    }
    const { rows } = await sql<TenantRow>`
      update identity.tenants t set deleted_at = null, deleted_by = null, delete_reason = null, purge_after = null,
        version = t.version + 1, updated_at = now()
      where t.id = ${params.id}::uuid returning ${tenantColumns(true)}`.execute(tx)
    const restored = rows[0]
    if (!restored) throw new Error('the firm was not restored')
    const audit = {
      action: 'TENANT_RESTORED',
      target_id: tenant.id,
      tenant_id: tenant.id,
      after: { slug: tenant.slug, name: tenant.name, status: tenant.status },
    } as const
    return { body: restored, audit }
  },
})

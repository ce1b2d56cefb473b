import { createControlTenant, createTenant } from '@zenops/contracts/identity-platform'
import type { ParsedOf } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import { type CommandContext, operationsOf } from '../../../platform/operations.ts'
import { tenantColumns, type TenantRow } from '../queries/tenants.ts'

const on = operationsOf<'identity'>()

async function create(
  { tx }: CommandContext<'identity'>,
  { slug, name, time_zone }: ParsedOf<typeof createTenant>['body'],
) {
  const { rows } = await sql<TenantRow>`
    with t as (
      insert into identity.tenants (slug, name, lane, time_zone)
      values (${slug}, ${name}, 'tenant', ${time_zone ?? 'Asia/Kolkata'}) returning *)
    select ${tenantColumns(true)} from t`.execute(tx)
  const tenant = rows[0]
  if (!tenant) throw new Error('the firm was not made')
  const audit = {
    action: 'TENANT_CREATED',
    target_id: tenant.id,
    tenant_id: tenant.id,
    after: { slug, name, time_zone: tenant.time_zone },
  } as const
  return { body: tenant, audit }
}

export const createTenantOperation = on.command(createTenant, {
  asIdentity: true,
  run: (context, { body }) => create(context, body),
})
export const createControlTenantOperation = on.command(createControlTenant, {
  asIdentity: true,
  run: (context, { body }) => create(context, body),
})

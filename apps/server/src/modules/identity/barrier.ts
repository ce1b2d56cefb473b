import type { Surface } from '@zenops/contracts/identity'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import { Refusal, refuse } from '../../platform/errors.ts'
import { tenantNotEnabled } from '../../platform/perform.ts'
import type { IdentityParts } from './parts.ts'
import { blocked, plainAddress } from './queries/address-block.ts'

/** Somebody about to get a session. */
export interface Entrant {
  readonly userId: string
  readonly tenantId: string
  readonly aud: Surface
  readonly ip: string
}

interface Standing {
  readonly tenant_active: boolean
  readonly address_blocked_until: string | null
  readonly blocked_until: string | null
  readonly active: boolean
  readonly aud_allowed: boolean
}

/**
 * What stands in the way of a session although every factor is right: launch gate, firm, address, block, account,
 * surface, in the order of a sign-in. Null = nothing.
 */
export async function barrier(tx: Kysely<DB>, who: Entrant, parts: IdentityParts): Promise<Refusal | null> {
  const { gate } = parts
  if (who.aud === 'web' && !gate.multiTenant && who.tenantId !== gate.internalTenantId) return tenantNotEnabled()
  const { rows } = await sql<Standing>`
    select t.status = 'active' and t.deleted_at is null as tenant_active,
      (select max(b.expires_at) from identity.auth_blocks b where b.cidr >>= ${plainAddress(who.ip)}::inet and b.lifted_at is null
        and b.expires_at > now() and (b.tenant_id is null or b.tenant_id = t.id)) as address_blocked_until,
      (select max(b.expires_at) from identity.auth_blocks b where b.user_id = u.id and b.lifted_at is null
        and b.expires_at > now() and (b.tenant_id is null or b.tenant_id = t.id)) as blocked_until,
      coalesce(u.status = 'active' and u.deleted_at is null and m.status = 'active' and m.deleted_at is null, false) as active,
      exists (select 1 from identity.membership_job_templates mt
        join identity.job_templates j on j.key = mt.job_template and ${who.aud} = any (j.aud)
        where mt.tenant_id = m.tenant_id and mt.user_id = m.user_id) as aud_allowed
    from identity.users u join identity.tenants t on t.id = ${who.tenantId}::uuid
    left join identity.memberships m on m.tenant_id = t.id and m.user_id = u.id
    where u.id = ${who.userId}::uuid`.execute(tx)
  const standing = rows[0]
  if (!standing?.tenant_active) return tenantNotEnabled()
  if (standing.address_blocked_until !== null) return blocked('ip', standing.address_blocked_until)
  if (standing.blocked_until !== null) return blocked('account', standing.blocked_until)
  if (!standing.active) return new Refusal('AUTH_ACCOUNT_DISABLED', 'This account is switched off.')
  return standing.aud_allowed ? null : refuse.forbidden('audience_not_allowed', { audience: who.aud })
}

/** The firm lets people in by a passkey alone. */
export async function isPasswordless(tx: Kysely<DB>, tenantId: string): Promise<boolean> {
  const { rows } = await sql<{ passwordless: boolean }>`
    select passwordless from identity.tenants where id = ${tenantId}::uuid`.execute(tx)
  return rows[0]?.passwordless ?? false
}

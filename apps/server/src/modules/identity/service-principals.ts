import type { Capability } from '@zenops/contracts/capabilities'
import { sql } from 'kysely'
import { type Actor, programActor } from '../../platform/auth/actor.ts'
import { staticToken } from '../../platform/auth/static-token.ts'
import type { Database } from '../../platform/db/database.ts'
import { authScope } from '../../platform/db/scope.ts'
import type { ReadyConfig } from '../../config.ts'
import { sha256 } from './session.ts'

export const STUDIO_ADMIN_TOKEN_USER_ID = '66666666-6666-6666-6666-666666666666'
export const STUDIO_SERVICE_USER_ID = '77777777-7777-7777-7777-777777777777'

const ADMIN_CAPABILITIES: readonly Capability[] = [
  'control.read',
  'control.billing.write',
  'control.credits.write',
  'control.plans.write',
  'control.flags.write',
  'billing.read',
]

export interface ProgramState {
  readonly token_id: string
  readonly user_id: string
  readonly user_active: boolean
  readonly expired: boolean
  readonly revoked: boolean
  readonly tenant_ids: string[]
  readonly closed: string[]
  readonly capabilities: Capability[]
}

/** A scoped token's state by its hash; its use is noted at most once a minute. */
export async function readProgram(database: Database, token: string): Promise<ProgramState | undefined> {
  const { rows } = await database.transact(authScope(), (tx) =>
    sql<ProgramState>`
      with found as (
        select t.*, u.status = 'active' and u.deleted_at is null as user_active from identity.service_tokens t
        join identity.users u on u.id = t.user_id where t.token_sha256 = ${sha256(token)}::bytea
      ), used as (
        update identity.service_tokens t set last_used_at = now() from found f
        where t.id = f.id and f.revoked_at is null and f.expires_at > now()
          and (t.last_used_at is null or t.last_used_at <= now() - interval '1 minute')
      )
      select f.id as token_id, f.user_id, f.user_active, f.expires_at <= now() as expired, f.revoked_at is not null as revoked,
        f.tenant_ids, f.capabilities, array(
          select x.id from identity.tenants x where (x.status <> 'active' or x.deleted_at is not null)
            and (cardinality(f.tenant_ids) = 0 or x.id = any (f.tenant_ids))) as closed
      from found f`.execute(tx),
  )
  return rows[0]
}

export const actorOfProgram = (state: ProgramState, internalTenantId: string): Actor =>
  programActor(
    {
      userId: state.user_id,
      tenantId: internalTenantId,
      aud: 'service',
      role: 'SYSTEM',
      bounds: { tenantIds: state.tenant_ids, closed: state.closed },
    },
    state.capabilities,
  )

/** The operators' fallback token, when the configuration has one. */
export function adminToken(config: ReadyConfig) {
  const token = staticToken(config.STUDIO_ADMIN_TOKEN, config.STUDIO_ADMIN_TOKEN_PREVIOUS)
  const actor = programActor(
    {
      userId: STUDIO_ADMIN_TOKEN_USER_ID,
      tenantId: config.ZENOPS_INTERNAL_TENANT_ID,
      aud: 'studio',
      role: 'OPS',
      viaAdminToken: true,
    },
    ADMIN_CAPABILITIES,
  )
  return { matches: (bearer: string): boolean => token.configured && token.matches(bearer), actor }
}

/** Who the billing client is, in the tenant of the account that it names. Its credential: `assertStudioServiceToken`. */
export const studioServiceActor = (tenantId: string): Actor =>
  programActor({ userId: STUDIO_SERVICE_USER_ID, tenantId, aud: 'service', role: 'SYSTEM' }, [
    'billing.read',
    'billing.usage.write',
  ])

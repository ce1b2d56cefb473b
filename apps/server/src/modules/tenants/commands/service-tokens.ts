import { createServiceToken, isTokenCapability, revokeServiceToken } from '@zenops/contracts/identity-platform'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { readServiceToken } from '../queries/service-tokens.ts'
import { newToken, sha256 } from '../../identity/index.ts'

const on = operationsOf<'identity'>()
const YEAR_MS = 365 * 86_400_000

/** What no token may hold, a life beyond a year, and firms that are not there. */
function assertGrantable(body: { capabilities: readonly string[]; expires_at: string }, now: Date): void {
  const details = body.capabilities.flatMap((capability, index) =>
    isTokenCapability(capability)
      ? []
      : [{ path: `capabilities.${index}`, reason: 'capability_not_allowed', capability }],
  )
  const life = Date.parse(body.expires_at) - now.getTime()
  if (life <= 0) details.push({ path: 'expires_at', reason: 'in_the_past', capability: '' })
  if (life > YEAR_MS) details.push({ path: 'expires_at', reason: 'too_late', capability: '' })
  if (details.length > 0) {
    throw new Refusal('VALIDATION_FAILED', 'A token may not have this.', {
      details: details.map(({ path, reason, capability }) => ({ path, reason, ...(capability ? { capability } : {}) })),
    })
  }
}

export const createServiceTokenOperation = on.command(createServiceToken, {
  asIdentity: true,
  run: async ({ tx, actor, now }, { body }) => {
    assertGrantable(body, now)
    const tenantIds = [...new Set(body.tenant_ids.map((id) => id.toLowerCase()))]
    const { rows: known } = await sql<{ id: string }>`
      select id from identity.tenants where id = any (${tenantIds}::uuid[]) and deleted_at is null`.execute(tx)
    if (known.length < tenantIds.length) throw refuse.notFound('A firm', 'tenant_ids')
    const token = `zst_${newToken()}`
    const { rows } = await sql<{ id: string }>`
      with program as (insert into identity.users (kind, name) values ('SERVICE', ${body.name}) returning id)
      insert into identity.service_tokens (user_id, tenant_ids, token_sha256, capabilities, created_by, expires_at)
      select id, ${tenantIds}::uuid[], ${sha256(token)}::bytea, ${[...new Set(body.capabilities)].sort()}::text[],
        ${actor.userId}::uuid, ${body.expires_at}::timestamptz from program
      returning id`.execute(tx)
    const made = await readServiceToken(tx, rows[0]?.id ?? '')
    const audit = {
      action: 'SERVICE_TOKEN_CREATED',
      target_id: made.id,
      after: {
        name: made.name,
        user_id: made.user_id,
        capabilities: made.capabilities,
        tenant_ids: made.tenant_ids,
        expires_at: made.expires_at,
      },
    } as const
    return { body: { ...made, token }, audit }
  },
})

export const revokeServiceTokenOperation = on.command(revokeServiceToken, {
  asIdentity: true,
  run: async ({ tx }, { params }) => {
    const { rows } = await sql<{ was_live: boolean }>`
      update identity.service_tokens set revoked_at = coalesce(revoked_at, now()) where id = ${params.id}::uuid
      returning old.revoked_at is null as was_live`.execute(tx)
    const row = rows[0]
    if (!row) throw refuse.notFound('The token', 'id')
    const audit = row.was_live ? ({ action: 'SERVICE_TOKEN_REVOKED', target_id: params.id } as const) : NOTHING_CHANGED
    return { body: undefined, audit }
  },
})

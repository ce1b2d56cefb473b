import { switchTenant } from '@zenops/contracts/identity-entry'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import type { Authenticator } from '../../../platform/auth/authenticator.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { tenantNotEnabled } from '../../../platform/perform.ts'
import { enter, entryReply } from '../entry.ts'
import type { IdentityParts } from '../parts.ts'
import { accountBlock, addressBlock, assertAddressFree, blocked } from '../queries/address-block.ts'
import { deviceOf } from '../session.ts'

const on = operationsOf<'identity'>()

/** Throws where the person may not work in the other firm; a firm he is no member of is not found, whether or not it exists. */
async function assertMember(tx: Kysely<DB>, userId: string, tenantId: string): Promise<void> {
  const { rows } = await sql<{ tenant_status: string }>`
    select t.status as tenant_status from identity.memberships m
    join identity.tenants t on t.id = m.tenant_id and t.deleted_at is null and t.lane <> 'external'
    where m.tenant_id = ${tenantId}::uuid and m.user_id = ${userId}::uuid and m.status = 'active' and m.deleted_at is null
      and exists (select 1 from identity.membership_job_templates mt
        join identity.job_templates j on j.key = mt.job_template and 'web' = any (j.aud)
        where mt.tenant_id = m.tenant_id and mt.user_id = m.user_id)`.execute(tx)
  if (!rows[0]) throw refuse.notFound('This firm', 'tenant_id')
  if (rows[0].tenant_status !== 'active') throw tenantNotEnabled()
}

interface Present {
  readonly client_type: string
  readonly device_name: string | null
  readonly amr: string[]
}

/** Ends this session and signs in to the other firm; a second factor is asked for anew where one is due there. */
export const switchTenantOperation = (parts: IdentityParts, authenticator: Authenticator) =>
  on.command(switchTenant, {
    asIdentity: true,
    run: async ({ actor, tx, transport }, { body }) => {
      const { userId } = actor
      const tenantId = body.tenant_id
      await assertMember(tx, userId, tenantId)
      const [address, account, present] = await Promise.all([
        tx.executeQuery(addressBlock(transport.ip, tenantId)),
        tx.executeQuery(accountBlock(userId, tenantId)),
        sql<Present>`
          update identity.auth_families set revoked_at = now(), revoked_reason = 'tenant_switched', revoked_by = user_id
          where id = ${actor.sessionId}::uuid and revoked_at is null returning client_type, device_name, amr`.execute(
          tx,
        ),
      ])
      assertAddressFree(address.rows)
      const until = account.rows[0]?.until ?? null
      if (until !== null) throw blocked('account', until)
      const family = present.rows[0]
      const opened = await enter(
        tx,
        {
          userId,
          tenantId,
          aud: 'web',
          clientType: family?.client_type ?? 'web',
          deviceName: family?.device_name ?? deviceOf(transport),
          ip: transport.ip,
          amr: ['pwd'],
        },
        parts,
      )
      const entry = { action: 'AUTH_TENANT_SWITCHED', target_id: actor.sessionId ?? '', refs: [userId] } as const
      const before = { tenant_id: actor.tenantId }
      const after = { tenant_id: tenantId }
      const audit = [
        { ...entry, before, after, tenant_id: actor.tenantId },
        { ...entry, before, after, tenant_id: tenantId },
      ] as const
      return { ...(await entryReply(opened, parts)), audit }
    },
    after: async ({ actor }) => authenticator.forget(actor.sessionId ?? ''),
  })

import { startGuest } from '@zenops/contracts/identity-entry'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { assertAddressFree, type IdentityParts, underLimits } from '../../access/index.ts'
import { deviceOf, limitsOf, openSession } from '../../identity/index.ts'
import { findFirm } from '../queries/firm.ts'

const on = operationsOf<'identity'>()

async function addGuest(tx: Kysely<DB>, of: { firmId: string; lane: string; locale: string }): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    with guest as (
      insert into identity.users (kind, name, locale, guest_expires_at)
      values ('GUEST', 'Guest', ${of.locale}, now() + make_interval(secs => ${limitsOf('portal', true).absolute})) returning id
    ), joined as (
      insert into identity.memberships (tenant_id, user_id, role, status)
      select ${of.lane}::uuid, id, 'CUSTOMER', 'active' from guest returning user_id
    ), linked as (
      insert into identity.portal_links (tenant_id, user_id, party_kind) select ${of.firmId}::uuid, user_id, 'self' from joined
    )
    select id from guest`.execute(tx)
  const id = rows[0]?.id
  if (id === undefined) throw new Error('the guest was not added')
  await sql`insert into identity.membership_job_templates (tenant_id, user_id, job_template, role)
    values (${of.lane}::uuid, ${id}::uuid, 'guest', 'CUSTOMER')`.execute(tx)
  return id
}

/** A visitor of the Desk: no e-mail, no password, one session of seven days. Firms without registration take none. */
export const startGuestOperation = (parts: IdentityParts) =>
  on.open(startGuest, (context, { body }) =>
    underLimits(context, 'guest', async () => {
      const firm = await findFirm(body.firm, context.database, parts)
      if (firm === undefined || firm.registration === 'off') throw refuse.forbidden('guest_closed')
      await context.services.switches.assertOn('portal.intake', firm.id)
      const { ip } = context.transport
      const lane = parts.gate.externalTenantId
      return context.record(authScope(firm.id), async (tx) => {
        await assertAddressFree(tx, ip, [lane, firm.id])
        const userId = await addGuest(tx, { firmId: firm.id, lane, locale: body.locale ?? 'en' })
        const clientType = body.client_type ?? 'web'
        const who = { userId, tenantId: lane, aud: 'portal', clientType, ip, amr: ['guest'] } as const
        const entered = await openSession(tx, { ...who, deviceName: deviceOf(context.transport) }, parts)
        const after = { session_id: entered.sessionId }
        return { value: entered, audit: { action: 'AUTH_GUEST_CREATED', target_id: userId, tenant_id: firm.id, after } }
      })
    }),
  )

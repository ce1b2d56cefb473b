import { startGuest } from '@zenops/contracts/identity-entry'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { authScope } from '../../../platform/db/scope.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import {
  addressBlock,
  assertAddressFree,
  deviceOf,
  entrySession,
  guestLimit,
  type IdentityParts,
  limitsOf,
  openSession,
  underLimits,
} from '../../identity/index.ts'
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
    underLimits(context, guestLimit(context), async () => {
      const firm = await findFirm(body.firm, context.database, parts)
      if (firm === undefined || firm.registration === 'off') throw refuse.forbidden('guest_closed')
      const { ip } = context.transport
      const lane = parts.gate.externalTenantId
      const blocks = await context.database.read(authScope(), addressBlock(ip, lane), addressBlock(ip, firm.id))
      for (const block of blocks) assertAddressFree(block)
      const session = await context.record(authScope(firm.id), async (tx) => {
        const userId = await addGuest(tx, { firmId: firm.id, lane, locale: body.locale ?? 'en' })
        const opened = await openSession(tx, {
          userId,
          tenantId: lane,
          aud: 'portal',
          clientType: body.client_type ?? 'web',
          deviceName: deviceOf(context.transport),
          ip,
          amr: ['guest'],
        })
        const after = { session_id: opened.principal.session_id }
        return {
          value: opened,
          audit: { action: 'AUTH_GUEST_CREATED', target_id: userId, tenant_id: firm.id, after },
        }
      })
      return entrySession(session, parts)
    }),
  )

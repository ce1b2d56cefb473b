import { switchTenant } from '@zenops/contracts/identity-entry'
import { sql } from 'kysely'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { barred, closed, findStanding, type IdentityParts } from '../../access/index.ts'
import { enter } from '../entry.ts'
import { deviceOf, endFamilies } from '../session.ts'

const on = operationsOf<'identity'>()

/** Ends this session and signs in to the other firm; a second factor is asked for anew where one is due there. */
export const switchTenantOperation = (parts: IdentityParts) =>
  on.command(switchTenant, {
    asIdentity: true,
    run: async ({ actor, tx, transport }, { body: { tenant_id: tenantId } }) => {
      const { userId, sessionId } = actor
      const place = { tenantId, aud: 'web', ip: transport.ip } as const
      const standing = await findStanding(tx, sql`u.id = ${userId}::uuid and t.lane <> 'external'`, place)
      // A firm he is no member of is not found, whether or not it exists.
      if (!standing?.active || !standing.admitted) throw refuse.notFound('This firm', 'tenant_id')
      const refusal = closed(standing) ?? barred(standing, 'web')
      if (refusal) throw refusal
      const which = sql`f.id = ${sessionId}::uuid`
      const [present] = await endFamilies(tx, which, { reason: 'tenant_switched', by: userId })
      const clientType = present?.client_type ?? 'web'
      const deviceName = present?.device_name ?? deviceOf(transport)
      const { body, reply } = await enter(tx, { userId, ...place, clientType, deviceName, amr: ['pwd'] }, parts)
      const moved = { before: { tenant_id: actor.tenantId }, after: { tenant_id: tenantId }, refs: [userId] }
      const entry = { action: 'AUTH_TENANT_SWITCHED', target_id: sessionId ?? '', ...moved } as const
      const audit = [
        { ...entry, tenant_id: actor.tenantId },
        { ...entry, tenant_id: tenantId },
      ] as const
      return { body, reply, audit }
    },
    after: async ({ actor }) => parts.forget(actor.sessionId),
  })

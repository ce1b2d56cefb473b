import { updateUser } from '@zenops/contracts/identity-people'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { changedFields } from '../../../platform/changed-fields.ts'
import { assertMayRule, assertVersion, lockMember, tenantOfChange } from '../../rights/index.ts'
import type { IdentityParts } from '../../access/index.ts'
import { wholeProfessional } from '../professional.ts'
import { readUser } from '../queries/get-user.ts'

const on = operationsOf<'identity'>()

export const updateUserOperation = (parts: IdentityParts) =>
  on.command(updateUser, {
    asIdentity: true,
    run: async ({ tx, actor }, { params, query, body }) => {
      const tenantId = tenantOfChange(actor, query.tenant_id)
      const member = await lockMember(tx, tenantId, params.id)
      await assertMayRule(tx, actor, member)
      assertVersion(member, body.expected_version)
      const now = {
        name: member.name,
        phone: member.phone,
        professional: wholeProfessional(member.professional) ?? null,
      }
      const professional = wholeProfessional(body.professional)
      const changed = changedFields(now, { name: body.name, phone: body.phone, professional })
      if (!changed)
        return {
          body: await readUser(tx, { tenantId, userId: params.id, aud: actor.aud }, parts),
          audit: NOTHING_CHANGED,
        }
      const next = { ...now, ...changed.after }
      // Name and phone are the person's, the professional data his in this firm.
      const isPersonal = 'name' in changed.after || 'phone' in changed.after
      const work = [
        ...(isPersonal
          ? [
              sql`update identity.users set name = ${next.name}, phone = ${next.phone}, version = version + 1, updated_at = now()
                where id = ${params.id}::uuid`.execute(tx),
            ]
          : []),
        ...('professional' in changed.after
          ? [
              sql`update identity.memberships set professional = ${next.professional === null ? null : JSON.stringify(next.professional)}::jsonb,
                  version = version + 1, updated_at = now()
                where tenant_id = ${tenantId}::uuid and user_id = ${params.id}::uuid`.execute(tx),
            ]
          : []),
      ]
      await Promise.all(work)
      return {
        body: await readUser(tx, { tenantId, userId: params.id, aud: actor.aud }, parts),
        audit: { action: 'USER_UPDATED', target_id: params.id, tenant_id: tenantId, ...changed },
      }
    },
  })

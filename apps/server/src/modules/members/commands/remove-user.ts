import { removeUser } from '@zenops/contracts/identity-people'
import { operationsOf } from '../../../platform/operations.ts'
import {
  assertAnotherAdmin,
  assertMayRule,
  endMembership,
  isActiveAdmin,
  lockMember,
  tenantOfChange,
} from '../../rights/index.ts'

const on = operationsOf<'identity'>()

export const removeUserOperation = on.command(removeUser, {
  asIdentity: true,
  run: async ({ tx, actor }, { params, query }) => {
    const tenantId = tenantOfChange(actor, query.tenant_id)
    const member = await lockMember(tx, tenantId, params.id)
    await assertMayRule(tx, actor, member)
    if (isActiveAdmin(member)) await assertAnotherAdmin(tx, tenantId, params.id)
    await endMembership(tx, member, { by: actor.userId, reason: 'removed' })
    const before = { status: member.status, job_templates: member.job_templates }
    return {
      body: undefined,
      audit: { action: 'USER_REMOVED', target_id: params.id, tenant_id: tenantId, before },
    }
  },
})

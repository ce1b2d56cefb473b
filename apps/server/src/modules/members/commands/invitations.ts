import { resendInvitation, withdrawInvitation } from '@zenops/contracts/identity-people'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { personBehind, sendInvitation } from '../invitation.ts'
import { hmacTarget, type IdentityParts, loginHmac } from '../../identity/index.ts'
import { assertMayRule, endMembership, lockMember, type Member, tenantOfChange } from '../../rights/index.ts'

const on = operationsOf<'identity'>()

/** Address of who has not accepted yet; CONFLICT for a member. */
function addressOf(member: Member): string {
  if (member.status !== 'invited' || member.email === null) {
    throw refuse.conflict('accepted', 'The invitation is accepted already.')
  }
  return member.email
}

export const resendInvitationOperation = (parts: IdentityParts) =>
  on.command(resendInvitation, {
    asIdentity: true,
    run: async ({ tx, actor, services, traceId }, { params, query, body }) => {
      const tenantId = tenantOfChange(actor, query.tenant_id)
      const member = await lockMember(tx, tenantId, params.id)
      // Whoever holds the link becomes that person, so it is handed out within one's own reach alone.
      await assertMayRule(tx, actor, member)
      const email = addressOf(member)
      const person = await personBehind(tx, { email, name: member.name, phone: member.phone })
      const invitation = { firmId: tenantId, person, email, templates: member.job_templates }
      const sent = await sendInvitation(
        tx,
        { ...invitation, delivery: body.delivery },
        { parts, services, actor, traceId },
      )
      const after = { email_hmac: hmacTarget(loginHmac(email, parts)), delivery: body.delivery, again: true }
      return {
        body: { user_id: params.id, ...sent },
        audit: { action: 'USER_INVITED', target_id: params.id, tenant_id: tenantId, after },
      }
    },
  })

export const withdrawInvitationOperation = on.command(withdrawInvitation, {
  asIdentity: true,
  run: async ({ tx, actor }, { params, query }) => {
    const tenantId = tenantOfChange(actor, query.tenant_id)
    const member = await lockMember(tx, tenantId, params.id)
    await assertMayRule(tx, actor, member)
    addressOf(member)
    await endMembership(tx, member, { by: actor.userId, reason: 'invitation withdrawn' })
    return {
      body: undefined,
      audit: { action: 'USER_INVITATION_WITHDRAWN', target_id: params.id, tenant_id: tenantId },
    }
  },
})

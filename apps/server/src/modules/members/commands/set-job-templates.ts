import { setJobTemplates } from '@zenops/contracts/identity-people'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import {
  assertAnotherAdmin,
  assertMayRequest,
  assertReach,
  assertVersion,
  createRequest,
  isActiveAdmin,
  lockMember,
  type Member,
  needsApproval,
  replaceTemplates,
  tenantOfChange,
} from '../../rights/index.ts'
import type { IdentityParts } from '../../identity/index.ts'
import { readUser } from '../queries/get-user.ts'
import { assertTemplates } from './invite-user.ts'

const on = operationsOf<'identity'>()

/** Replaces a person's templates within one's reach; from or to ADMIN and OPS the change waits for approval. */
export const setJobTemplatesOperation = (parts: IdentityParts) =>
  on.command(setJobTemplates, {
    asIdentity: true,
    run: async ({ tx, actor, services, traceId }, { params, query, body }) => {
      const tenantId = tenantOfChange(actor, query.tenant_id)
      const member = await lockMember(tx, tenantId, params.id)
      if (member.user_id === actor.userId) throw refuse.forbidden('self_change')
      assertVersion(member, body.expected_version)
      const templates = [...new Set(body.job_templates)].sort()
      const role = assertTemplates(templates, tenantId, parts)
      const answer = async () => ({
        result: 'applied' as const,
        ...(await readUser(tx, { tenantId, userId: params.id, aud: actor.aud }, parts)),
      })
      if (templates.join() === member.job_templates.join()) return { body: await answer(), audit: NOTHING_CHANGED }
      if (needsApproval(role) || needsApproval(member.role)) {
        assertMayRequest(actor)
        const asked = { member, templates, reason: body.reason ?? `Job templates: ${templates.join(', ')}` }
        if (isActiveAdmin(member) && !templates.includes('super_admin'))
          await assertAnotherAdmin(tx, tenantId, params.id)
        const { pending, audit } = await createRequest(tx, requestOf(asked), { parts, services, actor, traceId })
        return { body: pending, audit, reply: { status: 202 } }
      }
      await assertReach(tx, actor, { tenantId, templates: [...templates, ...member.job_templates] })
      await replaceTemplates(tx, member, { role, templates })
      return {
        body: await answer(),
        audit: {
          action: 'USER_ROLES_CHANGED',
          target_id: params.id,
          tenant_id: tenantId,
          before: { job_templates: member.job_templates },
          after: { job_templates: templates },
          reason: body.reason ?? null,
        },
      }
    },
  })

const requestOf = ({
  member,
  templates,
  reason,
}: {
  member: Member
  templates: Member['job_templates']
  reason: string
}) =>
  ({
    kind: 'admin_grant',
    tenantId: member.tenant_id,
    subject: `user:${member.user_id}`,
    payload: { act: 'templates', user_id: member.user_id, name: member.name, job_templates: templates },
    before: { job_templates: member.job_templates },
    after: { job_templates: templates },
    reason,
    peopleAffected: 1,
  }) as const

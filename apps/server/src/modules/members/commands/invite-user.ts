import type { JobTemplate, Role } from '@zenops/contracts/capabilities'
import { inviteUser } from '@zenops/contracts/identity-people'
import type { ParsedOf } from '@zenops/contracts/kit'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { addInvited, personBehind, sendInvitation } from '../invitation.ts'
import {
  assertMayRequest,
  assertReach,
  createRequest,
  needsApproval,
  roleOfTemplates,
  type Sending,
  tenantOfChange,
} from '../../rights/index.ts'
import { hmacTarget, type IdentityParts, loginHmac } from '../../identity/index.ts'

const on = operationsOf<'identity'>()
type Body = ParsedOf<typeof inviteUser>['body']

const FAULTS = {
  mixed_roles: 'One person has templates of one role.',
  template_not_assignable: 'This template is not given to staff.',
  internal_tenant_only: 'Operators of the platform belong to the house firm.',
} as const

/** The role of the templates, or VALIDATION_FAILED with the reason why they do not go together or not here. */
export function assertTemplates(templates: readonly JobTemplate[], tenantId: string, parts: IdentityParts): Role {
  const found = roleOfTemplates(templates, tenantId === parts.gate.internalTenantId)
  if ('fault' in found) throw refuse.invalid('job_templates', found.fault, FAULTS[found.fault])
  if (tenantId === parts.gate.externalTenantId) {
    throw refuse.invalid('tenant_id', 'template_not_assignable', 'The portal lane has no staff.')
  }
  return found.role
}

const isMember = () => refuse.conflict('member', 'This person belongs to the firm already.')

async function askForApproval(tx: Kysely<DB>, sending: Sending, { body, tenantId }: { body: Body; tenantId: string }) {
  assertMayRequest(sending.actor)
  if (body.delivery === 'manual') {
    throw refuse.invalid('delivery', 'mailed_after_approval', 'This invitation is mailed when it is approved.')
  }
  const { rows } = await sql`
    select 1 from identity.memberships m join identity.users u on u.id = m.user_id
    where m.tenant_id = ${tenantId}::uuid and m.deleted_at is null and u.email = ${body.email}::citext and u.deleted_at is null`.execute(
    tx,
  )
  if (rows.length > 0) throw isMember()
  const job_templates = [...new Set(body.job_templates)]
  return createRequest(
    tx,
    {
      kind: 'admin_grant',
      tenantId,
      subject: `invite:${hmacTarget(loginHmac(body.email, sending.parts))}`,
      payload: { act: 'invite', email: body.email, name: body.name, phone: body.phone ?? null, job_templates },
      before: null,
      after: { job_templates },
      reason: `Invitation as ${job_templates.join(', ')}`,
      peopleAffected: 1,
    },
    sending,
  )
}

/** Staff of a firm: invited within one's own reach; ADMIN and OPS wait for approval. */
export const inviteUserOperation = (parts: IdentityParts) =>
  on.command(inviteUser, {
    asIdentity: true,
    run: async ({ tx, actor, services, traceId }, { body, query }) => {
      const tenantId = tenantOfChange(actor, query.tenant_id)
      const role = assertTemplates(body.job_templates, tenantId, parts)
      const sending = { parts, services, actor, traceId }
      if (needsApproval(role)) {
        const { pending, audit } = await askForApproval(tx, sending, { body, tenantId })
        return { body: pending, audit, reply: { status: 202 } }
      }
      await assertReach(tx, actor, { tenantId, templates: body.job_templates })
      const person = await personBehind(tx, { ...body, phone: body.phone ?? null })
      const added = await addInvited(tx, { tenantId, userId: person.id, role, templates: body.job_templates })
      if (!added) throw isMember()
      const { delivery, email, job_templates } = body
      const invitation = { firmId: tenantId, person, email, templates: job_templates, delivery }
      const sent = await sendInvitation(tx, invitation, sending)
      const after = { email_hmac: hmacTarget(loginHmac(email, parts)), job_templates, delivery }
      return {
        body: {
          result: 'invited' as const,
          user_id: person.id,
          email,
          status: 'invited' as const,
          job_templates: [...new Set(job_templates)],
          ...sent,
        },
        audit: { action: 'USER_INVITED', target_id: person.id, tenant_id: tenantId, after },
      }
    },
  })

import type { JobTemplate } from '@zenops/contracts/capabilities'
import type { RbacKind } from '@zenops/contracts/identity-rights'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { AuditEntry } from '../../platform/audit/record.ts'
import { addInvited, personBehind, removeFactors, sendInvitation, tellReset } from '../members/index.ts'
import { hmacTarget, loginHmac } from '../identity/index.ts'
import {
  assertAnotherAdmin,
  isActiveAdmin,
  lockFirm,
  lockMember,
  lockPolicy,
  type Member,
  replaceTemplates,
  type RequestRow,
  type RequestShapes,
  roleOfTemplates,
  type Sending,
  writePolicy,
} from '../rights/index.ts'
import { Refusal } from '../../platform/errors.ts'

/** The events of an applied change; null when what it was asked against is not there any more. */
type Applied = AuditEntry[] | null
type Apply<K extends RbacKind> = (
  tx: Kysely<DB>,
  asked: RequestRow & RequestShapes[K],
  sending: Sending,
) => Promise<Applied>

const applyMatrix: Apply<'rbac_matrix'> = async (tx, { tenant_id, payload, before }) => {
  const { capability, job_template, scope } = payload
  const { rows } = await sql<{ default: string | null; override: string | null }>`
    select (select d.scope from identity.job_template_capabilities d
        where d.job_template = ${job_template} and d.capability = ${capability}) as "default",
      (select o.scope from identity.rbac_overrides o
        where o.tenant_id = ${tenant_id}::uuid and o.job_template = ${job_template} and o.capability = ${capability}) as "override"`.execute(
    tx,
  )
  const cell = rows[0] ?? { default: null, override: null }
  if (cell.override !== before.override || (cell.override ?? cell.default ?? 'none') !== before.scope) return null
  // Back at the default the cell says nothing of its own.
  const isDefault = scope === (cell.default ?? 'none')
  await Promise.all([
    isDefault
      ? sql`delete from identity.rbac_overrides where tenant_id = ${tenant_id}::uuid and job_template = ${job_template} and capability = ${capability}`.execute(
          tx,
        )
      : sql`insert into identity.rbac_overrides (tenant_id, job_template, capability, scope)
          values (${tenant_id}::uuid, ${job_template}, ${capability}, ${scope})
          on conflict (tenant_id, job_template, capability) do update set scope = excluded.scope`.execute(tx),
    sql`update identity.memberships set permission_version = permission_version + 1 where tenant_id = ${tenant_id}::uuid`.execute(
      tx,
    ),
  ])
  return []
}

const internalIs = (sending: Sending, tenantId: string): boolean => tenantId === sending.parts.gate.internalTenantId

const applyGrant: Apply<'admin_grant'> = async (tx, asked, sending) => {
  const { tenant_id, payload, requested_by } = asked
  const found = roleOfTemplates(payload.job_templates, internalIs(sending, tenant_id))
  if ('fault' in found) return null
  const wanted = { role: found.role, templates: payload.job_templates }
  if (payload.act === 'invite') return applyInvitation(tx, { tenant_id, payload, requested_by, wanted }, sending)
  const member = await memberOrNull(tx, tenant_id, payload.user_id)
  const base: readonly JobTemplate[] = asked.before === null ? [] : asked.before.job_templates
  if (!member || member.job_templates.join() !== [...base].sort().join()) return null
  if (isActiveAdmin(member) && !payload.job_templates.includes('super_admin')) {
    await assertAnotherAdmin(tx, tenant_id, member.user_id)
  }
  await replaceTemplates(tx, member, wanted)
  const [before, after] = [{ job_templates: member.job_templates }, { job_templates: payload.job_templates }]
  return [{ action: 'USER_ROLES_CHANGED', target_id: member.user_id, tenant_id, before, after }]
}

interface ApprovedInvitation {
  readonly tenant_id: string
  readonly requested_by: string
  readonly payload: Extract<RequestShapes['admin_grant']['payload'], { act: 'invite' }>
  readonly wanted: { readonly role: Member['role']; readonly templates: JobTemplate[] }
}

async function applyInvitation(tx: Kysely<DB>, one: ApprovedInvitation, sending: Sending): Promise<Applied> {
  const { tenant_id, payload, wanted } = one
  const person = await personBehind(tx, payload)
  if (!(await addInvited(tx, { tenantId: tenant_id, userId: person.id, ...wanted }))) return null
  await sendInvitation(
    tx,
    {
      firmId: tenant_id,
      person,
      email: payload.email,
      templates: wanted.templates,
      delivery: 'email',
      inviterId: one.requested_by,
    },
    sending,
  )
  const after = {
    email_hmac: hmacTarget(loginHmac(payload.email, sending.parts)),
    job_templates: payload.job_templates,
  }
  return [{ action: 'USER_INVITED', target_id: person.id, tenant_id, after }]
}

const applyFactorReset: Apply<'mfa_reset_admin'> = async (tx, { tenant_id, payload, reason }, sending) => {
  const member = await memberOrNull(tx, tenant_id, payload.user_id)
  if (!member) return null
  const revoked = await removeFactors(tx, member.user_id, { reason: 'mfa_reset', by: sending.actor.userId })
  await tellReset(tx, member, sending)
  return [{ action: 'MFA_RESET', target_id: member.user_id, tenant_id, after: { sessions_ended: revoked }, reason }]
}

const applyPolicy: Apply<'policy_relax'> = async (tx, { tenant_id, payload, before }) => {
  const current = await lockPolicy(tx, tenant_id)
  const same = (['mfa_policy', 'passwordless', 'registration'] as const).every((key) => current[key] === before[key])
  if (!same) return null
  return [await writePolicy(tx, tenant_id, { before, after: payload })]
}

const memberOrNull = (tx: Kysely<DB>, tenantId: string, userId: string): Promise<Member | null> =>
  lockMember(tx, tenantId, userId).catch((error: unknown) => {
    if (error instanceof Refusal && error.code === 'NOT_FOUND') return null
    throw error
  })

const APPLY: { readonly [K in RbacKind]: Apply<K> } = {
  rbac_matrix: applyMatrix,
  admin_grant: applyGrant,
  mfa_reset_admin: applyFactorReset,
  policy_relax: applyPolicy,
}

/** Does what was approved, in the approver's transaction. LAST_ADMIN where it would leave the firm without one. */
export async function applyRequest(tx: Kysely<DB>, request: RequestRow, sending: Sending): Promise<Applied> {
  await lockFirm(tx, request.tenant_id)
  // Casts: rows are written by createRequest alone, in the shape of their kind.
  const apply = APPLY[request.kind] as (tx: Kysely<DB>, asked: unknown, sending: Sending) => Promise<Applied>
  return apply(tx, request, sending)
}

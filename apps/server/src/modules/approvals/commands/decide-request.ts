import { approveRequest, type RbacState, rejectRequest, withdrawRequest } from '@zenops/contracts/identity-rights'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import type { Actor } from '../../../platform/auth/actor.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { applyRequest } from '../apply-request.ts'
import { type RequestRow, seenTenants, type Sending, tellDecision } from '../../rights/index.ts'
import type { IdentityParts } from '../../identity/index.ts'
import { whyNot } from '../rules/approval.ts'
import { standingsOf } from '../standing.ts'

const on = operationsOf<'identity'>()

const SAYINGS: Readonly<Record<string, string>> = {
  request_not_pending: 'This request is closed already.',
  self_approval_not_allowed: 'Others decide about your own request.',
  duplicated_approver: 'You have decided about this request already.',
  approver_not_entitled: 'You may not decide about this request.',
  base_changed: 'What the request was about has changed since; it is closed. Please ask anew.',
}
const invalid = (reason: string): Refusal =>
  new Refusal('RBAC_APPROVAL_INVALID', SAYINGS[reason] ?? 'This request cannot be decided.', { details: [{ reason }] })

interface Locked extends RequestRow {
  readonly status: RbacState
  readonly is_over: boolean
  readonly approvals_needed: number
}

/** The request under lock: of two who decide at once the second sees what the first has done. */
async function lockRequest(tx: Kysely<DB>, tenants: RawBuilder<boolean>, id: string): Promise<Locked> {
  const { rows } = await sql<Locked>`
    select r.tenant_id, r.id, r.kind, r.payload, r.before, r.reason, r.requested_by, r.status, r.expires_at <= now() as is_over,
      (select t.rbac_approvals from identity.tenants t where t.id = r.tenant_id) as approvals_needed
    from identity.rbac_requests r where ${tenants} and r.id = ${id}::uuid for update`.execute(tx)
  const request = rows[0]
  if (!request) throw refuse.notFound('The request')
  return request
}

interface Decided {
  readonly decided_by: string
  readonly approves: boolean
  readonly stood_in: boolean
}

async function decisionsOn(tx: Kysely<DB>, request: Locked): Promise<Decided[]> {
  const { rows } = await sql<Decided>`
    select d.decided_by, d.decision = 'APPROVE' as approves, not exists (
      select 1 from identity.memberships m
      where m.tenant_id = d.tenant_id and m.user_id = d.decided_by and m.admin_level = 'SYSTEM_ADMIN') as stood_in
    from identity.rbac_decisions d where d.tenant_id = ${request.tenant_id}::uuid and d.request_id = ${request.id}::uuid`.execute(
    tx,
  )
  return rows
}

/** The order of refusals is that of `identity.md` 8. Answers how many have approved so far. */
async function assertMayDecide(tx: Kysely<DB>, request: Locked, actor: Actor): Promise<number> {
  const [decided, standingIn] = await Promise.all([
    decisionsOn(tx, request),
    standingsOf(tx, actor, [request.tenant_id]),
  ])
  const fault = whyNot({
    status: request.status,
    isOver: request.is_over,
    requestedBy: request.requested_by,
    decidedBy: decided.map((one) => one.decided_by),
    standInUsed: decided.some((one) => one.stood_in && one.approves),
    caller: { userId: actor.userId, standing: standingIn(request.tenant_id) },
  })
  if (fault !== null) throw invalid(fault)
  return decided.filter((one) => one.approves).length
}

const keepDecision = (
  tx: Kysely<DB>,
  request: Locked,
  { actor, decision, comment }: { actor: Actor; decision: 'APPROVE' | 'REJECT'; comment: string | null },
) =>
  sql`insert into identity.rbac_decisions (tenant_id, request_id, decided_by, decision, comment)
    values (${request.tenant_id}::uuid, ${request.id}::uuid, ${actor.userId}::uuid, ${decision}, ${comment})`.execute(
    tx,
  )

const close = (tx: Kysely<DB>, request: Locked, how: { status: RbacState; reason: string | null }) =>
  sql`update identity.rbac_requests set status = ${how.status}, close_reason = ${how.reason}, closed_at = now(),
      applied_at = case when ${how.status} = 'APPLIED' then now() end
    where tenant_id = ${request.tenant_id}::uuid and id = ${request.id}::uuid`.execute(tx)

const eventOf = (action: AuditEntry['action'], request: Locked, extra: Partial<AuditEntry> = {}): AuditEntry => ({
  action,
  target_id: request.id,
  tenant_id: request.tenant_id,
  ...extra,
})

/** The last needed approval applies the change in its own transaction. */
async function approve(tx: Kysely<DB>, request: Locked, ask: { sending: Sending; comment: string | null }) {
  const { sending, comment } = ask
  const approvals = (await assertMayDecide(tx, request, sending.actor)) + 1
  await keepDecision(tx, request, { actor: sending.actor, decision: 'APPROVE', comment })
  const approved = eventOf('RBAC_CHANGE_REQUEST_APPROVED', request, { after: { approvals }, reason: comment })
  const counts = { approvals, approvals_needed: request.approvals_needed }
  if (approvals < request.approvals_needed) {
    return { body: { status: 'PENDING' as const, ...counts }, audit: approved }
  }
  const effects = await applyRequest(tx, request, sending)
  if (effects === null) {
    await close(tx, request, { status: 'REJECTED', reason: 'base_changed' })
    await tellDecision(tx, request, { decision: 'rejected', sending })
    const rejected = eventOf('RBAC_CHANGE_REQUEST_REJECTED', request, { after: { close_reason: 'base_changed' } })
    return {
      body: { status: 'REJECTED' as const, ...counts },
      audit: [approved, rejected] as const,
      refusal: invalid('base_changed'),
    }
  }
  await close(tx, request, { status: 'APPLIED', reason: null })
  await tellDecision(tx, request, { decision: 'applied', sending })
  const applied = eventOf('RBAC_CHANGE_REQUEST_APPLIED', request, {
    before: request.before ?? undefined,
    after: { kind: request.kind },
  })
  return { body: { status: 'APPLIED' as const, ...counts }, audit: [approved, applied, ...effects] as const }
}

export const approveRequestOperation = (parts: IdentityParts) =>
  on.command(approveRequest, {
    asIdentity: true,
    run: async ({ tx, actor, services, traceId }, { params, body }) => {
      const tenants = seenTenants(sql.ref('r.tenant_id'), { actor, named: undefined, gate: parts.gate })
      const request = await lockRequest(tx, tenants, params.id)
      return approve(tx, request, { sending: { parts, services, actor, traceId }, comment: body.comment ?? null })
    },
  })

export const rejectRequestOperation = (parts: IdentityParts) =>
  on.command(rejectRequest, {
    asIdentity: true,
    run: async ({ tx, actor, services, traceId }, { params, body }) => {
      const tenants = seenTenants(sql.ref('r.tenant_id'), { actor, named: undefined, gate: parts.gate })
      const request = await lockRequest(tx, tenants, params.id)
      const approvals = await assertMayDecide(tx, request, actor)
      const comment = body.comment ?? null
      await keepDecision(tx, request, { actor, decision: 'REJECT', comment })
      await close(tx, request, { status: 'REJECTED', reason: 'rejected' })
      await tellDecision(tx, request, { decision: 'rejected', sending: { services, actor, traceId } })
      return {
        body: { status: 'REJECTED' as const, approvals, approvals_needed: request.approvals_needed },
        audit: eventOf('RBAC_CHANGE_REQUEST_REJECTED', request, { reason: comment }),
      }
    },
  })

/** The requester alone takes his request back; to others who cannot see requests it is not there. */
export const withdrawRequestOperation = (parts: IdentityParts) =>
  on.command(withdrawRequest, {
    asIdentity: true,
    run: async ({ tx, actor, services, traceId, can }, { params, body }) => {
      const tenants = seenTenants(sql.ref('r.tenant_id'), { actor, named: undefined, gate: parts.gate })
      const request = await lockRequest(tx, tenants, params.id)
      if (request.requested_by !== actor.userId) {
        throw can('users.rbac.read') === null ? refuse.notFound('The request') : refuse.forbidden('not_requester')
      }
      if (request.status !== 'PENDING' || request.is_over) throw invalid('request_not_pending')
      const approvals = (await decisionsOn(tx, request)).filter((one) => one.approves).length
      await close(tx, request, { status: 'WITHDRAWN', reason: 'withdrawn' })
      await tellDecision(tx, request, { decision: 'withdrawn', sending: { services, actor, traceId } })
      return {
        body: { status: 'WITHDRAWN' as const, approvals, approvals_needed: request.approvals_needed },
        audit: eventOf('RBAC_CHANGE_REQUEST_WITHDRAWN', request, { reason: body.comment ?? null }),
      }
    },
  })

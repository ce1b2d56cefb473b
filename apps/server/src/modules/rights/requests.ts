import type { JobTemplate } from '@zenops/contracts/capabilities'
import type { RbacKind } from '@zenops/contracts/identity-rights'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { AuditEntry } from '../../platform/audit/record.ts'
import type { Actor } from '../../platform/auth/actor.ts'
import { refuse } from '../../platform/errors.ts'
import type { MailVariables } from '../../platform/mail/port.ts'
import { type Sending, withTenant } from './sending.ts'
import { lockFirm } from './membership.ts'
import type { CellScope } from './rules/matrix.ts'
import type { SignInRules } from './rules/sign-in-policy.ts'

/** What each kind of request asks, and the state it was asked against. */
export interface RequestShapes {
  rbac_matrix: {
    payload: { capability: string; job_template: JobTemplate; scope: CellScope }
    before: { scope: CellScope; override: CellScope | null }
    after: { scope: CellScope }
  }
  admin_grant:
    | {
        payload: { act: 'invite'; email: string; name: string; phone: string | null; job_templates: JobTemplate[] }
        before: null
        after: { job_templates: JobTemplate[] }
      }
    | {
        payload: { act: 'templates'; user_id: string; name: string; job_templates: JobTemplate[] }
        before: { job_templates: JobTemplate[] }
        after: { job_templates: JobTemplate[] }
      }
  mfa_reset_admin: {
    payload: { user_id: string; name: string }
    before: null
    after: null
  }
  policy_relax: { payload: SignInRules; before: SignInRules; after: SignInRules }
}

export type Asked<K extends RbacKind = RbacKind> = {
  [One in K]: RequestShapes[One] & {
    readonly kind: One
    /** One request may wait about it: the cell, the person, the policy. */
    readonly subject: string
    readonly tenantId: string
    readonly reason: string
    readonly peopleAffected: number
  }
}[K]

export interface RequestRow {
  readonly tenant_id: string
  readonly id: string
  readonly kind: RbacKind
  readonly payload: unknown
  readonly before: unknown
  readonly reason: string
  readonly requested_by: string
}

/** A request in one sentence, for mails. */
export function changeText(request: Pick<RequestRow, 'kind' | 'payload' | 'before'>): string {
  // Cast: rows are written by createRequest alone, in the shape of their kind.
  const one = request as { [K in RbacKind]: RequestShapes[K] & { kind: K } }[RbacKind]
  if (one.kind === 'rbac_matrix') {
    const { capability, job_template, scope } = one.payload
    return `${capability} for ${job_template}: ${one.before.scope} becomes ${scope}`
  }
  if (one.kind === 'mfa_reset_admin') return `the second factor of ${one.payload.name} is removed`
  if (one.kind === 'policy_relax') {
    const rules = (of: SignInRules): string =>
      `second factor ${of.mfa_policy}, passwordless ${of.passwordless ? 'on' : 'off'}, registration ${of.registration}`
    return `sign-in policy: ${rules(one.before)} becomes ${rules(one.payload)}`
  }
  return one.payload.act === 'invite'
    ? `${one.payload.name} is invited as ${one.payload.job_templates.join(', ')}`
    : `${one.payload.name} becomes ${one.payload.job_templates.join(', ')}`
}

/** Whoever asks for changes of rights is an administrator with the capability; else FORBIDDEN. */
export function assertMayRequest(actor: Actor): void {
  if (actor.role === 'ADMIN' && actor.capabilities.has('users.rbac.request')) return
  throw refuse.forbidden('missing_capability', { capability: 'users.rbac.request', scope: 'none' })
}

/** Requests whose fourteen days are over; answers their events. */
export async function expireRequests(
  tx: Kysely<DB>,
  tenantId: string,
): Promise<(RequestRow & { audit: AuditEntry })[]> {
  const { rows } = await sql<RequestRow>`
    update identity.rbac_requests set status = 'EXPIRED', closed_at = now(), close_reason = 'expired'
    where tenant_id = ${tenantId}::uuid and status = 'PENDING' and expires_at <= now()
    returning tenant_id, id, kind, payload, before, reason, requested_by`.execute(tx)
  return rows.map((row) => ({
    ...row,
    audit: {
      action: 'RBAC_CHANGE_REQUEST_EXPIRED',
      target_id: row.id,
      tenant_id: tenantId,
      after: { status: 'EXPIRED' },
    },
  }))
}

export interface Waiting {
  readonly pending: { result: 'pending'; request_id: string; approvals_needed: number }
  readonly audit: [AuditEntry, ...AuditEntry[]]
}

/** Keeps a request and tells its approvers. CONFLICT while another about the same waits. */
export async function createRequest(tx: Kysely<DB>, asked: Asked, sending: Sending): Promise<Waiting> {
  const { kind, subject, payload, before, after, reason, peopleAffected, tenantId } = asked
  const by = sending.actor.userId
  await lockFirm(tx, tenantId)
  const over = await expireRequests(tx, tenantId)
  const { rows } = await sql<{ id: string; approvals_needed: number }>`
    insert into identity.rbac_requests (tenant_id, kind, subject, payload, before, after, people_affected, requested_by, reason)
    select t.id, ${kind}, ${subject}, ${JSON.stringify(payload)}::jsonb, ${before === null ? null : JSON.stringify(before)}::jsonb,
      ${after === null ? null : JSON.stringify(after)}::jsonb, ${peopleAffected}::int, ${by}::uuid, ${reason}
    from identity.tenants t where t.id = ${tenantId}::uuid
    on conflict (tenant_id, kind, subject) where status = 'PENDING' do nothing
    returning id, (select rbac_approvals from identity.tenants t where t.id = ${tenantId}::uuid) as approvals_needed`.execute(
    tx,
  )
  const made = rows[0]
  if (!made) throw refuse.conflict('request_pending', 'A request about this waits for a decision already.')
  const row: RequestRow = { tenant_id: tenantId, id: made.id, kind, payload, before, reason, requested_by: by }
  await tellApprovers(tx, row, sending)
  return {
    pending: { result: 'pending', request_id: made.id, approvals_needed: made.approvals_needed },
    audit: [
      {
        action: 'RBAC_CHANGE_REQUEST_CREATED',
        target_id: made.id,
        tenant_id: tenantId,
        before: before ?? undefined,
        after: { kind, ...after },
        reason,
      },
      ...over.map((one) => one.audit),
    ],
  }
}

interface Recipient {
  readonly user_id: string
  readonly email: string
  readonly locale: string
  readonly firm: string
  readonly time_zone: string
  readonly requester: string
  readonly surface: 'web' | 'studio'
}

type Decision = MailVariables['rbac_request_decided']['decision']

/** SYSTEM_ADMINs of the firm but the requester; where they are too few, operators who may stand in hear of it too. */
async function tellApprovers(tx: Kysely<DB>, request: RequestRow, sending: Sending): Promise<void> {
  const { rows } = await sql<Recipient>`
    with firm as (select t.id, t.name as firm, t.time_zone, t.rbac_approvals, r.name as requester
      from identity.tenants t, identity.users r where t.id = ${request.tenant_id}::uuid and r.id = ${request.requested_by}::uuid),
    own as (
      select m.user_id, 'web' as surface from identity.memberships m, firm
      where m.tenant_id = firm.id and m.admin_level = 'SYSTEM_ADMIN' and m.status = 'active' and m.deleted_at is null
        and m.user_id <> ${request.requested_by}::uuid),
    stand_in as (
      select m.user_id, 'studio' as surface from identity.memberships m, firm
      where m.tenant_id = app.lane_tenant_id('internal') and m.role = 'OPS' and m.status = 'active' and m.deleted_at is null
        and m.user_id <> ${request.requested_by}::uuid and (select count(*) from own) < firm.rbac_approvals)
    select a.user_id, a.surface, u.email, u.locale, firm.firm, firm.time_zone, firm.requester
    from (select * from own union all select * from stand_in) a join identity.users u on u.id = a.user_id, firm
    where u.status = 'active' and u.email is not null order by a.user_id limit 50`.execute(tx)
  await withTenant(tx, { tenantId: request.tenant_id, actor: sending.actor }, async () => {
    for (const { user_id, email, locale, firm, time_zone, requester, surface } of rows) {
      await sending.services.mail.queue(tx, {
        tenantId: request.tenant_id,
        userId: user_id,
        to: email,
        template: 'rbac_request_created',
        variables: { firm, requester, change: changeText(request), reason: request.reason },
        link: { surface, path: '/approvals' },
        locale,
        timeZone: time_zone,
        traceId: sending.traceId,
      })
    }
  })
}

/** The requester and who has decided hear the end, but not the one who brought it about. */
export async function tellDecision(
  tx: Kysely<DB>,
  request: RequestRow,
  how: {
    readonly decision: Decision
    readonly sending: Pick<Sending, 'services' | 'traceId'> & { readonly actor: Pick<Actor, 'tenantId' | 'userId'> }
  },
): Promise<void> {
  const { decision, sending } = how
  const { rows } = await sql<Pick<Recipient, 'user_id' | 'email' | 'locale' | 'firm'>>`
    select u.id as user_id, u.email, u.locale, t.name as firm from identity.users u, identity.tenants t
    where t.id = ${request.tenant_id}::uuid and u.status = 'active' and u.email is not null
      and (u.id = ${request.requested_by}::uuid or exists (
        select 1 from identity.rbac_decisions d
        where d.tenant_id = t.id and d.request_id = ${request.id}::uuid and d.decided_by = u.id))
      and u.id <> ${sending.actor.userId}::uuid order by u.id limit 50`.execute(tx)
  await withTenant(tx, { tenantId: request.tenant_id, actor: sending.actor }, async () => {
    for (const { user_id, email, locale, firm } of rows) {
      await sending.services.mail.queue(tx, {
        tenantId: request.tenant_id,
        userId: user_id,
        to: email,
        template: 'rbac_request_decided',
        variables: { firm, change: changeText(request), decision },
        link: { surface: 'web', path: '/approvals' },
        locale,
        traceId: sending.traceId,
      })
    }
  })
}

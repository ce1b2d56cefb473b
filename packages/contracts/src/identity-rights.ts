import { z } from 'zod'
import { CAPABILITIES, ROLES, SCOPES } from './capabilities.ts'
import { JobTemplateName, REGISTRATIONS, surface } from './identity.ts'
import { Pending } from './identity-people.ts'
import { operation } from './kit.ts'
import type { StateFaces } from './states.ts'
import { face, finalFace } from './states.ts'
import {
  byId,
  expectedVersion,
  id,
  instant,
  listQuery,
  many,
  optionalText,
  page,
  personRef,
  tenantRef,
  text,
  version,
} from './values.ts'

const both = ['web', 'studio'] as const
/** A cell of the matrix: a scope, or none. */
export const MATRIX_SCOPES = [...SCOPES, 'none'] as const
const scope = z.enum(MATRIX_SCOPES)
const capability = z.enum(CAPABILITIES as [string, ...string[]]) // never empty

export const RBAC_KINDS = ['rbac_matrix', 'admin_grant', 'mfa_reset_admin', 'policy_relax'] as const
export type RbacKind = (typeof RBAC_KINDS)[number]
export const RBAC_STATES = ['PENDING', 'APPLIED', 'REJECTED', 'WITHDRAWN', 'EXPIRED'] as const
export type RbacState = (typeof RBAC_STATES)[number]
export const RBAC_FAMILY: StateFaces<RbacState> = {
  PENDING: face('amber', 'Waiting'),
  APPLIED: finalFace('green', 'Applied'),
  REJECTED: finalFace('red', 'Rejected'),
  WITHDRAWN: finalFace('grey', 'Withdrawn'),
  EXPIRED: finalFace('grey', 'Expired'),
}

export const getMatrix = operation({
  id: 'identity.getMatrix',
  method: 'GET',
  path: '/v1/admin/rbac/matrix',
  summary: 'Who may do what in this firm: default, override and effect of every cell.',
  access: { capability: 'users.rbac.read' },
  audiences: both,
  query: z.strictObject({ tenant_id: tenantRef.optional() }),
  ok: z.object({
    approvals_needed: z.int(),
    job_templates: z.array(
      z.object({
        key: JobTemplateName,
        role: z.enum(ROLES),
        aud: z.array(surface),
        people: z.int().meta({ description: 'active memberships that hold it' }),
      }),
    ),
    cells: z.array(
      z.object({
        capability: z.string(),
        area: z.string(),
        job_template: JobTemplateName,
        default: scope,
        override: scope.nullable(),
        effective: scope,
        overridable: z.boolean(),
        widest: scope.meta({ description: 'the widest scope an override may give here' }),
        pending_request_id: id.nullable(),
      }),
    ),
  }),
})

export const requestMatrixChange = operation({
  id: 'identity.requestMatrixChange',
  method: 'PUT',
  path: '/v1/admin/rbac/matrix/:capability',
  summary: 'Asks for another scope in one cell; others approve it.',
  access: { capability: 'users.rbac.request' },
  params: z.strictObject({ capability }),
  status: 202,
  body: z.strictObject({ job_template: JobTemplateName, scope, reason: text(500, 10) }),
  ok: Pending,
  errors: ['CONFLICT'],
})

/** A change that waits for other people, with what it would do and who has decided. */
export const ApprovalRequest = z
  .object({
    id,
    tenant_id: id,
    tenant_name: z.string(),
    kind: z.enum(RBAC_KINDS),
    status: z.enum(RBAC_STATES),
    payload: z.record(z.string(), z.unknown()).meta({ description: 'what is asked, by kind' }),
    before: z.record(z.string(), z.unknown()).nullable(),
    after: z.record(z.string(), z.unknown()).nullable(),
    reason: z.string(),
    requested_by: personRef,
    people_affected: z.int(),
    approvals: z.int(),
    approvals_needed: z.int(),
    decisions: z.array(
      z.object({
        decided_by: personRef,
        decision: z.enum(['APPROVE', 'REJECT']),
        comment: z.string().nullable(),
        decided_at: instant,
      }),
    ),
    may_decide: z.boolean(),
    why_not: z.string().nullable().meta({ description: 'reason of RBAC_APPROVAL_INVALID when one may not decide' }),
    mine: z.boolean(),
    created_at: instant,
    expires_at: instant,
    closed_at: instant.nullable(),
  })
  .meta({ id: 'ApprovalRequest' })

export const listApprovalRequests = operation({
  id: 'identity.listApprovalRequests',
  method: 'GET',
  path: '/v1/admin/rbac/approval-requests',
  summary: 'Requests about rights, newest first.',
  access: { capability: 'users.rbac.read' },
  audiences: both,
  query: listQuery({
    status: many(z.enum(RBAC_STATES)),
    kind: many(z.enum(RBAC_KINDS)),
    tenant_id: tenantRef.optional(),
  }),
  ok: page(ApprovalRequest),
})
export const getApprovalRequest = operation({
  id: 'identity.getApprovalRequest',
  opens: 'RBAC_REQUEST',
  method: 'GET',
  path: '/v1/admin/rbac/approval-requests/:id',
  summary: 'One request about rights.',
  access: { capability: 'users.rbac.read' },
  audiences: both,
  params: byId,
  ok: ApprovalRequest,
})

const decide = {
  method: 'POST',
  audiences: both,
  params: byId,
  body: z.strictObject({ comment: optionalText(500) }).prefault({}),
  ok: z.object({ status: z.enum(RBAC_STATES), approvals: z.int(), approvals_needed: z.int() }),
  errors: ['RBAC_APPROVAL_INVALID', 'LAST_ADMIN'],
} as const
export const approveRequest = operation({
  ...decide,
  id: 'identity.approveRequest',
  path: '/v1/admin/rbac/approval-requests/:id/approve',
  summary: 'Approves; the last needed approval applies the change in the same transaction.',
  access: { capability: 'users.rbac.approve', or: 'control.rbac' },
  stepUp: true,
})
export const rejectRequest = operation({
  ...decide,
  id: 'identity.rejectRequest',
  path: '/v1/admin/rbac/approval-requests/:id/reject',
  summary: 'Rejects; one rejection ends the request.',
  access: { capability: 'users.rbac.approve', or: 'control.rbac' },
  stepUp: true,
})
export const withdrawRequest = operation({
  ...decide,
  id: 'identity.withdrawRequest',
  path: '/v1/admin/rbac/approval-requests/:id/withdraw',
  summary: 'Takes an own request back.',
  access: 'person',
})

export const MFA_POLICIES = ['admins', 'staff', 'webauthn_admins'] as const
const policy = {
  mfa_policy: z.enum(MFA_POLICIES),
  passwordless: z.boolean(),
  registration: z.enum(REGISTRATIONS),
}
export const SignInPolicy = z.object({ ...policy, version }).meta({ id: 'SignInPolicy' })

export const getSignInPolicy = operation({
  id: 'identity.getSignInPolicy',
  method: 'GET',
  path: '/v1/admin/sign-in-policy',
  summary: 'How people of this firm sign in.',
  access: { capability: 'users.security' },
  audiences: both,
  query: z.strictObject({ tenant_id: tenantRef.optional() }),
  ok: SignInPolicy,
})
export const setSignInPolicy = operation({
  id: 'identity.setSignInPolicy',
  method: 'PUT',
  path: '/v1/admin/sign-in-policy',
  summary: 'Changes how people sign in; a weaker policy waits for approval (202).',
  access: { capability: 'users.security' },
  stepUp: true,
  audiences: both,
  query: z.strictObject({ tenant_id: tenantRef.optional() }),
  body: z.strictObject({ ...policy, reason: optionalText(500), expected_version: expectedVersion }),
  ok: z.discriminatedUnion('result', [SignInPolicy.extend({ result: z.literal('applied') }), Pending]),
  alsoStatus: [202],
  errors: ['REVISION_MISMATCH', 'CONFLICT'],
})

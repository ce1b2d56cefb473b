import { z } from 'zod'
import {
  ADMIN_LEVELS,
  CapabilityGrant,
  JobTemplateName,
  LANES,
  MEMBERSHIP_STATES,
  Me,
  SURFACES,
  UserRow,
  surface,
} from './identity.ts'
import { SessionRow } from './identity-entry.ts'
import { operation } from './kit.ts'
import { ROLES } from './capabilities.ts'
import {
  byId,
  changes,
  day,
  email,
  expectedVersion,
  id,
  instant,
  listQuery,
  many,
  optional,
  optionalText,
  page,
  phone,
  tenantRef,
  text,
  version,
} from './values.ts'

const both = ['web', 'studio'] as const
const reason = text(500, 3)
/** `email` mails the link; `manual` hands it out once, for a new person only. */
const delivery = z.enum(['email', 'manual']).default('email')
const templates = z.array(JobTemplateName).min(1).max(6)
const inviteUrl = z.string().optional().meta({ description: 'once, with delivery manual' })

/** The firm a call of the studio is about; the Workspace acts in its own. Changes from the studio must name it. */
const inTenant = z.strictObject({ tenant_id: tenantRef.optional() })

/** A change that waits for other people. */
export const Pending = z
  .object({ result: z.literal('pending'), request_id: id, approvals_needed: z.int() })
  .meta({ id: 'PendingApproval' })

export const updateMe = operation({
  id: 'identity.updateMe',
  method: 'PATCH',
  path: '/v1/me',
  summary: 'Changes the own name, phone number or language.',
  access: 'person',
  audiences: SURFACES,
  body: changes({ name: text().optional(), phone: optional(phone), locale: z.enum(['en', 'hi', 'ko']).optional() }),
  ok: Me,
  errors: ['REVISION_MISMATCH'],
})

export const myTenants = operation({
  id: 'identity.myTenants',
  method: 'GET',
  path: '/v1/me/tenants',
  summary: 'The firms the person belongs to and may enter here.',
  access: 'person',
  audiences: SURFACES,
  ok: page(
    z.object({
      tenant_id: id,
      slug: z.string(),
      name: z.string(),
      lane: z.enum(LANES),
      role: z.enum(ROLES),
      job_templates: z.array(JobTemplateName),
      last_used_at: instant.nullable(),
      current: z.boolean(),
    }),
  ),
})

export const changeEmail = operation({
  id: 'identity.changeEmail',
  method: 'POST',
  path: '/v1/me/email',
  summary: 'Mails a link to a new address; it becomes the sign-in name when the link is used.',
  access: 'person',
  stepUp: true,
  audiences: SURFACES,
  status: 202,
  body: z.strictObject({ new_email: email }),
  ok: z.object({ result: z.literal('mail_sent') }),
  errors: ['AUTH_RATE_LIMITED'],
})

/** What a person is by profession, in one firm; a registration number makes him a possible signatory. */
export const Professional = z
  .strictObject({
    designation: optionalText(120),
    qualification: optionalText(200),
    registration_body: optionalText(120),
    registration_no: optionalText(60),
    valid_until: optional(day),
  })
  .meta({ id: 'Professional' })

/** A person of the firm, whole. */
export const UserDetail = UserRow.extend({
  kind: z.enum(['PERSON', 'GUEST', 'SERVICE']),
  phone: z.string().nullable(),
  locale: z.string(),
  email_verified: z.boolean(),
  professional: z
    .object({
      designation: z.string().nullable(),
      qualification: z.string().nullable(),
      registration_body: z.string().nullable(),
      registration_no: z.string().nullable(),
      valid_until: z.string().nullable(),
    })
    .nullable(),
  factors: z.object({ totp: z.boolean(), passkeys: z.int(), recovery_left: z.int() }),
  invitation: z.object({ sent_at: instant, expires_at: instant, expired: z.boolean() }).nullable(),
  capabilities: z.array(CapabilityGrant),
  sessions: z.int().meta({ description: 'live ones in this firm' }),
  open_requests: z.array(z.object({ id, kind: z.string(), created_at: instant })),
  created_at: instant,
  version,
}).meta({ id: 'UserDetail' })

export const getUser = operation({
  id: 'identity.getUser',
  opens: 'USER',
  method: 'GET',
  path: '/v1/users/:id',
  summary: 'One person of the firm: templates, factors, invitation, open requests.',
  access: { capability: 'users.read' },
  audiences: both,
  query: inTenant,
  params: byId,
  ok: UserDetail,
})

export const inviteUser = operation({
  id: 'identity.inviteUser',
  method: 'POST',
  path: '/v1/users',
  summary: 'Invites a person; a template of ADMIN or OPS waits for approval (202).',
  access: { capability: 'users.invite' },
  audiences: both,
  query: inTenant,
  status: 201,
  alsoStatus: [202],
  body: z.strictObject({ email, name: text(), phone: optional(phone), job_templates: templates, delivery }),
  ok: z.discriminatedUnion('result', [
    z.object({
      result: z.literal('invited'),
      user_id: id,
      email: z.string(),
      status: z.enum(MEMBERSHIP_STATES),
      job_templates: z.array(JobTemplateName),
      expires_at: instant,
      invite_url: inviteUrl,
    }),
    Pending,
  ]),
  errors: ['CONFLICT'],
  secretAnswer: true,
})

export const updateUser = operation({
  id: 'identity.updateUser',
  method: 'PATCH',
  path: '/v1/users/:id',
  summary: 'Changes name, phone and professional data of a person of the firm.',
  access: { capability: 'users.write' },
  audiences: both,
  query: inTenant,
  params: byId,
  body: changes({ name: text().optional(), phone: optional(phone), professional: Professional.nullable().optional() }),
  ok: UserDetail,
  errors: ['REVISION_MISMATCH'],
})

export const removeUser = operation({
  id: 'identity.removeUser',
  method: 'DELETE',
  path: '/v1/users/:id',
  summary: 'Ends the membership; history keeps the person, a new invitation revives it.',
  access: { capability: 'users.write' },
  audiences: both,
  query: inTenant,
  params: byId,
  status: 204,
  ok: z.undefined(),
  errors: ['LAST_ADMIN'],
})

export const resendInvitation = operation({
  id: 'identity.resendInvitation',
  method: 'POST',
  path: '/v1/users/:id/invitation',
  summary: 'Sends a fresh invitation link; the old one is void.',
  access: { capability: 'users.invite' },
  audiences: both,
  query: inTenant,
  params: byId,
  body: z.strictObject({ delivery }).prefault({}),
  ok: z.object({ user_id: id, expires_at: instant, invite_url: inviteUrl }),
  errors: ['CONFLICT'],
  secretAnswer: true,
})

export const withdrawInvitation = operation({
  id: 'identity.withdrawInvitation',
  method: 'DELETE',
  path: '/v1/users/:id/invitation',
  summary: 'Takes an invitation back.',
  access: { capability: 'users.invite' },
  audiences: both,
  query: inTenant,
  params: byId,
  status: 204,
  ok: z.undefined(),
  errors: ['CONFLICT'],
})

export const setJobTemplates = operation({
  id: 'identity.setJobTemplates',
  method: 'PUT',
  path: '/v1/users/:id/job-templates',
  summary: 'Replaces the job templates of a person; to or from ADMIN and OPS waits for approval (202).',
  access: { capability: 'users.roles.write' },
  stepUp: true,
  audiences: both,
  query: inTenant,
  params: byId,
  body: z.strictObject({ job_templates: templates, reason: optionalText(500), expected_version: expectedVersion }),
  ok: z.discriminatedUnion('result', [UserDetail.extend({ result: z.literal('applied') }), Pending]),
  alsoStatus: [202],
  errors: ['LAST_ADMIN', 'REVISION_MISMATCH', 'CONFLICT'],
})

const act = {
  method: 'POST',
  access: { capability: 'users.write' },
  audiences: both,
  query: inTenant,
  params: byId,
  body: z.strictObject({ reason }),
  ok: UserDetail,
} as const
export const disableUser = operation({
  ...act,
  id: 'identity.disableUser',
  path: '/v1/users/:id/disable',
  summary: 'Switches a membership off: its sessions end; platform operators switch a person off everywhere.',
  errors: ['LAST_ADMIN', 'ILLEGAL_TRANSITION'],
})
export const enableUser = operation({
  ...act,
  id: 'identity.enableUser',
  path: '/v1/users/:id/enable',
  summary: 'Switches a membership on again.',
  errors: ['ILLEGAL_TRANSITION'],
})
export const unlockUser = operation({
  ...act,
  id: 'identity.unlockUser',
  path: '/v1/users/:id/unlock',
  summary: 'Lifts the lock that wrong passwords set.',
})

export const listUserSessions = operation({
  id: 'identity.listUserSessions',
  opens: 'USER',
  method: 'GET',
  path: '/v1/users/:id/sessions',
  summary: 'Live sessions of a person in this firm.',
  access: { capability: 'users.write' },
  audiences: both,
  query: inTenant,
  params: byId,
  ok: page(SessionRow),
})
export const revokeUserSessions = operation({
  id: 'identity.revokeUserSessions',
  method: 'POST',
  path: '/v1/users/:id/sessions/revoke',
  summary: 'Ends the sessions of a person in this firm.',
  access: { capability: 'users.write' },
  audiences: both,
  query: inTenant,
  params: byId,
  body: z.strictObject({ session_id: id.optional() }).prefault({}),
  ok: z.object({ revoked: z.int() }),
})
export const sendPasswordReset = operation({
  id: 'identity.sendPasswordReset',
  method: 'POST',
  path: '/v1/users/:id/password-reset',
  summary: 'Mails the person a link that sets a new password.',
  access: { capability: 'users.write' },
  audiences: both,
  query: inTenant,
  params: byId,
  status: 202,
  ok: z.object({ result: z.literal('mail_sent') }),
  errors: ['CONFLICT'],
})
export const resetFactors = operation({
  id: 'identity.resetFactors',
  method: 'POST',
  path: '/v1/users/:id/mfa/reset',
  summary: 'Removes the factors of a person and ends all sessions; of an ADMIN or OPS person by approval (202).',
  access: { capability: 'users.security' },
  stepUp: true,
  audiences: both,
  query: inTenant,
  params: byId,
  body: z.strictObject({ reason }),
  ok: z.discriminatedUnion('result', [z.object({ result: z.literal('reset'), revoked: z.int() }), Pending]),
  alsoStatus: [202],
  errors: ['CONFLICT'],
})

export const PARTY_KINDS = ['self', 'channel', 'bank_branch', 'client_org'] as const
const party = z
  .strictObject({ kind: z.enum(PARTY_KINDS), id: id.nullable().optional() })
  .refine((value) => (value.kind === 'self') === (value.id == null), {
    path: ['id'],
    message: 'named for every kind but self',
  })
const parties = z.array(party).min(1).max(20)

/** A portal user as the firm sees him: for which of its parties he acts. */
export const PortalUser = z
  .object({
    id,
    email: z.string().nullable(),
    name: z.string(),
    phone: z.string().nullable(),
    status: z.enum(MEMBERSHIP_STATES),
    parties: z.array(z.object({ kind: z.enum(PARTY_KINDS), id: id.nullable(), name: z.string().nullable() })),
    last_seen_at: instant.nullable(),
    created_at: instant,
  })
  .meta({ id: 'PortalUser' })

export const listPortalUsers = operation({
  id: 'identity.listPortalUsers',
  method: 'GET',
  path: '/v1/portal-users',
  summary: 'Portal users linked to the firm, by name.',
  access: { capability: 'users.read' },
  query: listQuery({
    status: many(z.enum(MEMBERSHIP_STATES)),
    party_kind: z.enum(PARTY_KINDS).optional(),
    party_id: id.optional(),
  }),
  ok: page(PortalUser),
})
export const invitePortalUser = operation({
  id: 'identity.invitePortalUser',
  method: 'POST',
  path: '/v1/portal-users',
  summary: 'Links a portal user to parties of the firm; a new person is invited.',
  access: { capability: 'users.invite' },
  status: 201,
  body: z.strictObject({ email, name: text(), phone: optional(phone), parties, delivery }),
  ok: PortalUser.extend({ invite_url: inviteUrl }),
  errors: ['CONFLICT'],
  secretAnswer: true,
})
export const updatePortalUser = operation({
  id: 'identity.updatePortalUser',
  method: 'PATCH',
  path: '/v1/portal-users/:id',
  summary: 'Replaces the parties a portal user acts for.',
  access: { capability: 'users.invite' },
  params: byId,
  body: z.strictObject({ parties }),
  ok: PortalUser,
})
export const unlinkPortalUser = operation({
  id: 'identity.unlinkPortalUser',
  method: 'DELETE',
  path: '/v1/portal-users/:id',
  summary: 'Ends the dealings of the firm with a portal user; he sees nothing of it any more at once.',
  access: { capability: 'users.invite' },
  params: byId,
  status: 204,
  ok: z.undefined(),
})

export const listRoleTemplates = operation({
  id: 'identity.listRoleTemplates',
  method: 'GET',
  path: '/v1/roles/templates',
  summary: 'The job templates with what they grant in this firm.',
  access: { capability: 'employees.read', or: 'users.read' },
  audiences: both,
  query: inTenant,
  ok: page(
    z.object({
      key: JobTemplateName,
      role: z.enum(ROLES),
      admin_level: z.enum(ADMIN_LEVELS).nullable(),
      aud: z.array(surface),
      employee_role: z.string().nullable(),
      needs_approval: z.boolean(),
      capabilities: z.array(CapabilityGrant),
    }),
  ),
})

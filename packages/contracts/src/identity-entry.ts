import { z } from 'zod'
import { AUTH_BODY_LIMIT, CLIENT_TYPES, FactorDue, JobTemplateName, SURFACES, Session, surface } from './identity.ts'
import { operation } from './kit.ts'
import { byId, email, id, instant, optional, optionalText, page, phone, tenantRef, text } from './values.ts'

/** A password on its way in; what is refused of it is said by AUTH_PASSWORD_REJECTED, not here. */
export const password = z.string().min(1).max(1024)
/** Reasons of AUTH_PASSWORD_REJECTED. */
export const PASSWORD_REASONS = ['too_short', 'too_long', 'common', 'contains_identity', 'unchanged'] as const
export const PASSWORD_MIN = 12
export const PASSWORD_MAX = 128
/** The secret part of a mailed link: 32 bytes, base64url. */
export const linkToken = z.string().regex(/^[\w-]{43}$/, 'the token of a link')
/** A second-factor ticket: 32 bytes, base64url. */
export const ticket = z.string().min(1).max(100)

/** Routes before or around sign-in: closed, small, never replayed. */
const entry = { idempotency: 'ignored', bodyLimit: AUTH_BODY_LIMIT } as const
const SIGN_IN_ERRORS = [
  'AUTH_RATE_LIMITED',
  'AUTH_BLOCKED',
  'AUTH_ACCOUNT_DISABLED',
  'TENANT_NOT_ENABLED',
  'FORBIDDEN',
] as const
/** The firm a portal visitor means; with only the house firm it is always that one, so nothing is refused by it. */
const firmSlug = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'a short name such as acme-valuers')
const mailSent = z.object({ result: z.literal('mail_sent') })

export const logoutAll = operation({
  id: 'identity.logoutAll',
  method: 'POST',
  path: '/v1/auth/logout-all',
  summary: 'Ends every session of the person, this one too.',
  access: 'person',
  audiences: SURFACES,
  ok: z.object({ revoked: z.int() }),
})

export const switchTenant = operation({
  id: 'identity.switchTenant',
  method: 'POST',
  path: '/v1/auth/switch-tenant',
  summary: 'Ends this session and opens one in another firm of the person.',
  access: 'person',
  body: z.strictObject({ tenant_id: tenantRef }),
  ok: z.discriminatedUnion('result', [Session, FactorDue]),
  alsoStatus: [202],
  errors: [],
  secretAnswer: true,
})

export const register = operation({
  id: 'identity.register',
  method: 'POST',
  path: '/v1/auth/register',
  summary:
    'Asks for a portal account; the mailbox decides. The answer is the same whether or not the address is known.',
  access: 'ticket',
  audiences: ['portal'],
  status: 202,
  body: z.strictObject({ email, name: text(), phone: optional(phone), firm: firmSlug.optional() }),
  ok: mailSent,
  errors: ['AUTH_RATE_LIMITED', 'FEATURE_SWITCHED_OFF'],
  ...entry,
})

export const verifyRegistration = operation({
  id: 'identity.verifyRegistration',
  method: 'POST',
  path: '/v1/auth/register/verify',
  summary: 'Uses the mailed link: sets the password and signs in to the portal.',
  access: 'public',
  status: 201,
  body: z.strictObject({ token: linkToken, password }),
  ok: Session,
  errors: [
    'AUTH_TOKEN_INVALID',
    'AUTH_PASSWORD_REJECTED',
    'AUTH_RATE_LIMITED',
    'AUTH_BLOCKED',
    'TENANT_NOT_ENABLED',
    'FORBIDDEN',
  ],
  secretAnswer: true,
  ...entry,
})

export const startGuest = operation({
  id: 'identity.startGuest',
  method: 'POST',
  path: '/v1/auth/guest',
  summary: 'Opens a guest session of the portal for the Desk of a firm: no e-mail, no password, seven days.',
  access: 'public',
  status: 201,
  body: z.strictObject({
    firm: firmSlug.optional(),
    locale: z.enum(['en', 'hi', 'ko']).optional(),
    client_type: z.enum(CLIENT_TYPES).optional(),
  }),
  ok: Session,
  errors: ['AUTH_RATE_LIMITED', 'AUTH_BLOCKED', 'FORBIDDEN', 'FEATURE_SWITCHED_OFF'],
  secretAnswer: true,
  ...entry,
})

export const forgotPassword = operation({
  id: 'identity.forgotPassword',
  method: 'POST',
  path: '/v1/auth/password/forgot',
  summary: 'Mails a link that sets a new password, if the address is known; the answer never tells.',
  access: 'public',
  status: 202,
  body: z.strictObject({ email, aud: surface }),
  ok: mailSent,
  errors: ['AUTH_RATE_LIMITED'],
  ...entry,
})

export const resetPassword = operation({
  id: 'identity.resetPassword',
  method: 'POST',
  path: '/v1/auth/password/reset',
  summary:
    'Uses the mailed link: sets the password, ends all sessions, lifts the lock; factors stay, nobody is signed in.',
  access: 'public',
  body: z.strictObject({ token: linkToken, password }),
  ok: z.object({ result: z.literal('password_set') }),
  errors: ['AUTH_TOKEN_INVALID', 'AUTH_PASSWORD_REJECTED', 'AUTH_RATE_LIMITED'],
  ...entry,
})

export const changePassword = operation({
  id: 'identity.changePassword',
  method: 'POST',
  path: '/v1/auth/password/change',
  summary: 'Sets a new password against the present one; all other sessions end.',
  access: 'person',
  audiences: SURFACES,
  body: z.strictObject({ current_password: password, new_password: password }),
  ok: z.object({ result: z.literal('password_set'), revoked: z.int() }),
  errors: ['AUTH_LOCKED', 'AUTH_PASSWORD_REJECTED', 'AUTH_RATE_LIMITED'],
  ...entry,
})

export const inspectInvitation = operation({
  id: 'identity.inspectInvitation',
  method: 'POST',
  path: '/v1/auth/invitations/inspect',
  summary: 'What an invitation link offers, before it is used.',
  access: 'public',
  body: z.strictObject({ token: linkToken }),
  ok: z.object({
    tenant_name: z.string(),
    email_masked: z.string(),
    aud: surface,
    job_templates: z.array(JobTemplateName),
    new_user: z.boolean().meta({ description: 'a password is chosen; otherwise the present one is proven' }),
    expires_at: instant,
  }),
  errors: ['AUTH_TOKEN_INVALID', 'AUTH_RATE_LIMITED', 'TENANT_NOT_ENABLED'],
  auditNone: 'looking at a link changes nothing',
  ...entry,
})

export const acceptInvitation = operation({
  id: 'identity.acceptInvitation',
  method: 'POST',
  path: '/v1/auth/invitations/accept',
  summary: 'Uses the invitation: a new person sets a password, a known one proves it; answers like a sign-in.',
  access: 'public',
  body: z.strictObject({ token: linkToken, password, name: optionalText() }),
  ok: z.discriminatedUnion('result', [Session, FactorDue]),
  alsoStatus: [202],
  errors: ['AUTH_TOKEN_INVALID', 'AUTH_INVALID', 'AUTH_LOCKED', 'AUTH_PASSWORD_REJECTED', ...SIGN_IN_ERRORS],
  secretAnswer: true,
  ...entry,
})

export const confirmEmail = operation({
  id: 'identity.confirmEmail',
  method: 'POST',
  path: '/v1/auth/email/confirm',
  summary: 'Uses the link mailed to a new address: it becomes the sign-in name, all other sessions end.',
  access: 'public',
  body: z.strictObject({ token: linkToken }),
  ok: z.object({ result: z.literal('email_changed'), email: z.string() }),
  errors: ['AUTH_TOKEN_INVALID', 'AUTH_RATE_LIMITED', 'CONFLICT'],
  ...entry,
})

/** One live sign-in. */
export const SessionRow = z
  .object({
    session_id: id,
    aud: surface,
    tenant_id: id,
    client_type: z.enum(CLIENT_TYPES),
    device_name: z.string().nullable(),
    created_ip: z.string().nullable(),
    last_ip: z.string().nullable(),
    created_at: instant,
    last_seen_at: instant,
    expires_at: instant,
    current: z.boolean(),
  })
  .meta({ id: 'SessionRow' })
export type SessionRow = z.infer<typeof SessionRow>

export const listSessions = operation({
  id: 'identity.listSessions',
  method: 'GET',
  path: '/v1/auth/sessions',
  summary: 'The live sessions of the person, newest activity first.',
  access: 'person',
  audiences: SURFACES,
  ok: page(SessionRow),
})

export const revokeSession = operation({
  id: 'identity.revokeSession',
  method: 'DELETE',
  path: '/v1/auth/sessions/:id',
  summary: 'Ends one of the own sessions.',
  access: 'person',
  audiences: SURFACES,
  params: byId,
  status: 204,
  ok: z.undefined(),
})

export const revokeOtherSessions = operation({
  id: 'identity.revokeOtherSessions',
  method: 'POST',
  path: '/v1/auth/sessions/revoke-others',
  summary: 'Ends every own session but this one.',
  access: 'person',
  audiences: SURFACES,
  ok: z.object({ revoked: z.int() }),
})

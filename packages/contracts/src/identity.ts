import { z } from 'zod'
import { CAPABILITIES, JOB_TEMPLATES, ROLES, SCOPES } from './capabilities.ts'
import type { JobTemplate } from './capabilities.ts'
import { operation } from './kit.ts'
import type { StateFaces } from './states.ts'
import { face, finalFace } from './states.ts'
import { email, id, instant, listQuery, many, page, tenantRef, tenantSlug } from './values.ts'

/** The surfaces a person signs in to. */
export const SURFACES = ['web', 'studio', 'portal'] as const
export type Surface = (typeof SURFACES)[number]
export const CLIENT_TYPES = ['web', 'mobile', 'widget', 'trusted_cli'] as const
export const LANES = ['internal', 'tenant', 'external'] as const
export const ADMIN_LEVELS = ['MANAGER', 'SYSTEM_ADMIN'] as const
export const REGISTRATIONS = ['open', 'invite_only', 'off'] as const

export const MEMBERSHIP_STATES = ['invited', 'active', 'locked', 'disabled', 'ended', 'erased'] as const
export type MembershipState = (typeof MEMBERSHIP_STATES)[number]
export const MEMBERSHIP_FAMILY: StateFaces<MembershipState> = {
  invited: face('blue', 'Invited'),
  active: face('green', 'Active'),
  locked: face('amber', 'Locked'),
  disabled: face('grey', 'Disabled', 'pause'),
  ended: finalFace('grey', 'Ended'),
  erased: finalFace('grey', 'Erased'),
}

/** Body limit of the sign-in routes: 8 KiB. */
export const AUTH_BODY_LIMIT = 8 * 1024

// Cast: Object.keys is typed string[]; the keys are exactly the templates.
export const JobTemplateName = z.enum(Object.keys(JOB_TEMPLATES) as [JobTemplate, ...JobTemplate[]])
export const surface = z.enum(SURFACES)
export const CapabilityGrant = z.object({
  capability: z.enum(CAPABILITIES as [string, ...string[]]),
  scope: z.enum(SCOPES),
}) // never empty

const principal = {
  session_id: id,
  user: z.object({
    id,
    kind: z.enum(['PERSON', 'GUEST', 'SERVICE']),
    email: z.string().nullable(),
    name: z.string(),
    locale: z.string(),
  }),
  tenant: z.object({ id, slug: z.string(), name: z.string(), lane: z.enum(LANES), time_zone: z.string() }),
  aud: surface,
  role: z.enum(ROLES),
  admin_level: z.enum(ADMIN_LEVELS).nullable(),
  job_templates: z.array(JobTemplateName),
  capabilities: z.array(CapabilityGrant),
  permission_version: z.int(),
}

/** What a successful sign-in or refresh answers. `refresh_token` only where the body is an allowed carrier. */
export const Session = z
  .object({
    result: z.literal('accepted'),
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    expires_in: z.int().meta({ description: 'seconds' }),
    ...principal,
    refresh_token: z.string().optional(),
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof Session>

/** A right password, but a second factor is due: no token, no cookie. */
export const FactorDue = z
  .object({
    result: z.enum(['mfa_required', 'mfa_setup_required']),
    mfa_ticket_id: z.string(),
    mfa_methods: z.array(z.enum(['TOTP', 'WEBAUTHN', 'RECOVERY'])),
    expires_in: z.int().meta({ description: 'seconds' }),
  })
  .meta({ id: 'FactorDue' })

/** The session without its tokens; the portal adds the firms its user deals with. */
export const Me = z
  .object({
    ...principal,
    phone: z.string().nullable(),
    email_verified: z.boolean(),
    version: z.int(),
    support_session: z.object({ id, reason: z.string(), expires_at: instant }).nullable().optional(),
    firms: z
      .array(
        z.object({
          id,
          slug: z.string(),
          name: z.string(),
          parties: z.array(
            z.object({
              kind: z.enum(['self', 'channel', 'bank_branch', 'client_org']),
              id: id.nullable(),
              name: z.string().nullable(),
            }),
          ),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Me' })
export type Me = z.infer<typeof Me>

export const authConfig = operation({
  id: 'identity.authConfig',
  method: 'GET',
  path: '/v1/auth/config',
  summary: 'What the sign-in page may offer; in demo mode also the demo people.',
  access: 'public',
  query: z.strictObject({ aud: surface.optional(), tenant: tenantSlug.optional() }),
  ok: z.object({
    multi_tenant: z.boolean(),
    registration: z.enum(REGISTRATIONS),
    passwordless: z.boolean(),
    guest: z.boolean(),
    password_min: z.int(),
    mails: z
      .enum(['sent', 'kept', 'waiting'])
      .meta({ description: 'without a mail server: kept readable in the outbox, in production waiting there, sealed' }),
    demo: z
      .array(
        z.object({
          key: z.string(),
          surface,
          job: z.string(),
          can: z.array(z.string()).length(3),
          waiting: z.int(),
          email: z.string(),
          password: z.string(),
        }),
      )
      .nullable(),
  }),
  errors: ['TENANT_NOT_ENABLED'],
})

export const jwks = operation({
  id: 'identity.jwks',
  method: 'GET',
  path: '/v1/auth/jwks.json',
  summary: 'Public keys that verify access tokens.',
  access: 'public',
  ok: z.object({
    keys: z.array(
      z.object({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: z.string(),
        kid: z.string(),
        use: z.literal('sig'),
        alg: z.literal('EdDSA'),
      }),
    ),
  }),
})

export const login = operation({
  id: 'identity.login',
  method: 'POST',
  path: '/v1/auth/login',
  summary: 'Signs a person in with e-mail and password; sets the refresh cookie of the surface.',
  access: 'public',
  body: z.strictObject({
    aud: surface,
    email,
    password: z.string().min(1).max(1024),
    tenant_id: tenantRef.optional(),
    tenant: tenantSlug.optional(),
    client_type: z.enum(CLIENT_TYPES).default('web'),
    device_name: z.string().max(120).optional(),
  }),
  ok: z.discriminatedUnion('result', [Session, FactorDue]),
  alsoStatus: [202],
  errors: [
    'AUTH_INVALID',
    'AUTH_LOCKED',
    'AUTH_RATE_LIMITED',
    'AUTH_BLOCKED',
    'AUTH_ACCOUNT_DISABLED',
    'TENANT_NOT_ENABLED',
    'FORBIDDEN',
  ],
  idempotency: 'ignored',
  secretAnswer: true,
  bodyLimit: AUTH_BODY_LIMIT,
})

export const refresh = operation({
  id: 'identity.refresh',
  method: 'POST',
  path: '/v1/auth/refresh',
  summary: 'Trades the refresh token for a new session; using one twice ends the whole family.',
  access: 'public',
  body: z.strictObject({
    aud: surface,
    client_type: z.enum(CLIENT_TYPES).optional(),
    refresh_token: z.string().min(1).max(200).optional(),
  }),
  ok: Session,
  errors: [
    'AUTH_REQUIRED',
    'AUTH_INVALID',
    'AUTH_REFRESH_REUSE_DETECTED',
    'AUTH_RATE_LIMITED',
    'AUTH_BLOCKED',
    'TENANT_NOT_ENABLED',
    'FORBIDDEN',
  ],
  idempotency: 'ignored',
  secretAnswer: true,
  auditNone: 'rotation changes no right; reuse and body fallback write their own events',
  bodyLimit: AUTH_BODY_LIMIT,
})

export const logout = operation({
  id: 'identity.logout',
  method: 'POST',
  path: '/v1/auth/logout',
  summary: 'Ends the session family of the cookie or of the access token; repeating it is harmless.',
  access: 'public',
  body: z.strictObject({ aud: surface }),
  ok: z.object({ result: z.literal('signed_out') }),
  errors: ['AUTH_RATE_LIMITED', 'FORBIDDEN'],
  idempotency: 'ignored',
  bodyLimit: AUTH_BODY_LIMIT,
})

export const me = operation({
  id: 'identity.me',
  method: 'GET',
  path: '/v1/me',
  summary: 'Who is signed in, where, and with which capabilities.',
  access: 'person',
  audiences: SURFACES,
  ok: Me,
})

const setting = <T extends z.ZodType>(schema: T) => schema.nullable().optional()
/** Preferences of one person; a key that is null or absent stands at its default. */
export const UiSettings = z
  .strictObject({
    theme: setting(z.enum(['system', 'light', 'dark'])),
    language: setting(z.enum(['en', 'hi', 'ko'])),
    density: setting(z.enum(['compact', 'comfortable'])),
    keys: setting(z.boolean()).meta({ description: 'single-key shortcuts on' }),
    paged_lists: setting(z.boolean()),
    navigation: setting(z.enum(['open', 'icons'])),
    columns: setting(
      z.record(
        z.string().max(60),
        z.array(z.strictObject({ key: z.string().max(60), width: z.int().min(16).max(2000).optional() })).max(60),
      ),
    ),
    stars: setting(
      z.array(z.strictObject({ kind: z.string().max(40), id: z.string().max(200), label: z.string().max(200) })).max(5),
    ),
    views: setting(z.record(z.string().max(60), z.string().max(4000))),
    tour: setting(z.record(z.string().max(60), z.boolean())),
  })
  .meta({ id: 'UiSettings' })

export const getUiSettings = operation({
  id: 'identity.getUiSettings',
  method: 'GET',
  path: '/v1/me/ui-settings',
  summary: 'The preferences of the signed-in person.',
  access: 'person',
  audiences: SURFACES,
  ok: UiSettings,
})

export const updateUiSettings = operation({
  id: 'identity.updateUiSettings',
  method: 'PATCH',
  path: '/v1/me/ui-settings',
  summary: 'Merges preferences key by key; null takes a key back to its default. At most 16 KiB in all.',
  access: 'person',
  audiences: SURFACES,
  body: UiSettings,
  ok: UiSettings,
  auditNone: 'preferences of a person are no business event',
  bodyLimit: 16 * 1024,
})

export const UserRow = z
  .object({
    id,
    email: z.string().nullable(),
    name: z.string(),
    status: z.enum(MEMBERSHIP_STATES),
    role: z.enum(ROLES),
    admin_level: z.enum(ADMIN_LEVELS).nullable(),
    job_templates: z.array(JobTemplateName),
    mfa: z.boolean(),
    last_seen_at: instant.nullable(),
    locked_until: instant.nullable(),
    tenant_id: id.optional().meta({ description: 'studio only' }),
  })
  .meta({ id: 'UserRow' })

export const listUsers = operation({
  id: 'identity.listUsers',
  method: 'GET',
  path: '/v1/users',
  summary: 'People of the firm, by name; pickers read it.',
  access: { capability: 'users.read' },
  audiences: ['web', 'studio'],
  query: listQuery({
    status: many(z.enum(MEMBERSHIP_STATES)),
    role: z.enum(ROLES).optional(),
    job_template: many(JobTemplateName),
    aud: surface.optional(),
    tenant_id: tenantRef.optional(),
  }),
  ok: page(UserRow),
})

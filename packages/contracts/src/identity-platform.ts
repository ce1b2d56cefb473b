import { z } from 'zod'
import { CAPABILITIES } from './capabilities.ts'
import { LANES } from './identity.ts'
import { operation } from './kit.ts'
import type { StateFaces } from './states.ts'
import { face, finalFace } from './states.ts'
import {
  byId,
  changes,
  email,
  id,
  instant,
  listQuery,
  many,
  moment,
  optionalText,
  page,
  personRef,
  phone,
  tenantRef,
  tenantSlug,
  text,
  version,
} from './values.ts'

const both = ['web', 'studio'] as const

export const TENANT_STATES = ['active', 'suspended', 'closed'] as const
export type TenantState = (typeof TENANT_STATES)[number]
export const TENANT_FAMILY: StateFaces<TenantState> = {
  active: face('green', 'Active'),
  suspended: face('amber', 'Suspended', 'pause'),
  closed: finalFace('grey', 'Closed'),
}

/** A firm, or one of the two fixed lanes. */
export const Tenant = z
  .object({
    id,
    slug: z.string(),
    name: z.string(),
    lane: z.enum(LANES),
    status: z.enum(TENANT_STATES),
    time_zone: z.string(),
    rbac_approvals: z.int(),
    settings: z.record(z.string(), z.unknown()),
    people: z.int().nullable().meta({ description: 'active members; null where one may not know' }),
    protected: z.boolean().meta({ description: 'a fixed lane: never suspended, closed or deleted' }),
    deleted_at: instant.nullable(),
    created_at: instant,
    version,
  })
  .meta({ id: 'Tenant' })

/** Both names of a zone that has two are known, Asia/Kolkata and Asia/Calcutta; bare offsets are none. */
const isTimeZone = (zone: string): boolean => {
  if (!/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/.test(zone)) return false
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== ''
  } catch {
    return false
  }
}
const timeZone = z.string().max(60).refine(isTimeZone, 'a zone such as Asia/Kolkata')

/** Two addresses of one act: the firm's own and the control plane's. */
const tenantList = {
  method: 'GET',
  summary: 'Firms by name; people of a firm see their own, the control plane all that the gate allows.',
  query: listQuery({
    status: many(z.enum(TENANT_STATES)),
    lane: many(z.enum(LANES)),
    deleted: z.enum(['true', 'false']).optional(),
  }),
  ok: page(Tenant),
} as const
export const listTenants = operation({
  ...tenantList,
  id: 'identity.listTenants',
  path: '/v1/tenants',
  access: 'person',
  audiences: both,
})
export const listControlTenants = operation({
  ...tenantList,
  id: 'identity.listControlTenants',
  path: '/v1/control/tenants',
  access: { capability: 'control.read' },
  audiences: ['studio'],
})

const tenantCreate = {
  method: 'POST',
  summary: 'Makes a firm.',
  access: { capability: 'control.tenants.write' },
  audiences: ['studio'],
  stepUp: true,
  multiTenantOnly: true,
  status: 201,
  body: z.strictObject({
    slug: tenantSlug.pipe(z.string().min(2).max(48)),
    name: text(),
    time_zone: timeZone.optional(),
  }),
  ok: Tenant,
  errors: ['MULTI_TENANT_DISABLED', 'CONFLICT'],
} as const
export const createTenant = operation({
  ...tenantCreate,
  id: 'identity.createTenant',
  path: '/v1/tenants',
})
export const createControlTenant = operation({
  ...tenantCreate,
  id: 'identity.createControlTenant',
  path: '/v1/control/tenants',
})

const tenantId = z.strictObject({ id: tenantRef })
export const getTenant = operation({
  id: 'identity.getTenant',
  opens: 'TENANT',
  method: 'GET',
  path: '/v1/tenants/:id',
  summary: 'One firm by its id.',
  access: 'person',
  audiences: both,
  params: tenantId,
  ok: Tenant,
})
export const updateTenant = operation({
  id: 'identity.updateTenant',
  method: 'PATCH',
  path: '/v1/tenants/:id',
  summary: 'Changes a firm; its state and the number of approvals ask for a fresh factor.',
  access: { capability: 'ops.settings.write', or: 'control.tenants.write' },
  audiences: both,
  params: tenantId,
  body: changes({
    name: text().optional(),
    time_zone: timeZone.optional(),
    settings: z.record(z.string().max(60), z.unknown()).optional(),
    status: z.enum(TENANT_STATES).optional(),
    rbac_approvals: z.union([z.literal(1), z.literal(2)]).optional(),
    reason: optionalText(500),
  }),
  ok: Tenant,
  errors: ['AUTH_STEP_UP_REQUIRED', 'REVISION_MISMATCH', 'CONFLICT', 'ILLEGAL_TRANSITION'],
})
const tenantEnd = {
  access: { capability: 'control.tenants.write' },
  audiences: ['studio'],
  stepUp: true,
  multiTenantOnly: true,
  params: tenantId,
} as const
export const deleteTenant = operation({
  ...tenantEnd,
  id: 'identity.deleteTenant',
  method: 'DELETE',
  path: '/v1/tenants/:id',
  summary: 'Takes a firm away; its data stay until retention ends.',
  status: 204,
  ok: z.undefined(),
  errors: ['MULTI_TENANT_DISABLED', 'CONFLICT'],
})
export const restoreTenant = operation({
  ...tenantEnd,
  id: 'identity.restoreTenant',
  method: 'POST',
  path: '/v1/tenants/:id/restore',
  summary: 'Brings a removed firm back.',
  ok: Tenant,
  errors: ['MULTI_TENANT_DISABLED', 'CONFLICT', 'ILLEGAL_TRANSITION'],
})

export const onboard = operation({
  id: 'identity.onboard',
  method: 'POST',
  path: '/v1/control/onboard',
  summary: 'Makes a firm and invites its owner as super_admin, in one transaction.',
  access: { capability: 'control.tenants.write' },
  audiences: ['studio'],
  stepUp: true,
  multiTenantOnly: true,
  status: 201,
  idempotency: 'required',
  body: z.strictObject({
    tenant_name: text(),
    owner_email: email,
    display_name: optionalText(),
    owner_phone: phone.optional(),
    time_zone: timeZone.optional(),
  }),
  ok: z.object({ tenant_id: id, tenant_slug: z.string(), owner_user_id: id, invitation_expires_at: instant }),
  errors: ['MULTI_TENANT_DISABLED', 'CONFLICT'],
})

export const SUPPORT_STATES = ['open', 'ended'] as const
/** A time-boxed, read-only look of the platform into a firm. */
export const SupportSession = z
  .object({
    id,
    tenant_id: id,
    tenant_name: z.string(),
    user: personRef,
    reason: z.string(),
    opened_at: instant,
    expires_at: instant,
    closed_at: instant.nullable(),
    closed_by: personRef.nullable(),
    open: z.boolean(),
  })
  .meta({ id: 'SupportSession' })

export const openSupportSession = operation({
  id: 'identity.openSupportSession',
  method: 'POST',
  path: '/v1/control/tenants/:id/support-sessions',
  summary: "Opens a read-only look into a firm: at most an hour, written to the firm's log.",
  access: { capability: 'control.support' },
  audiences: ['studio'],
  stepUp: true,
  params: tenantId,
  status: 201,
  body: z.strictObject({ reason: text(500, 10), minutes: z.int().min(1).max(60) }),
  ok: SupportSession,
  errors: ['CONFLICT'],
})
const supportList = {
  method: 'GET',
  summary: 'Support sessions, newest first.',
  query: listQuery({ open: z.enum(['true', 'false']).optional(), tenant_id: tenantRef.optional() }),
  ok: page(SupportSession),
} as const
const supportEnd = {
  method: 'DELETE',
  summary: 'Ends a support session now.',
  params: byId,
  status: 204,
  ok: z.undefined(),
} as const
export const listSupportSessions = operation({
  ...supportList,
  id: 'identity.listSupportSessions',
  path: '/v1/control/support-sessions',
  access: { capability: 'control.support' },
  audiences: ['studio'],
})
export const endSupportSession = operation({
  ...supportEnd,
  id: 'identity.endSupportSession',
  path: '/v1/control/support-sessions/:id',
  access: { capability: 'control.support' },
  audiences: ['studio'],
})
export const listFirmSupportSessions = operation({
  ...supportList,
  id: 'identity.listFirmSupportSessions',
  path: '/v1/admin/support-sessions',
  access: { capability: 'users.security' },
})
export const endFirmSupportSession = operation({
  ...supportEnd,
  id: 'identity.endFirmSupportSession',
  path: '/v1/admin/support-sessions/:id',
  access: { capability: 'users.security' },
})

/** Capabilities that no token may hold. */
export const isTokenCapability = (capability: string): boolean =>
  !/^users\.|^control\.(tokens\.write|support|rbac)$|\.(approve|override)$/.test(capability)

/** A token of a program: no person, only what it lists. */
export const ServiceToken = z
  .object({
    id,
    name: z.string(),
    user_id: id,
    capabilities: z.array(z.string()),
    tenant_ids: z.array(id).meta({ description: 'empty: the platform' }),
    created_by: personRef.nullable(),
    created_at: instant,
    expires_at: instant,
    last_used_at: instant.nullable(),
    revoked_at: instant.nullable(),
    live: z.boolean(),
  })
  .meta({ id: 'ServiceToken' })

export const listServiceTokens = operation({
  id: 'identity.listServiceTokens',
  method: 'GET',
  path: '/v1/control/service-tokens',
  summary: 'Service tokens, newest first; never their secrets.',
  access: { capability: 'control.tokens.write' },
  audiences: ['studio'],
  query: listQuery({ live: z.enum(['true', 'false']).optional() }),
  ok: page(ServiceToken),
})
export const createServiceToken = operation({
  id: 'identity.createServiceToken',
  method: 'POST',
  path: '/v1/control/service-tokens',
  summary: 'Makes a token for a program; it is shown once.',
  access: { capability: 'control.tokens.write' },
  audiences: ['studio'],
  stepUp: true,
  status: 201,
  body: z.strictObject({
    name: text(120),
    capabilities: z
      .array(z.enum(CAPABILITIES as [string, ...string[]]))
      .min(1)
      .max(60), // never empty
    tenant_ids: z.array(tenantRef).max(50).default([]),
    expires_at: moment,
  }),
  ok: ServiceToken.extend({ token: z.string() }),
  secretAnswer: true,
})
export const revokeServiceToken = operation({
  id: 'identity.revokeServiceToken',
  method: 'DELETE',
  path: '/v1/control/service-tokens/:id',
  summary: 'Ends a token; it is dead everywhere within five seconds.',
  access: { capability: 'control.tokens.write' },
  audiences: ['studio'],
  stepUp: true,
  params: byId,
  status: 204,
  ok: z.undefined(),
})

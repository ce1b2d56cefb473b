import type { Capability, JobTemplate, Role, Scope } from '@zenops/contracts/capabilities'
import type { Me, Surface } from '@zenops/contracts/identity'
import { type CompiledQuery, sql } from 'kysely'
import type { Actor, StepUpMethod } from '../../../platform/auth/actor.ts'
import { compileOnly } from '../../../platform/db/database.ts'

/** A session's principal as the database has it now. */
export interface Principal {
  readonly session_id: string
  readonly revoked: boolean
  readonly expired: boolean
  readonly stepped_up_at: string | null
  readonly amr: string[]
  readonly client_type: string
  readonly auth_time: string
  readonly aud: Surface
  readonly user_id: string
  readonly user_kind: 'PERSON' | 'GUEST' | 'SERVICE'
  readonly user_status: string
  readonly email: string | null
  readonly email_verified: boolean
  readonly name: string
  readonly phone: string | null
  readonly locale: string
  readonly user_version: number
  readonly has_password: boolean
  readonly has_totp: boolean
  readonly passkeys: number
  readonly tenant_id: string
  readonly tenant_slug: string
  readonly tenant_name: string
  readonly tenant_lane: 'internal' | 'external' | 'tenant'
  readonly tenant_status: string
  readonly time_zone: string
  readonly role: Role
  readonly admin_level: 'MANAGER' | 'SYSTEM_ADMIN' | null
  readonly membership_status: string
  /** Until when the person is blocked here or everywhere. */
  readonly blocked_until: string | null
  readonly permission_version: number
  readonly job_templates: JobTemplate[]
  readonly capabilities: { capability: Capability; scope: Scope }[]
}

/**
 * One statement for all that a request must know of its caller. The capabilities are the union over the templates
 * that the surface admits, the widest scope wins, an override of the firm stands before the default.
 */
export function principalOf(familyId: string): CompiledQuery<Principal> {
  return sql<Principal>`
    select f.id as session_id, f.revoked_at is not null as revoked, f.absolute_expires_at <= now() as expired, f.stepped_up_at,
      f.amr, f.client_type, f.auth_time, f.aud, u.id as user_id, u.kind as user_kind, case when u.deleted_at is null then u.status else 'erased' end as user_status, u.email, u.email_verified_at is not null as email_verified, u.name, u.phone, u.locale, u.version as user_version,
      exists (select 1 from identity.auth_credentials a where a.user_id = u.id) as has_password,
      exists (select 1 from identity.auth_totp x where x.user_id = u.id and x.enabled_at is not null) as has_totp,
      (select count(*)::int from identity.webauthn_credentials w
        where w.user_id = u.id and w.revoked_at is null and w.suspended_at is null) as passkeys,
      (select max(b.expires_at) from identity.auth_blocks b where b.user_id = u.id and b.lifted_at is null
        and b.expires_at > now() and (b.tenant_id is null or b.tenant_id = f.tenant_id)) as blocked_until,
      t.id as tenant_id, t.slug as tenant_slug, t.name as tenant_name, t.lane as tenant_lane,
      case when t.deleted_at is null then t.status else 'closed' end as tenant_status,
      t.time_zone, m.role, m.admin_level, m.status as membership_status, m.permission_version, held.job_templates,
      coalesce(rights.list, '[]'::jsonb) as capabilities
    from identity.auth_families f
    join identity.users u on u.id = f.user_id
    join identity.tenants t on t.id = f.tenant_id
    join identity.memberships m on m.tenant_id = f.tenant_id and m.user_id = f.user_id and m.deleted_at is null
    cross join lateral (
      select array_agg(mt.job_template order by mt.job_template) as job_templates
      from identity.membership_job_templates mt
      join identity.job_templates j on j.key = mt.job_template and f.aud = any (j.aud)
      where mt.tenant_id = m.tenant_id and mt.user_id = m.user_id
    ) held
    cross join lateral (
      select jsonb_agg(jsonb_build_object('capability', widest.key, 'scope', widest.scope) order by widest.key) as list
      from (
        select distinct on (c.key) c.key, coalesce(o.scope, d.scope) as scope
        from unnest(held.job_templates) as mt (job_template)
        cross join identity.capabilities c
        left join identity.job_template_capabilities d on d.job_template = mt.job_template and d.capability = c.key
        left join identity.rbac_overrides o
          on o.tenant_id = m.tenant_id and o.job_template = mt.job_template and o.capability = c.key
        where coalesce(o.scope, d.scope) is not null and (c.area <> 'control' or f.aud = 'studio')
        order by c.key, array_position(array['all', 'assigned', 'own', 'none'], coalesce(o.scope, d.scope))
      ) widest
      where widest.scope <> 'none'
    ) rights
    where f.id = ${familyId}::uuid`.compile(compileOnly)
}

/** The ways this person can prove a factor again; the password only without any factor. */
export function stepUpMethodsOf(held: Pick<Principal, 'has_totp' | 'passkeys' | 'has_password'>): StepUpMethod[] {
  const methods: StepUpMethod[] = [
    ...(held.passkeys > 0 ? (['WEBAUTHN'] as const) : []),
    ...(held.has_totp ? (['TOTP'] as const) : []),
  ]
  return methods.length === 0 && held.has_password ? ['PASSWORD'] : methods
}

export const actorOf = (principal: Principal): Actor => ({
  kind: 'user',
  userId: principal.user_id,
  tenantId: principal.tenant_id,
  aud: principal.aud,
  role: principal.role,
  adminLevel: principal.admin_level,
  jobTemplates: principal.job_templates,
  capabilities: new Map(principal.capabilities.map(({ capability, scope }) => [capability, scope])),
  permissionVersion: principal.permission_version,
  sessionId: principal.session_id,
  steppedUpAt: principal.stepped_up_at === null ? null : Date.parse(principal.stepped_up_at),
  stepUpMethods: stepUpMethodsOf(principal),
})

/** The session body's part that names the person; tokens are added by sign-in and refresh. */
export const whoOf = (principal: Principal) => ({
  session_id: principal.session_id,
  user: {
    id: principal.user_id,
    kind: principal.user_kind,
    email: principal.email,
    name: principal.name,
    locale: principal.locale,
  },
  tenant: {
    id: principal.tenant_id,
    slug: principal.tenant_slug,
    name: principal.tenant_name,
    lane: principal.tenant_lane,
    time_zone: principal.time_zone,
  },
  aud: principal.aud,
  role: principal.role,
  admin_level: principal.admin_level,
  job_templates: principal.job_templates,
  capabilities: principal.capabilities,
  permission_version: principal.permission_version,
})

/** The person as he sees himself. */
export const personOf = (principal: Principal): Me => ({
  ...whoOf(principal),
  phone: principal.phone,
  email_verified: principal.email_verified,
  version: principal.user_version,
})

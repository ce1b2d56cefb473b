import type { Me, Session, Surface } from '@zenops/contracts/identity'
import { sql } from 'kysely'
import type { Actor, StepUpMethod } from '../../platform/auth/actor.ts'
import { accountBlock } from './standing.ts'

/** What decides whether a session may go on, as the database has it now. */
export interface SessionState {
  readonly session_id: string
  readonly user_id: string
  readonly tenant_id: string
  readonly aud: Surface
  readonly family_live: boolean
  /** The person and his membership are. */
  readonly account_live: boolean
  readonly tenant_active: boolean
  /** Until when the person is blocked here or everywhere. */
  readonly blocked_until: string | null
  readonly permission_version: number
}

/** The same with all that an answer tells of the person. */
export interface Principal extends SessionState {
  readonly client_type: string
  readonly amr: string[]
  readonly auth_time: string
  readonly stepped_up_at: string | null
  readonly step_up_methods: StepUpMethod[]
  /** The session's body without its tokens. */
  readonly who: Omit<Session, 'result' | 'access_token' | 'token_type' | 'expires_in' | 'refresh_token'>
  readonly own: Pick<Me, 'phone' | 'email_verified' | 'version'>
}

const STATE = sql`
  f.id as session_id, f.user_id, f.tenant_id, f.aud, f.revoked_at is null and f.absolute_expires_at > now() as family_live,
  u.status = 'active' and u.deleted_at is null and m.status = 'active' as account_live,
  t.status = 'active' and t.deleted_at is null as tenant_active,
  ${accountBlock(sql`u.id`, sql`t.id`)} as blocked_until, m.permission_version`
const SESSIONS = sql`
  identity.auth_families f
  join identity.users u on u.id = f.user_id
  join identity.tenants t on t.id = f.tenant_id
  join identity.memberships m on m.tenant_id = f.tenant_id and m.user_id = f.user_id and m.deleted_at is null`

export const statesOf = (sessionIds: readonly string[]) =>
  sql<SessionState>`select ${STATE} from ${SESSIONS} where f.id = any (${[...sessionIds]}::uuid[])`

/**
 * One statement for all that a request must know of its caller. The capabilities are the union over the templates
 * that the surface admits, the widest scope wins, an override of the firm stands before the default. A password proves
 * a person again only where he has no factor.
 */
export const principalOf = (sessionId: string) => sql<Principal>`
  select ${STATE}, f.client_type, f.amr, f.auth_time, f.stepped_up_at,
    case when has.passkey or has.totp
      then array_remove(array[case when has.passkey then 'WEBAUTHN' end, case when has.totp then 'TOTP' end], null)
      when has.password then array['PASSWORD'] else array[]::text[] end as step_up_methods,
    jsonb_build_object('phone', u.phone, 'email_verified', u.email_verified_at is not null, 'version', u.version) as own,
    jsonb_build_object('session_id', f.id, 'aud', f.aud, 'role', m.role, 'admin_level', m.admin_level,
      'permission_version', m.permission_version, 'job_templates', held.job_templates,
      'capabilities', coalesce(rights.list, '[]'::jsonb),
      'user', jsonb_build_object('id', u.id, 'kind', u.kind, 'email', u.email, 'name', u.name, 'locale', u.locale),
      'tenant', jsonb_build_object('id', t.id, 'slug', t.slug, 'name', t.name, 'lane', t.lane, 'time_zone', t.time_zone)
    ) as who
  from ${SESSIONS}
  cross join lateral (
    select exists (select 1 from identity.auth_credentials a where a.user_id = u.id) as password,
      exists (select 1 from identity.auth_totp x where x.user_id = u.id and x.enabled_at is not null) as totp,
      exists (select 1 from identity.webauthn_credentials w
        where w.user_id = u.id and w.revoked_at is null and w.suspended_at is null) as passkey
  ) has
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
  where f.id = ${sessionId}::uuid`

export const actorOf = ({ who, ...principal }: Principal): Actor => ({
  kind: 'user',
  userId: principal.user_id,
  tenantId: principal.tenant_id,
  aud: principal.aud,
  role: who.role,
  adminLevel: who.admin_level,
  jobTemplates: who.job_templates,
  // Cast: the catalogue of capabilities is that of the contracts.
  capabilities: new Map(who.capabilities.map(({ capability, scope }) => [capability, scope])) as Actor['capabilities'],
  permissionVersion: principal.permission_version,
  sessionId: principal.session_id,
  steppedUpAt: principal.stepped_up_at === null ? null : Date.parse(principal.stepped_up_at),
  stepUpMethods: principal.step_up_methods,
})

/** The surface of a person who is signed in: the gate admits people of the three alone. */
export const surfaceOf = (actor: Pick<Actor, 'aud'>): Surface => actor.aud as Surface

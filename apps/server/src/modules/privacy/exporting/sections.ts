import { type RawBuilder, sql } from 'kysely'
import type { ExportSection } from '../rules/personal-data.ts'

/** Whose data, as they stood when the file was begun. */
export interface Whose {
  readonly userId: string
  readonly at: string
}

const utc = (column: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const col = (name: string): RawBuilder<unknown> => utc(sql.ref(name))

/** Sections that identity answers over all firms, as zen_auth. Each row is one JSON object named `row`. */
export const OF_IDENTITY: Readonly<Partial<Record<ExportSection, (whose: Whose) => RawBuilder<{ row: unknown }>>>> = {
  profile: ({ userId }) => sql`
    select jsonb_build_object('id', u.id, 'kind', u.kind, 'name', u.name, 'email', u.email, 'email_verified_at', ${col('u.email_verified_at')},
      'phone', u.phone, 'locale', u.locale, 'status', u.status, 'created_at', ${col('u.created_at')}) as row
    from identity.users u where u.id = ${userId}::uuid`,
  memberships: ({ userId }) => sql`
    select jsonb_build_object('firm', t.name, 'role', m.role, 'status', m.status, 'job_templates', coalesce((
        select jsonb_agg(j.job_template order by j.job_template) from identity.membership_job_templates j
        where j.tenant_id = m.tenant_id and j.user_id = m.user_id), '[]'), 'professional', m.professional, 'created_at', ${col('m.created_at')}) as row
    from identity.memberships m join identity.tenants t on t.id = m.tenant_id where m.user_id = ${userId}::uuid order by m.created_at, m.tenant_id`,
  portal_links: ({ userId }) => sql`
    select jsonb_build_object('firm', t.name, 'party_kind', l.party_kind, 'status', l.status, 'created_at', ${col('l.created_at')}) as row
    from identity.portal_links l join identity.tenants t on t.id = l.tenant_id where l.user_id = ${userId}::uuid order by l.created_at, l.id`,
  sessions: ({ userId, at }) => sql`
    select jsonb_build_object('surface', f.aud, 'device', f.device_name, 'first_address', host(f.created_ip), 'last_address', host(f.last_ip),
      'created_at', ${col('f.created_at')}, 'last_seen_at', ${col('f.last_seen_at')}, 'ended_at', ${col('f.revoked_at')}) as row
    from identity.auth_families f where f.user_id = ${userId}::uuid and f.created_at <= ${at}::timestamptz order by f.created_at, f.id`,
  sign_in_methods: ({ userId }) => sql`
    select jsonb_build_object('kind', 'passkey', 'name', w.nickname, 'created_at', ${col('w.created_at')}, 'last_used_at', ${col('w.last_used_at')}) as row
    from identity.webauthn_credentials w where w.user_id = ${userId}::uuid and w.revoked_at is null
    union all select jsonb_build_object('kind', 'authenticator', 'name', null, 'created_at', ${col('o.created_at')}, 'last_used_at', null)
    from identity.auth_totp o where o.user_id = ${userId}::uuid and o.enabled_at is not null`,
  settings: ({ userId }) => sql`
    select jsonb_build_object('firm', t.name, 'settings', s.settings, 'updated_at', ${col('s.updated_at')}) as row
    from identity.ui_settings s join identity.tenants t on t.id = s.tenant_id where s.user_id = ${userId}::uuid order by s.updated_at, s.tenant_id`,
}

/** Where a page of rows begins; null: at the first. */
export type After = readonly [at: string, id: string] | null
export const PAGE = 1_000

const behind = (key: After, at: RawBuilder<unknown>, id: RawBuilder<unknown>): RawBuilder<unknown> =>
  key === null ? sql`true` : sql`(${at}, ${id}) > (${key[0]}::timestamptz, ${key[1]}::uuid)`

interface Paged {
  readonly row: unknown
  readonly at: string
  readonly id: string
}
type PagedQuery = (whose: Whose, key: After) => RawBuilder<Paged>

/** Sections that lie in a firm: asked page by page in each, as its worker. */
export const OF_FIRM: Readonly<Partial<Record<ExportSection, PagedQuery>>> = {
  mails: ({ userId, at }, key) => sql<Paged>`
    select jsonb_build_object('firm', t.name, 'to', o.recipient, 'subject', o.subject, 'status', o.status, 'queued_at', ${col('o.queued_at')},
      'sent_at', ${col('o.sent_at')}) as row, o.queued_at as at, o.id
    from notifications.outbox o join identity.tenants t on t.id = o.tenant_id
    where o.tenant_id = app.current_tenant_id() and o.user_id = ${userId}::uuid and o.queued_at <= ${at}::timestamptz
      and ${behind(key, sql`o.queued_at`, sql`o.id`)} order by o.queued_at, o.id limit ${PAGE}`,
  uploads: ({ userId, at }, key) => sql<Paged>`
    select jsonb_build_object('firm', t.name, 'document_id', d.id, 'filename', d.original_filename, 'size_bytes', d.size_bytes, 'sha256', d.sha256,
      'uploaded_at', ${col('d.uploaded_at')}) as row, d.created_at as at, d.id
    from documents.documents_live d join identity.tenants t on t.id = d.tenant_id
    where d.tenant_id = app.current_tenant_id() and d.owner_user_id = ${userId}::uuid and d.created_at <= ${at}::timestamptz
      and ${behind(key, sql`d.created_at`, sql`d.id`)} order by d.created_at, d.id limit ${PAGE}`,
  requests: ({ userId, at }, key) => sql<Paged>`
    select jsonb_build_object('request_id', r.id, 'kind', r.kind, 'status', r.status, 'created_at', ${col('r.created_at')},
      'completed_at', ${col('r.completed_at')}) as row, r.created_at as at, r.id
    from privacy.requests r where r.tenant_id = app.current_tenant_id() and r.subject_id = ${userId}::uuid and r.created_at < ${at}::timestamptz
      and ${behind(key, sql`r.created_at`, sql`r.id`)} order by r.created_at, r.id limit ${PAGE}`,
  audit_events: ({ userId, at }, key) => sql<Paged>`
    select jsonb_build_object('firm', t.name, 'audit_id', e.id, 'action', e.action, 'outcome', e.outcome, 'at', ${col('e.at')}, 'target_type', e.target_type,
      'target_id', case when e.target_id = ${userId}::text then e.target_id end) as row, e.at, e.id
    from (
      select s.tenant_id, s.id, s.action, s.outcome, s.at, s.target_type, s.target_id, s.actor_user_id from audit.events s where s.tenant_id = app.current_tenant_id()
      union all
      select i.tenant_id, i.id, b.body ->> 'action', b.body ->> 'outcome', (b.body ->> 'at')::timestamptz(3), b.body #>> '{target,type}', b.body #>> '{target,id}',
        (b.body #>> '{actor,user_id}')::uuid
      from audit.inbox i cross join lateral (select audit.body_of(i.canon) as body) b where i.tenant_id = app.current_tenant_id()
    ) e join identity.tenants t on t.id = e.tenant_id
    where e.actor_user_id = ${userId}::uuid and e.at <= ${at}::timestamptz and ${behind(key, sql`e.at`, sql`e.id`)} order by e.at, e.id limit ${PAGE}`,
}

/** A third person has one record. */
export const contactProfile = (tenantId: string, contactId: string): RawBuilder<{ row: unknown }> => sql`
  select jsonb_build_object('id', c.id, 'kind', 'CONTACT', 'name', c.name, 'email', c.email, 'email_verified_at', null, 'phone', c.phone, 'locale', null,
    'status', 'active', 'created_at', ${col('c.created_at')}) as row
  from directory.contacts_live c where c.tenant_id = ${tenantId}::uuid and c.id = ${contactId}::uuid`

-- Identity: tenants, people, memberships, rights, credentials and sessions (identity.md 2 to 6, 11).

create schema identity;
revoke all on schema identity from public;
grant usage on schema identity to zen_definer, zen_web, zen_studio, zen_portal, zen_worker, zen_auth;

-- One row: the ids of the two fixed tenants. Policies read them here, no id stands in SQL.
create table identity.platform_settings (
  one_row            boolean primary key default true check (one_row),
  internal_tenant_id uuid not null,
  external_tenant_id uuid not null,
  created_at         timestamptz(3) not null default now(),
  constraint platform_settings__two_tenants check (internal_tenant_id <> external_tenant_id)
);

create table identity.tenants (
  id             uuid primary key default uuidv7(),
  slug           text not null check (slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
  name           text not null check (char_length(name) between 1 and 200),
  lane           text not null check (lane in ('internal', 'external', 'tenant')),
  status         text not null default 'active' check (status in ('active', 'suspended', 'closed')),
  time_zone      text not null default 'Asia/Kolkata',
  mfa_policy     text not null default 'admins' check (mfa_policy in ('admins', 'staff', 'webauthn_admins')),
  passwordless   boolean not null default false,
  registration   text not null default 'invite_only' check (registration in ('open', 'invite_only', 'off')),
  rbac_approvals int not null default 2 check (rbac_approvals in (1, 2)),
  settings       jsonb not null default '{}',  -- operations and report settings, per module key
  version        int not null default 1,
  created_at     timestamptz(3) not null default now(),
  updated_at     timestamptz(3) not null default now(),
  deleted_at     timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3)
);
create unique index tenants__slug on identity.tenants (slug) where deleted_at is null;
create unique index tenants__one_per_fixed_lane on identity.tenants (lane) where lane <> 'tenant';

create table identity.users (
  id                   uuid primary key default uuidv7(),
  kind                 text not null check (kind in ('PERSON', 'GUEST', 'SERVICE')),
  email                citext,
  email_verified_at    timestamptz(3),
  name                 text not null check (char_length(name) between 1 and 200),
  phone                text,
  locale               text not null default 'en',
  status               text not null default 'active' check (status in ('active', 'disabled', 'erased')),
  webauthn_user_handle bytea not null default decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'),
  guest_expires_at     timestamptz(3),
  merged_into_user_id  uuid references identity.users (id),
  version              int not null default 1,
  created_at           timestamptz(3) not null default now(),
  updated_at           timestamptz(3) not null default now(),
  deleted_at           timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  constraint users__person_has_email check (kind <> 'PERSON' or email is not null)
);
create unique index users__email on identity.users (email) where deleted_at is null;

create table identity.job_templates (
  key  text primary key,
  role text not null check (role in ('AGENT', 'CUSTOMER', 'ADMIN', 'OPS', 'SYSTEM')),
  aud  text[] not null,
  unique (key, role)
);
create table identity.capabilities (
  key  text primary key,
  area text not null
);
create table identity.job_template_capabilities (
  job_template text not null references identity.job_templates (key),
  capability   text not null references identity.capabilities (key),
  scope        text not null check (scope in ('own', 'assigned', 'all')),
  primary key (job_template, capability)
);

create table identity.memberships (
  tenant_id          uuid not null references identity.tenants (id),
  user_id            uuid not null references identity.users (id),
  role               text not null check (role in ('AGENT', 'CUSTOMER', 'ADMIN', 'OPS', 'SYSTEM')),
  admin_level        text check (admin_level in ('MANAGER', 'SYSTEM_ADMIN')),
  status             text not null default 'invited' check (status in ('invited', 'active', 'disabled', 'ended')),
  permission_version bigint not null default 1,
  professional       jsonb,  -- {designation, qualification, registration_body, registration_no, valid_until}
  last_used_at       timestamptz(3),
  version            int not null default 1,
  created_at         timestamptz(3) not null default now(),
  updated_at         timestamptz(3) not null default now(),
  deleted_at         timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  primary key (tenant_id, user_id),
  unique (tenant_id, user_id, role),
  constraint memberships__admin_level_counts_with_admin check ((role = 'ADMIN') = (admin_level is not null))
);
create index memberships__user on identity.memberships (user_id);

create table identity.membership_job_templates (
  tenant_id    uuid not null,
  user_id      uuid not null,
  job_template text not null,
  role         text not null,
  primary key (tenant_id, user_id, job_template),
  constraint membership_job_templates__membership foreign key (tenant_id, user_id, role)
    references identity.memberships (tenant_id, user_id, role),
  constraint membership_job_templates__template foreign key (job_template, role)
    references identity.job_templates (key, role)
);

create table identity.rbac_overrides (
  tenant_id    uuid not null references identity.tenants (id),
  job_template text not null references identity.job_templates (key),
  capability   text not null references identity.capabilities (key),
  scope        text not null check (scope in ('none', 'own', 'assigned', 'all')),
  primary key (tenant_id, job_template, capability)
);

-- A firm deals with this portal user, for one party of its directory.
create table identity.portal_links (
  tenant_id  uuid not null references identity.tenants (id),
  id         uuid not null default uuidv7(),
  user_id    uuid not null references identity.users (id),
  party_kind text not null check (party_kind in ('self', 'channel', 'bank_branch', 'client_org')),
  party_id   uuid,
  status     text not null default 'active' check (status in ('active', 'revoked')),
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  constraint portal_links__party check ((party_kind = 'self') = (party_id is null))
);
create unique index portal_links__one on identity.portal_links (tenant_id, user_id, party_kind, party_id) nulls not distinct where status = 'active';
create index portal_links__user on identity.portal_links (user_id) where status = 'active';

create table identity.ui_settings (
  tenant_id  uuid not null references identity.tenants (id),
  user_id    uuid not null references identity.users (id),
  settings   jsonb not null default '{}' check (octet_length(settings::text) <= 16384),
  updated_at timestamptz(3) not null default now(),
  primary key (tenant_id, user_id)
);

-- Credentials and sessions: no right for the four acting roles.
create table identity.auth_credentials (
  user_id      uuid primary key references identity.users (id),
  password_phc text not null,  -- Argon2id, PHC string
  set_at       timestamptz(3) not null default now()
);
create table identity.auth_login_counters (
  login_hmac     bytea primary key,  -- HMAC of the normalised e-mail, whether or not it exists
  failed_count   int not null default 0,
  last_failed_at timestamptz(3),
  locked_until   timestamptz(3)
);
create table identity.auth_families (
  id                  uuid primary key default uuidv7(),
  user_id             uuid not null references identity.users (id),
  tenant_id           uuid not null references identity.tenants (id),
  aud                 text not null check (aud in ('web', 'portal', 'studio')),
  client_type         text not null default 'web' check (client_type in ('web', 'mobile', 'widget', 'trusted_cli')),
  device_name         text,
  created_ip          inet,
  last_ip             inet,
  amr                 text[] not null default '{}',
  stepped_up_at       timestamptz(3),
  created_at          timestamptz(3) not null default now(),
  last_seen_at        timestamptz(3) not null default now(),
  absolute_expires_at timestamptz(3) not null,
  revoked_at          timestamptz(3), revoked_reason text, revoked_by uuid
);
create index auth_families__live on identity.auth_families (user_id, aud, last_seen_at) where revoked_at is null;
create table identity.auth_refresh_tokens (
  id           uuid primary key default uuidv7(),
  family_id    uuid not null references identity.auth_families (id),
  token_sha256 bytea not null unique,
  parent_id    uuid references identity.auth_refresh_tokens (id),
  created_at   timestamptz(3) not null default now(),
  expires_at   timestamptz(3) not null,
  consumed_at  timestamptz(3),
  consumed_ip  inet
);
create index auth_refresh_tokens__family on identity.auth_refresh_tokens (family_id);

-- Helpers that read rights. Owned by zen_definer, which may select these few tables and nothing else.
create function app.lane_tenant_id(lane text) returns uuid language sql stable security definer
  set search_path = pg_catalog as $$
    select case lane when 'internal' then internal_tenant_id when 'external' then external_tenant_id end
    from identity.platform_settings
  $$;

-- Effective scope of the acting membership: none, own, assigned or all.
create function app.scope_of(p_capability text) returns text language plpgsql stable security definer
  set search_path = pg_catalog as $$
declare
  v_aud    text := app.current_aud();
  v_tenant uuid;
  v_scope  text;
begin
  if v_aud = 'worker' then
    select c.scope into v_scope from identity.job_template_capabilities c
    where c.job_template = 'worker' and c.capability = p_capability;
    return coalesce(v_scope, 'none');
  end if;
  v_tenant := case v_aud
    when 'web' then app.current_tenant_id()
    when 'studio' then app.lane_tenant_id('internal')
    when 'portal' then app.lane_tenant_id('external')
  end;
  select coalesce(o.scope, c.scope, 'none') into v_scope
  from identity.memberships m
  join identity.membership_job_templates t on t.tenant_id = m.tenant_id and t.user_id = m.user_id
  join identity.job_templates j on j.key = t.job_template and v_aud = any (j.aud)
  left join identity.job_template_capabilities c on c.job_template = t.job_template and c.capability = p_capability
  left join identity.rbac_overrides o
    on o.tenant_id = m.tenant_id and o.job_template = t.job_template and o.capability = p_capability
  where m.tenant_id = v_tenant and m.user_id = app.current_user_id() and m.status = 'active' and m.deleted_at is null
  order by array_position(array['all', 'assigned', 'own', 'none'], coalesce(o.scope, c.scope, 'none'))
  limit 1;
  return coalesce(v_scope, 'none');
end $$;

-- The same as yes or no. Policies ask these: the planner takes a bare boolean for even odds, and so keeps the index that
-- answers in the wanted order, where a comparison would look like a rare hit.
create function app.sees_all(p_capability text) returns boolean language sql stable
  as $$ select app.scope_of(p_capability) = 'all' $$;
create function app.sees_assigned(p_capability text) returns boolean language sql stable
  as $$ select app.scope_of(p_capability) = 'assigned' $$;

create function app.my_firms() returns uuid[] language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(distinct l.tenant_id), '{}') from identity.portal_links l
  where l.user_id = app.current_user_id() and l.status = 'active'
$$;
create function app.my_parties() returns uuid[] language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(distinct l.party_id) filter (where l.party_id is not null), '{}') from identity.portal_links l
  where l.user_id = app.current_user_id() and l.status = 'active'
$$;
-- Support sessions come with the identity issue; until then the studio sees no firm's rows.
create function app.support_open() returns boolean language sql stable security definer set search_path = pg_catalog as $$
  select false
$$;
-- Tenants that recurring work visits: active, with their zone.
create function app.tenants_for_sweep() returns table (tenant_id uuid, time_zone text) language sql stable security definer
  set search_path = pg_catalog as $$
    select t.id, t.time_zone from identity.tenants t where t.status = 'active' and t.deleted_at is null and t.lane <> 'external'
  $$;

-- Changing an owner asks the new one for CREATE on the schema; it is taken back at once.
grant create on schema app to zen_definer;
alter function app.lane_tenant_id(text) owner to zen_definer;
alter function app.scope_of(text) owner to zen_definer;
alter function app.my_firms() owner to zen_definer;
alter function app.my_parties() owner to zen_definer;
alter function app.support_open() owner to zen_definer;
alter function app.tenants_for_sweep() owner to zen_definer;
revoke create on schema app from zen_definer;

-- Fences. One permissive policy per table, role and command; what has none is refused.
alter table identity.platform_settings enable row level security, force row level security;
alter table identity.tenants enable row level security, force row level security;
alter table identity.users enable row level security, force row level security;
alter table identity.job_templates enable row level security, force row level security;
alter table identity.capabilities enable row level security, force row level security;
alter table identity.job_template_capabilities enable row level security, force row level security;
alter table identity.memberships enable row level security, force row level security;
alter table identity.membership_job_templates enable row level security, force row level security;
alter table identity.rbac_overrides enable row level security, force row level security;
alter table identity.portal_links enable row level security, force row level security;
alter table identity.ui_settings enable row level security, force row level security;
alter table identity.auth_credentials enable row level security, force row level security;
alter table identity.auth_login_counters enable row level security, force row level security;
alter table identity.auth_families enable row level security, force row level security;
alter table identity.auth_refresh_tokens enable row level security, force row level security;

-- zen_definer: what its functions read.
grant select on identity.platform_settings, identity.tenants, identity.memberships, identity.membership_job_templates,
  identity.job_templates, identity.job_template_capabilities, identity.rbac_overrides, identity.portal_links to zen_definer;
create policy platform_settings__definer on identity.platform_settings for select to zen_definer using (true);
create policy tenants__definer on identity.tenants for select to zen_definer using (true);
create policy memberships__definer on identity.memberships for select to zen_definer using (true);
create policy membership_job_templates__definer on identity.membership_job_templates for select to zen_definer using (true);
create policy job_templates__definer on identity.job_templates for select to zen_definer using (true);
create policy job_template_capabilities__definer on identity.job_template_capabilities for select to zen_definer using (true);
create policy rbac_overrides__definer on identity.rbac_overrides for select to zen_definer using (true);
create policy portal_links__definer on identity.portal_links for select to zen_definer using (true);

-- Class 1, catalogue: everybody reads.
grant select on identity.job_templates, identity.capabilities, identity.job_template_capabilities to zen_web, zen_studio, zen_worker, zen_auth;
create policy job_templates__read on identity.job_templates for select to zen_web, zen_studio, zen_worker, zen_auth using (true);
create policy capabilities__read on identity.capabilities for select to zen_web, zen_studio, zen_worker, zen_auth using (true);
create policy job_template_capabilities__read on identity.job_template_capabilities for select to zen_web, zen_studio, zen_worker, zen_auth using (true);

-- The catalogue is written by the owner alone, from the contracts, at each migration.
create policy job_templates__owner on identity.job_templates for all to zen_owner using (true) with check (true);
create policy capabilities__owner on identity.capabilities for all to zen_owner using (true) with check (true);
create policy job_template_capabilities__owner on identity.job_template_capabilities for all to zen_owner using (true) with check (true);

-- Class 9, tenants.
grant select on identity.tenants to zen_web, zen_worker, zen_studio;
grant update (name, time_zone, settings, version, updated_at) on identity.tenants to zen_web;
grant select (id, slug, name) on identity.tenants to zen_portal;
grant insert on identity.tenants to zen_studio;
grant update (name, time_zone, status, settings, rbac_approvals, version, updated_at, deleted_at, deleted_by, delete_reason, purge_after) on identity.tenants to zen_studio;
create policy tenants__web_read on identity.tenants for select to zen_web, zen_worker using (id = (select app.current_tenant_id()));
create policy tenants__web_update on identity.tenants for update to zen_web
  using (id = (select app.current_tenant_id())) with check (id = (select app.current_tenant_id()));
create policy tenants__portal_read on identity.tenants for select to zen_portal
  using (id = (select app.lane_tenant_id('external')) or id = any ((select app.my_firms())::uuid[]));
create policy tenants__studio_read on identity.tenants for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy tenants__studio_insert on identity.tenants for insert to zen_studio with check ((select app.current_aud()) = 'studio');
create policy tenants__studio_update on identity.tenants for update to zen_studio
  using ((select app.current_aud()) = 'studio') with check ((select app.current_aud()) = 'studio');

-- Class 10, users: a member of or linked to my tenant, or me.
grant select (id, kind, email, name, phone, locale, status, version, created_at, updated_at, deleted_at) on identity.users to zen_web, zen_worker, zen_studio, zen_portal;
create policy users__web_read on identity.users for select to zen_web, zen_worker using (
  id = (select app.current_user_id())
  or exists (select 1 from identity.memberships m where m.user_id = users.id and m.tenant_id = (select app.current_tenant_id()))
  or exists (select 1 from identity.portal_links l where l.user_id = users.id and l.tenant_id = (select app.current_tenant_id()))
);
create policy users__portal_read on identity.users for select to zen_portal using (id = (select app.current_user_id()));
create policy users__studio_read on identity.users for select to zen_studio using ((select app.current_aud()) = 'studio');

-- Class 11, membership.
grant select on identity.memberships, identity.membership_job_templates, identity.rbac_overrides, identity.portal_links to zen_web, zen_worker, zen_studio;
grant select on identity.memberships, identity.membership_job_templates, identity.portal_links to zen_portal;
create policy memberships__web_read on identity.memberships for select to zen_web using (tenant_id = (select app.current_tenant_id()));
create policy memberships__worker_read on identity.memberships for select to zen_worker using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy memberships__portal_read on identity.memberships for select to zen_portal using (user_id = (select app.current_user_id()));
create policy memberships__studio_read on identity.memberships for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy membership_job_templates__web_read on identity.membership_job_templates for select to zen_web using (tenant_id = (select app.current_tenant_id()));
create policy membership_job_templates__worker_read on identity.membership_job_templates for select to zen_worker using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy membership_job_templates__portal_read on identity.membership_job_templates for select to zen_portal using (user_id = (select app.current_user_id()));
create policy membership_job_templates__studio_read on identity.membership_job_templates for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy rbac_overrides__web_read on identity.rbac_overrides for select to zen_web using (tenant_id = (select app.current_tenant_id()));
create policy rbac_overrides__worker_read on identity.rbac_overrides for select to zen_worker using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy rbac_overrides__studio_read on identity.rbac_overrides for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy portal_links__web_read on identity.portal_links for select to zen_web using (tenant_id = (select app.current_tenant_id()));
create policy portal_links__worker_read on identity.portal_links for select to zen_worker using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy portal_links__portal_read on identity.portal_links for select to zen_portal using (user_id = (select app.current_user_id()));
create policy portal_links__studio_read on identity.portal_links for select to zen_studio using ((select app.current_aud()) = 'studio');

-- Class 5, personal.
grant select, insert, update on identity.ui_settings to zen_web, zen_studio, zen_portal;
create policy ui_settings__read on identity.ui_settings for select to zen_web, zen_studio, zen_portal
  using (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()));
create policy ui_settings__insert on identity.ui_settings for insert to zen_web, zen_studio, zen_portal
  with check (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()));
create policy ui_settings__update on identity.ui_settings for update to zen_web, zen_studio, zen_portal
  using (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()))
  with check (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()));

-- Class 12 and identity's writing of 9 to 11: zen_auth alone.
grant select, insert, update on identity.platform_settings, identity.tenants, identity.users, identity.memberships, identity.portal_links to zen_auth;
grant select, insert, delete on identity.membership_job_templates to zen_auth;
grant select, insert, update, delete on identity.rbac_overrides to zen_auth;
grant select, insert, update on identity.auth_credentials, identity.auth_families, identity.auth_refresh_tokens to zen_auth;
grant select, insert, update, delete on identity.auth_login_counters to zen_auth;
grant delete on identity.auth_families, identity.auth_refresh_tokens to zen_auth;
create policy platform_settings__auth on identity.platform_settings for all to zen_auth using (true) with check (true);
create policy tenants__auth on identity.tenants for all to zen_auth using (true) with check (true);
create policy users__auth on identity.users for all to zen_auth using (true) with check (true);
create policy memberships__auth on identity.memberships for all to zen_auth using (true) with check (true);
create policy membership_job_templates__auth on identity.membership_job_templates for all to zen_auth using (true) with check (true);
create policy rbac_overrides__auth on identity.rbac_overrides for all to zen_auth using (true) with check (true);
create policy portal_links__auth on identity.portal_links for all to zen_auth using (true) with check (true);
create policy auth_credentials__auth on identity.auth_credentials for all to zen_auth using (true) with check (true);
create policy auth_login_counters__auth on identity.auth_login_counters for all to zen_auth using (true) with check (true);
create policy auth_families__auth on identity.auth_families for all to zen_auth using (true) with check (true);
create policy auth_refresh_tokens__auth on identity.auth_refresh_tokens for all to zen_auth using (true) with check (true);

-- Identity made whole (identity.md 3, 6 to 11): links, factors, passkeys, blocks, approvals, support sessions, service
-- tokens, and the notices that let every process forget what it knew of a principal.

alter table identity.tenants add column mfa_policy_since timestamptz(3) not null default now();  -- grace periods run from here
alter table identity.portal_links add column created_by uuid, add column revoked_at timestamptz(3), add column revoked_by uuid;
alter table identity.auth_families add column auth_time timestamptz(3) not null default now();
create index auth_families__ended on identity.auth_families (absolute_expires_at);
create index auth_refresh_tokens__parent on identity.auth_refresh_tokens (parent_id);  -- the retention job deletes parents

-- Requests about rights, and who has decided them (identity.md 8).
create table identity.rbac_requests (
  tenant_id       uuid not null references identity.tenants (id),
  id              uuid not null default uuidv7(),
  kind            text not null check (kind in ('rbac_matrix', 'admin_grant', 'mfa_reset_admin', 'policy_relax')),
  subject         text not null check (char_length(subject) between 1 and 200),  -- the cell, the person or the policy
  payload         jsonb not null check (octet_length(payload::text) <= 16384),
  before          jsonb,
  after           jsonb,
  people_affected int not null default 0,
  status          text not null default 'PENDING' check (status in ('PENDING', 'APPLIED', 'REJECTED', 'WITHDRAWN', 'EXPIRED')),
  close_reason    text,
  requested_by    uuid not null references identity.users (id),
  reason          text not null check (char_length(reason) between 1 and 500),
  created_at      timestamptz(3) not null default now(),
  expires_at      timestamptz(3) not null default now() + interval '14 days',
  closed_at       timestamptz(3),
  applied_at      timestamptz(3),
  primary key (tenant_id, id),
  constraint rbac_requests__closed check ((status = 'PENDING') = (closed_at is null))
);
create unique index rbac_requests__one_pending on identity.rbac_requests (tenant_id, kind, subject) where status = 'PENDING';
create index rbac_requests__recent on identity.rbac_requests (tenant_id, created_at desc, id desc);
create table identity.rbac_decisions (
  tenant_id  uuid not null,
  request_id uuid not null,
  decided_by uuid not null references identity.users (id),
  decision   text not null check (decision in ('APPROVE', 'REJECT')),
  comment    text,
  decided_at timestamptz(3) not null default now(),
  primary key (tenant_id, request_id, decided_by),
  constraint rbac_decisions__request foreign key (tenant_id, request_id) references identity.rbac_requests (tenant_id, id)
);
create trigger rbac_decisions__append_only before update or delete on identity.rbac_decisions for each row execute function app.refuse_change();
create trigger rbac_decisions__no_truncate before truncate on identity.rbac_decisions for each statement execute function app.refuse_change();

-- A read-only look of the platform into a firm.
create table identity.support_sessions (
  tenant_id  uuid not null references identity.tenants (id),
  id         uuid not null default uuidv7(),
  user_id    uuid not null references identity.users (id),
  reason     text not null check (char_length(reason) between 10 and 500),
  opened_at  timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  closed_at  timestamptz(3),
  closed_by  uuid references identity.users (id),
  primary key (tenant_id, id),
  constraint support_sessions__at_most_an_hour check (expires_at <= opened_at + interval '60 minutes')
);
create index support_sessions__open on identity.support_sessions (user_id, tenant_id) where closed_at is null;

-- Mailed links: only the hash of what the mail carries.
create table identity.auth_links (
  token_sha256 bytea primary key,
  purpose      text not null check (purpose in ('INVITE', 'RESET', 'REGISTER', 'EMAIL_CHANGE')),
  user_id      uuid references identity.users (id),
  tenant_id    uuid references identity.tenants (id),
  payload      jsonb not null default '{}',
  created_by   uuid,
  created_at   timestamptz(3) not null default now(),
  expires_at   timestamptz(3) not null,
  consumed_at  timestamptz(3)
);
create unique index auth_links__one_live on identity.auth_links (purpose, user_id, tenant_id) nulls not distinct
  where consumed_at is null and user_id is not null;
create index auth_links__expired on identity.auth_links (expires_at);

-- Second factors.
create table identity.auth_totp (
  user_id           uuid primary key references identity.users (id),
  secret_ciphertext bytea not null,  -- AES-256-GCM: nonce, tag, ciphertext; the user's id is associated data
  key_id            text not null,
  last_step         bigint not null default 0,  -- a step counts once
  created_at        timestamptz(3) not null default now(),
  enabled_at        timestamptz(3)
);
create table identity.auth_recovery_codes (
  user_id    uuid not null references identity.users (id),
  code_hmac  bytea not null,
  used_at    timestamptz(3),
  expires_at timestamptz(3) not null default now() + interval '365 days',
  primary key (user_id, code_hmac)
);
create table identity.auth_mfa_tickets (
  ticket_sha256 bytea primary key,
  user_id       uuid not null references identity.users (id),
  tenant_id     uuid not null references identity.tenants (id),
  aud           text not null check (aud in ('web', 'portal', 'studio')),
  type          text not null check (type in ('SETUP', 'VERIFY')),
  client_type   text not null default 'web',
  device_name   text,
  attempts      int not null default 0,
  locked_until  timestamptz(3),
  created_at    timestamptz(3) not null default now(),
  expires_at    timestamptz(3) not null,
  consumed_at   timestamptz(3)
);
create index auth_mfa_tickets__expired on identity.auth_mfa_tickets (expires_at);
-- Wrong codes of a person over all tickets, activation and step-up.
create table identity.auth_factor_counters (
  user_id      uuid primary key references identity.users (id),
  failures     bigint[] not null default '{}',  -- epoch seconds of those in the last 15 minutes
  locked_until timestamptz(3)
);
create table identity.webauthn_credentials (
  id              uuid primary key default uuidv7(),
  user_id         uuid not null references identity.users (id),
  credential_id   bytea not null unique check (octet_length(credential_id) between 1 and 1023),
  public_key_cose bytea not null,
  alg             int not null,
  sign_count      bigint not null default 0,
  transports      text[] not null default '{}',
  aaguid          uuid,
  backup_eligible boolean not null default false,
  backup_state    boolean not null default false,
  nickname        text not null check (char_length(nickname) between 1 and 60),
  created_at      timestamptz(3) not null default now(),
  last_used_at    timestamptz(3),
  suspended_at    timestamptz(3),
  revoked_at      timestamptz(3)
);
create index webauthn_credentials__live on identity.webauthn_credentials (user_id) where revoked_at is null;
create table identity.webauthn_challenges (
  id          uuid primary key default uuidv7(),
  challenge   bytea not null check (octet_length(challenge) = 32),
  purpose     text not null check (purpose in ('REGISTER', 'MFA', 'STEP_UP', 'LOGIN')),
  user_id     uuid references identity.users (id),
  aud         text not null check (aud in ('web', 'portal', 'studio')),
  tenant_id   uuid references identity.tenants (id),  -- null: a sign-in that named no firm
  created_at  timestamptz(3) not null default now(),
  expires_at  timestamptz(3) not null,
  consumed_at timestamptz(3)
);
create index webauthn_challenges__expired on identity.webauthn_challenges (expires_at);

-- Addresses a person has signed in from, for the notice about a new one.
create table identity.auth_seen_addresses (
  user_id      uuid not null references identity.users (id),
  address      text not null,  -- as limits count it: IPv6 by /64
  last_seen_at timestamptz(3) not null default now(),
  primary key (user_id, address)
);
-- Failed sign-ins by address, for the automatic block.
create table identity.auth_failed_addresses (
  id         uuid primary key default uuidv7(),
  address    text not null,
  login_hmac bytea not null,
  failed_at  timestamptz(3) not null default now()
);
create index auth_failed_addresses__address on identity.auth_failed_addresses (address, failed_at);

create table identity.auth_blocks (
  id         uuid primary key default uuidv7(),
  tenant_id  uuid references identity.tenants (id),  -- null: everywhere
  kind       text not null check (kind in ('ACCOUNT', 'IP', 'CIDR')),
  user_id    uuid references identity.users (id),
  cidr       cidr,
  reason     text not null check (char_length(reason) between 1 and 500),
  automatic  boolean not null default false,
  created_by uuid references identity.users (id),
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3) not null,
  lifted_at  timestamptz(3),
  lifted_by  uuid references identity.users (id),
  constraint auth_blocks__target check ((kind = 'ACCOUNT') = (user_id is not null) and (kind <> 'ACCOUNT') = (cidr is not null)),
  constraint auth_blocks__range_width check (kind <> 'CIDR' or masklen(cidr) >= case family(cidr) when 4 then 16 else 32 end)
);
create index auth_blocks__users on identity.auth_blocks (user_id, expires_at) where lifted_at is null and user_id is not null;
create index auth_blocks__ranges on identity.auth_blocks using gist (cidr inet_ops) where lifted_at is null and cidr is not null;

create table identity.service_tokens (
  id           uuid primary key default uuidv7(),
  user_id      uuid not null references identity.users (id),
  tenant_ids   uuid[] not null default '{}',  -- empty: the platform
  token_sha256 bytea not null unique,
  capabilities text[] not null check (cardinality(capabilities) > 0),
  created_by   uuid references identity.users (id),
  created_at   timestamptz(3) not null default now(),
  expires_at   timestamptz(3) not null,
  last_used_at timestamptz(3),
  revoked_at   timestamptz(3),
  constraint service_tokens__at_most_a_year check (expires_at <= created_at + interval '366 days')
);

-- Typed confirmations (audit-and-ops.md 6): the phrase that one person must type for one act.
create table ops.confirmations (
  tenant_id   uuid not null,
  id          uuid not null default uuidv7(),
  user_id     uuid not null references identity.users (id),
  action      text not null check (char_length(action) between 1 and 60),
  target      text not null check (char_length(target) between 1 and 200),
  phrase      text not null check (char_length(phrase) between 1 and 240),
  created_at  timestamptz(3) not null default now(),
  expires_at  timestamptz(3) not null default now() + interval '5 minutes',
  consumed_at timestamptz(3),
  primary key (tenant_id, id)
);
create index confirmations__expired on ops.confirmations (expires_at);

-- The studio sees a firm's rows in an open support session of that person, and the house firm's always.
create or replace function app.support_open() returns boolean language sql stable security definer set search_path = pg_catalog as $$
  select app.current_tenant_id() = app.lane_tenant_id('internal') or exists (
    select 1 from identity.support_sessions s
    where s.tenant_id = app.current_tenant_id() and s.user_id = app.current_user_id() and s.closed_at is null and s.expires_at > now())
$$;

-- A portal user sees nothing of a firm that blocks him.
create or replace function app.my_firms() returns uuid[] language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(distinct l.tenant_id), '{}') from identity.portal_links l
  where l.user_id = app.current_user_id() and l.status = 'active' and not exists (
    select 1 from identity.auth_blocks b
    where b.user_id = l.user_id and b.tenant_id = l.tenant_id and b.lifted_at is null and b.expires_at > now())
$$;
create or replace function app.my_parties() returns uuid[] language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(distinct l.party_id) filter (where l.party_id is not null), '{}') from identity.portal_links l
  where l.user_id = app.current_user_id() and l.status = 'active' and l.tenant_id = any (app.my_firms())
$$;

-- When the next call under a key would be on time: a steady rate with a burst, exact over all processes.
create table ops.rate_paces (
  key    text primary key check (char_length(key) between 1 and 300),
  due_us bigint not null  -- microseconds since 1970 by the database's clock; once they have passed the row says nothing
);
create index rate_paces__due on ops.rate_paces (due_us);

-- Why a queued job waits: its firm is not enabled.
alter table ops.job_runs add column hold_reason text;

-- Notices: whoever keeps a principal's state in memory hears at commit that it is stale. Payload: what kind, which one.
create function identity.notice_principal() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  perform pg_notify('principal_changed', case tg_table_name
    when 'auth_families' then 'family:' || (to_jsonb(new) ->> 'id')
    when 'users' then 'user:' || (to_jsonb(new) ->> 'id')
    when 'memberships' then 'user:' || (to_jsonb(new) ->> 'user_id')
    when 'service_tokens' then 'token:' || (to_jsonb(new) ->> 'id')
    when 'tenants' then 'tenant:' || (to_jsonb(new) ->> 'id')
    else 'all' end);
  return null;
end $$;
revoke all on function identity.notice_principal() from public;
create trigger auth_families__notice after update on identity.auth_families for each row
  when (old.revoked_at is distinct from new.revoked_at or old.stepped_up_at is distinct from new.stepped_up_at)
  execute function identity.notice_principal();
create trigger users__notice after update on identity.users for each row
  when (old.status is distinct from new.status or old.deleted_at is distinct from new.deleted_at
    or old.name is distinct from new.name or old.email is distinct from new.email)
  execute function identity.notice_principal();
create trigger memberships__notice after update on identity.memberships for each row
  when (old.permission_version is distinct from new.permission_version or old.status is distinct from new.status
    or old.deleted_at is distinct from new.deleted_at)
  execute function identity.notice_principal();
create trigger tenants__notice after update on identity.tenants for each row
  when (old.status is distinct from new.status or old.deleted_at is distinct from new.deleted_at)
  execute function identity.notice_principal();
create trigger service_tokens__notice after update on identity.service_tokens for each row
  when (old.revoked_at is distinct from new.revoked_at) execute function identity.notice_principal();
create trigger auth_blocks__notice after insert or update on identity.auth_blocks for each row execute function identity.notice_principal();

-- Fences.
alter table identity.rbac_requests enable row level security, force row level security;
alter table identity.rbac_decisions enable row level security, force row level security;
alter table identity.support_sessions enable row level security, force row level security;
alter table identity.auth_links enable row level security, force row level security;
alter table identity.auth_totp enable row level security, force row level security;
alter table identity.auth_recovery_codes enable row level security, force row level security;
alter table identity.auth_mfa_tickets enable row level security, force row level security;
alter table identity.auth_factor_counters enable row level security, force row level security;
alter table identity.webauthn_credentials enable row level security, force row level security;
alter table identity.webauthn_challenges enable row level security, force row level security;
alter table identity.auth_seen_addresses enable row level security, force row level security;
alter table identity.auth_failed_addresses enable row level security, force row level security;
alter table identity.auth_blocks enable row level security, force row level security;
alter table identity.service_tokens enable row level security, force row level security;
alter table ops.confirmations enable row level security, force row level security;

alter table ops.rate_paces enable row level security, force row level security;

grant select on identity.support_sessions to zen_definer;
create policy support_sessions__definer on identity.support_sessions for select to zen_definer using (true);
grant select on identity.auth_blocks to zen_definer;
create policy auth_blocks__definer on identity.auth_blocks for select to zen_definer using (true);
grant select, insert, update, delete on ops.rate_paces to zen_auth;
create policy rate_paces__auth on ops.rate_paces for all to zen_auth using (true) with check (true);

-- Class 11.
grant select on identity.rbac_requests, identity.rbac_decisions, identity.support_sessions to zen_web, zen_worker, zen_studio;
create policy rbac_requests__web_read on identity.rbac_requests for select to zen_web using (tenant_id = (select app.current_tenant_id()));
create policy rbac_requests__worker_read on identity.rbac_requests for select to zen_worker using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy rbac_requests__studio_read on identity.rbac_requests for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy rbac_decisions__web_read on identity.rbac_decisions for select to zen_web using (tenant_id = (select app.current_tenant_id()));
create policy rbac_decisions__worker_read on identity.rbac_decisions for select to zen_worker using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy rbac_decisions__studio_read on identity.rbac_decisions for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy support_sessions__web_read on identity.support_sessions for select to zen_web using (tenant_id = (select app.current_tenant_id()));
create policy support_sessions__worker_read on identity.support_sessions for select to zen_worker using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy support_sessions__studio_read on identity.support_sessions for select to zen_studio using ((select app.current_aud()) = 'studio');
-- Personal: a phrase is its person's alone.
grant select, insert, update on ops.confirmations to zen_web, zen_studio, zen_auth;
create policy confirmations__read on ops.confirmations for select to zen_web, zen_studio, zen_auth
  using (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()));
create policy confirmations__insert on ops.confirmations for insert to zen_web, zen_studio, zen_auth
  with check (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()));
create policy confirmations__update on ops.confirmations for update to zen_web, zen_studio, zen_auth
  using (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()))
  with check (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()));
grant select, delete on ops.confirmations to zen_worker;
create policy confirmations__sweep_read on ops.confirmations for select to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker');
create policy confirmations__sweep on ops.confirmations for delete to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker');

-- Identity's own writing: zen_auth alone.
grant select, insert, update on identity.rbac_requests, identity.support_sessions to zen_auth;
grant select, insert on identity.rbac_decisions to zen_auth;
grant select, insert, update, delete on identity.auth_links, identity.auth_totp, identity.auth_recovery_codes, identity.auth_mfa_tickets,
  identity.auth_factor_counters, identity.webauthn_credentials, identity.webauthn_challenges, identity.auth_seen_addresses,
  identity.auth_failed_addresses, identity.auth_blocks, identity.service_tokens to zen_auth;
grant delete on identity.auth_credentials to zen_auth;
create policy rbac_requests__auth on identity.rbac_requests for all to zen_auth using (true) with check (true);
create policy rbac_decisions__auth on identity.rbac_decisions for all to zen_auth using (true) with check (true);
create policy support_sessions__auth on identity.support_sessions for all to zen_auth using (true) with check (true);
create policy auth_links__auth on identity.auth_links for all to zen_auth using (true) with check (true);
create policy auth_totp__auth on identity.auth_totp for all to zen_auth using (true) with check (true);
create policy auth_recovery_codes__auth on identity.auth_recovery_codes for all to zen_auth using (true) with check (true);
create policy auth_mfa_tickets__auth on identity.auth_mfa_tickets for all to zen_auth using (true) with check (true);
create policy auth_factor_counters__auth on identity.auth_factor_counters for all to zen_auth using (true) with check (true);
create policy webauthn_credentials__auth on identity.webauthn_credentials for all to zen_auth using (true) with check (true);
create policy webauthn_challenges__auth on identity.webauthn_challenges for all to zen_auth using (true) with check (true);
create policy auth_seen_addresses__auth on identity.auth_seen_addresses for all to zen_auth using (true) with check (true);
create policy auth_failed_addresses__auth on identity.auth_failed_addresses for all to zen_auth using (true) with check (true);
create policy auth_blocks__auth on identity.auth_blocks for all to zen_auth using (true) with check (true);
create policy service_tokens__auth on identity.service_tokens for all to zen_auth using (true) with check (true);
-- Commands of identity keep their answers for replay like all others.
grant select, insert, delete on ops.idempotency_keys to zen_auth;
create policy idempotency_keys__auth_read on ops.idempotency_keys for select to zen_auth
  using (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()));
create policy idempotency_keys__auth_insert on ops.idempotency_keys for insert to zen_auth
  with check (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()));
create policy idempotency_keys__auth_delete on ops.idempotency_keys for delete to zen_auth
  using (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()));
-- A program's command keeps its own; the sweeping worker still sees its firm's.
grant insert on ops.idempotency_keys to zen_worker;
alter policy idempotency_keys__sweep_read on ops.idempotency_keys
  using (tenant_id = (select app.current_tenant_id()) and ((select app.current_aud()) = 'worker'
    or (select app.current_aud()) = 'service' and user_id = (select app.current_user_id())));
alter policy idempotency_keys__sweep on ops.idempotency_keys
  using (tenant_id = (select app.current_tenant_id()) and ((select app.current_aud()) = 'worker'
    or (select app.current_aud()) = 'service' and user_id = (select app.current_user_id())));
create policy idempotency_keys__service_insert on ops.idempotency_keys for insert to zen_worker
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'service'
    and user_id = (select app.current_user_id()));

-- Master data of the house firm is written from the studio too (class 2, H).
do $$
declare
  t     text;
  house constant text := $p$(select app.current_aud()) = 'studio' and tenant_id = (select app.current_tenant_id())
    and tenant_id = (select app.lane_tenant_id('internal'))$p$;
begin
  foreach t in array array['banks', 'bank_branches', 'client_orgs', 'contacts', 'property_types', 'property_subtypes', 'properties'] loop
    execute format('grant insert, update on directory.%I to zen_studio', t);
    execute format('create policy %s__studio_insert on directory.%1$I for insert to zen_studio with check (%s)', t, house);
    execute format('create policy %s__studio_update on directory.%1$I for update to zen_studio using (%s) with check (%2$s)', t, house);
  end loop;
end $$;

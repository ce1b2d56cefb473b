-- Retention and privacy (audit-and-ops.md 3, 10, 11): a key for each person, legal holds, person exports, erasure,
-- policies and runs of retention.

create schema privacy;
revoke all on schema privacy from public;
grant usage on schema privacy to zen_definer, zen_web, zen_studio, zen_portal, zen_worker, zen_auth;

-- ── a key for each person ────────────────────────────────────────────────────────────────────────────────────────────
-- Personal fields of audit events are sealed under it. Without the key they are noise, and every hash stays valid.
create table privacy.subject_keys (
  tenant_id    uuid not null,
  subject_id   uuid not null,  -- user, portal user, guest, or a third person with a contact record
  key_id       uuid not null,  -- stands in envelopes: says nothing about the person
  wrapped_key  bytea,          -- null: destroyed; the row stays as the tombstone
  kek_version  text not null default '',  -- name of the key of the ring that wrapped it
  created_at   timestamptz(3) not null default now(),
  destroyed_at timestamptz(3),
  primary key (tenant_id, subject_id),
  constraint subject_keys__key_id unique (key_id),
  constraint subject_keys__destroyed check ((wrapped_key is null) = (destroyed_at is not null))
);
create index subject_keys__wrapped_by on privacy.subject_keys (kek_version) where wrapped_key is not null;
-- A tombstone is for ever: nobody brings a key back, and no row goes.
create function privacy.refuse_revival() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if tg_op = 'DELETE' then raise exception 'a subject key leaves its tombstone' using errcode = '42501'; end if;
  if old.wrapped_key is null or (new.tenant_id, new.subject_id, new.key_id) is distinct from (old.tenant_id, old.subject_id, old.key_id) then
    raise exception 'a destroyed key stays destroyed' using errcode = '42501';
  end if;
  return new;
end $$;
revoke all on function privacy.refuse_revival() from public;
create trigger subject_keys__tombstones before update or delete on privacy.subject_keys for each row execute function privacy.refuse_revival();

alter table privacy.subject_keys enable row level security, force row level security;
grant select, insert, update (wrapped_key, kek_version, destroyed_at) on privacy.subject_keys to zen_definer;
create policy subject_keys__read on privacy.subject_keys for select to zen_definer using (true);
create policy subject_keys__insert on privacy.subject_keys for insert to zen_definer with check (true);
create policy subject_keys__update on privacy.subject_keys for update to zen_definer using (true) with check (true);

-- Whose keys this transaction may touch: its own firm's, a portal user's firms', every firm's for identity and operators.
create function privacy.is_within_reach(p_tenant_id uuid) returns boolean language sql stable set search_path = pg_catalog as $$
  select p_tenant_id = app.current_tenant_id() or current_setting('role', true) = 'zen_auth' or app.current_aud() = 'studio'
    or (app.current_aud() = 'portal' and p_tenant_id = any (app.my_firms()))
$$;

create type privacy.subject_key as (subject_id uuid, key_id uuid, wrapped_key bytea, kek_version text);

-- The keys of people, each drawn by the caller beforehand and kept where there was none. A destroyed one comes without bytes.
create function privacy.keys_for(p_tenant_id uuid, p_subject_ids uuid[], p_key_ids uuid[], p_wrapped bytea[], p_kek_version text)
  returns setof privacy.subject_key language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not privacy.is_within_reach(p_tenant_id) then raise exception 'keys of another firm' using errcode = '42501'; end if;
  insert into privacy.subject_keys (tenant_id, subject_id, key_id, wrapped_key, kek_version)
  select p_tenant_id, drawn.subject_id, drawn.key_id, drawn.wrapped_key, p_kek_version
  from unnest(p_subject_ids, p_key_ids, p_wrapped) as drawn(subject_id, key_id, wrapped_key)
  order by drawn.subject_id
  on conflict (tenant_id, subject_id) do nothing;
  return query select k.subject_id, k.key_id, k.wrapped_key, k.kek_version from privacy.subject_keys k
    where k.tenant_id = p_tenant_id and k.subject_id = any (p_subject_ids);
end $$;

-- The keys that envelopes name.
create function privacy.keys_named(p_tenant_id uuid, p_key_ids uuid[])
  returns setof privacy.subject_key language plpgsql stable security definer set search_path = pg_catalog as $$
begin
  if not privacy.is_within_reach(p_tenant_id) then raise exception 'keys of another firm' using errcode = '42501'; end if;
  return query select k.subject_id, k.key_id, k.wrapped_key, k.kek_version from privacy.subject_keys k
    where k.tenant_id = p_tenant_id and k.key_id = any (p_key_ids);
end $$;

-- Ends the keys of a person in a firm. Answers the ids of the keys that are gone now.
create function privacy.destroy_key(p_tenant_id uuid, p_subject_id uuid)
  returns setof uuid language plpgsql security definer set search_path = pg_catalog as $$
begin
  if app.current_aud() is distinct from 'worker' or p_tenant_id is distinct from app.current_tenant_id() then
    raise exception 'only the runner of the firm destroys keys' using errcode = '42501';
  end if;
  -- A person who never had one gets the tombstone alone: no key is drawn for him later.
  return query
    insert into privacy.subject_keys as k (tenant_id, subject_id, key_id, destroyed_at)
    values (p_tenant_id, p_subject_id, gen_random_uuid(), now())
    on conflict (tenant_id, subject_id) do update set wrapped_key = null, kek_version = '', destroyed_at = now()
      where k.wrapped_key is not null
    returning k.key_id;
end $$;

-- Tombstones heard from outside: after a restore the keys that were destroyed since are destroyed again.
create function privacy.replay_tombstones(p_key_ids uuid[])
  returns table (tenant_id uuid, subject_id uuid, key_id uuid) language plpgsql security definer set search_path = pg_catalog as $$
begin
  if app.current_aud() is distinct from 'worker' then raise exception 'only workers replay' using errcode = '42501'; end if;
  return query update privacy.subject_keys k set wrapped_key = null, kek_version = '', destroyed_at = now()
    where k.key_id = any (p_key_ids) and k.wrapped_key is not null returning k.tenant_id, k.subject_id, k.key_id;
end $$;

-- Firms in which a person has a key.
create function privacy.firms_of_subject(p_subject_id uuid)
  returns setof uuid language plpgsql stable security definer set search_path = pg_catalog as $$
begin
  if app.current_aud() is distinct from 'worker' then raise exception 'only workers ask' using errcode = '42501'; end if;
  return query select k.tenant_id from privacy.subject_keys k where k.subject_id = p_subject_id and k.wrapped_key is not null order by 1;
end $$;

-- Keys still wrapped by an older key of the ring, and their new wrapping. The worker alone.
create function privacy.keys_to_rewrap(p_kek_version text, p_limit int)
  returns setof privacy.subject_key language plpgsql stable security definer set search_path = pg_catalog as $$
begin
  if app.current_aud() is distinct from 'worker' then raise exception 'only workers rewrap' using errcode = '42501'; end if;
  return query select k.subject_id, k.key_id, k.wrapped_key, k.kek_version from privacy.subject_keys k
    where k.kek_version <> p_kek_version and k.wrapped_key is not null limit least(p_limit, 1000);
end $$;
create function privacy.rewrap_key(p_key_id uuid, p_before bytea, p_wrapped bytea, p_kek_version text)
  returns boolean language plpgsql security definer set search_path = pg_catalog as $$
begin
  if app.current_aud() is distinct from 'worker' then raise exception 'only workers rewrap' using errcode = '42501'; end if;
  update privacy.subject_keys set wrapped_key = p_wrapped, kek_version = p_kek_version where key_id = p_key_id and wrapped_key = p_before;
  return found;
end $$;

grant create on schema privacy to zen_definer;
alter function privacy.is_within_reach(uuid) owner to zen_definer;
alter function privacy.keys_for(uuid, uuid[], uuid[], bytea[], text) owner to zen_definer;
alter function privacy.keys_named(uuid, uuid[]) owner to zen_definer;
alter function privacy.destroy_key(uuid, uuid) owner to zen_definer;
alter function privacy.replay_tombstones(uuid[]) owner to zen_definer;
alter function privacy.firms_of_subject(uuid) owner to zen_definer;
alter function privacy.keys_to_rewrap(text, int) owner to zen_definer;
alter function privacy.rewrap_key(uuid, bytea, bytea, text) owner to zen_definer;
revoke create on schema privacy from zen_definer;
revoke all on all functions in schema privacy from public;
grant execute on function privacy.keys_for(uuid, uuid[], uuid[], bytea[], text) to zen_web, zen_studio, zen_portal, zen_worker, zen_auth;
grant execute on function privacy.keys_named(uuid, uuid[]) to zen_web, zen_studio, zen_worker;
grant execute on function privacy.destroy_key(uuid, uuid), privacy.replay_tombstones(uuid[]), privacy.firms_of_subject(uuid), privacy.keys_to_rewrap(text, int),
  privacy.rewrap_key(uuid, bytea, bytea, text) to zen_worker;

-- ── legal holds, requests of persons ─────────────────────────────────────────────────────────────────────────────────
-- What is under a hold stays: no purge, no prune, no erasure.
create table privacy.legal_holds (
  tenant_id     uuid not null references identity.tenants (id),
  id            uuid not null default uuidv7(),
  scope         text not null check (scope in ('subject', 'assignment', 'tenant')),
  subject_id    uuid,
  assignment_id uuid,
  reason        text not null check (char_length(reason) between 10 and 400),
  until         timestamptz(3),  -- null: until it is lifted
  placed_by     uuid not null references identity.users (id),
  placed_at     timestamptz(3) not null default now(),
  lifted_at     timestamptz(3),
  lifted_by     uuid references identity.users (id),
  lift_reason   text check (char_length(lift_reason) between 10 and 400),
  version       int not null default 1,
  primary key (tenant_id, id),
  constraint legal_holds__target check ((scope = 'subject') = (subject_id is not null) and (scope = 'assignment') = (assignment_id is not null)),
  constraint legal_holds__lifted check ((lifted_at is null) = (lifted_by is null))
);
create index legal_holds__standing on privacy.legal_holds (tenant_id, scope) where lifted_at is null;

-- Exports of a person's data and erasures (two state machines in one list, as the firm has to answer for both).
create table privacy.requests (
  tenant_id     uuid not null references identity.tenants (id),
  id            uuid not null default uuidv7(),
  kind          text not null check (kind in ('export', 'erasure')),
  subject_kind  text not null check (subject_kind in ('user', 'contact')),
  subject_id    uuid not null,
  requested_by  uuid not null references identity.users (id),
  evidence      text check (char_length(evidence) between 10 and 400),  -- how staff made sure who asks
  status        text not null default 'PENDING' check (status in ('PENDING', 'RUNNING', 'DONE', 'FAILED', 'EXPIRED', 'REFUSED')),
  reasons       text[] not null default '{}' check (cardinality(reasons) <= 10),  -- of a refusal, stable words
  kept          jsonb not null default '[]' check (jsonb_typeof(kept) = 'array' and octet_length(kept::text) <= 16384),  -- [{class, reason, until}]
  trace_id      text not null check (trace_id ~ '^[0-9a-f]{32}$'),
  attempt       int not null default 0,
  error_code    text check (char_length(error_code) <= 80),
  error_message text check (char_length(error_message) <= 500),
  created_at    timestamptz(3) not null default now(),
  due_at        timestamptz(3) not null default now() + interval '30 days',
  run_after     timestamptz(3) not null default now(),  -- an erasure rests until then, so that a hold can still be placed
  started_at    timestamptz(3),
  completed_at  timestamptz(3),
  primary key (tenant_id, id),
  constraint requests__states check (case kind when 'export' then status <> 'REFUSED' else status <> 'EXPIRED' end)
);
-- One erasure of a person at a time, one export.
create unique index requests__one_open on privacy.requests (tenant_id, kind, subject_id) where status in ('PENDING', 'RUNNING');
create index requests__recent on privacy.requests (tenant_id, created_at desc, id desc);
create index requests__subject on privacy.requests (tenant_id, subject_id, kind, created_at desc);
create index requests__open on privacy.requests (tenant_id, kind, created_at) where status in ('PENDING', 'RUNNING', 'FAILED');

-- Files of a person's data: a family of exports (apps/server/src/platform/exports). The id is that of the request.
create table privacy.data_exports (
  tenant_id        uuid not null references identity.tenants (id),
  id               uuid not null,
  requested_by     uuid references identity.users (id),
  subject_kind     text not null check (subject_kind in ('user', 'contact')),
  subject_id       uuid not null,
  status           text not null default 'PENDING' check (status in ('PENDING', 'RUNNING', 'DONE', 'FAILED', 'EXPIRED')),
  compress         text not null default 'none' check (compress = 'none'),
  row_limit        bigint,
  max_bytes        bigint not null default 52428800 check (max_bytes between 1024 and 52428800),
  max_duration_sec int not null default 3600 check (max_duration_sec between 5 and 3600),
  rows_done        bigint not null default 0,
  row_count        bigint not null default 0,
  total_bytes      bigint not null default 0,
  raw_bytes        bigint not null default 0,
  sha256           text check (sha256 ~ '^[0-9a-f]{64}$'),
  truncated        boolean not null default false,
  storage_kind     text not null check (storage_kind in ('db', 's3')),
  attempt          int not null default 0 check (attempt between 0 and 5),
  lease_until      timestamptz(3),
  error_code       text check (char_length(error_code) <= 80),
  error_message    text check (char_length(error_message) <= 500),
  downloaded_by    uuid,
  downloaded_at    timestamptz(3),
  expires_at       timestamptz(3) not null default now() + interval '24 hours',
  created_at       timestamptz(3) not null default now(),
  started_at       timestamptz(3),
  completed_at     timestamptz(3),
  trace_id         text not null check (trace_id ~ '^[0-9a-f]{32}$'),
  primary key (tenant_id, id),
  constraint data_exports__request foreign key (tenant_id, id) references privacy.requests (tenant_id, id) on delete cascade,
  constraint data_exports__done_has_a_sum check (status <> 'DONE' or (sha256 is not null and completed_at is not null)),
  constraint data_exports__running_is_leased check (status <> 'RUNNING' or (lease_until is not null and started_at is not null and attempt > 0))
);
create index data_exports__subject on privacy.data_exports (tenant_id, subject_id, created_at desc);
create index data_exports__ending on privacy.data_exports (tenant_id, expires_at) where status in ('PENDING', 'DONE', 'FAILED');
create table privacy.data_export_parts (
  tenant_id  uuid not null,
  job_id     uuid not null,
  part_no    int not null check (part_no >= 1),
  epoch      int,
  first_seq  bigint,
  last_seq   bigint,
  rows       bigint not null check (rows >= 0),
  bytes      bigint not null check (bytes >= 0),
  raw_bytes  bigint not null check (raw_bytes >= 0),
  sha256     text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, job_id, part_no),
  constraint data_export_parts__job foreign key (tenant_id, job_id) references privacy.data_exports (tenant_id, id) on delete cascade
);
create table privacy.data_export_chunks (
  tenant_id     uuid not null,
  job_id        uuid not null,
  chunk_no      int not null check (chunk_no >= 0),
  part_no       int not null check (part_no >= 1),
  byte_offset   bigint not null check (byte_offset >= 0),
  bytes         int not null check (bytes between 1 and 8388608),
  payload_bytes bytea check (octet_length(payload_bytes) = bytes and bytes <= 1048576),
  payload_hash  bytea not null check (octet_length(payload_hash) = 32),
  external_ref  text check (char_length(external_ref) <= 1000),
  created_at    timestamptz(3) not null default now(),
  primary key (tenant_id, job_id, chunk_no),
  constraint data_export_chunks__job foreign key (tenant_id, job_id) references privacy.data_exports (tenant_id, id) on delete cascade,
  constraint data_export_chunks__here_or_there check ((payload_bytes is null) <> (external_ref is null))
);
alter table privacy.data_export_chunks alter column payload_bytes set storage external;
create trigger data_exports__drop_payload after update of status on privacy.data_exports for each row
  when (new.status in ('FAILED', 'EXPIRED') and old.status is distinct from new.status)
  execute function app.drop_export_payload('privacy.data_export_chunks', 'privacy.data_export_parts');
alter table privacy.data_exports enable row level security, force row level security;
alter table privacy.data_export_parts enable row level security, force row level security;
alter table privacy.data_export_chunks enable row level security, force row level security;
-- The bytes are read by the workers' role once the rights are settled; people see their own jobs.
grant select, insert, update, delete on privacy.data_exports, privacy.data_export_parts, privacy.data_export_chunks to zen_worker;
grant select on privacy.data_exports to zen_web, zen_studio, zen_portal, zen_auth;
grant insert on privacy.data_exports to zen_auth;
grant select, delete on privacy.data_export_parts, privacy.data_export_chunks to zen_definer;
create policy data_exports__read on privacy.data_exports for select to zen_web, zen_portal
  using (tenant_id = (select app.current_tenant_id()) and (subject_id = (select app.current_user_id()) or requested_by = (select app.current_user_id())));
create policy data_exports__studio_read on privacy.data_exports for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy data_exports__auth_read on privacy.data_exports for select to zen_auth using (true);
create policy data_exports__auth_insert on privacy.data_exports for insert to zen_auth with check (true);
do $$
declare
  t      text;
  worker constant text := $p$tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service')$p$;
begin
  foreach t in array array['data_exports', 'data_export_parts', 'data_export_chunks'] loop
    execute format('create policy %s__worker_read on privacy.%1$I for select to zen_worker using (%s)', t, worker);
    execute format('create policy %s__worker_insert on privacy.%1$I for insert to zen_worker with check (%s)', t, worker);
    execute format('create policy %s__worker_update on privacy.%1$I for update to zen_worker using (%s) with check (%2$s)', t, worker);
    execute format('create policy %s__worker_delete on privacy.%1$I for delete to zen_worker using (%s)', t, worker);
  end loop;
  foreach t in array array['data_export_parts', 'data_export_chunks'] loop
    execute format('create policy %s__definer_read on privacy.%1$I for select to zen_definer using (true)', t);
    execute format('create policy %s__definer_delete on privacy.%1$I for delete to zen_definer using (true)', t);
  end loop;
end $$;

alter table privacy.legal_holds enable row level security, force row level security;
alter table privacy.requests enable row level security, force row level security;
grant usage on schema privacy to zen_keeper;
grant select on privacy.legal_holds, privacy.requests to zen_web, zen_studio, zen_worker, zen_auth;
grant select on privacy.requests to zen_portal;
grant select on privacy.legal_holds to zen_keeper, zen_definer;
grant insert on privacy.legal_holds, privacy.requests to zen_web, zen_studio;
grant update (lifted_at, lifted_by, lift_reason, version) on privacy.legal_holds to zen_web, zen_studio;
grant insert, update, delete on privacy.requests to zen_worker;
grant delete on identity.ui_settings to zen_auth;
create policy ui_settings__auth_read on identity.ui_settings for select to zen_auth using (true);
create policy ui_settings__auth_delete on identity.ui_settings for delete to zen_auth using (true);
grant select on identity.ui_settings to zen_auth;
grant delete, update (reason, lift_reason) on privacy.legal_holds to zen_worker;
grant insert, update on privacy.requests to zen_auth;
do $$
declare
  t      text;
  worker constant text := $p$tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service')$p$;
  house  constant text := $p$(select app.current_aud()) = 'studio' and tenant_id = (select app.current_tenant_id())
    and tenant_id = (select app.lane_tenant_id('internal'))$p$;
  staff  constant text := $p$tenant_id = (select app.current_tenant_id()) and (select app.sees_all('users.security'))$p$;
begin
  foreach t in array array['legal_holds', 'requests'] loop
    execute format('create policy %s__studio_read on privacy.%1$I for select to zen_studio using ((select app.current_aud()) = ''studio'')', t);
    execute format('create policy %s__studio_insert on privacy.%1$I for insert to zen_studio with check (%s)', t, house);
    execute format('create policy %s__web_insert on privacy.%1$I for insert to zen_web with check (%s)', t, staff);
    execute format('create policy %s__worker_read on privacy.%1$I for select to zen_worker using (%s)', t, worker);
    execute format('create policy %s__worker_delete on privacy.%1$I for delete to zen_worker using (%s)', t, worker);
    execute format('create policy %s__auth_read on privacy.%1$I for select to zen_auth using (true)', t);
  end loop;
  execute format('create policy legal_holds__web_read on privacy.legal_holds for select to zen_web using (%s)', staff);
  execute format('create policy legal_holds__web_update on privacy.legal_holds for update to zen_web using (%s) with check (%1$s)', staff);
  execute format('create policy legal_holds__studio_update on privacy.legal_holds for update to zen_studio using (%s) with check (%1$s)', house);
  execute format('create policy legal_holds__worker_update on privacy.legal_holds for update to zen_worker using (%s) with check (%1$s)', worker);
  execute format('create policy requests__worker_insert on privacy.requests for insert to zen_worker with check (%s)', worker);
  execute format('create policy requests__worker_update on privacy.requests for update to zen_worker using (%s) with check (%1$s)', worker);
end $$;
-- The firm's officers see every request, a person his own.
create policy requests__web_read on privacy.requests for select to zen_web using (
  tenant_id = (select app.current_tenant_id()) and ((select app.sees_all('users.security')) or subject_id = (select app.current_user_id())));
create policy requests__portal_read on privacy.requests for select to zen_portal using (
  tenant_id = (select app.current_tenant_id()) and subject_id = (select app.current_user_id()));
create policy requests__auth_insert on privacy.requests for insert to zen_auth with check (true);
create policy requests__auth_update on privacy.requests for update to zen_auth using (true) with check (true);
create policy legal_holds__keeper_read on privacy.legal_holds for select to zen_keeper using (true);
create policy legal_holds__definer on privacy.legal_holds for select to zen_definer using (true);

-- Portal people confirm what they do to themselves.
grant select, insert, update on ops.confirmations to zen_portal;
alter policy confirmations__read on ops.confirmations to zen_web, zen_studio, zen_portal, zen_auth;
alter policy confirmations__insert on ops.confirmations to zen_web, zen_studio, zen_portal, zen_auth;
alter policy confirmations__update on ops.confirmations to zen_web, zen_studio, zen_portal, zen_auth;

-- ── retention: policies and runs ─────────────────────────────────────────────────────────────────────────────────────
-- A firm's periods; the rows without a firm are the platform's defaults over those of the code.
create table ops.retention_policies (
  id         uuid primary key default uuidv7(),
  tenant_id  uuid references identity.tenants (id),
  class      text not null check (class ~ '^[a-z][a-z_]{1,59}$'),
  days       int not null check (days between 1 and 36500),
  enabled    boolean not null default true,
  version    int not null default 1,
  updated_at timestamptz(3) not null default now(),
  updated_by uuid references identity.users (id),
  constraint retention_policies__one unique nulls not distinct (tenant_id, class)
);
create table ops.retention_runs (
  tenant_id    uuid not null references identity.tenants (id),
  id           uuid not null default uuidv7(),
  turn_id      uuid not null,  -- the classes of one turn
  class        text not null check (class ~ '^[a-z][a-z_]{1,59}$'),
  dry_run      boolean not null,
  days         int,            -- the period that held
  status       text not null default 'PENDING' check (status in ('PENDING', 'RUNNING', 'DONE', 'PARTIAL', 'FAILED', 'SKIPPED')),
  attempt      int not null default 0,  -- fences the batches: an attempt that was overtaken deletes nothing
  scanned      bigint not null default 0,
  deleted      bigint not null default 0,
  held         bigint not null default 0,
  oldest_left  timestamptz(3),
  tables       jsonb not null default '{}',  -- table → {deleted, held}
  requested_by uuid references identity.users (id),  -- null: by itself, at night
  trace_id     text not null check (trace_id ~ '^[0-9a-f]{32}$'),
  error        text check (char_length(error) <= 500),
  created_at   timestamptz(3) not null default now(),
  started_at   timestamptz(3),
  ended_at     timestamptz(3),
  primary key (tenant_id, id)
);
-- A class is not cleared twice at once.
create unique index retention_runs__one_at_a_time on ops.retention_runs (tenant_id, class) where status in ('PENDING', 'RUNNING') and not dry_run;
create index retention_runs__recent on ops.retention_runs (tenant_id, created_at desc, id desc);
create index retention_runs__turn on ops.retention_runs (tenant_id, turn_id);
alter table ops.retention_policies enable row level security, force row level security;
alter table ops.retention_runs enable row level security, force row level security;
grant select, insert, update on ops.retention_policies to zen_web, zen_studio;
grant select on ops.retention_policies to zen_worker, zen_keeper, zen_definer, zen_auth;
create policy retention_policies__web_read on ops.retention_policies for select to zen_web
  using (tenant_id = (select app.current_tenant_id()) or tenant_id is null);
create policy retention_policies__web_insert on ops.retention_policies for insert to zen_web
  with check (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.settings.write')));
create policy retention_policies__web_update on ops.retention_policies for update to zen_web
  using (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.settings.write')))
  with check (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.settings.write')));
create policy retention_policies__studio_read on ops.retention_policies for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy retention_policies__studio_insert on ops.retention_policies for insert to zen_studio
  with check ((select app.current_aud()) = 'studio' and tenant_id is null);
create policy retention_policies__studio_update on ops.retention_policies for update to zen_studio
  using ((select app.current_aud()) = 'studio' and tenant_id is null) with check ((select app.current_aud()) = 'studio' and tenant_id is null);
create policy retention_policies__worker_read on ops.retention_policies for select to zen_worker
  using ((tenant_id = (select app.current_tenant_id()) or tenant_id is null) and (select app.current_aud()) in ('worker', 'service'));
create policy retention_policies__house_read on ops.retention_policies for select to zen_keeper, zen_definer, zen_auth using (true);

grant select, insert on ops.retention_runs to zen_web, zen_studio;
grant select, insert, update, delete on ops.retention_runs to zen_worker;
grant select, update on ops.retention_runs to zen_keeper;  -- what it removes it writes down in the same transaction
create policy retention_runs__keeper_read on ops.retention_runs for select to zen_keeper using (true);
create policy retention_runs__keeper_update on ops.retention_runs for update to zen_keeper using (true) with check (true);
create policy retention_runs__web_read on ops.retention_runs for select to zen_web
  using (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.jobs.manage')));
create policy retention_runs__web_insert on ops.retention_runs for insert to zen_web
  with check (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.jobs.manage')));
create policy retention_runs__studio_read on ops.retention_runs for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy retention_runs__studio_insert on ops.retention_runs for insert to zen_studio
  with check ((select app.current_aud()) = 'studio' and tenant_id = (select app.current_tenant_id())
    and tenant_id = (select app.lane_tenant_id('internal')));
do $$
declare
  c      text;
  worker constant text := $p$tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service')$p$;
begin
  execute format('create policy retention_runs__worker_read on ops.retention_runs for select to zen_worker using (%s)', worker);
  execute format('create policy retention_runs__worker_insert on ops.retention_runs for insert to zen_worker with check (%s)', worker);
  execute format('create policy retention_runs__worker_update on ops.retention_runs for update to zen_worker using (%s) with check (%1$s)', worker);
  execute format('create policy retention_runs__worker_delete on ops.retention_runs for delete to zen_worker using (%s)', worker);
end $$;

-- The period of a class in a firm: its own policy, else the platform's, else the one of the code. Null: not removed.
create function ops.retention_days(p_tenant_id uuid, p_class text, p_days int, p_enabled boolean) returns int language sql stable
  set search_path = pg_catalog as $$
  select case when coalesce(mine.enabled, platform.enabled, p_enabled) then greatest(p_days, coalesce(mine.days, platform.days, p_days)) end
  from (select 1) one
  left join ops.retention_policies mine on mine.tenant_id = p_tenant_id and mine.class = p_class
  left join ops.retention_policies platform on platform.tenant_id is null and platform.class = p_class
$$;
revoke all on function ops.retention_days(uuid, text, int, boolean) from public;
grant execute on function ops.retention_days(uuid, text, int, boolean) to zen_web, zen_studio, zen_worker, zen_keeper, zen_definer, zen_auth;

-- Months of ops events that nobody keeps any longer: older than the longest period of any firm and than 180 days, and no
-- firm as a whole under a hold. The keeper names none itself.
create function ops.event_months_over() returns table (partition_name text, lower_bound timestamptz(3), upper_bound timestamptz(3))
  language plpgsql stable security definer set search_path = pg_catalog as $$
declare
  v_days int := (select greatest(180, max(days)) from ops.retention_policies where class = 'ops_events');
begin
  if exists (select 1 from privacy.legal_holds h where h.scope = 'tenant' and h.lifted_at is null and (h.until is null or h.until > now())) then return; end if;
  return query
    select m.relname, m.month at time zone 'UTC', (m.month + interval '1 month') at time zone 'UTC'
    from (select c.relname::text, to_date(right(c.relname, 7), 'YYYY_MM')::timestamp as month from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = 'ops.events'::regclass and c.relname ~ '^events_\d{4}_\d{2}$') m
    where (m.month + interval '1 month') at time zone 'UTC' <= now() - make_interval(days => v_days) order by 2;
end $$;
create function ops.drop_event_month(p_partition text) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not exists (select 1 from ops.event_months_over() m where m.partition_name = p_partition) then
    raise exception 'the month % is still kept', p_partition using errcode = '42501';
  end if;
  execute format('drop table ops.%I', p_partition);
end $$;
-- Dropping belongs to the owner, as the months do.
grant create on schema ops to zen_definer;
alter function ops.event_months_over() owner to zen_definer;
revoke create on schema ops from zen_definer;
revoke all on function ops.event_months_over() from public;
revoke all on function ops.drop_event_month(text) from public;
grant execute on function ops.event_months_over(), ops.drop_event_month(text) to zen_keeper;

-- ── who removes what ─────────────────────────────────────────────────────────────────────────────────────────────────
do $$
declare
  t      text;
  worker constant text := $p$tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service')$p$;
begin
  foreach t in array array['directory.contacts', 'directory.bank_branches', 'directory.banks', 'directory.client_orgs', 'directory.properties',
    'directory.property_subtypes', 'directory.property_types', 'assignments.assignment_assignees', 'assignments.assignment_floors',
    'assignments.assignments', 'reports.report_suggestions', 'reports.report_evidence_items', 'reports.report_generation_jobs',
    'reports.report_pack_artifacts', 'reports.report_packs', 'reports.reports', 'reports.evidence_profiles'] loop
    execute format('grant delete on %s to zen_worker', t);
    execute format('create policy %s__worker_delete on %s for delete to zen_worker using (%s)', split_part(t, '.', 2), t, worker);
  end loop;
end $$;

-- Append-only tables lose rows to the keeper alone, and only rows that are old enough: the trigger looks again.
create function app.refuse_early_removal() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if (to_jsonb(old) ->> tg_argv[0])::timestamptz > now() - tg_argv[1]::interval then
    raise exception 'a row of % is kept for %', tg_table_name, tg_argv[1] using errcode = '42501';
  end if;
  return old;
end $$;
create function app.refuse_early_path_removal() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if exists (select 1 from reports.report_revisions r where r.tenant_id = old.tenant_id and r.report_id = old.report_id and r.n = old.n
    and r.created_at > now() - tg_argv[0]::interval) then
    raise exception 'a row of % is kept for %', tg_table_name, tg_argv[0] using errcode = '42501';
  end if;
  return old;
end $$;
revoke all on function app.refuse_early_removal(), app.refuse_early_path_removal() from public;
grant usage on schema assignments, reports to zen_keeper;
do $$
declare
  t text;
begin
  foreach t in array array['audit.verify_runs', 'assignments.activity_events', 'reports.report_revisions', 'reports.report_changed_paths'] loop
    execute format('drop trigger %s on %s', (select tgname from pg_trigger where tgrelid = t::regclass and tgfoid = 'app.refuse_change'::regproc and tgtype & 1 = 1), t);
    execute format('create trigger %s__append_only before update or delete on %s for each row when (current_user <> ''zen_keeper'') execute function app.refuse_change()',
      split_part(t, '.', 2), t);
    execute format('create trigger %s__unchanged before update on %s for each row execute function app.refuse_change()', split_part(t, '.', 2), t);
    execute format('grant select, delete on %s to zen_keeper', t);
    execute format('create policy %s__keeper_delete on %s for delete to zen_keeper using (true)', split_part(t, '.', 2), t);
  end loop;
  foreach t in array array['assignments.activity_events', 'reports.report_revisions', 'reports.report_changed_paths', 'reports.report_packs',
    'reports.report_pack_artifacts', 'reports.report_generation_jobs', 'reports.reports', 'assignments.assignments'] loop
    execute format('grant select on %s to zen_keeper', t);
    execute format('create policy %s__keeper_read on %s for select to zen_keeper using (true)', split_part(t, '.', 2), t);
  end loop;
end $$;
create trigger verify_runs__old before delete on audit.verify_runs for each row when (current_user = 'zen_keeper')
  execute function app.refuse_early_removal('created_at', '365 days');
create trigger activity_events__old before delete on assignments.activity_events for each row when (current_user = 'zen_keeper')
  execute function app.refuse_early_removal('at', '2920 days');
create trigger report_revisions__old before delete on reports.report_revisions for each row when (current_user = 'zen_keeper')
  execute function app.refuse_early_removal('created_at', '2920 days');
create trigger report_changed_paths__old before delete on reports.report_changed_paths for each row when (current_user = 'zen_keeper')
  execute function app.refuse_early_path_removal('2920 days');

-- ── soft delete ──────────────────────────────────────────────────────────────────────────────────────────────────────
-- Whoever marks a row as deleted without saying until when gets thirty days; a restored row has no end.
create function app.end_of_deleted_row() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  new.purge_after := case when new.deleted_at is not null then coalesce(new.purge_after, new.deleted_at + interval '30 days') end;
  return new;
end $$;
revoke all on function app.end_of_deleted_row() from public;
do $$
declare
  t    record;
  role text;
begin
  for t in
    select c.oid, n.nspname, c.relname, c.relowner from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'purge_after' and not a.attisdropped)
    order by 2, 3
  loop
    -- Rows that were deleted before this held.
    execute format('alter table %I.%I no force row level security, disable trigger user', t.nspname, t.relname);
    execute format('update %I.%I set purge_after = case when deleted_at is not null then deleted_at + interval ''30 days'' end
      where (deleted_at is null) <> (purge_after is null)', t.nspname, t.relname);
    execute format('alter table %I.%I force row level security, enable trigger user', t.nspname, t.relname);
    execute format('alter table %I.%I add constraint %I check ((deleted_at is null) = (purge_after is null))', t.nspname, t.relname, t.relname || '__deleted_has_end');
    execute format('create trigger %I before insert or update on %I.%I for each row
      when ((new.deleted_at is null) <> (new.purge_after is null)) execute function app.end_of_deleted_row()', t.relname || '__end_of_deleted', t.nspname, t.relname);
    execute format('create index %I on %I.%I (purge_after) where purge_after is not null', t.relname || '__purge_after', t.nspname, t.relname);
    -- What lives, with the rights of whoever asks. Where a role sees only some columns, it names the table and the condition.
    execute format('create view %I.%I with (security_invoker = true) as select * from %1$I.%3$I where deleted_at is null', t.nspname, t.relname || '_live', t.relname);
    for role in select r.rolname from aclexplode((select relacl from pg_class where oid = t.oid)) x join pg_roles r on r.oid = x.grantee
      where x.privilege_type = 'SELECT' and x.grantee <> t.relowner
    loop
      execute format('grant select on %I.%I to %I', t.nspname, t.relname || '_live', role);
    end loop;
  end loop;
end $$;

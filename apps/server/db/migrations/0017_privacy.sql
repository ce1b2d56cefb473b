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
  returns setof uuid language plpgsql security definer set search_path = pg_catalog as $$
begin
  if app.current_aud() is distinct from 'worker' then raise exception 'only workers replay' using errcode = '42501'; end if;
  return query update privacy.subject_keys set wrapped_key = null, kek_version = '', destroyed_at = now()
    where key_id = any (p_key_ids) and wrapped_key is not null returning key_id;
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
alter function privacy.keys_to_rewrap(text, int) owner to zen_definer;
alter function privacy.rewrap_key(uuid, bytea, bytea, text) owner to zen_definer;
revoke create on schema privacy from zen_definer;
revoke all on all functions in schema privacy from public;
grant execute on function privacy.keys_for(uuid, uuid[], uuid[], bytea[], text) to zen_web, zen_studio, zen_portal, zen_worker, zen_auth;
grant execute on function privacy.keys_named(uuid, uuid[]) to zen_web, zen_studio, zen_worker;
grant execute on function privacy.destroy_key(uuid, uuid), privacy.replay_tombstones(uuid[]), privacy.keys_to_rewrap(text, int),
  privacy.rewrap_key(uuid, bytea, bytea, text) to zen_worker;

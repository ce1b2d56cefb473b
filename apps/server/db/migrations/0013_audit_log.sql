-- The audit log whole (audit-and-ops.md 1, 2, 10): proofs of publication, the state of each sink, and what a pruning leaves.

-- Inclusion of the checkpoint in the root log as it was published with it: the tree over all firms' checkpoints can be
-- read by nobody but the sealer. Null in rows that are older than this column.
alter table audit.root_log add column note_size bigint check (note_size > position);
alter table audit.root_log add column proof bytea[] check (cardinality(proof) <= 64);
alter table audit.root_log add constraint root_log__proof_of_a_note check ((proof is null) = (note_size is null));

-- The event that tells of the pruning is part of the log; the archive holds what was taken out.
alter table audit.retention_seals add column from_seq bigint not null check (from_seq between 1 and upto_seq);
alter table audit.retention_seals add column event_id uuid not null;
alter table audit.retention_seals add column archive_key text not null check (char_length(archive_key) between 1 and 400);
alter table audit.retention_seals add column archive_sha256 bytea not null check (octet_length(archive_sha256) = 32);
alter table audit.retention_seals add column archive_bytes bigint not null check (archive_bytes > 0);
-- Leaves behind the last full tile at upto_seq: the tile is completed and proofs are made without the events.
alter table audit.retention_seals add column open_leaves bytea not null check (octet_length(open_leaves) % 32 = 0 and octet_length(open_leaves) < 8192);

-- What stands out of one sink: since when it waits for a receipt, and how it failed. One row a sink.
create table audit.notary_sinks (
  sink          text primary key check (char_length(sink) between 1 and 40),
  last_ok_at    timestamptz(3),
  waiting_since timestamptz(3),  -- the oldest note without a receipt of this sink; null when all is told
  attempts      int not null default 0 check (attempts >= 0),
  last_error    text check (char_length(last_error) <= 300),
  next_try_at   timestamptz(3),
  updated_at    timestamptz(3) not null default now()
);
alter table audit.notary_sinks enable row level security, force row level security;
grant select, insert, update on audit.notary_sinks to zen_sealer;
grant select on audit.notary_sinks to zen_web, zen_studio, zen_worker;
create policy notary_sinks__sealer_read on audit.notary_sinks for select to zen_sealer using (true);
create policy notary_sinks__sealer_insert on audit.notary_sinks for insert to zen_sealer with check (true);
create policy notary_sinks__sealer_update on audit.notary_sinks for update to zen_sealer using (true) with check (true);
create policy notary_sinks__web_read on audit.notary_sinks for select to zen_web using ((select app.sees_all('audit.read')));
create policy notary_sinks__studio_read on audit.notary_sinks for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy notary_sinks__worker_read on audit.notary_sinks for select to zen_worker using ((select app.current_aud()) in ('worker', 'service'));

-- Equal views (actor, action, target) leave one event in 15 minutes; equal refusals one at once and one a minute with
-- their number. Both are counted here, by the database's clock, over all processes.
create table audit.recent_views (
  tenant_id     uuid not null,
  actor_user_id uuid not null,
  action        text not null check (char_length(action) <= 80),
  target_id     text not null check (char_length(target_id) <= 200),
  seen_at       timestamptz(3) not null default now(),
  primary key (tenant_id, actor_user_id, action, target_id)
);
create index recent_views__old on audit.recent_views (seen_at);
create table audit.merged_refusals (
  tenant_id     uuid not null,
  actor_user_id uuid not null,
  action        text not null check (char_length(action) <= 80),
  target_id     text not null check (char_length(target_id) <= 200),
  count         int not null default 0 check (count >= 0),  -- beyond the first, which is written already
  event         jsonb not null check (octet_length(event::text) <= 65536),  -- the first one, without id and time
  until         timestamptz(3) not null default now() + interval '1 minute',
  primary key (tenant_id, actor_user_id, action, target_id)
);
create index merged_refusals__due on audit.merged_refusals (until);
do $$
declare
  t text;
begin
  foreach t in array array['recent_views', 'merged_refusals'] loop
    execute format('alter table audit.%I enable row level security', t);
    execute format('alter table audit.%I force row level security', t);
    execute format('grant select, insert, update, delete on audit.%I to zen_definer', t);
    execute format('create policy %I on audit.%I for select to zen_definer using (true)', t || '__definer_read', t);
    execute format('create policy %I on audit.%I for insert to zen_definer with check (true)', t || '__definer_insert', t);
    execute format('create policy %I on audit.%I for update to zen_definer using (true) with check (true)', t || '__definer_update', t);
    execute format('create policy %I on audit.%I for delete to zen_definer using (true)', t || '__definer_delete', t);
  end loop;
end $$;
grant select, delete on audit.merged_refusals to zen_sealer;
create policy merged_refusals__sealer_read on audit.merged_refusals for select to zen_sealer using (true);
create policy merged_refusals__sealer_delete on audit.merged_refusals for delete to zen_sealer using (true);

-- True when the caller has not seen this in the last 15 minutes. He counts for himself alone: the actor is the context's.
create function audit.is_first_view(p_tenant_id uuid, p_action text, p_target_id text) returns boolean
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if app.current_user_id() is null then return true; end if;
  insert into audit.recent_views as v (tenant_id, actor_user_id, action, target_id)
  values (p_tenant_id, app.current_user_id(), p_action, p_target_id)
  on conflict (tenant_id, actor_user_id, action, target_id) do update set seen_at = now()
    where v.seen_at <= now() - interval '15 minutes';
  if not found then return false; end if;
  -- A few that count no more go with each new one.
  delete from audit.recent_views where ctid = any (array(
    select ctid from audit.recent_views where seen_at < now() - interval '15 minutes' limit 20 for update skip locked));
  return true;
end $$;
-- True when the caller was not refused this in the running minute; else he is counted.
create function audit.is_first_refusal(p_tenant_id uuid, p_action text, p_target_id text, p_event jsonb) returns boolean
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  v_count int;
begin
  if app.current_user_id() is null then return true; end if;
  insert into audit.merged_refusals as r (tenant_id, actor_user_id, action, target_id, event)
  values (p_tenant_id, app.current_user_id(), p_action, p_target_id, p_event)
  on conflict (tenant_id, actor_user_id, action, target_id) do update set count = r.count + 1
  returning count into v_count;
  return v_count = 0;
end $$;
grant usage, create on schema audit to zen_definer;
alter function audit.is_first_view(uuid, text, text) owner to zen_definer;
alter function audit.is_first_refusal(uuid, text, text, jsonb) owner to zen_definer;
revoke create on schema audit from zen_definer;
revoke all on function audit.is_first_view(uuid, text, text), audit.is_first_refusal(uuid, text, text, jsonb) from public;
grant execute on function audit.is_first_view(uuid, text, text), audit.is_first_refusal(uuid, text, text, jsonb)
  to zen_web, zen_studio, zen_portal, zen_worker, zen_auth;

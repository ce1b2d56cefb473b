-- Audit inbox, idempotency, jobs and their effects (audit-and-ops.md 1, 2.1, 8). Sealing comes later and reads the inbox.

create schema audit;
create schema ops;
revoke all on schema audit, ops from public;
grant usage on schema audit to zen_web, zen_studio, zen_portal, zen_worker, zen_auth, zen_sealer, zen_keeper;
grant usage on schema ops to zen_definer, zen_web, zen_studio, zen_portal, zen_worker, zen_auth;

-- Events as canonical JSON bytes (RFC 8785). xid and leaf are the database's own.
create table audit.inbox (
  id                uuid not null default uuidv7(),
  tenant_id         uuid not null,
  xid               xid8 not null default pg_current_xact_id(),
  ord               int not null,  -- place within its transaction
  canon             bytea not null check (octet_length(canon) between 2 and 65536),
  leaf              bytea not null generated always as (sha256('\x00'::bytea || canon)) stored,
  sanitiser_version int not null,
  created_at        timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  -- No row may block the sealer: the bytes must be JSON.
  constraint inbox__canon_is_json check (convert_from(canon, 'UTF8') is json object)
);
create index inbox__sealing_order on audit.inbox (xid, ord);
create trigger inbox__append_only before update or delete on audit.inbox for each row execute function app.refuse_change();
create trigger inbox__no_truncate before truncate on audit.inbox for each statement execute function app.refuse_change();

alter table audit.inbox enable row level security, force row level security;
grant select on audit.inbox to zen_web, zen_studio, zen_worker;
grant insert (id, tenant_id, ord, canon, sanitiser_version) on audit.inbox to zen_web, zen_studio, zen_portal, zen_worker, zen_auth;
create policy inbox__web_read on audit.inbox for select to zen_web
  using (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('audit.read')));
create policy inbox__worker_read on audit.inbox for select to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy inbox__studio_read on audit.inbox for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy inbox__web_insert on audit.inbox for insert to zen_web with check (tenant_id = (select app.current_tenant_id()));
create policy inbox__studio_insert on audit.inbox for insert to zen_studio with check ((select app.current_aud()) = 'studio');
create policy inbox__portal_insert on audit.inbox for insert to zen_portal
  with check (tenant_id = (select app.current_tenant_id()) or tenant_id = any ((select app.my_firms())::uuid[]));
create policy inbox__worker_insert on audit.inbox for insert to zen_worker
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy inbox__auth_insert on audit.inbox for insert to zen_auth with check (true);

-- Answers kept for replay, 24 h.
create table ops.idempotency_keys (
  tenant_id    uuid not null,
  user_id      uuid not null,
  route        text not null,
  key          text not null check (char_length(key) between 1 and 120),
  request_hash bytea not null,
  status       int not null,
  body         text,  -- null where the answer holds a secret
  created_at   timestamptz(3) not null default now(),
  expires_at   timestamptz(3) not null default now() + interval '24 hours',
  primary key (tenant_id, user_id, route, key)
);
create index idempotency_keys__expired on ops.idempotency_keys (expires_at);
alter table ops.idempotency_keys enable row level security, force row level security;
grant select, insert, delete on ops.idempotency_keys to zen_web, zen_studio, zen_portal;
grant select, delete on ops.idempotency_keys to zen_worker;
create policy idempotency_keys__read on ops.idempotency_keys for select to zen_web, zen_studio, zen_portal
  using (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()));
create policy idempotency_keys__insert on ops.idempotency_keys for insert to zen_web, zen_studio, zen_portal
  with check (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()));
create policy idempotency_keys__delete on ops.idempotency_keys for delete to zen_web, zen_studio, zen_portal
  using (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()));
create policy idempotency_keys__sweep_read on ops.idempotency_keys for select to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker');
create policy idempotency_keys__sweep on ops.idempotency_keys for delete to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker');

-- History of background work; the queue library deletes its own rows when they are done.
create table ops.job_runs (
  tenant_id     uuid not null,
  id            uuid not null default uuidv7(),
  kind          text not null check (char_length(kind) between 1 and 80),
  payload       jsonb not null default '{}' check (octet_length(payload::text) <= 65536),
  actor_user_id uuid,
  trace_id      text not null,
  state         text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'dead', 'cancelled')),
  attempts      int not null default 0,
  max_attempts  int not null,
  effect_key    text,
  progress      jsonb,  -- {percent, step, done, total}
  error_code    text,
  error         text,
  created_at    timestamptz(3) not null default now(),
  started_at    timestamptz(3),
  finished_at   timestamptz(3),
  primary key (tenant_id, id)
);
create index job_runs__recent on ops.job_runs (tenant_id, created_at desc);
create index job_runs__dead on ops.job_runs (tenant_id, finished_at desc) where state = 'dead';
alter table ops.job_runs enable row level security, force row level security;
grant select on ops.job_runs to zen_web, zen_studio;
grant select, insert, update, delete on ops.job_runs to zen_worker;
grant insert on ops.job_runs to zen_definer;
create policy job_runs__web_read on ops.job_runs for select to zen_web using (
  tenant_id = (select app.current_tenant_id())
  and (actor_user_id = (select app.current_user_id()) or (select app.sees_all('ops.read'))));
create policy job_runs__studio_read on ops.job_runs for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy job_runs__worker_read on ops.job_runs for select to zen_worker using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker');
create policy job_runs__worker_insert on ops.job_runs for insert to zen_worker with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker');
create policy job_runs__worker_update on ops.job_runs for update to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker')
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker');
create policy job_runs__worker_delete on ops.job_runs for delete to zen_worker using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker');
create policy job_runs__definer on ops.job_runs for insert to zen_definer with check (true);

-- An effect happens once: its key is inserted by the transaction that does it.
create table ops.job_effects (
  tenant_id  uuid not null,
  effect_key text not null check (char_length(effect_key) between 1 and 200),
  job_id     uuid not null,
  attempt    int not null,
  result     jsonb,
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, effect_key)
);
alter table ops.job_effects enable row level security, force row level security;
grant select, insert on ops.job_effects to zen_worker;
create policy job_effects__worker_read on ops.job_effects for select to zen_worker using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker');
create policy job_effects__worker_insert on ops.job_effects for insert to zen_worker with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker');

-- Which worker processes are alive: each holds an advisory lock on its id while it lives.
create table ops.workers (
  worker_id  text primary key,
  started_at timestamptz(3) not null default now()
);
alter table ops.workers enable row level security, force row level security;
grant select, insert, delete on ops.workers to zen_worker;
grant select on ops.workers to zen_studio;
create policy workers__read on ops.workers for select to zen_worker using ((select app.current_aud()) = 'worker');
create policy workers__insert on ops.workers for insert to zen_worker with check ((select app.current_aud()) = 'worker');
create policy workers__delete on ops.workers for delete to zen_worker using ((select app.current_aud()) = 'worker');
create policy workers__studio on ops.workers for select to zen_studio using ((select app.current_aud()) = 'studio');

-- Enqueues inside the caller's transaction and stamps tenant and actor from the context, never from the caller.
-- The queue library's tables are reached through here alone.
create function ops.enqueue_job(p_kind text, p_payload jsonb, p_trace_id text, p_options jsonb default '{}')
  returns uuid language plpgsql security definer set search_path = pg_catalog as $$
declare
  v_id     uuid := uuidv7();
  v_tenant uuid := coalesce(nullif(p_options ->> 'tenant_id', '')::uuid, app.current_tenant_id());
  v_max    int  := least(greatest(coalesce((p_options ->> 'max_attempts')::int, 5), 1), 25);
begin
  if v_tenant is null then raise exception 'a job needs a tenant' using errcode = '42501'; end if;
  -- A portal user's work belongs to the firm; nobody else may name another tenant.
  if v_tenant <> app.current_tenant_id() and not (app.current_aud() = 'portal' and v_tenant = any (app.my_firms())) then
    raise exception 'a job for another tenant' using errcode = '42501';
  end if;
  insert into ops.job_runs (tenant_id, id, kind, payload, actor_user_id, trace_id, max_attempts, effect_key)
  values (v_tenant, v_id, p_kind, p_payload, app.current_user_id(), p_trace_id, v_max, p_options ->> 'effect_key');
  perform graphile_worker.add_job(
    p_kind,
    json_build_object('run_id', v_id, 'tenant_id', v_tenant),
    queue_name => p_options ->> 'queue_name',
    run_at => nullif(p_options ->> 'run_at', '')::timestamptz,
    max_attempts => v_max,
    job_key => v_id::text
  );
  return v_id;
end $$;
grant create on schema ops to zen_definer;
alter function ops.enqueue_job(text, jsonb, text, jsonb) owner to zen_definer;
revoke create on schema ops from zen_definer;
revoke all on function ops.enqueue_job(text, jsonb, text, jsonb) from public;
grant execute on function ops.enqueue_job(text, jsonb, text, jsonb) to zen_web, zen_studio, zen_portal, zen_worker, zen_auth;

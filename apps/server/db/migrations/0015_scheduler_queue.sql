-- Scheduler and queue (audit-and-ops.md 7, 8). The queue is ops.jobs itself: claim, effect, completion and death of a job
-- are changes of one row, fenced by the number of its attempt. ops.job_runs is the scheduler's history.

-- ── the queue ────────────────────────────────────────────────────────────────────────────────────────────────────────
alter table ops.job_runs rename to jobs;
do $$
declare r record;
begin
  for r in select conname as name from pg_constraint where conrelid = 'ops.jobs'::regclass and conname like 'job\_runs%' loop
    execute format('alter table ops.jobs rename constraint %I to %I', r.name, replace(r.name, 'job_runs', 'jobs'));
  end loop;
  for r in select relname as name from pg_class where relnamespace = 'ops'::regnamespace and relkind = 'i' and relname like 'job\_runs%' loop
    execute format('alter index ops.%I rename to %I', r.name, replace(r.name, 'job_runs', 'jobs'));
  end loop;
  for r in select polname as name from pg_policy where polrelid = 'ops.jobs'::regclass loop
    execute format('alter policy %I on ops.jobs rename to %I', r.name, replace(r.name, 'job_runs', 'jobs'));
  end loop;
end $$;

alter table ops.jobs
  add column run_at timestamptz(3) not null default date_trunc('milliseconds', now()),
  add column serial_key text check (char_length(serial_key) between 1 and 200),
  add column worker_id text,
  add column heartbeat_at timestamptz(3),
  add column first_failed_at timestamptz(3),
  add column last_failed_at timestamptz(3),
  add column task text check (char_length(task) between 1 and 80),
  add column slot timestamptz(3),
  add column replay_of uuid;
comment on column ops.jobs.kind is 'The queue it stands in.';
comment on column ops.jobs.attempts is 'Number of the newest attempt; whatever an attempt writes names it, so that a late one writes nothing.';
comment on column ops.jobs.serial_key is 'Of jobs with one key one runs at a time.';
comment on column ops.jobs.task is 'The recurring task that asked for it, with its slot.';
comment on column ops.jobs.replay_of is 'The dead job that this one repeats, under the same effect key.';

-- What waited in the queue library's tables waits here now; no worker runs during a migration.
alter table ops.jobs no force row level security;
update ops.jobs set state = 'queued' where state = 'running';
update ops.jobs set effect_key = id::text where effect_key is null;
do $$ begin
  if to_regclass('graphile_worker._private_jobs') is not null then
    alter table graphile_worker._private_jobs no force row level security;
    alter table graphile_worker._private_job_queues no force row level security;
    execute 'update ops.jobs j set run_at = date_trunc(''milliseconds'', g.run_at), serial_key = q.queue_name
      from graphile_worker._private_jobs g left join graphile_worker._private_job_queues q on q.id = g.job_queue_id
      where g.key = j.id::text';
    drop schema graphile_worker cascade;
  end if;
end $$;
alter table ops.jobs force row level security;
alter table ops.jobs alter column effect_key set not null;
alter table ops.jobs add constraint jobs__held_while_running check ((state = 'running') = (worker_id is not null and heartbeat_at is not null));

-- Each lane (firm and queue) in the order of its turns; who holds what; who else has the serial key; which tasks are at work.
create index jobs__ready on ops.jobs (tenant_id, kind, run_at, id) where state in ('queued', 'failed');
create index jobs__running on ops.jobs (worker_id, id) where state = 'running';
create index jobs__serial on ops.jobs (serial_key) where state = 'running' and serial_key is not null;
create index jobs__task on ops.jobs (task, tenant_id) where state in ('queued', 'failed', 'running') and task is not null;
create index jobs__newest on ops.jobs (created_at desc, id desc);
grant select, update on ops.jobs to zen_definer;
create policy jobs__definer_read on ops.jobs for select to zen_definer using (true);
create policy jobs__definer_update on ops.jobs for update to zen_definer using (true) with check (true);
-- Claims change most rows twice within seconds.
alter table ops.jobs set (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);

-- A queue that is paused takes no job up; null = for all firms.
create table ops.queue_pauses (
  id        uuid primary key default uuidv7(),
  tenant_id uuid,
  queue     text not null check (char_length(queue) between 1 and 80),
  paused_at timestamptz(3) not null default now(),
  paused_by uuid not null,
  reason    text not null check (char_length(reason) between 10 and 400)
);
alter table ops.queue_pauses add constraint queue_pauses__once unique nulls not distinct (tenant_id, queue);
alter table ops.queue_pauses enable row level security, force row level security;
grant select, insert, delete on ops.queue_pauses to zen_web, zen_studio;
grant select on ops.queue_pauses to zen_worker, zen_definer;
create policy queue_pauses__web_read on ops.queue_pauses for select to zen_web
  using ((tenant_id is null or tenant_id = (select app.current_tenant_id())) and (select app.sees_all('ops.read')));
create policy queue_pauses__web_insert on ops.queue_pauses for insert to zen_web
  with check (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.jobs.manage')));
create policy queue_pauses__web_delete on ops.queue_pauses for delete to zen_web
  using (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.jobs.manage')));
create policy queue_pauses__studio_read on ops.queue_pauses for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy queue_pauses__studio_insert on ops.queue_pauses for insert to zen_studio with check ((select app.current_aud()) = 'studio');
create policy queue_pauses__studio_delete on ops.queue_pauses for delete to zen_studio using ((select app.current_aud()) = 'studio');
create policy queue_pauses__worker_read on ops.queue_pauses for select to zen_worker
  using ((tenant_id is null or tenant_id = (select app.current_tenant_id())) and (select app.current_aud()) = 'worker');
create policy queue_pauses__definer_read on ops.queue_pauses for select to zen_definer using (true);

-- Effects on the outside: INTENT is committed before the call, DONE with its answer, UNKNOWN when nobody can tell.
alter table ops.job_effects
  add column queue text check (char_length(queue) between 1 and 80),
  add column state text not null default 'DONE' check (state in ('INTENT', 'DONE', 'UNKNOWN')),
  add column request_hash text check (request_hash ~ '^[0-9a-f]{64}$'),
  add column done_at timestamptz(3);
update ops.job_effects set done_at = created_at;
create index job_effects__open on ops.job_effects (tenant_id, created_at) where state <> 'DONE';
create index job_effects__job on ops.job_effects (tenant_id, job_id);
grant update (state, result, done_at, job_id, attempt), delete on ops.job_effects to zen_worker;
create policy job_effects__worker_update on ops.job_effects for update to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker')
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker');
create policy job_effects__worker_delete on ops.job_effects for delete to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker');

-- Jobs that no further attempt will help. The payload is fit to be shown; a replay takes the true one from ops.jobs.
create table ops.dead_jobs (
  tenant_id       uuid not null,
  id              uuid not null default uuidv7(),
  queue           text not null check (char_length(queue) between 1 and 80),
  job_id          uuid not null,
  effect_key      text not null,
  attempts        int not null,
  first_failed_at timestamptz(3) not null,
  last_failed_at  timestamptz(3) not null,
  error_code      text not null check (char_length(error_code) <= 80),
  error           text check (char_length(error) <= 2000),
  payload         jsonb not null default '{}',
  trace_id        text not null,
  state           text not null default 'DEAD' check (state in ('DEAD', 'REPLAYED', 'DISCARDED')),
  resolved_by     uuid,
  resolved_at     timestamptz(3),
  reason          text check (char_length(reason) between 10 and 400),
  replay_job_id   uuid,
  primary key (tenant_id, id),
  constraint dead_jobs__resolved_by_someone check ((state = 'DEAD') = (resolved_at is null) and (state = 'DEAD') = (reason is null)),
  constraint dead_jobs__replayed_as_a_job check ((state = 'REPLAYED') = (replay_job_id is not null))
);
-- A job dies once.
create unique index dead_jobs__job on ops.dead_jobs (tenant_id, job_id);
create index dead_jobs__newest on ops.dead_jobs (last_failed_at desc, id desc);
create index dead_jobs__open on ops.dead_jobs (tenant_id, last_failed_at desc, id desc) where state = 'DEAD';
alter table ops.dead_jobs enable row level security, force row level security;
grant select, update (state, resolved_by, resolved_at, reason, replay_job_id) on ops.dead_jobs to zen_web, zen_studio;
grant select, insert, delete on ops.dead_jobs to zen_worker;
grant select on ops.dead_jobs to zen_definer;
create policy dead_jobs__web_read on ops.dead_jobs for select to zen_web
  using (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.read')));
create policy dead_jobs__web_update on ops.dead_jobs for update to zen_web
  using (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.jobs.manage')))
  with check (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.jobs.manage')));
create policy dead_jobs__studio_read on ops.dead_jobs for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy dead_jobs__studio_update on ops.dead_jobs for update to zen_studio
  using ((select app.current_aud()) = 'studio') with check ((select app.current_aud()) = 'studio');
create policy dead_jobs__worker_read on ops.dead_jobs for select to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker');
create policy dead_jobs__worker_insert on ops.dead_jobs for insert to zen_worker
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker');
create policy dead_jobs__worker_delete on ops.dead_jobs for delete to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker' and state <> 'DEAD');
create policy dead_jobs__definer_read on ops.dead_jobs for select to zen_definer using (true);

-- ── the scheduler ────────────────────────────────────────────────────────────────────────────────────────────────────
-- What is declared in the code stands here too, so that screens and alerts judge by it; every start of a worker writes it.
create table ops.scheduler_locks (
  lock_key          text primary key check (char_length(lock_key) between 1 and 120),
  task              text not null unique check (char_length(task) between 1 and 80),
  kind              text not null check (kind in ('task', 'loop')),
  cadence           text not null check (char_length(cadence) between 1 and 80),
  period_ms         bigint not null check (period_ms > 0),
  expected_ms       bigint not null check (expected_ms > 0),
  state             text not null default 'IDLE' check (state in ('HELD', 'IDLE')),
  owner_id          text,
  lease_until       timestamptz(3),
  fencing_token     bigint not null default 0,
  last_heartbeat_at timestamptz(3),
  last_recovered_at timestamptz(3),
  recovery_count    int not null default 0,
  last_started_at   timestamptz(3),
  last_success_at   timestamptz(3),
  next_slot         timestamptz(3),
  paused_at         timestamptz(3),
  paused_by         uuid,
  pause_reason      text check (char_length(pause_reason) between 10 and 400),
  wanted_at         timestamptz(3),
  wanted_by         uuid,
  declared_at       timestamptz(3) not null default now(),
  updated_at        timestamptz(3) not null default now(),
  constraint scheduler_locks__held_by_someone check (state = 'IDLE' or (owner_id is not null and lease_until is not null)),
  constraint scheduler_locks__paused_for_a_reason check ((paused_at is null) = (pause_reason is null))
);
comment on column ops.scheduler_locks.expected_ms is 'No success for this long counts as late: two periods and the time a run may take, unless declared.';
comment on column ops.scheduler_locks.wanted_at is 'A turn asked for by hand or by the watchdog; the next tick starts it.';

-- The highest token that has written under a lock: a writer with an older one changes nothing.
create table ops.scheduler_fences (
  lock_key   text primary key references ops.scheduler_locks (lock_key) on delete cascade,
  high_token bigint not null default 0
);

-- A slot is started at most once: its row is inserted, or not, by the transaction that enqueues its job.
create table ops.task_slots (
  task       text not null check (char_length(task) between 1 and 80),
  scope      text not null check (char_length(scope) between 1 and 80),  -- 'platform', or the firm
  slot       timestamptz(3) not null,
  created_at timestamptz(3) not null default now(),
  job_id     uuid,  -- null: passed over, the job of an earlier slot was still at work
  primary key (task, scope, slot)
);
create index task_slots__old on ops.task_slots (created_at);

create table ops.job_runs (
  id            uuid not null default uuidv7(),
  lock_key      text not null,
  task          text not null,
  slot          timestamptz(3),
  job_id        uuid,
  owner_id      text not null,
  fencing_token bigint not null,
  started_at    timestamptz(3) not null default now(),
  ended_at      timestamptz(3),
  status        text not null default 'RUNNING' check (status in ('RUNNING', 'DONE', 'FAILED', 'ABANDONED', 'SKIPPED')),
  rows          bigint,
  error_code    text check (char_length(error_code) <= 80),
  error         text check (char_length(error) <= 2000),
  trace_id      text not null,
  constraint job_runs__pkey primary key (id),
  constraint job_runs__ended check ((status = 'RUNNING') = (ended_at is null))
);
create index job_runs__newest on ops.job_runs (started_at desc, id desc);
create index job_runs__task on ops.job_runs (task, started_at desc);
create index job_runs__open on ops.job_runs (lock_key) where status = 'RUNNING';

do $$
declare t text;
begin
  foreach t in array array['scheduler_locks', 'scheduler_fences', 'task_slots', 'job_runs'] loop
    execute format('alter table ops.%I enable row level security, force row level security', t);
    execute format('grant select, insert, update, delete on ops.%I to zen_worker', t);
    execute format('grant select on ops.%I to zen_studio', t);
    execute format('create policy %I on ops.%I for select to zen_worker using ((select app.current_aud()) = ''worker'')', t || '__worker_read', t);
    execute format('create policy %I on ops.%I for insert to zen_worker with check ((select app.current_aud()) = ''worker'')', t || '__worker_insert', t);
    execute format('create policy %I on ops.%I for update to zen_worker using ((select app.current_aud()) = ''worker'') with check ((select app.current_aud()) = ''worker'')', t || '__worker_update', t);
    execute format('create policy %I on ops.%I for delete to zen_worker using ((select app.current_aud()) = ''worker'')', t || '__worker_delete', t);
    execute format('create policy %I on ops.%I for select to zen_studio using ((select app.current_aud()) = ''studio'')', t || '__studio_read', t);
  end loop;
  -- Alerts look at them.
  grant select on ops.scheduler_locks to zen_keeper;
  create policy scheduler_locks__keeper_read on ops.scheduler_locks for select to zen_keeper using (true);
  -- Pause, resume, a run by hand, a recovery by hand.
  foreach t in array array['scheduler_locks', 'scheduler_fences', 'job_runs'] loop
    execute format('create policy %I on ops.%I for update to zen_studio using ((select app.current_aud()) = ''studio'') with check ((select app.current_aud()) = ''studio'')', t || '__studio_update', t);
  end loop;
end $$;
grant update (state, owner_id, lease_until, fencing_token, last_recovered_at, recovery_count, paused_at, paused_by, pause_reason,
  wanted_at, wanted_by, updated_at) on ops.scheduler_locks to zen_studio;
grant update (high_token) on ops.scheduler_fences to zen_studio;
grant update (status, ended_at, error_code, error) on ops.job_runs to zen_studio;
grant select, insert on ops.task_slots to zen_definer;
create policy task_slots__definer_read on ops.task_slots for select to zen_definer using (true);
create policy task_slots__definer_insert on ops.task_slots for insert to zen_definer with check (true);
grant select, delete on ops.workers to zen_definer;
create policy workers__definer_read on ops.workers for select to zen_definer using (true);
create policy workers__definer_delete on ops.workers for delete to zen_definer using (true);

-- ── the queue's functions ────────────────────────────────────────────────────────────────────────────────────────────
-- Enqueues inside the caller's transaction and stamps tenant and actor from the context, never from the caller.
create or replace function ops.enqueue_job(p_kind text, p_payload jsonb, p_trace_id text, p_options jsonb default '{}')
  returns uuid language plpgsql security definer set search_path = pg_catalog as $$
declare
  v_id     uuid := uuidv7();
  v_tenant uuid := coalesce(nullif(p_options ->> 'tenant_id', '')::uuid, app.current_tenant_id());
  v_max    int  := least(greatest(coalesce((p_options ->> 'max_attempts')::int, 5), 1), 25);
  v_run_at timestamptz := date_trunc('milliseconds', coalesce(nullif(p_options ->> 'run_at', '')::timestamptz, now()));
begin
  if v_tenant is null then raise exception 'a job needs a tenant' using errcode = '42501'; end if;
  -- A portal user's work belongs to the firm; nobody else may name another tenant.
  if v_tenant <> app.current_tenant_id() and not (app.current_aud() = 'portal' and v_tenant = any (app.my_firms())) then
    raise exception 'a job for another tenant' using errcode = '42501';
  end if;
  insert into ops.jobs (tenant_id, id, kind, payload, actor_user_id, trace_id, max_attempts, effect_key, run_at, serial_key)
  values (v_tenant, v_id, p_kind, p_payload, app.current_user_id(), p_trace_id, v_max,
    coalesce(p_options ->> 'effect_key', v_id::text), v_run_at, p_options ->> 'queue_name');
  if v_run_at <= now() then perform pg_notify('ops_jobs', p_kind); end if;
  return v_id;
end $$;

-- Takes up to p_limit due jobs for a worker. A lane is what one firm has waiting in one queue. Firms take turns, and one
-- that already has jobs running at this worker comes after those that have fewer; none gets more than p_group places.
-- One claim at a time, so that serial keys and places are exact.
create function ops.claim_jobs(p_worker text, p_kinds text[], p_limit int, p_group int, p_multi_tenant boolean)
  returns setof ops.jobs language plpgsql security definer set search_path = pg_catalog as $$
begin
  if app.current_aud() is distinct from 'worker' then raise exception 'only workers claim' using errcode = '42501'; end if;
  -- A claim that a crash of the database forgets is made again; effects and ends wait for the disk, and name the worker.
  perform set_config('synchronous_commit', 'off', true);
  perform pg_advisory_xact_lock(hashtextextended('ops.claim_jobs', 42));
  return query
  with recursive lanes(tenant_id, kind) as (
    (select j.tenant_id, j.kind from ops.jobs j where j.state in ('queued', 'failed') order by j.tenant_id, j.kind limit 1)
    union all
    select n.tenant_id, n.kind from lanes l cross join lateral (
      select j.tenant_id, j.kind from ops.jobs j
      where j.state in ('queued', 'failed') and (j.tenant_id, j.kind) > (l.tenant_id, l.kind)
      order by j.tenant_id, j.kind limit 1) n
  ), open as (
    select l.tenant_id, l.kind from lanes l
    join identity.tenants t on t.id = l.tenant_id and t.status = 'active' and t.deleted_at is null and (t.lane <> 'tenant' or p_multi_tenant)
    where l.kind = any (p_kinds) and not exists (
      select 1 from ops.queue_pauses p where p.queue = l.kind and (p.tenant_id is null or p.tenant_id = l.tenant_id))
  ), busy as (
    select j.tenant_id, count(*) as n from ops.jobs j where j.state = 'running' and j.worker_id = p_worker and j.kind = any (p_kinds) group by 1
  ), due as (
    select o.tenant_id, c.id, c.run_at, row_number() over (partition by coalesce(c.serial_key, c.id::text) order by c.run_at, c.id) as of_key
    from open o cross join lateral (
      select j.id, j.run_at, j.serial_key from ops.jobs j
      where j.tenant_id = o.tenant_id and j.kind = o.kind and j.state in ('queued', 'failed') and j.run_at <= now()
        and (j.serial_key is null or not exists (
          select 1 from ops.jobs r where r.serial_key = j.serial_key and r.state = 'running'))
      order by j.run_at, j.id limit p_limit) c
  ), turns as (
    select d.tenant_id, d.id, d.run_at,
      row_number() over (partition by d.tenant_id order by d.run_at, d.id) + coalesce(b.n, 0) as turn
    from due d left join busy b on b.tenant_id = d.tenant_id where d.of_key = 1
  ), picked as (
    select t.tenant_id, t.id from turns t where t.turn <= p_group order by t.turn, t.run_at, t.id limit p_limit
  )
  update ops.jobs j set state = 'running', attempts = j.attempts + 1, worker_id = p_worker, heartbeat_at = now(),
    started_at = coalesce(j.started_at, now()), hold_reason = null
  from picked p where j.tenant_id = p.tenant_id and j.id = p.id and j.state in ('queued', 'failed')
  returning j.*;
end $$;

-- Renews what a worker still holds and answers it; what is missing in the answer is another's by now. A row that is locked
-- is being ended, or is in the effect's own transaction: it counts as held and nobody waits for it.
create function ops.heartbeat_jobs(p_worker text, p_ids uuid[], p_attempts int[]) returns setof uuid
  language sql security definer set search_path = pg_catalog as $$
  with held as (
    select j.tenant_id, j.id from ops.jobs j join unnest(p_ids, p_attempts) as h(id, attempt) on j.id = h.id and j.attempts = h.attempt
    where j.state = 'running' and j.worker_id = p_worker and app.current_aud() = 'worker'
  ), free as (
    select j.tenant_id, j.id from ops.jobs j join held h on h.tenant_id = j.tenant_id and h.id = j.id
    where j.state = 'running' for update of j skip locked
  ), renewed as (
    update ops.jobs j set heartbeat_at = now() from free f where j.tenant_id = f.tenant_id and j.id = f.id
  )
  select h.id from held h
$$;

-- Ends jobs well, each only for the attempt that holds it; answers those it ended.
create function ops.complete_jobs(p_worker text, p_ids uuid[], p_attempts int[]) returns setof uuid
  language sql security definer set search_path = pg_catalog as $$
  update ops.jobs j set state = 'done', worker_id = null, heartbeat_at = null, error_code = null, error = null, finished_at = now()
  from unnest(p_ids, p_attempts) as held(id, attempt)
  where j.state = 'running' and j.worker_id = p_worker and j.id = held.id and j.attempts = held.attempt
    and app.current_aud() = 'worker'
  returning j.id
$$;

-- Gives back the jobs of workers whose process is gone or that have not been heard of for p_silent. The first two times they
-- keep their turn, then later and later: a job that takes its worker down must not do so all day.
create function ops.free_lost_jobs(p_silent interval) returns table (tenant_id uuid, id uuid, kind text, worker_id text)
  language sql security definer set search_path = pg_catalog as $$
  with dead as (
    select w.worker_id from ops.workers w where app.current_aud() = 'worker' and pg_try_advisory_xact_lock(hashtextextended(w.worker_id, 42))
  ), gone as (
    delete from ops.workers w using dead d where w.worker_id = d.worker_id
  ), lost as (
    select j.tenant_id, j.id, j.worker_id from ops.jobs j
    where app.current_aud() = 'worker' and j.state = 'running'
      and (j.heartbeat_at < now() - p_silent or j.worker_id in (select d.worker_id from dead d)
        or not exists (select 1 from ops.workers w where w.worker_id = j.worker_id))
    -- A holder that sleeps within its transaction is left to the database's own limits; the others do not wait for it.
    for update of j skip locked
  )
  update ops.jobs j set state = 'queued', worker_id = null, heartbeat_at = null,
    run_at = case when j.attempts <= 2 then j.run_at
      else date_trunc('milliseconds', now()) + exp(least(j.attempts - 2, 7)) * (0.8 + 0.4 * random()) * interval '1 second' end
  from lost l where j.tenant_id = l.tenant_id and j.id = l.id and j.state = 'running' and j.worker_id = l.worker_id
  returning j.tenant_id, j.id, j.kind, l.worker_id
$$;

-- Says of waiting jobs why they wait: their firm is not active, or not enabled here.
create function ops.mark_held_jobs(p_multi_tenant boolean) returns void language sql security definer set search_path = pg_catalog as $$
  update ops.jobs j set hold_reason = 'TENANT_NOT_ENABLED'
  from identity.tenants t
  where app.current_aud() = 'worker' and j.state in ('queued', 'failed') and j.hold_reason is null and t.id = j.tenant_id
    and not (t.status = 'active' and t.deleted_at is null and (t.lane <> 'tenant' or p_multi_tenant))
$$;

-- Starts a slot of a recurring task: per scope a row and a job, or neither when the slot was started before. A scope whose
-- earlier job is still at work is passed over when p_spec says so. Answers how many jobs came of it.
create function ops.start_slots(p_task text, p_slot timestamptz, p_spec jsonb, p_scopes text[], p_tenants uuid[]) returns int
  language plpgsql security definer set search_path = pg_catalog as $$
declare v_started int;
begin
  if app.current_aud() is distinct from 'worker' then raise exception 'only workers start slots' using errcode = '42501'; end if;
  with asked as (
    select a.scope, a.tenant_id, (p_spec ->> 'skips_overlap')::boolean and exists (
      select 1 from ops.jobs j where j.task = p_task and j.tenant_id = a.tenant_id and j.kind = p_spec ->> 'kind' and j.state in ('queued', 'failed', 'running')) as at_work
    from unnest(p_scopes, p_tenants) as a(scope, tenant_id)
  ), fresh as (
    insert into ops.task_slots (task, scope, slot, job_id)
    select p_task, a.scope, p_slot, case when not a.at_work then uuidv7() end from asked a
    on conflict do nothing returning scope, job_id
  ), started as (
    insert into ops.jobs (tenant_id, id, kind, payload, actor_user_id, trace_id, max_attempts, effect_key, serial_key, task, slot)
    select a.tenant_id, f.job_id, p_spec ->> 'kind', p_spec -> 'payload', app.current_user_id(), p_spec ->> 'trace_id',
      (p_spec ->> 'max_attempts')::int, f.job_id::text, p_spec ->> 'serial_prefix' || a.scope, p_task, p_slot
    from fresh f join asked a on a.scope = f.scope where f.job_id is not null
    returning 1
  )
  select count(*) into v_started from started;
  if v_started > 0 then perform pg_notify('ops_jobs', p_spec ->> 'kind'); end if;
  return v_started;
end $$;

-- A new job for a dead one, under the same effect key, so that what was done is not done again. Null when there is none to
-- replay. The caller closes the dead row in the same transaction.
create function ops.replay_dead_job(p_tenant_id uuid, p_dead_id uuid, p_trace_id text) returns uuid
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  v_id   uuid := uuidv7();
  v_kind text;
begin
  if not (coalesce(app.current_aud() = 'studio', false)
    or coalesce(p_tenant_id = app.current_tenant_id() and app.sees_all('ops.jobs.manage'), false)) then
    raise exception 'a dead job of another tenant' using errcode = '42501';
  end if;
  insert into ops.jobs (tenant_id, id, kind, payload, actor_user_id, trace_id, max_attempts, effect_key, serial_key, replay_of)
  select j.tenant_id, v_id, j.kind, j.payload, j.actor_user_id, p_trace_id, j.max_attempts, j.effect_key, j.serial_key, d.id
  from ops.dead_jobs d join ops.jobs j on j.tenant_id = d.tenant_id and j.id = d.job_id
  where d.tenant_id = p_tenant_id and d.id = p_dead_id and d.state = 'DEAD'
  returning kind into v_kind;
  if v_kind is null then return null; end if;
  perform pg_notify('ops_jobs', v_kind);
  return v_id;
end $$;

-- Depth, age and rates of each queue, for the caller's firm; of all firms in the studio and for the metrics.
create function ops.queue_figures() returns table (queue text, waiting bigint, due bigint, running bigint, failed bigint, dead bigint,
    oldest_due_at timestamptz, done_last_hour bigint)
  language sql stable security definer set search_path = pg_catalog as $$
  with mine as (
    select case when app.current_aud() in ('studio', 'worker') then null else app.current_tenant_id() end as tenant_id,
      coalesce(app.current_aud() in ('studio', 'worker'), false) or coalesce(app.sees_all('ops.read'), false) as may
  ), open_jobs as (
    select j.kind, count(*) filter (where j.state = 'queued') as waiting, count(*) filter (where j.state = 'failed') as failed,
      count(*) filter (where j.state = 'running') as running,
      count(*) filter (where j.state in ('queued', 'failed') and j.run_at <= now()) as due,
      min(j.run_at) filter (where j.state in ('queued', 'failed') and j.run_at <= now()) as oldest
    from ops.jobs j, mine m where m.may and (m.tenant_id is null or j.tenant_id = m.tenant_id) and j.state in ('queued', 'failed', 'running')
    group by j.kind
  ), ended as (
    select j.kind, count(*) as done from ops.jobs j, mine m
    where m.may and (m.tenant_id is null or j.tenant_id = m.tenant_id) and j.created_at > now() - interval '1 hour' and j.state = 'done'
    group by j.kind
  ), lost as (
    select d.queue, count(*) as dead from ops.dead_jobs d, mine m
    where m.may and (m.tenant_id is null or d.tenant_id = m.tenant_id) and d.state = 'DEAD' group by d.queue
  )
  select coalesce(o.kind, e.kind, l.queue), coalesce(o.waiting, 0), coalesce(o.due, 0), coalesce(o.running, 0), coalesce(o.failed, 0),
    coalesce(l.dead, 0), o.oldest, coalesce(e.done, 0)
  from open_jobs o full join ended e on e.kind = o.kind full join lost l on l.queue = coalesce(o.kind, e.kind)
$$;

grant create on schema ops to zen_definer;
do $$
declare f text;
begin
  foreach f in array array['claim_jobs(text, text[], int, int, boolean)', 'heartbeat_jobs(text, uuid[], int[])',
    'complete_jobs(text, uuid[], int[])', 'free_lost_jobs(interval)', 'mark_held_jobs(boolean)',
    'start_slots(text, timestamptz, jsonb, text[], uuid[])', 'replay_dead_job(uuid, uuid, text)', 'queue_figures()'] loop
    execute format('alter function ops.%s owner to zen_definer', f);
    execute format('revoke all on function ops.%s from public', f);
    execute format('grant execute on function ops.%s to %s', f,
      case when f like 'replay%' then 'zen_web, zen_studio' when f like 'queue%' then 'zen_web, zen_studio, zen_worker' else 'zen_worker' end);
  end loop;
end $$;
revoke create on schema ops from zen_definer;

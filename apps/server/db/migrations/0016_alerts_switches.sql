-- Immediate actions, alerts and how each process stands (audit-and-ops.md 5, 6, 9, 12).

-- What is cut off, everywhere (no scope) or for one firm. One row a key and scope; its history is in the audit log.
create table ops.kill_switches (
  id              uuid primary key default uuidv7(),
  key             text not null check (key ~ '^(llm\.(all|provider\.[a-z0-9][a-z0-9_-]{0,39})|outbox\.(mail|whatsapp|webhook)|exports|portal\.intake|signup|release)$'),
  scope_tenant_id uuid references identity.tenants (id),
  state           text not null check (state in ('ENABLED', 'DISABLED')),  -- ENABLED cuts the thing off
  reason          text not null check (char_length(reason) between 10 and 400),
  incident_id     text check (char_length(incident_id) between 1 and 80),
  effective_until timestamptz(3),
  changed_by      uuid references identity.users (id),  -- null: it ended by itself
  changed_at      timestamptz(3) not null default now(),
  version         int not null default 1,
  constraint kill_switches__key unique nulls not distinct (key, scope_tenant_id),
  constraint kill_switches__ends check ((state = 'ENABLED') = (effective_until is not null))
);
create index kill_switches__due on ops.kill_switches (effective_until) where state = 'ENABLED';

-- Every process drops what it remembers at this notice.
create function ops.notify_switch() returns trigger language plpgsql as $$
begin
  perform pg_notify('switch_changed', '');
  return null;
end $$;
create trigger kill_switches__notify after insert or update on ops.kill_switches
  for each statement execute function ops.notify_switch();

-- A return to an older approved version of what has versions.
create table ops.rollbacks (
  tenant_id    uuid not null references identity.tenants (id),
  id           uuid not null default uuidv7(),
  target_type  text not null check (target_type in ('policy', 'prompt', 'kb', 'answer_template', 'bank_ruleset', 'report_template')),
  target_id    text not null check (char_length(target_id) between 1 and 200),
  from_version text not null check (char_length(from_version) between 1 and 80),
  to_version   text not null check (char_length(to_version) between 1 and 80),
  reason       text not null check (char_length(reason) between 10 and 400),
  incident_id  text check (char_length(incident_id) between 1 and 80),
  status       text not null default 'REQUESTED' check (status in ('REQUESTED', 'APPLIED', 'FAILED')),
  error_code   text check (char_length(error_code) <= 80),
  requested_by uuid not null references identity.users (id),
  requested_at timestamptz(3) not null default now(),
  finished_at  timestamptz(3),
  trace_id     text not null,
  primary key (tenant_id, id),
  constraint rollbacks__finished check ((status = 'REQUESTED') = (finished_at is null))
);
-- One at a time for one target.
create unique index rollbacks__running on ops.rollbacks (tenant_id, target_type, target_id) where status = 'REQUESTED';
create index rollbacks__recent on ops.rollbacks (tenant_id, id desc);

-- What a firm (for itself) or the platform (the house firm, for all) changed in a rule; the defaults stand in code.
create table ops.alert_rules (
  tenant_id  uuid not null references identity.tenants (id),
  rule_key   text not null check (rule_key ~ '^[a-z][a-z0-9_]{2,59}$'),
  enabled    boolean not null default true,
  thresholds jsonb not null default '{}' check (octet_length(thresholds::text) <= 2000),
  updated_by uuid references identity.users (id),
  updated_at timestamptz(3) not null default now(),
  version    int not null default 1,
  primary key (tenant_id, rule_key)
);

-- What has no firm (scheduler, keys, errors of the whole product) belongs to the house firm.
create table ops.alerts (
  tenant_id       uuid not null references identity.tenants (id),
  id              uuid not null default uuidv7(),
  fingerprint     text not null check (char_length(fingerprint) between 1 and 200),
  rule_key        text not null check (rule_key ~ '^[a-z][a-z0-9_]{2,59}$'),
  severity        text not null check (severity in ('warning', 'critical')),
  state           text not null default 'OPEN' check (state in ('OPEN', 'ACKED', 'RESOLVED')),
  first_at        timestamptz(3) not null default now(),
  last_at         timestamptz(3) not null default now(),
  count           int not null default 1 check (count > 0),  -- evaluations that found it
  detail          jsonb not null default '{}' check (octet_length(detail::text) <= 4000),  -- figures and ids; nothing personal
  level           int not null default 1 check (level between 1 and 3),  -- channels up to this level are told
  level_at        timestamptz(3) not null default now(),
  raised_at       timestamptz(3),  -- when a warning became critical
  acked_by        uuid references identity.users (id),
  acked_at        timestamptz(3),
  ack_note        text check (char_length(ack_note) <= 400),
  resolved_at     timestamptz(3),
  trace_id        text not null,
  runbook         text not null check (char_length(runbook) <= 200),
  primary key (tenant_id, id),
  constraint alerts__resolved check ((state = 'RESOLVED') = (resolved_at is not null)),
  constraint alerts__acked check (state <> 'ACKED' or acked_at is not null)
);
-- One open alert of a fingerprint.
create unique index alerts__open on ops.alerts (tenant_id, fingerprint) where state <> 'RESOLVED';
create index alerts__recent on ops.alerts (tenant_id, id desc);

create table ops.alert_channels (
  tenant_id     uuid not null references identity.tenants (id),
  id            uuid not null default uuidv7(),
  kind          text not null check (kind in ('webhook', 'email', 'slack')),
  name          text not null check (char_length(name) between 1 and 80),
  min_severity  text not null default 'warning' check (min_severity in ('warning', 'critical')),
  level         int not null default 1 check (level between 1 and 3),  -- 2 and 3 hear of what nobody acknowledged
  enabled       boolean not null default true,
  address       text not null check (char_length(address) between 1 and 500),  -- as it may be shown: host and path, or mailboxes
  sealed        bytea not null check (octet_length(sealed) <= 8192),  -- address and secret, AES-256-GCM
  sealed_key    text not null,  -- kid of the key that opens it
  last_ok_at    timestamptz(3),
  last_error_at timestamptz(3),
  last_error_code text check (char_length(last_error_code) <= 80),
  created_by    uuid references identity.users (id),
  created_at    timestamptz(3) not null default now(),
  deleted_at    timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  version       int not null default 1,
  primary key (tenant_id, id),
  constraint alert_channels__deleted check ((deleted_at is null) = (purge_after is null))
);
-- One live channel of a name.
create unique index alert_channels__name on ops.alert_channels (tenant_id, lower(name)) where deleted_at is null;

-- One message to one channel. It holds what it says: the alert may belong to another firm than the channel.
create table ops.alert_deliveries (
  tenant_id       uuid not null references identity.tenants (id),  -- the channel's
  id              uuid not null default uuidv7(),
  channel_id      uuid not null,
  alert_tenant_id uuid,  -- another firm's, where the platform is told; none: a test
  alert_id        uuid,
  notice          text not null check (notice ~ '^(fired|worsened|resolved|test|escalated:[23]|reminder:[0-9]{1,6})$'),
  message         jsonb not null check (octet_length(message::text) <= 8000),
  state           text not null default 'PENDING' check (state in ('PENDING', 'HANDED_OVER', 'DELIVERED', 'FAILED')),
  attempts        int not null default 0 check (attempts >= 0),
  error_code      text check (char_length(error_code) <= 80),
  outbox_ids      uuid[] not null default '{}',  -- of mails, whose end the outbox knows
  fallback_of     uuid,  -- the delivery that failed before
  created_at      timestamptz(3) not null default now(),
  finished_at     timestamptz(3),
  trace_id        text not null,
  primary key (tenant_id, id),
  constraint alert_deliveries__channel foreign key (tenant_id, channel_id) references ops.alert_channels (tenant_id, id),
  constraint alert_deliveries__about check ((alert_id is null) = (notice = 'test')),
  constraint alert_deliveries__finished check ((state in ('DELIVERED', 'FAILED')) = (finished_at is not null))
);
-- A notice reaches a channel once.
create unique index alert_deliveries__once on ops.alert_deliveries (tenant_id, channel_id, alert_id, notice) where alert_id is not null;
create index alert_deliveries__recent on ops.alert_deliveries (tenant_id, id desc);
create index alert_deliveries__waiting on ops.alert_deliveries (tenant_id, created_at) where state in ('PENDING', 'HANDED_OVER');

-- How each running process stands, told by itself every few seconds: alarms that it rings, calls and failures of the
-- last minutes. A row that is not renewed is a process that is gone.
create table ops.instances (
  instance_id text primary key check (char_length(instance_id) between 1 and 80),
  roles       text[] not null,
  version     text not null,
  started_at  timestamptz(3) not null default now(),
  seen_at     timestamptz(3) not null default now(),
  alarms      jsonb not null default '{}' check (octet_length(alarms::text) <= 32768),  -- name → {since, detail}
  minutes     jsonb not null default '[]' check (octet_length(minutes::text) <= 65536)  -- {minute, requests, errors by class, counts}
);

-- Up to where a recurring computation is complete.
create table ops.watermarks (
  name       text primary key check (char_length(name) between 1 and 80),
  reached_at timestamptz(3) not null,
  updated_at timestamptz(3) not null default now()
);

-- In force is the newest published version, or the older one that a rollback put in force after it.
alter table reports.rulesets add column in_force_at timestamptz(3);
drop index reports.rulesets__in_force;
create index rulesets__in_force on reports.rulesets (tenant_id, (coalesce(in_force_at, published_at)) desc, id desc) where state = 'published';
create or replace function reports.refuse_published_change() returns trigger language plpgsql as $$
begin
  if old.state = 'published' and to_jsonb(new) - 'in_force_at' is distinct from to_jsonb(old) - 'in_force_at'
    or (new.params, new.overrides, new.local_units, new.hash, new.version)
      is distinct from (old.params, old.overrides, old.local_units, old.hash, old.version) then
    raise exception 'rules never change' using errcode = '42501';
  end if;
  return new;
end $$;

-- Fences.
alter table ops.kill_switches enable row level security, force row level security;
alter table ops.rollbacks enable row level security, force row level security;
alter table ops.alert_rules enable row level security, force row level security;
alter table ops.alerts enable row level security, force row level security;
alter table ops.alert_channels enable row level security, force row level security;
alter table ops.alert_deliveries enable row level security, force row level security;
alter table ops.instances enable row level security, force row level security;
alter table ops.watermarks enable row level security, force row level security;

-- Switches: class 8. A firm cuts off what is its own and sees what is cut off everywhere.
grant select on ops.kill_switches to zen_web, zen_studio, zen_worker, zen_auth;
grant insert (key, scope_tenant_id, state, reason, incident_id, effective_until, changed_by) on ops.kill_switches to zen_web, zen_studio;
grant update (state, reason, incident_id, effective_until, changed_by, changed_at, version) on ops.kill_switches to zen_web, zen_studio, zen_worker;
create policy kill_switches__auth_read on ops.kill_switches for select to zen_auth using (true);
create policy kill_switches__web_read on ops.kill_switches for select to zen_web
  using ((scope_tenant_id is null or scope_tenant_id = (select app.current_tenant_id())) and (select app.sees_all('ops.read')));
create policy kill_switches__web_insert on ops.kill_switches for insert to zen_web
  with check (scope_tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.killswitch')));
create policy kill_switches__web_update on ops.kill_switches for update to zen_web
  using (scope_tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.killswitch')))
  with check (scope_tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.killswitch')));
create policy kill_switches__studio_read on ops.kill_switches for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy kill_switches__studio_insert on ops.kill_switches for insert to zen_studio with check ((select app.current_aud()) = 'studio');
create policy kill_switches__studio_update on ops.kill_switches for update to zen_studio
  using ((select app.current_aud()) = 'studio') with check ((select app.current_aud()) = 'studio');
create policy kill_switches__worker_read on ops.kill_switches for select to zen_worker using ((select app.current_aud()) = 'worker');
create policy kill_switches__worker_update on ops.kill_switches for update to zen_worker
  using ((select app.current_aud()) = 'worker') with check ((select app.current_aud()) = 'worker');

-- Rollbacks, rules, alerts, channels and deliveries: class 2, each with its capability; the studio sees all firms'.
do $$
declare
  t      text;
  own    constant text := 'tenant_id = (select app.current_tenant_id())';
  work   constant text := own || $p$ and (select app.current_aud()) in ('worker', 'service')$p$;
  studio constant text := $p$(select app.current_aud()) = 'studio'$p$;
begin
  foreach t in array array['rollbacks', 'alert_rules', 'alerts', 'alert_channels', 'alert_deliveries'] loop
    execute format('create policy %s__worker_read on ops.%1$I for select to zen_worker using (%s)', t, work);
    execute format('create policy %s__studio_read on ops.%1$I for select to zen_studio using (%s)', t,
      studio || case when t = 'alert_channels' then ' and (deleted_at is null or (select app.sees_deleted()))' else '' end);
    execute format('create policy %s__web_read on ops.%1$I for select to zen_web using (%s)', t,
      own || $p$ and (select app.sees_all('ops.read'))$p$
      || case when t = 'alert_channels' then ' and (deleted_at is null or (select app.sees_deleted()))' else '' end);
  end loop;
  foreach t in array array['rollbacks', 'alerts', 'alert_channels', 'alert_deliveries'] loop
    execute format('create policy %s__worker_update on ops.%1$I for update to zen_worker using (%s) with check (%2$s)', t, work);
  end loop;
  foreach t in array array['alerts', 'alert_deliveries'] loop
    execute format('create policy %s__worker_insert on ops.%1$I for insert to zen_worker with check (%s)', t, work);
  end loop;
  -- What people write: rules and channels with ops.jobs.manage, rollbacks with ops.rollback; the studio in the house firm.
  foreach t in array array['alert_rules', 'alert_channels'] loop
    execute format('create policy %s__web_insert on ops.%1$I for insert to zen_web with check (%s)', t,
      own || $p$ and (select app.sees_all('ops.jobs.manage'))$p$);
    execute format('create policy %s__studio_insert on ops.%1$I for insert to zen_studio with check (%s)', t, own || ' and ' || studio);
  end loop;
  foreach t in array array['alert_rules', 'alert_channels', 'alerts'] loop
    execute format('create policy %s__web_update on ops.%1$I for update to zen_web using (%s) with check (%2$s)', t,
      own || $p$ and (select app.sees_all('ops.jobs.manage'))$p$);
  end loop;
  foreach t in array array['alert_rules', 'alert_channels'] loop
    execute format('create policy %s__studio_update on ops.%1$I for update to zen_studio using (%s) with check (%2$s)', t, own || ' and ' || studio);
  end loop;
  -- An alert of any firm may be acknowledged by the platform.
  execute format('create policy alerts__studio_update on ops.alerts for update to zen_studio using (%s) with check (%1$s)', studio);
  execute format('create policy rollbacks__web_insert on ops.rollbacks for insert to zen_web with check (%s)',
    own || $p$ and (select app.sees_all('ops.rollback'))$p$);
  execute format('create policy rollbacks__studio_insert on ops.rollbacks for insert to zen_studio with check (%s)', own || ' and ' || studio);
  -- A test message is asked for by a person; he may not name an alert (grants below).
  execute format('create policy alert_deliveries__web_insert on ops.alert_deliveries for insert to zen_web with check (%s)',
    own || $p$ and (select app.sees_all('ops.jobs.manage'))$p$);
  execute format('create policy alert_deliveries__studio_insert on ops.alert_deliveries for insert to zen_studio with check (%s)',
    own || ' and ' || studio);
end $$;
grant select on ops.rollbacks, ops.alert_rules, ops.alerts, ops.alert_deliveries to zen_web, zen_studio, zen_worker;
grant insert (tenant_id, id, target_type, target_id, from_version, to_version, reason, incident_id, requested_by, trace_id) on ops.rollbacks to zen_web, zen_studio;
grant update (status, error_code, finished_at) on ops.rollbacks to zen_worker;
grant insert (tenant_id, rule_key, enabled, thresholds, updated_by), update (enabled, thresholds, updated_by, updated_at, version)
  on ops.alert_rules to zen_web, zen_studio;
grant insert, update on ops.alerts to zen_worker;
grant update (state, acked_by, acked_at, ack_note) on ops.alerts to zen_web, zen_studio;
-- What opens a channel's address and secret is read by the workers alone.
grant select (tenant_id, id, kind, name, min_severity, level, enabled, address, last_ok_at, last_error_at, last_error_code, created_by, created_at,
  deleted_at, version) on ops.alert_channels to zen_web, zen_studio;
grant insert (tenant_id, id, kind, name, min_severity, level, enabled, address, sealed, sealed_key, created_by) on ops.alert_channels to zen_web, zen_studio;
grant update (name, min_severity, level, enabled, address, sealed, sealed_key, deleted_at, deleted_by, delete_reason, purge_after, version)
  on ops.alert_channels to zen_web, zen_studio;
grant select on ops.alert_channels to zen_worker;
grant update (last_ok_at, last_error_at, last_error_code) on ops.alert_channels to zen_worker;
grant insert (tenant_id, id, channel_id, notice, message, trace_id) on ops.alert_deliveries to zen_web, zen_studio;
grant insert, update on ops.alert_deliveries to zen_worker;

-- Processes: each writes its own row.
grant select, insert, update, delete on ops.instances to zen_worker;
create policy instances__worker_read on ops.instances for select to zen_worker using ((select app.current_aud()) = 'worker');
create policy instances__worker_insert on ops.instances for insert to zen_worker with check ((select app.current_aud()) = 'worker');
create policy instances__worker_update on ops.instances for update to zen_worker
  using ((select app.current_aud()) = 'worker') with check ((select app.current_aud()) = 'worker');
create policy instances__worker_delete on ops.instances for delete to zen_worker using ((select app.current_aud()) = 'worker');
grant select on ops.instances to zen_web, zen_studio;
create policy instances__web_read on ops.instances for select to zen_web using ((select app.sees_all('ops.read')));
create policy instances__studio_read on ops.instances for select to zen_studio using ((select app.current_aud()) = 'studio');

grant select, insert, update on ops.watermarks to zen_keeper;
create policy watermarks__keeper_read on ops.watermarks for select to zen_keeper using (true);
create policy watermarks__keeper_insert on ops.watermarks for insert to zen_keeper with check (true);
create policy watermarks__keeper_update on ops.watermarks for update to zen_keeper using (true) with check (true);

-- What the evaluator of alerts looks at, over all firms: figures and ids, read by the keeper alone.
grant usage on schema identity to zen_keeper;
grant select (id, status, deleted_at) on identity.tenants to zen_keeper;
create policy tenants__keeper on identity.tenants for select to zen_keeper using (true);
grant select on ops.alert_rules, ops.alerts, ops.instances, ops.kill_switches to zen_keeper;
create policy alert_rules__keeper on ops.alert_rules for select to zen_keeper using (true);
create policy alerts__keeper on ops.alerts for select to zen_keeper using (true);
create policy instances__keeper on ops.instances for select to zen_keeper using (true);
create policy kill_switches__keeper on ops.kill_switches for select to zen_keeper using (true);
grant select (tenant_id, id, kind, state, hold_reason, run_at, created_at, started_at, finished_at) on ops.jobs to zen_keeper;
create policy jobs__keeper on ops.jobs for select to zen_keeper using (true);
grant select (tenant_id, id, queue, state, last_failed_at) on ops.dead_jobs to zen_keeper;
create policy dead_jobs__keeper on ops.dead_jobs for select to zen_keeper using (true);
grant select (tenant_id, effect_key, state) on ops.job_effects to zen_keeper;
create policy job_effects__keeper on ops.job_effects for select to zen_keeper using (true);
grant select (tenant_id, created_at) on audit.inbox to zen_keeper;
create policy inbox__keeper on audit.inbox for select to zen_keeper using (true);
grant select on audit.notary_receipts, audit.root_notes to zen_keeper;
create policy notary_receipts__keeper on audit.notary_receipts for select to zen_keeper using (true);
create policy root_notes__keeper on audit.root_notes for select to zen_keeper using (true);

-- The newest and the oldest unpublished of them, asked for every few seconds.
create index checkpoints__recent on audit.checkpoints (created_at);
create index checkpoints__recent_of_firm on audit.checkpoints (tenant_id, created_at);
create index notary_receipts__recent on audit.notary_receipts (published_at);

-- How far sealing and publishing are, for whoever may look at the dashboard: figures alone. Null = over all firms.
create function ops.seal_figures(p_tenant uuid) returns table (lag_ms bigint, last_checkpoint_at timestamptz, last_published_at timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
  select coalesce((extract(epoch from clock_timestamp() - (select min(i.created_at) from audit.inbox i
      where p_tenant is null or i.tenant_id = p_tenant)) * 1000)::bigint, 0),
    (select max(c.created_at) from audit.checkpoints c where p_tenant is null or c.tenant_id = p_tenant),
    (select max(r.published_at) from audit.notary_receipts r)
  where coalesce(app.current_aud() = 'studio', false)
    or coalesce(p_tenant = app.current_tenant_id() and app.sees_all('ops.read'), false)
$$;
grant create on schema ops to zen_definer;
alter function ops.seal_figures(uuid) owner to zen_definer;
revoke create on schema ops from zen_definer;
revoke all on function ops.seal_figures(uuid) from public;
grant execute on function ops.seal_figures(uuid) to zen_web, zen_studio;
grant usage on schema audit to zen_definer;
grant select (tenant_id, created_at) on audit.inbox, audit.checkpoints to zen_definer;
grant select (published_at) on audit.notary_receipts to zen_definer;
create policy inbox__definer on audit.inbox for select to zen_definer using (true);
create policy checkpoints__definer on audit.checkpoints for select to zen_definer using (true);
create policy notary_receipts__definer on audit.notary_receipts for select to zen_definer using (true);

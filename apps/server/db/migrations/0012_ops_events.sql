-- What happened, counted (audit-and-ops.md 5): ops events by an allowlist of names, their hourly sums, and latencies.

-- The allowlist; packages/contracts/src/metric-keys.ts holds the same names.
create table ops.metric_keys (
  metric_key text primary key check (metric_key ~ '^[a-z][a-z0-9]*(_[a-z0-9]+)+$' and char_length(metric_key) <= 80)
);
insert into ops.metric_keys (metric_key) values
  ('auth_login_success'),
  ('auth_login_failed'),
  ('auth_rate_limited'),
  ('auth_account_locked'),
  ('auth_account_unlocked'),
  ('auth_refresh_success'),
  ('auth_refresh_reuse_detected'),
  ('auth_mfa_failed'),
  ('auth_webauthn_register_success'),
  ('auth_webauthn_register_failed'),
  ('auth_webauthn_assert_success'),
  ('auth_webauthn_assert_failed'),
  ('auth_webauthn_counter_regression'),
  ('rbac_denied'),
  ('ops_block_applied'),
  ('audit_chain_verify_failed'),
  ('audit_export_requested'),
  ('audit_export_completed'),
  ('audit_export_failed'),
  ('audit_export_downloaded'),
  ('audit_export_expired'),
  ('audit_events_sealed'),
  ('audit_notary_failed'),
  ('scheduler_lock_recovered'),
  ('scheduler_lock_recovery_failed'),
  ('job_dead'),
  ('job_replayed'),
  ('alert_fired'),
  ('alert_delivery_failed'),
  ('kill_switch_changed'),
  ('rollback_applied'),
  ('retention_rows_deleted'),
  ('privacy_export_completed'),
  ('privacy_erasure_completed'),
  ('chat_message_done'),
  ('chat_message_safe'),
  ('chat_message_failed'),
  ('llm_tokens_in'),
  ('llm_tokens_out'),
  ('llm_cost_micro'),
  ('commission_received'),
  ('commission_accepted'),
  ('assignment_completed'),
  ('assignment_overdue'),
  ('qc_returned'),
  ('upload_confirmed'),
  ('upload_rejected'),
  ('masterdata_import_rows'),
  ('pack_rendered'),
  ('pack_render_failed'),
  ('release_granted'),
  ('release_refused'),
  ('invoice_issued'),
  ('payment_recorded'),
  ('notification_sent'),
  ('notification_failed'),
  ('notification_dead'),
  ('notification_suppressed'),
  ('notification_fallback'),
  ('manual_whatsapp_sent'),
  ('webhook_in_accepted'),
  ('webhook_in_rejected'),
  ('webhook_delivered'),
  ('webhook_delivery_failed'),
  ('email_ingested'),
  ('attendance_recorded'),
  ('leave_decided'),
  ('payroll_completed');
alter table ops.metric_keys enable row level security, force row level security;
grant select on ops.metric_keys to zen_web, zen_studio, zen_worker, zen_keeper;
create policy metric_keys__read on ops.metric_keys for select to zen_web, zen_studio, zen_worker, zen_keeper using (true);

-- One row a happening, written by the transaction that made it happen. By month, so that old ones go as partitions.
create table ops.events (
  tenant_id    uuid not null,
  id           uuid not null default uuidv7(),
  occurred_at  timestamptz(3) not null default now(),
  trace_id     text not null check (trace_id ~ '^[0-9a-f]{32}$'),
  event_type   text not null check (char_length(event_type) between 1 and 80),
  metric_key   text not null references ops.metric_keys (metric_key),
  metric_value bigint not null default 1,
  -- Few words from fixed sets that tell kinds apart; no personal data.
  dimensions   jsonb not null default '{}' check (jsonb_typeof(dimensions) = 'object' and octet_length(dimensions::text) <= 2048),
  primary key (tenant_id, occurred_at, id)
) partition by range (occurred_at);
-- Takes what no month takes yet; preparing a month moves its rows there.
create table ops.events_default partition of ops.events default;
create index events__key on ops.events (metric_key, occurred_at);
create trigger events__append_only before update or delete on ops.events for each row execute function app.refuse_change();
create trigger events__no_truncate before truncate on ops.events for each statement execute function app.refuse_change();
create trigger events_default__no_truncate before truncate on ops.events_default for each statement execute function app.refuse_change();
alter table ops.events enable row level security, force row level security;
alter table ops.events_default enable row level security, force row level security;
grant usage on schema ops to zen_keeper, zen_sealer;
grant select on ops.events to zen_web, zen_studio, zen_worker, zen_keeper;
grant insert on ops.events to zen_web, zen_studio, zen_portal, zen_worker, zen_auth, zen_sealer, zen_keeper;
create policy events__web_read on ops.events for select to zen_web
  using (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.read')));
create policy events__studio_read on ops.events for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy events__worker_read on ops.events for select to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy events__keeper_read on ops.events for select to zen_keeper using (true);
create policy events__web_insert on ops.events for insert to zen_web with check (tenant_id = (select app.current_tenant_id()));
create policy events__studio_insert on ops.events for insert to zen_studio with check ((select app.current_aud()) = 'studio');
create policy events__portal_insert on ops.events for insert to zen_portal
  with check (tenant_id = (select app.current_tenant_id()) or tenant_id = any ((select app.my_firms())::uuid[]));
create policy events__worker_insert on ops.events for insert to zen_worker
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy events__platform_insert on ops.events for insert to zen_auth, zen_sealer, zen_keeper with check (true);

-- Sums by hour (UTC); recomputed, never added to, so that a turn that runs twice gives the same table.
create table ops.metric_hourly (
  tenant_id       uuid not null,
  hour_bucket_utc timestamptz(3) not null check (hour_bucket_utc = date_trunc('hour', hour_bucket_utc, 'UTC')),
  metric_key      text not null references ops.metric_keys (metric_key),
  metric_value    bigint not null,
  updated_at      timestamptz(3) not null default now(),
  primary key (tenant_id, hour_bucket_utc, metric_key)
);
alter table ops.metric_hourly enable row level security, force row level security;
grant select on ops.metric_hourly to zen_web, zen_studio, zen_worker;
grant select, insert, update, delete on ops.metric_hourly to zen_keeper;
create policy metric_hourly__web_read on ops.metric_hourly for select to zen_web
  using (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.read')));
create policy metric_hourly__studio_read on ops.metric_hourly for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy metric_hourly__worker_read on ops.metric_hourly for select to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy metric_hourly__keeper_read on ops.metric_hourly for select to zen_keeper using (true);
create policy metric_hourly__keeper_insert on ops.metric_hourly for insert to zen_keeper with check (true);
create policy metric_hourly__keeper_update on ops.metric_hourly for update to zen_keeper using (true) with check (true);
create policy metric_hourly__keeper_delete on ops.metric_hourly for delete to zen_keeper using (true);

-- How long answers took: each instance overwrites its own row of the hour, so the sum over instances may be taken again.
create table ops.latency_hourly (
  hour          timestamptz(3) not null check (hour = date_trunc('hour', hour, 'UTC')),
  instance_id   text not null check (char_length(instance_id) between 1 and 80),
  route         text not null check (char_length(route) between 1 and 200),  -- the template, never a path
  status_class  text not null check (status_class in ('2xx', '3xx', '4xx', '5xx')),
  bucket_counts bigint[] not null check (cardinality(bucket_counts) = 24),
  updated_at    timestamptz(3) not null default now(),
  primary key (hour, instance_id, route, status_class)
);
alter table ops.latency_hourly enable row level security, force row level security;
grant select on ops.latency_hourly to zen_web, zen_studio;
grant select, insert, update, delete on ops.latency_hourly to zen_worker, zen_keeper;
create policy latency_hourly__web_read on ops.latency_hourly for select to zen_web using ((select app.sees_all('ops.read')));
create policy latency_hourly__studio_read on ops.latency_hourly for select to zen_studio using ((select app.current_aud()) = 'studio');
create policy latency_hourly__worker_read on ops.latency_hourly for select to zen_worker using ((select app.current_aud()) = 'worker');
create policy latency_hourly__worker_insert on ops.latency_hourly for insert to zen_worker with check ((select app.current_aud()) = 'worker');
create policy latency_hourly__worker_update on ops.latency_hourly for update to zen_worker
  using ((select app.current_aud()) = 'worker') with check ((select app.current_aud()) = 'worker');
create policy latency_hourly__worker_delete on ops.latency_hourly for delete to zen_worker using ((select app.current_aud()) = 'worker');
create policy latency_hourly__keeper_read on ops.latency_hourly for select to zen_keeper using (true);
create policy latency_hourly__keeper_insert on ops.latency_hourly for insert to zen_keeper with check (true);
create policy latency_hourly__keeper_update on ops.latency_hourly for update to zen_keeper using (true) with check (true);
create policy latency_hourly__keeper_delete on ops.latency_hourly for delete to zen_keeper using (true);

-- Makes the month partitions from this month to p_ahead months on and moves there what the default holds of them.
-- Answers the names of those it made.
create function ops.prepare_event_months(p_ahead int default 2) returns setof text
  language plpgsql security definer set search_path = pg_catalog as $$
  declare
    v_month timestamptz;
    v_name  text;
  begin
    if p_ahead not between 0 and 12 then
      raise exception 'months ahead must lie between 0 and 12' using errcode = '22023';
    end if;
    for i in 0 .. p_ahead loop
      v_month := date_trunc('month', now(), 'UTC') + make_interval(months => i);
      v_name := 'events_' || to_char(v_month at time zone 'UTC', 'YYYY_MM');
      continue when to_regclass('ops.' || v_name) is not null;
      perform pg_advisory_xact_lock(hashtextextended('ops.prepare_event_months', 0));
      continue when to_regclass('ops.' || v_name) is not null;
      execute format('create table ops.%I (like ops.events including defaults including constraints)', v_name);
      execute format('alter table ops.%I enable row level security, force row level security', v_name);
      -- The append-only trigger stands for everyone; rows only change their place here.
      lock table ops.events in access exclusive mode;
      alter table ops.events_default no force row level security, disable trigger user;
      execute format('alter table ops.%I no force row level security', v_name);
      execute format('with moved as (delete from ops.events_default where occurred_at >= %L and occurred_at < %L returning *)
        insert into ops.%I select * from moved', v_month, v_month + interval '1 month', v_name);
      alter table ops.events_default force row level security, enable trigger user;
      execute format('alter table ops.%I force row level security', v_name);
      execute format('alter table ops.events attach partition ops.%I for values from (%L) to (%L)',
        v_name, v_month, v_month + interval '1 month');
      execute format('create trigger %I before truncate on ops.%I for each statement execute function app.refuse_change()',
        v_name || '__no_truncate', v_name);
      return next v_name;
    end loop;
  end
$$;
revoke all on function ops.prepare_event_months(int) from public;
grant execute on function ops.prepare_event_months(int) to zen_worker, zen_keeper;

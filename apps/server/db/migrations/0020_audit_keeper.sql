-- The keeper archives what it prunes from the log (audit-and-ops.md 10): it reads all that a bundle holds, and tells the
-- log what it does.
grant select on audit.signing_keys, audit.root_log to zen_keeper;
create policy signing_keys__keeper_read on audit.signing_keys for select to zen_keeper using (true);
create policy root_log__keeper_read on audit.root_log for select to zen_keeper using (true);
grant insert (id, tenant_id, ord, canon, sanitiser_version) on audit.inbox to zen_keeper;
create policy inbox__keeper_insert on audit.inbox for insert to zen_keeper with check (true);

-- What alerts look at of exports and of what people ask (audit-and-ops.md 9): sizes and dates.
grant select (tenant_id, storage_kind, status, total_bytes) on audit.export_jobs to zen_keeper;
create policy export_jobs__keeper on audit.export_jobs for select to zen_keeper using (true);
grant select (tenant_id, kind, subject_id, status, due_at, created_at) on privacy.requests to zen_keeper;
create policy requests__keeper on privacy.requests for select to zen_keeper using (true);

-- The mail sink is a job of each firm: it keeps the receipt of its own mails, and nothing else.
grant insert (sink, root_epoch, size, receipt) on audit.notary_receipts to zen_worker;
create policy notary_receipts__worker_insert on audit.notary_receipts for insert to zen_worker
  with check ((select app.current_aud()) = 'worker' and sink = 'mail');

-- Who looks after the work that comes round, and how old backup and drill are: details of health (audit-and-ops.md 12).
create function ops.watch_figures() returns table (watchdog_at timestamptz, backup_at timestamptz, drill_at timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
  select (select l.last_heartbeat_at from ops.scheduler_locks l where l.task = 'scheduler_watchdog'),
    (select w.reached_at from ops.watermarks w where w.name = 'backup'),
    (select w.reached_at from ops.watermarks w where w.name = 'restore_drill')
  where coalesce(app.current_aud() in ('studio', 'worker'), false) or app.sees_all('ops.read')
$$;
grant create on schema ops to zen_definer;
alter function ops.watch_figures() owner to zen_definer;
revoke create on schema ops from zen_definer;
revoke all on function ops.watch_figures() from public;
grant execute on function ops.watch_figures() to zen_web, zen_studio, zen_worker;
grant select (task, last_heartbeat_at) on ops.scheduler_locks to zen_definer;
create policy scheduler_locks__definer on ops.scheduler_locks for select to zen_definer using (true);
grant select (name, reached_at) on ops.watermarks to zen_definer;
create policy watermarks__definer on ops.watermarks for select to zen_definer using (true);

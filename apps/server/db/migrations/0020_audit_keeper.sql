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
grant select (tenant_id, kind, status, due_at) on privacy.requests to zen_keeper;
create policy requests__keeper on privacy.requests for select to zen_keeper using (true);

-- The mail sink is a job of each firm: it keeps the receipt of its own mails, and nothing else.
grant insert (sink, root_epoch, size, receipt) on audit.notary_receipts to zen_worker;
create policy notary_receipts__worker_insert on audit.notary_receipts for insert to zen_worker
  with check ((select app.current_aud()) = 'worker' and sink = 'mail');

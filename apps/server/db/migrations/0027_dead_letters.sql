-- Alerts leave by the relay of the outbox, and what it gives up lies with the dead letters (audit-and-ops.md 8, 9).

-- Whose address and key a webhook goes to; the recipient is what may be shown of it.
alter table notifications.outbox add column endpoint_id uuid;
grant select (endpoint_id) on notifications.outbox to zen_web;
grant insert (endpoint_id) on notifications.outbox to zen_worker;

-- What the kind of the job declares, so that whoever judges its death needs no list of his own.
alter table ops.dead_jobs add column critical boolean not null default false;
comment on column ops.dead_jobs.critical is 'A death in this queue is news at once; of others only many are.';
grant select (critical) on ops.dead_jobs to zen_keeper;

-- Firms with deliveries whose end the outbox may know by now.
grant select (tenant_id, state, finished_at) on ops.alert_deliveries to zen_keeper;
create policy alert_deliveries__keeper on ops.alert_deliveries for select to zen_keeper using (true);
create index alert_deliveries__failed on ops.alert_deliveries (finished_at, tenant_id) where state = 'FAILED';

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

-- Export jobs of the audit log (audit-and-ops.md 3, 4): what is asked for, the parts that are whole, the bytes in chunks.

create table audit.export_jobs (
  tenant_id         uuid not null references identity.tenants (id),
  id                uuid not null default uuidv7(),
  requested_by      uuid references identity.users (id),
  status            text not null default 'PENDING' check (status in ('PENDING', 'RUNNING', 'DONE', 'FAILED', 'EXPIRED')),
  profile           text not null check (profile in ('interactive', 'bulk')),
  export_format     text not null check (export_format in ('json', 'jsonl', 'csv', 'bundle')),
  compress          text not null check (compress in ('none', 'gzip')),
  columns           text not null check (columns in ('base', 'full')),
  filters           jsonb not null default '{}' check (jsonb_typeof(filters) = 'object' and octet_length(filters::text) <= 8192),
  include_personal  boolean not null default false,
  from_utc          timestamptz(3) not null,
  to_utc            timestamptz(3) not null,
  -- Null: all rows, which only bulk may ask for.
  row_limit         bigint check (row_limit between 1 and 10000000),
  max_bytes         bigint not null check (max_bytes between 1024 and 17179869184),
  max_duration_sec  int not null check (max_duration_sec between 5 and 3600),
  -- The newest sealed event of the first claim: every attempt ends there.
  end_epoch         int,
  end_seq           bigint,
  rows_estimate     bigint,
  rows_done         bigint not null default 0,
  row_count         bigint not null default 0,  -- of whole parts
  total_bytes       bigint not null default 0,  -- as stored
  raw_bytes         bigint not null default 0,  -- before compression, of whole parts
  sha256            text check (sha256 ~ '^[0-9a-f]{64}$'),
  truncated         boolean not null default false,
  sanitiser_version int not null default 1,
  storage_kind      text not null check (storage_kind in ('db', 's3')),
  attempt           int not null default 0 check (attempt between 0 and 5),
  lease_until       timestamptz(3),
  error_code        text check (char_length(error_code) <= 80),
  error_message     text check (char_length(error_message) <= 500),
  -- Who began the newest download: what goes on with it within 15 minutes is the same one.
  downloaded_by     uuid,
  downloaded_at     timestamptz(3),
  expires_at        timestamptz(3) not null,
  created_at        timestamptz(3) not null default now(),
  started_at        timestamptz(3),
  completed_at      timestamptz(3),
  trace_id          text not null,
  primary key (tenant_id, id),
  constraint export_jobs__range check (from_utc <= to_utc),
  constraint export_jobs__interactive_is_limited check (profile = 'bulk' or row_limit is not null),
  constraint export_jobs__done_has_a_sum check (status <> 'DONE' or (sha256 is not null and completed_at is not null)),
  constraint export_jobs__failed_says_why check (status <> 'FAILED' or error_code is not null),
  constraint export_jobs__running_is_leased check (status <> 'RUNNING' or (lease_until is not null and started_at is not null and attempt > 0))
);
create index export_jobs__newest on audit.export_jobs (tenant_id, created_at desc, id desc);
create index export_jobs__active on audit.export_jobs (tenant_id, status) where status in ('PENDING', 'RUNNING');
create index export_jobs__ending on audit.export_jobs (tenant_id, expires_at) where status in ('PENDING', 'DONE', 'FAILED');
create index export_jobs__spool on audit.export_jobs (tenant_id) include (total_bytes) where storage_kind = 'db' and status in ('RUNNING', 'DONE');
create index export_jobs__requested_by on audit.export_jobs (requested_by);

-- Whole parts in the order of the file. A part lies in one epoch of the log.
create table audit.export_parts (
  tenant_id  uuid not null,
  job_id     uuid not null,
  part_no    int not null check (part_no >= 1),
  epoch      int,
  first_seq  bigint,
  last_seq   bigint,
  rows       bigint not null check (rows >= 0),
  bytes      bigint not null check (bytes >= 0),
  raw_bytes  bigint not null check (raw_bytes >= 0),
  sha256     text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, job_id, part_no),
  foreign key (tenant_id, job_id) references audit.export_jobs (tenant_id, id) on delete cascade
);

-- The bytes. With the object store they lie there, and a row records an uploaded piece.
create table audit.export_chunks (
  tenant_id     uuid not null,
  job_id        uuid not null,
  chunk_no      int not null check (chunk_no >= 0),
  part_no       int not null check (part_no >= 1),
  byte_offset   bigint not null check (byte_offset >= 0),
  bytes         int not null check (bytes between 1 and 8388608),
  payload_bytes bytea,
  payload_hash  bytea not null check (octet_length(payload_hash) = 32),
  external_ref  text check (char_length(external_ref) <= 1000),
  created_at    timestamptz(3) not null default now(),
  primary key (tenant_id, job_id, chunk_no),
  foreign key (tenant_id, job_id) references audit.export_jobs (tenant_id, id) on delete cascade,
  constraint export_chunks__whole check (payload_bytes is null or (octet_length(payload_bytes) = bytes and bytes <= 1048576)),
  constraint export_chunks__here_or_there check ((payload_bytes is null) <> (external_ref is null))
);
-- Compressed or about to be: the database need not try again.
alter table audit.export_chunks alter column payload_bytes set storage external;

alter table audit.export_jobs enable row level security, force row level security;
alter table audit.export_parts enable row level security, force row level security;
alter table audit.export_chunks enable row level security, force row level security;

-- Class 2, narrowed to who may export; the studio sees all firms and asks in the one that it names.
do $$
declare
  t text;
begin
  foreach t in array array['export_jobs', 'export_parts', 'export_chunks'] loop
    execute format('grant select on audit.%I to zen_web, zen_studio', t);
    execute format('grant select, insert, update, delete on audit.%I to zen_worker', t);
    execute format('create policy %I on audit.%I for select to zen_web using (tenant_id = (select app.current_tenant_id()) and (select app.sees_all(''audit.export'')))', t || '__web_read', t);
    execute format('create policy %I on audit.%I for select to zen_studio using ((select app.current_aud()) = ''studio'')', t || '__studio_read', t);
    execute format('create policy %I on audit.%I for select to zen_worker using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in (''worker'', ''service''))', t || '__worker_read', t);
    execute format('create policy %I on audit.%I for insert to zen_worker with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in (''worker'', ''service''))', t || '__worker_insert', t);
    execute format('create policy %I on audit.%I for update to zen_worker using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in (''worker'', ''service'')) with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in (''worker'', ''service''))', t || '__worker_update', t);
    execute format('create policy %I on audit.%I for delete to zen_worker using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in (''worker'', ''service''))', t || '__worker_delete', t);
  end loop;
end $$;
grant insert (tenant_id, id, requested_by, profile, export_format, compress, columns, filters, include_personal, from_utc, to_utc, row_limit,
  max_bytes, max_duration_sec, rows_estimate, sanitiser_version, storage_kind, expires_at, trace_id) on audit.export_jobs to zen_web, zen_studio;
grant update (status, completed_at, lease_until, error_code, error_message, expires_at, downloaded_by, downloaded_at) on audit.export_jobs
  to zen_web, zen_studio;
create policy export_jobs__web_insert on audit.export_jobs for insert to zen_web
  with check (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('audit.export')));
create policy export_jobs__web_update on audit.export_jobs for update to zen_web
  using (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('audit.export')))
  with check (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('audit.export')));
create policy export_jobs__studio_insert on audit.export_jobs for insert to zen_studio
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'studio');
create policy export_jobs__studio_update on audit.export_jobs for update to zen_studio
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'studio')
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'studio');

-- The locked names stay readable.
create view audit.tb_audit_export_job with (security_invoker = true) as select * from audit.export_jobs;
create view audit.tb_audit_export_chunk with (security_invoker = true) as select * from audit.export_chunks;
grant select on audit.tb_audit_export_job, audit.tb_audit_export_chunk to zen_web, zen_studio, zen_worker;

-- A job that failed or expired has no payload: it goes with the change of state, whoever makes it. What lies in an
-- object store keeps its rows until the object is gone. Arguments: chunks, parts.
create function app.drop_export_payload() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  if new.storage_kind = 'db' then
    execute format('delete from %s where tenant_id = $1 and job_id = $2', tg_argv[0]::regclass) using new.tenant_id, new.id;
  end if;
  execute format('delete from %s where tenant_id = $1 and job_id = $2', tg_argv[1]::regclass) using new.tenant_id, new.id;
  return null;
end $$;
create trigger export_jobs__drop_payload after update of status on audit.export_jobs for each row
  when (new.status in ('FAILED', 'EXPIRED') and old.status is distinct from new.status)
  execute function app.drop_export_payload('audit.export_chunks', 'audit.export_parts');
grant usage on schema audit to zen_definer;
grant select, delete on audit.export_chunks, audit.export_parts to zen_definer;
create policy export_chunks__definer_read on audit.export_chunks for select to zen_definer using (true);
create policy export_chunks__definer_delete on audit.export_chunks for delete to zen_definer using (true);
create policy export_parts__definer_read on audit.export_parts for select to zen_definer using (true);
create policy export_parts__definer_delete on audit.export_parts for delete to zen_definer using (true);

-- Stored bytes of one firm and of all.
create function audit.export_spool(p_tenant_id uuid, out of_tenant bigint, out of_all bigint)
  language sql stable security definer set search_path = pg_catalog as $$
    select coalesce(sum(total_bytes) filter (where tenant_id = p_tenant_id), 0)::bigint, coalesce(sum(total_bytes), 0)::bigint
    from audit.export_jobs where storage_kind = 'db' and status in ('RUNNING', 'DONE')
  $$;
-- Whether that many more bytes fit. Asked one after the other until commit, so that two who fill the last room at once
-- do not both find it.
create function audit.export_spool_admits(p_tenant_id uuid, p_bytes bigint, p_tenant_max bigint, p_all_max bigint) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog as $$
declare
  v_used record;
begin
  perform pg_advisory_xact_lock(4414, 1);
  select * into v_used from audit.export_spool(p_tenant_id);
  return v_used.of_tenant + p_bytes <= p_tenant_max and v_used.of_all + p_bytes <= p_all_max;
end $$;
grant select on audit.export_jobs to zen_definer;
create policy export_jobs__definer_read on audit.export_jobs for select to zen_definer using (true);
grant create on schema app, audit to zen_definer;
alter function app.drop_export_payload() owner to zen_definer;
alter function audit.export_spool(uuid) owner to zen_definer;
alter function audit.export_spool_admits(uuid, bigint, bigint, bigint) owner to zen_definer;
revoke create on schema app, audit from zen_definer;
revoke all on function app.drop_export_payload(), audit.export_spool(uuid), audit.export_spool_admits(uuid, bigint, bigint, bigint) from public;
grant execute on function audit.export_spool(uuid) to zen_web, zen_studio, zen_worker;
grant execute on function audit.export_spool_admits(uuid, bigint, bigint, bigint) to zen_worker;

-- What a spreadsheet would take for a formula gets an apostrophe in front: a cell whose first character after blanks is
-- one of = + - @, tab, CR, LF, or a full-width form of them. Most cells begin with a letter or a digit and are settled there.
create function audit.csv_guard(p_cell text) returns text language sql immutable parallel safe
  return case
    when ascii(p_cell) between 48 and 57 or ascii(p_cell) between 65 and 123 then p_cell
    when p_cell ~ '^[[:space:][:cntrl:]\u00a0\u1680\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]'
      then '''' || p_cell
    else p_cell
  end;

-- Assignments: the job folder, its people and floors, and the one event log (operations.md 4, 10).

create schema assignments;
revoke all on schema assignments from public;
grant usage on schema assignments to zen_definer, zen_web, zen_studio, zen_portal, zen_worker;

create table assignments.assignments (
  tenant_id     uuid not null references identity.tenants (id),
  id            uuid not null default uuidv7(),
  code          text not null,  -- Z-YYMM-####, never reused
  commission_id uuid,           -- the commission's table comes later
  source        text not null default 'tenant' check (source in ('tenant', 'external_portal', 'partner')),
  source_type   text not null default 'direct' check (source_type in ('bank', 'direct', 'channel')),
  case_type     text not null check (case_type in ('BANK', 'EXTERNAL_VALUER', 'DIRECT')),
  service_line  text not null default 'VALUATION' check (service_line in ('VALUATION', 'INDUSTRIAL', 'DPR', 'CMA', 'OTHER')),
  loan_product  text check (loan_product in ('HOME_LOAN', 'LAP', 'PLAP', 'MSME', 'NPA', 'OTHER')),
  title         text not null check (char_length(title) between 1 and 200),
  summary       text check (char_length(summary) <= 4000),
  borrower_name text,
  borrower_phone text,
  norm_borrower text generated always as (app.norm(borrower_name)) stored,
  bank_id uuid, bank_branch_id uuid, client_org_id uuid, property_id uuid, primary_contact_id uuid,
  channel_id    uuid,           -- the channel's table comes later
  fee_paise     bigint check (fee_paise >= 0),
  billing_account_id uuid,
  priority      text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
  priority_rank smallint not null generated always as (case priority when 'urgent' then 0 when 'high' then 1 when 'normal' then 2 else 3 end) stored,
  land_area     numeric(15, 2), land_area_unit text check (land_area_unit in ('sqm', 'sqft')),
  built_up_area numeric(15, 2), built_up_area_unit text check (built_up_area_unit in ('sqm', 'sqft')),
  due_at        timestamptz(3) not null,
  due_basis     text not null check (due_basis in ('EXPLICIT', 'SITE_VISIT', 'DEFAULT')),
  status        text not null default 'DRAFT' check (status in ('DRAFT', 'COLLECTING', 'QC_PENDING', 'CHANGES_REQUESTED', 'QC_APPROVED',
                  'FINALIZED', 'DELIVERED', 'BILLED', 'PAID', 'CLOSED', 'CANCELLED')),
  is_open       boolean not null generated always as (status in ('DRAFT', 'COLLECTING', 'QC_PENDING', 'CHANGES_REQUESTED', 'QC_APPROVED', 'FINALIZED')) stored,
  state_since   timestamptz(3) not null default now(),
  hold_since    timestamptz(3), hold_reason text, hold_by uuid,
  assigned_at timestamptz(3), submitted_at timestamptz(3), approved_at timestamptz(3), delivered_at timestamptz(3),
  closed_at timestamptz(3), cancelled_at timestamptz(3),
  lead_user_id  uuid references identity.users (id),
  -- Counters are kept by the modules that own what is counted, in the same transaction.
  missing_docs  int not null default 0 check (missing_docs >= 0),
  open_tasks    int not null default 0 check (open_tasks >= 0),
  messages      int not null default 0 check (messages >= 0),
  release_blocked boolean not null default false,
  billing_state text not null default 'NONE',
  qc_revisions  jsonb not null default '{}',  -- report id → revision, as handed to QC
  last_event_at timestamptz(3) not null default now(),
  search_text   text not null default '',     -- normal form of code, title, borrower, phone, bank, branch, client, city
  version       int not null default 1,
  created_by    uuid not null,
  created_at    timestamptz(3) not null default now(),
  updated_at    timestamptz(3) not null default now(),
  deleted_at    timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  primary key (tenant_id, id),
  constraint assignments__code unique (tenant_id, code),
  constraint assignments__bank foreign key (tenant_id, bank_id) references directory.banks (tenant_id, id),
  constraint assignments__bank_branch foreign key (tenant_id, bank_branch_id) references directory.bank_branches (tenant_id, id),
  constraint assignments__client_org foreign key (tenant_id, client_org_id) references directory.client_orgs (tenant_id, id),
  constraint assignments__property foreign key (tenant_id, property_id) references directory.properties (tenant_id, id),
  constraint assignments__primary_contact foreign key (tenant_id, primary_contact_id) references directory.contacts (tenant_id, id),
  constraint assignments__land_area_has_unit check ((land_area is null) = (land_area_unit is null)),
  constraint assignments__built_up_area_has_unit check ((built_up_area is null) = (built_up_area_unit is null)),
  constraint assignments__hold_is_whole check ((hold_since is null) = (hold_reason is null) and (hold_since is null) = (hold_by is null))
);
-- One live, not cancelled assignment of a commission.
create unique index assignments__one_per_commission on assignments.assignments (tenant_id, commission_id) where deleted_at is null and status <> 'CANCELLED';
create index assignments__due on assignments.assignments (tenant_id, due_at, id);
create index assignments__open_due on assignments.assignments (tenant_id, due_at, id) where is_open;
create index assignments__status on assignments.assignments (tenant_id, status, due_at, id);
create index assignments__created on assignments.assignments (tenant_id, created_at, id);
create index assignments__lead on assignments.assignments (tenant_id, lead_user_id, due_at) where is_open;
create index assignments__created_by on assignments.assignments (tenant_id, created_by, id);
create index assignments__bank on assignments.assignments (tenant_id, bank_id, id);
create index assignments__bank_branch on assignments.assignments (tenant_id, bank_branch_id, id);
create index assignments__client_org on assignments.assignments (tenant_id, client_org_id, id);
create index assignments__property on assignments.assignments (tenant_id, property_id, id);
create index assignments__channel on assignments.assignments (tenant_id, channel_id, id) where channel_id is not null;
create index assignments__borrower on assignments.assignments (tenant_id, norm_borrower, created_at) where norm_borrower is not null;
create index assignments__search on assignments.assignments using gin (tenant_id, search_text public.gin_trgm_ops);

-- The last number of each local month; locked by the transaction that creates, so a rollback leaves no gap.
create table assignments.assignment_counters (
  tenant_id uuid not null references identity.tenants (id),
  yymm      text not null check (yymm ~ '^[0-9]{4}$'),
  last      int not null check (last > 0),
  primary key (tenant_id, yymm)
);

create table assignments.assignment_assignees (
  tenant_id     uuid not null,
  id            uuid not null default uuidv7(),
  assignment_id uuid not null,
  user_id       uuid not null references identity.users (id),
  role          text not null check (role in ('lead', 'assistant', 'reviewer', 'field')),
  since         timestamptz(3) not null default now(),
  deleted_at    timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  primary key (tenant_id, id),
  constraint assignment_assignees__assignment foreign key (tenant_id, assignment_id) references assignments.assignments (tenant_id, id)
);
-- A person stands once on a job; a job has one lead.
create unique index assignment_assignees__once on assignments.assignment_assignees (tenant_id, assignment_id, user_id) where deleted_at is null;
create unique index assignment_assignees__one_lead on assignments.assignment_assignees (tenant_id, assignment_id) where role = 'lead' and deleted_at is null;
create index assignment_assignees__person on assignments.assignment_assignees (tenant_id, user_id, assignment_id) where deleted_at is null;

create table assignments.assignment_floors (
  tenant_id     uuid not null,
  id            uuid not null default uuidv7(),
  assignment_id uuid not null,
  name          text not null check (char_length(name) between 1 and 120),
  sort_order    int not null,
  area          numeric(12, 2) not null check (area >= 0),
  unit          text not null check (unit in ('sqm', 'sqft')),
  created_at    timestamptz(3) not null default now(),
  updated_at    timestamptz(3) not null default now(),
  deleted_at    timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  primary key (tenant_id, id),
  constraint assignment_floors__assignment foreign key (tenant_id, assignment_id) references assignments.assignments (tenant_id, id),
  -- Names are unique among the live floors of a job; judged at commit, so two floors may swap their names.
  constraint assignment_floors__name exclude using btree (tenant_id with =, assignment_id with =, (lower(name)) with =)
    where (deleted_at is null) deferrable initially deferred
);
create index assignment_floors__assignment on assignments.assignment_floors (tenant_id, assignment_id, sort_order);

-- The only history of the business. Actor kind SYSTEM: the product moved by itself, caused by the named actor.
create table assignments.activity_events (
  tenant_id     uuid not null references identity.tenants (id),
  id            uuid not null default uuidv7(),
  at            timestamptz(3) not null default now(),
  kind          text not null check (char_length(kind) between 1 and 60),
  actor_user_id uuid not null,
  actor_kind    text not null check (actor_kind in ('PERSON', 'GUEST', 'SERVICE', 'SYSTEM')),
  entity_type   text not null check (char_length(entity_type) between 1 and 40),
  entity_id     uuid not null,
  assignment_id uuid, commission_id uuid, report_id uuid,
  before        jsonb, after jsonb,
  reason        text,
  trace_id      text,
  primary key (tenant_id, id)
);
create index activity_events__assignment on assignments.activity_events (tenant_id, assignment_id, id);
create index activity_events__moves on assignments.activity_events (tenant_id, assignment_id, id) where kind = 'status_changed';
create index activity_events__entity on assignments.activity_events (tenant_id, entity_type, entity_id, id);
create trigger activity_events__append_only before update or delete on assignments.activity_events for each row execute function app.refuse_change();
create trigger activity_events__no_truncate before truncate on assignments.activity_events for each statement execute function app.refuse_change();

-- Assignments that name the acting person or that he created. Evaluated once per statement, and only for scope assigned.
create function app.my_assignments() returns uuid[] language sql stable security definer set search_path = pg_catalog as $$
  select array(
    select assignment_id from assignments.assignment_assignees
    where tenant_id = app.current_tenant_id() and user_id = app.current_user_id() and deleted_at is null
    union
    select id from assignments.assignments
    where tenant_id = app.current_tenant_id() and created_by = app.current_user_id() and deleted_at is null)
$$;
-- Ids whose search text holds the words, newest first, at most 10,000; read again under the caller's policy. LIKE is not
-- leakproof, so the trigram index serves only here.
create function assignments.search(p_words text) returns uuid[] language sql stable security definer set search_path = pg_catalog as $$
  select array(
    select id from assignments.assignments
    where tenant_id = app.current_tenant_id() and deleted_at is null
      and search_text like '%' || replace(replace(replace(app.norm(p_words), '\', '\\'), '%', '\%'), '_', '\_') || '%'
    order by id desc limit 10000)
$$;
-- How many live rows point at a record of the directory, whoever asks.
create function directory.use_count(p_kind text, p_id uuid) returns int language plpgsql stable security definer
  set search_path = pg_catalog as $$
declare
  v_tenant uuid := app.current_tenant_id();
begin
  return case p_kind
    when 'banks' then (select count(*) from directory.bank_branches where tenant_id = v_tenant and bank_id = p_id and deleted_at is null)
      + (select count(*) from assignments.assignments where tenant_id = v_tenant and bank_id = p_id and deleted_at is null)
    when 'bank_branches' then (select count(*) from assignments.assignments where tenant_id = v_tenant and bank_branch_id = p_id and deleted_at is null)
    when 'client_orgs' then (select count(*) from directory.bank_branches where tenant_id = v_tenant and client_org_id = p_id and deleted_at is null)
      + (select count(*) from directory.contacts where tenant_id = v_tenant and client_org_id = p_id and deleted_at is null)
      + (select count(*) from assignments.assignments where tenant_id = v_tenant and client_org_id = p_id and deleted_at is null)
    when 'contacts' then (select count(*) from assignments.assignments where tenant_id = v_tenant and primary_contact_id = p_id and deleted_at is null)
    when 'properties' then (select count(*) from assignments.assignments where tenant_id = v_tenant and property_id = p_id and deleted_at is null)
    when 'property_types' then (select count(*) from directory.property_subtypes where tenant_id = v_tenant and property_type_id = p_id and deleted_at is null)
      + (select count(*) from directory.properties where tenant_id = v_tenant and property_type_id = p_id and deleted_at is null)
    when 'property_subtypes' then (select count(*) from directory.properties where tenant_id = v_tenant and property_subtype_id = p_id and deleted_at is null)
    else 0
  end;
end $$;
grant create on schema app, assignments, directory to zen_definer;
alter function app.my_assignments() owner to zen_definer;
alter function assignments.search(text) owner to zen_definer;
alter function directory.use_count(text, uuid) owner to zen_definer;
revoke create on schema app, assignments, directory from zen_definer;
revoke all on function app.my_assignments(), assignments.search(text), directory.use_count(text, uuid) from public;
grant execute on function app.my_assignments(), assignments.search(text), directory.use_count(text, uuid) to zen_web, zen_studio, zen_worker;

-- Class 3: scoped rows. The scope is judged once per statement; the tenant stays an index condition.
alter table assignments.assignments enable row level security, force row level security;
alter table assignments.assignment_counters enable row level security, force row level security;
alter table assignments.assignment_assignees enable row level security, force row level security;
alter table assignments.assignment_floors enable row level security, force row level security;
alter table assignments.activity_events enable row level security, force row level security;

grant select, insert, update on assignments.assignments, assignments.assignment_counters, assignments.assignment_assignees, assignments.assignment_floors to zen_web, zen_worker;
grant select on assignments.assignments, assignments.assignment_assignees, assignments.assignment_floors to zen_studio, zen_definer;
create policy assignments__web_read on assignments.assignments for select to zen_web using (
  tenant_id = (select app.current_tenant_id())
  and (deleted_at is null or (select app.sees_deleted()))
  and ((select app.sees_all('assignments.read'))
    or ((select app.sees_assigned('assignments.read'))
      and (created_by = (select app.current_user_id()) or id = any ((select app.my_assignments())::uuid[])))));
create policy assignments__web_insert on assignments.assignments for insert to zen_web with check (
  tenant_id = (select app.current_tenant_id()) and created_by = (select app.current_user_id()));
create policy assignments__web_update on assignments.assignments for update to zen_web using (
  tenant_id = (select app.current_tenant_id())
  and (deleted_at is null or (select app.sees_deleted()))
  and ((select app.sees_all('assignments.read'))
    or ((select app.sees_assigned('assignments.read'))
      and (created_by = (select app.current_user_id()) or id = any ((select app.my_assignments())::uuid[])))))
  with check (tenant_id = (select app.current_tenant_id()));
create policy assignment_counters__web_read on assignments.assignment_counters for select to zen_web using (tenant_id = (select app.current_tenant_id()));
create policy assignment_counters__web_insert on assignments.assignment_counters for insert to zen_web with check (tenant_id = (select app.current_tenant_id()));
create policy assignment_counters__web_update on assignments.assignment_counters for update to zen_web
  using (tenant_id = (select app.current_tenant_id())) with check (tenant_id = (select app.current_tenant_id()));

-- Children follow their job; studio in a support session; worker in its tenant.
do $$
declare
  v_name text;
  v_scope constant text := '((select app.sees_all(''assignments.read'')) or ((select app.sees_assigned(''assignments.read''))
    and assignment_id = any ((select app.my_assignments())::uuid[])))';
  v_tenant constant text := 'tenant_id = (select app.current_tenant_id())';
  v_live constant text := '(deleted_at is null or (select app.sees_deleted()))';
  v_worker constant text := 'tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in (''worker'', ''service'')';
begin
  foreach v_name in array array['assignment_assignees', 'assignment_floors'] loop
    execute format('create policy %I on assignments.%I for select to zen_web using (%s and %s and %s)', v_name || '__web_read', v_name, v_tenant, v_live, v_scope);
    execute format('create policy %I on assignments.%I for insert to zen_web with check (%s and %s)', v_name || '__web_insert', v_name, v_tenant, v_scope);
    execute format('create policy %I on assignments.%I for update to zen_web using (%s and %s and %s) with check (%s)', v_name || '__web_update', v_name, v_tenant, v_live, v_scope, v_tenant);
  end loop;
  foreach v_name in array array['assignments', 'assignment_assignees', 'assignment_floors'] loop
    execute format('create policy %I on assignments.%I for select to zen_studio using ((select app.current_aud()) = ''studio'' and %s and (select app.support_open()) and %s)',
      v_name || '__studio_read', v_name, v_tenant, v_live);
    -- The functions of zen_definer name the tenant themselves.
    execute format('create policy %I on assignments.%I for select to zen_definer using (true)', v_name || '__definer', v_name);
  end loop;
  foreach v_name in array array['assignments', 'assignment_counters', 'assignment_assignees', 'assignment_floors'] loop
    execute format('create policy %I on assignments.%I for select to zen_worker using (%s)', v_name || '__worker_read', v_name, v_worker);
    execute format('create policy %I on assignments.%I for insert to zen_worker with check (%s)', v_name || '__worker_insert', v_name, v_worker);
    execute format('create policy %I on assignments.%I for update to zen_worker using (%s) with check (%s)', v_name || '__worker_update', v_name, v_worker, v_worker);
  end loop;
end $$;

-- Class 6: append-only. History of a job follows assignments.read; events of the directory follow masterdata.read.
grant select, insert on assignments.activity_events to zen_web, zen_worker;
grant select on assignments.activity_events to zen_studio;
grant insert on assignments.activity_events to zen_portal;
create policy activity_events__web_read on assignments.activity_events for select to zen_web using (
  tenant_id = (select app.current_tenant_id())
  and ((select app.sees_all('assignments.read'))
    or ((select app.sees_assigned('assignments.read')) and assignment_id = any ((select app.my_assignments())::uuid[]))
    or (assignment_id is null and starts_with(kind, 'masterdata_') and (select app.sees_all('masterdata.read')))));
-- Nobody writes history in another person's name.
create policy activity_events__web_insert on assignments.activity_events for insert to zen_web
  with check (tenant_id = (select app.current_tenant_id()) and actor_user_id = (select app.current_user_id()));
create policy activity_events__portal_insert on assignments.activity_events for insert to zen_portal
  with check (tenant_id = any ((select app.my_firms())::uuid[]) and actor_user_id = (select app.current_user_id()));
create policy activity_events__worker_read on assignments.activity_events for select to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy activity_events__worker_insert on assignments.activity_events for insert to zen_worker
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy activity_events__studio_read on assignments.activity_events for select to zen_studio
  using ((select app.current_aud()) = 'studio' and tenant_id = (select app.current_tenant_id()) and (select app.support_open()));

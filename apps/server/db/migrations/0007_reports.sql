-- Reports: rules, evidence profiles, contracts and their revisions, evidence, packs and the jobs that render them (reports.md 15).

create schema reports;
revoke all on schema reports from public;
grant usage on schema reports to zen_definer, zen_web, zen_studio, zen_portal, zen_worker;

-- Class 1: what ships with the product, written by the owner at each migration and copied to every firm.
create table reports.shipped_rulesets (
  version text primary key,
  params  jsonb not null,
  hash    text not null check (hash ~ '^[0-9a-f]{64}$')
);
create table reports.shipped_profiles (
  name            text primary key,
  report_type     text not null,
  bank_type       text not null,
  value_slab      text not null,
  required_fields jsonb not null,
  items           jsonb not null,
  checklist       jsonb not null
);

-- Versions of the rules. `hash` is SHA-256 over the canonical JSON of version, params, overrides and local units.
create table reports.rulesets (
  tenant_id    uuid not null references identity.tenants (id),
  id           uuid not null default uuidv7(),
  version      text not null check (char_length(version) between 1 and 80),
  state        text not null default 'draft' check (state in ('draft', 'published')),
  shipped      boolean not null default false,
  based_on     text,
  params       jsonb not null,
  overrides    jsonb not null default '[]',
  local_units  jsonb not null default '[]',
  hash         text not null check (hash ~ '^[0-9a-f]{64}$'),
  note         text check (char_length(note) <= 500),
  created_by   uuid,
  created_at   timestamptz(3) not null default now(),
  published_by uuid,
  published_at timestamptz(3),
  primary key (tenant_id, id),
  constraint rulesets__version unique (tenant_id, version),
  constraint rulesets__published check ((state = 'published') = (published_at is not null))
);
create index rulesets__in_force on reports.rulesets (tenant_id, published_at desc, id desc) where state = 'published';

-- What a bank wants to see. The newest published version is in force.
create table reports.evidence_profiles (
  tenant_id         uuid not null references identity.tenants (id),
  id                uuid not null default uuidv7(),
  name              text not null check (char_length(name) between 1 and 200),
  report_type       text not null check (report_type in ('VALUATION', 'REVALUATION', 'DPR', 'STAGE_PROGRESS')),
  bank_type         text not null check (bank_type in ('SBI', 'PSU_GENERIC', 'COOP', 'AGRI', 'OTHER')),
  value_slab        text not null check (value_slab in ('LT_5CR', 'GT_5CR', 'UNKNOWN')),
  bank_id           uuid,
  is_default        boolean not null default true,
  state             text not null default 'draft' check (state in ('draft', 'published', 'archived')),
  published_version int,
  created_by        uuid,
  version           int not null default 1,
  created_at        timestamptz(3) not null default now(),
  updated_at        timestamptz(3) not null default now(),
  deleted_at        timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  primary key (tenant_id, id)
);
-- One default for a type, a kind of bank and a slab.
create unique index evidence_profiles__default on reports.evidence_profiles (tenant_id, report_type, bank_type, value_slab, bank_id)
  nulls not distinct where is_default and state = 'published' and deleted_at is null;
create table reports.evidence_profile_versions (
  tenant_id       uuid not null,
  profile_id      uuid not null,
  version         int not null check (version > 0),
  required_fields jsonb not null default '[]',
  items           jsonb not null,
  checklist       jsonb not null default '[]',
  created_by      uuid,
  created_at      timestamptz(3) not null default now(),
  primary key (tenant_id, profile_id, version),
  constraint evidence_profile_versions__profile foreign key (tenant_id, profile_id) references reports.evidence_profiles (tenant_id, id)
);
create trigger evidence_profile_versions__append_only before update or delete on reports.evidence_profile_versions
  for each row execute function app.refuse_change();
create trigger evidence_profile_versions__no_truncate before truncate on reports.evidence_profile_versions
  for each statement execute function app.refuse_change();

-- Content of a published version never changes; only a draft may be published.
create function reports.refuse_published_change() returns trigger language plpgsql as $$
begin
  if old.state = 'published' or (new.params, new.overrides, new.local_units, new.hash, new.version)
      is distinct from (old.params, old.overrides, old.local_units, old.hash, old.version) then
    raise exception 'rules never change' using errcode = '42501';
  end if;
  return new;
end $$;
create trigger rulesets__fixed before update on reports.rulesets for each row execute function reports.refuse_published_change();
create trigger rulesets__kept before delete on reports.rulesets for each row execute function app.refuse_change();

-- Numbers, one counter a firm, kind and period; drawn under the row's lock.
create table reports.report_counters (
  tenant_id uuid not null references identity.tenants (id),
  kind      text not null check (kind in ('report_no', 'reference_no')),
  period    text not null,
  next      int not null,
  primary key (tenant_id, kind, period)
);

create table reports.reports (
  tenant_id              uuid not null references identity.tenants (id),
  id                     uuid not null default uuidv7(),
  report_no              text not null,
  reference_no           text,  -- printed; drawn at the first READY, kept for ever
  title                  text not null check (char_length(title) between 1 and 200),
  assignment_id          uuid not null,
  source_type            text not null check (source_type in ('TENANT', 'EXTERNAL', 'CHANNEL')),
  source_ref_id          uuid,
  report_type            text not null check (report_type in ('VALUATION', 'REVALUATION', 'DPR', 'STAGE_PROGRESS')),
  bank_id                uuid,
  bank_name              text,
  bank_type              text not null check (bank_type in ('SBI', 'PSU_GENERIC', 'COOP', 'AGRI', 'OTHER')),
  value_slab             text not null default 'UNKNOWN' check (value_slab in ('LT_5CR', 'GT_5CR', 'UNKNOWN')),
  template_selector      text not null default 'UNKNOWN',
  template_variant       text not null default 'LAND_BUILDING',
  status                 text not null default 'DRAFT'
    check (status in ('DRAFT', 'EVIDENCE_PENDING', 'DATA_PENDING', 'READY_FOR_RENDER', 'CLOSED', 'CANCELLED')),
  evidence_profile_id    uuid,
  profile_chosen_by      text not null default 'auto' check (profile_chosen_by in ('auto', 'user')),
  profile_version        int,  -- fixed from DATA_PENDING on; before, the published one is followed
  ruleset_id             uuid not null,
  contract_version       int not null default 0,  -- number of the newest revision that changed contract or bundle
  latest_revision        int not null default 0,
  evidence_version       int not null default 0,
  qc_state               text not null default 'NONE' check (qc_state in ('NONE', 'REQUESTED', 'CHANGES_REQUESTED', 'APPROVED')),
  -- As judged at the last write; shown in lists.
  readiness_score        int not null default 0 check (readiness_score between 0 and 100),
  missing_fields_count   int not null default 0,
  missing_evidence_count int not null default 0,
  warnings_count         int not null default 0,
  evidence_count         int not null default 0,
  comments_count         int not null default 0,
  borrower_name          text,
  owner_name             text,
  -- The gate's answer at acceptance, kept as it was given.
  billing_mode           text check (billing_mode in ('CREDIT', 'POSTPAID')),
  billing_account_id     uuid,
  reservation_id         uuid,
  service_invoice_id     uuid,
  accepted_at            timestamptz(3),
  billing_hooks          jsonb not null default '[]',
  latest_pack_id         uuid,
  pack_stale             boolean not null default false,
  released_at            timestamptz(3),
  delivered              boolean not null default false,
  supersedes_report_id   uuid,
  search_text            text not null generated always as (
    coalesce(app.norm(app.words(report_no, reference_no, title, bank_name, borrower_name, owner_name)), '')) stored,
  created_by             uuid not null,
  version                int not null default 1,
  created_at             timestamptz(3) not null default now(),
  updated_at             timestamptz(3) not null default now(),
  deleted_at             timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  primary key (tenant_id, id),
  constraint reports__report_no unique (tenant_id, report_no),
  constraint reports__reference_no unique (tenant_id, reference_no),
  constraint reports__assignment foreign key (tenant_id, assignment_id) references assignments.assignments (tenant_id, id),
  constraint reports__profile foreign key (tenant_id, evidence_profile_id) references reports.evidence_profiles (tenant_id, id),
  constraint reports__ruleset foreign key (tenant_id, ruleset_id) references reports.rulesets (tenant_id, id),
  constraint reports__supersedes foreign key (tenant_id, supersedes_report_id) references reports.reports (tenant_id, id)
);
create index reports__newest on reports.reports (tenant_id, created_at desc, id desc) where deleted_at is null;
create index reports__changed on reports.reports (tenant_id, updated_at desc, id desc) where deleted_at is null;
create index reports__by_status on reports.reports (tenant_id, status, updated_at desc) where deleted_at is null;
create index reports__by_assignment on reports.reports (tenant_id, assignment_id);
create index reports__search on reports.reports using gin (tenant_id, search_text public.gin_trgm_ops);
create index reports__by_score on reports.reports (tenant_id, readiness_score, id) where deleted_at is null;

-- One immutable row per change. `contract` is the whole one without its audit section, which n, author and time give.
create table reports.report_revisions (
  tenant_id          uuid not null,
  report_id          uuid not null,
  n                  int not null check (n > 0),
  kind               text not null check (kind in ('CONTRACT', 'RULES', 'FREEZE')),
  source             text not null check (source in ('form', 'api', 'suggestion', 'bundle', 'system')),
  patch              jsonb,
  contract           jsonb not null,
  derived            jsonb not null,
  readiness          jsonb not null,
  readiness_score    int not null,
  manifest           jsonb not null,
  profile            jsonb,
  ruleset_id         uuid not null,
  ruleset            jsonb not null,  -- {id, version, hash}
  changed_paths      text[] not null default '{}',
  content_hash       text not null check (content_hash ~ '^[0-9a-f]{64}$'),
  patch_hash         text not null check (patch_hash ~ '^[0-9a-f]{64}$'),
  prev_hash          text not null check (prev_hash ~ '^[0-9a-f]{64}$'),
  chain_hash         text not null check (chain_hash ~ '^[0-9a-f]{64}$'),
  input_snapshot_id  uuid not null default uuidv7(),
  output_snapshot_id uuid not null default uuidv7(),
  rules_run_id       uuid not null default uuidv7(),
  author_id          uuid,
  reason             text,
  created_at         timestamptz(3) not null default now(),
  primary key (tenant_id, report_id, n),
  constraint report_revisions__report foreign key (tenant_id, report_id) references reports.reports (tenant_id, id)
);
create trigger report_revisions__append_only before update or delete on reports.report_revisions
  for each row execute function app.refuse_change();
create trigger report_revisions__no_truncate before truncate on reports.report_revisions
  for each statement execute function app.refuse_change();

-- History of each field without opening contracts.
create table reports.report_changed_paths (
  tenant_id uuid not null,
  report_id uuid not null,
  n         int not null,
  path      text not null,
  before    jsonb,
  after     jsonb,
  reason    text,
  primary key (tenant_id, report_id, n, path),
  constraint report_changed_paths__revision foreign key (tenant_id, report_id, n) references reports.report_revisions (tenant_id, report_id, n)
);
create trigger report_changed_paths__append_only before update or delete on reports.report_changed_paths
  for each row execute function app.refuse_change();
create trigger report_changed_paths__no_truncate before truncate on reports.report_changed_paths
  for each statement execute function app.refuse_change();

create table reports.report_evidence_items (
  tenant_id            uuid not null,
  id                   uuid not null default uuidv7(),
  report_id            uuid not null,
  document_id          uuid,
  physical_copy_seen   boolean not null default false,
  evidence_type        text not null check (evidence_type in ('DOCUMENT', 'PHOTO', 'SCREENSHOT', 'GEO', 'OTHER')),
  doc_type             text,
  tags                 jsonb not null default '{}',
  label                text check (char_length(label) <= 200),
  annexure_order       int check (annexure_order between 0 and 100000),
  include_in_annexure  boolean not null default true,
  field_keys           text[] not null default '{}',
  note                 text check (char_length(note) <= 4000),
  file_ref             text check (char_length(file_ref) <= 200),
  created_by           uuid not null,
  version              int not null default 1,
  created_at           timestamptz(3) not null default now(),
  updated_at           timestamptz(3) not null default now(),
  deleted_at           timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  primary key (tenant_id, id),
  constraint report_evidence_items__report foreign key (tenant_id, report_id) references reports.reports (tenant_id, id),
  constraint report_evidence_items__document foreign key (tenant_id, document_id) references documents.documents (tenant_id, id),
  constraint report_evidence_items__names_something check (document_id is not null or physical_copy_seen or file_ref is not null)
);
create index report_evidence_items__report on reports.report_evidence_items (tenant_id, report_id) where deleted_at is null;
create index report_evidence_items__document on reports.report_evidence_items (tenant_id, document_id) where document_id is not null;

create table reports.report_suggestions (
  tenant_id        uuid not null,
  id               uuid not null default uuidv7(),
  report_id        uuid not null,
  field_key        text not null,
  value            jsonb not null,
  unit             text,
  confidence       numeric(4, 3) not null check (confidence between 0 and 1),
  method           text not null check (method in ('ASSIGNMENT', 'EXIF', 'OCR_GPS', 'OCR_GUIDELINE', 'OCR_ID', 'CLASSIFIER', 'DERIVED')),
  evidence_item_id uuid,
  raw_text         text,
  box              jsonb,
  status           text not null default 'PENDING' check (status in ('PENDING', 'ACCEPTED', 'EDITED', 'REJECTED', 'SUPERSEDED')),
  out_of_range     boolean not null default false,
  decided_by       uuid,
  decided_at       timestamptz(3),
  created_at       timestamptz(3) not null default clock_timestamp(),
  primary key (tenant_id, id),
  constraint report_suggestions__report foreign key (tenant_id, report_id) references reports.reports (tenant_id, id),
  constraint report_suggestions__evidence foreign key (tenant_id, evidence_item_id) references reports.report_evidence_items (tenant_id, id)
);
create index report_suggestions__report on reports.report_suggestions (tenant_id, report_id, created_at desc, id desc);
-- A source offers a value for a field once.
create unique index report_suggestions__once on reports.report_suggestions (tenant_id, report_id, field_key, method, evidence_item_id) nulls not distinct;

create table reports.report_packs (
  tenant_id           uuid not null,
  id                  uuid not null default uuidv7(),
  report_id           uuid not null,
  assignment_id       uuid not null,
  version             int not null check (version > 0),
  final               boolean not null,
  template_key        text not null,
  template_version_id uuid,
  report_family       text not null,
  formats             text[] not null,
  revision            int not null,
  content_hash        text not null check (content_hash ~ '^[0-9a-f]{64}$'),
  bundle_hash         text check (bundle_hash ~ '^[0-9a-f]{64}$'),
  input_hash          text not null check (input_hash ~ '^[0-9a-f]{64}$'),
  renderer_version    text not null,
  status              text not null default 'generating' check (status in ('generating', 'generated', 'failed', 'superseded')),
  stale               boolean not null default false,
  warnings            jsonb not null default '[]',
  context_snapshot    jsonb not null default '{}',  -- names, numbers and images as they are printed
  generated_at        timestamptz(3),
  created_by          uuid,
  created_at          timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  constraint report_packs__version unique (tenant_id, report_id, version),
  constraint report_packs__revision foreign key (tenant_id, report_id, revision) references reports.report_revisions (tenant_id, report_id, n)
);
-- One final pack of a report is rendered at a time.
create unique index report_packs__one_generating on reports.report_packs (tenant_id, report_id) where final and status = 'generating';
create index report_packs__inputs on reports.report_packs (tenant_id, report_id, input_hash);

create table reports.report_pack_artifacts (
  tenant_id       uuid not null,
  id              uuid not null default uuidv7(),
  report_id       uuid not null,
  pack_id         uuid not null,
  kind            text not null check (kind in ('docx', 'pdf', 'annexure', 'debug_json')),
  filename        text not null,
  document_id     uuid not null,
  mime_type       text not null,
  size_bytes      bigint not null check (size_bytes > 0),
  checksum_sha256 text not null check (checksum_sha256 ~ '^[0-9a-f]{64}$'),
  pages           int,
  created_at      timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  constraint report_pack_artifacts__kind unique (tenant_id, pack_id, kind),
  constraint report_pack_artifacts__pack foreign key (tenant_id, pack_id) references reports.report_packs (tenant_id, id),
  constraint report_pack_artifacts__document foreign key (tenant_id, document_id) references documents.documents (tenant_id, id)
);

create table reports.report_generation_jobs (
  tenant_id       uuid not null,
  id              uuid not null default uuidv7(),
  report_id       uuid not null,
  assignment_id   uuid not null,
  pack_id         uuid not null,
  run_id          uuid,  -- ops.job_runs: the run that works or worked last
  template_key    text not null,
  status          text not null default 'queued' check (status in ('pending', 'queued', 'processing', 'completed', 'failed', 'cancelled')),
  progress        jsonb not null default '{"percent": 0, "step": null, "done": 0, "total": 0}',
  attempts        int not null default 0,
  max_attempts    int not null default 5,
  dead            boolean not null default false,
  error           jsonb,  -- {code, message, placeholder?, place?}
  idempotency_key text,
  created_by      uuid,
  created_at      timestamptz(3) not null default now(),
  started_at      timestamptz(3),
  finished_at     timestamptz(3),
  primary key (tenant_id, id),
  constraint report_generation_jobs__key unique (tenant_id, report_id, idempotency_key),
  constraint report_generation_jobs__pack foreign key (tenant_id, pack_id) references reports.report_packs (tenant_id, id)
);
create index report_generation_jobs__newest on reports.report_generation_jobs (tenant_id, created_at desc, id desc);
create index report_generation_jobs__report on reports.report_generation_jobs (tenant_id, report_id, created_at desc);
create index report_generation_jobs__pack on reports.report_generation_jobs (tenant_id, pack_id);

-- Copies what ships to one firm, or to all of them; what is there already stays.
create function reports.ship_defaults(p_tenant uuid) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into reports.rulesets (tenant_id, version, state, shipped, params, hash, published_at)
  select t.id, s.version, 'published', true, s.params, s.hash, now()
  from identity.tenants t cross join reports.shipped_rulesets s
  where t.lane <> 'external' and (p_tenant is null or t.id = p_tenant)
  on conflict on constraint rulesets__version do nothing;
  with shipped as (
    insert into reports.evidence_profiles (tenant_id, name, report_type, bank_type, value_slab, state, published_version)
    select t.id, s.name, s.report_type, s.bank_type, s.value_slab, 'published', 1
    from identity.tenants t cross join reports.shipped_profiles s
    where t.lane <> 'external' and (p_tenant is null or t.id = p_tenant)
      and not exists (select 1 from reports.evidence_profiles p where p.tenant_id = t.id and p.name = s.name)
    returning tenant_id, id, name
  )
  insert into reports.evidence_profile_versions (tenant_id, profile_id, version, required_fields, items, checklist)
  select p.tenant_id, p.id, 1, s.required_fields, s.items, s.checklist from shipped p join reports.shipped_profiles s on s.name = p.name;
end $$;
create function reports.ship_to_new_tenant() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform reports.ship_defaults(new.id);
  return null;
end $$;
-- What judging a report needs of documents, whoever asks: a report is as ready for its accountant as for its valuer.
-- In plpgsql, whose plans are kept by the session. No key of the stored bytes is among it. `belongs`: linked to the assignment or to its commission.
create function reports.document_facts(p_assignment uuid, p_ids uuid[]) returns table (
    id uuid, sha256 text, status text, width int, height int, captured_at timestamptz, captured_by_employee_id uuid, suggestions jsonb,
    classification text, sensitivity text, source text, original_filename text, content_type text, newer_version_id uuid, belongs boolean)
  language plpgsql stable security definer set search_path = pg_catalog as $$
  #variable_conflict use_column
  begin return query
    select d.id, d.sha256, case when d.deleted_at is null then d.status else 'deleted' end, d.width, d.height, d.captured_at,
      d.captured_by_employee_id, d.suggestions, d.classification, d.sensitivity, d.source, d.original_filename, d.content_type,
      (select n.id from documents.documents n where n.tenant_id = d.tenant_id and n.version_group_id = d.version_group_id
        and n.is_current and n.status = 'uploaded' and n.deleted_at is null and n.id <> d.id),
      exists (
        select 1 from documents.document_links l
        where l.tenant_id = d.tenant_id and l.document_id = d.id and (l.assignment_id = p_assignment or l.commission_id = (
          select a.commission_id from assignments.assignments a where a.tenant_id = d.tenant_id and a.id = p_assignment)))
    from documents.documents d
    where d.tenant_id = app.current_tenant_id() and d.id = any (p_ids);
  end $$;

-- Ids whose search text holds the words, newest first, at most 5,000; read again under the caller's policy. LIKE is not
-- leakproof, so the trigram index serves only here.
create function reports.search(p_words text) returns uuid[] language sql stable security definer set search_path = pg_catalog as $$
  select array(
    select id from reports.reports
    where tenant_id = app.current_tenant_id() and deleted_at is null
      and search_text like '%' || replace(replace(replace(app.norm(p_words), '\', '\\'), '%', '\%'), '_', '\_') || '%'
    order by id desc limit 5000)
$$;

-- Where the bytes of a pack's file lie. Whoever may read the pack may take it, whatever he may read of documents.
create function reports.artifact_key(p_document uuid) returns text language sql stable security definer set search_path = pg_catalog as $$
  select d.storage_key from documents.documents d
  where d.tenant_id = app.current_tenant_id() and d.id = p_document and exists (
    select 1 from reports.report_pack_artifacts a where a.tenant_id = d.tenant_id and a.document_id = d.id)
$$;

-- How many frozen revisions and packs hold on to a document, whoever asks.
create function reports.frozen_uses(p_document uuid) returns int language sql stable security definer set search_path = pg_catalog as $$
  select (
    (select count(*) from reports.report_pack_artifacts a where a.tenant_id = app.current_tenant_id() and a.document_id = p_document)
    + (select count(*) from reports.report_revisions v where v.tenant_id = app.current_tenant_id() and v.report_id in (
        select e.report_id from reports.report_evidence_items e where e.tenant_id = app.current_tenant_id() and e.document_id = p_document)
      and v.manifest @> jsonb_build_array(jsonb_build_object('document_id', p_document))))::int
$$;

grant create on schema reports to zen_definer;
alter function reports.frozen_uses(uuid) owner to zen_definer;
alter function reports.artifact_key(uuid) owner to zen_definer;
alter function reports.search(text) owner to zen_definer;
alter function reports.document_facts(uuid, uuid[]) owner to zen_definer;
alter function reports.ship_defaults(uuid) owner to zen_definer;
alter function reports.ship_to_new_tenant() owner to zen_definer;
revoke create on schema reports from zen_definer;
revoke all on function reports.ship_defaults(uuid), reports.ship_to_new_tenant(), reports.document_facts(uuid, uuid[]), reports.search(text),
  reports.artifact_key(uuid), reports.frozen_uses(uuid) from public;
grant execute on function reports.document_facts(uuid, uuid[]), reports.search(text), reports.artifact_key(uuid),
  reports.frozen_uses(uuid) to zen_web, zen_worker;
grant execute on function reports.frozen_uses(uuid) to zen_portal;
grant execute on function reports.ship_defaults(uuid) to zen_owner;
grant execute on function reports.ship_to_new_tenant() to zen_owner;
create trigger tenants__ship_report_defaults after insert on identity.tenants for each row execute function reports.ship_to_new_tenant();

-- Fences.
do $$
declare
  t text;
begin
  foreach t in array array['shipped_rulesets', 'shipped_profiles', 'rulesets', 'evidence_profiles', 'evidence_profile_versions', 'report_counters',
      'reports', 'report_revisions', 'report_changed_paths', 'report_evidence_items', 'report_suggestions', 'report_packs',
      'report_pack_artifacts', 'report_generation_jobs'] loop
    execute format('alter table reports.%I enable row level security, force row level security', t);
  end loop;
end $$;

grant select on reports.shipped_rulesets, reports.shipped_profiles to zen_definer;
grant select, insert on reports.rulesets, reports.evidence_profiles, reports.evidence_profile_versions to zen_definer;
grant select (tenant_id, id, deleted_at, search_text) on reports.reports to zen_definer;
create policy reports__definer on reports.reports for select to zen_definer using (true);
grant select (tenant_id, id, sha256, status, width, height, captured_at, captured_by_employee_id, suggestions, classification, sensitivity, source,
  original_filename, content_type, version_group_id, is_current, deleted_at, storage_key) on documents.documents to zen_definer;
grant select (tenant_id, document_id) on reports.report_pack_artifacts to zen_definer;
grant select (tenant_id, report_id, manifest) on reports.report_revisions to zen_definer;
grant select (tenant_id, report_id, document_id) on reports.report_evidence_items to zen_definer;
create policy report_revisions__definer on reports.report_revisions for select to zen_definer using (true);
create policy report_evidence_items__definer on reports.report_evidence_items for select to zen_definer using (true);
create policy report_pack_artifacts__definer on reports.report_pack_artifacts for select to zen_definer using (true);
grant select on documents.document_links to zen_definer;
create policy shipped_rulesets__owner on reports.shipped_rulesets for all to zen_owner using (true) with check (true);
create policy shipped_profiles__owner on reports.shipped_profiles for all to zen_owner using (true) with check (true);
create policy shipped_rulesets__definer on reports.shipped_rulesets for select to zen_definer using (true);
create policy shipped_profiles__definer on reports.shipped_profiles for select to zen_definer using (true);
do $$
declare
  t text;
begin
  foreach t in array array['rulesets', 'evidence_profiles', 'evidence_profile_versions'] loop
    execute format('create policy %s__definer_read on reports.%1$I for select to zen_definer using (true)', t);
    execute format('create policy %s__definer_insert on reports.%1$I for insert to zen_definer with check (true)', t);
  end loop;
end $$;

-- Class 2, rows of the firm.
grant select, insert on reports.rulesets to zen_web;
grant update (state, published_at, published_by) on reports.rulesets to zen_web;
grant select on reports.evidence_profiles, reports.evidence_profile_versions to zen_web;
grant select, insert, update on reports.report_counters to zen_web;
create policy rulesets__web_read on reports.rulesets for select to zen_web using (tenant_id = (select app.current_tenant_id()));
create policy rulesets__web_insert on reports.rulesets for insert to zen_web
  with check (tenant_id = (select app.current_tenant_id()) and state = 'draft' and not shipped);
create policy rulesets__web_update on reports.rulesets for update to zen_web
  using (tenant_id = (select app.current_tenant_id())) with check (tenant_id = (select app.current_tenant_id()));
create policy evidence_profiles__web_read on reports.evidence_profiles for select to zen_web
  using (tenant_id = (select app.current_tenant_id()) and (deleted_at is null or (select app.sees_deleted())));
create policy evidence_profile_versions__web_read on reports.evidence_profile_versions for select to zen_web
  using (tenant_id = (select app.current_tenant_id()));
create policy report_counters__web_read on reports.report_counters for select to zen_web using (tenant_id = (select app.current_tenant_id()));
create policy report_counters__web_insert on reports.report_counters for insert to zen_web with check (tenant_id = (select app.current_tenant_id()));
create policy report_counters__web_update on reports.report_counters for update to zen_web
  using (tenant_id = (select app.current_tenant_id())) with check (tenant_id = (select app.current_tenant_id()));

-- Class 3, the report: assigned = his assignment names him, or he made it.
grant select, insert, update on reports.reports to zen_web;
create policy reports__web_read on reports.reports for select to zen_web using (
  tenant_id = (select app.current_tenant_id()) and (deleted_at is null or (select app.sees_deleted()))
  and ((select app.sees_all('reports.read')) or (
    (select app.sees_assigned('reports.read'))
    and (created_by = (select app.current_user_id()) or assignment_id = any ((select app.my_assignments())::uuid[])))));
create policy reports__web_insert on reports.reports for insert to zen_web with check (
  tenant_id = (select app.current_tenant_id()) and ((select app.sees_all('reports.write')) or (
    (select app.sees_assigned('reports.write')) and created_by = (select app.current_user_id()))));
create policy reports__web_update on reports.reports for update to zen_web using (
  tenant_id = (select app.current_tenant_id()) and (deleted_at is null or (select app.sees_deleted()))
  and ((select app.sees_all('reports.write')) or (
    (select app.sees_assigned('reports.write'))
    and (created_by = (select app.current_user_id()) or assignment_id = any ((select app.my_assignments())::uuid[])))))
  with check (tenant_id = (select app.current_tenant_id()));

-- Its parts follow the report: whoever may see it sees them, whoever may write it writes them.
grant select, insert on reports.report_revisions, reports.report_changed_paths, reports.report_packs, reports.report_pack_artifacts,
  reports.report_generation_jobs, reports.report_evidence_items, reports.report_suggestions to zen_web;
grant update (status, stale) on reports.report_packs to zen_web;
grant update (run_id, status, progress, attempts, dead, error, started_at, finished_at) on reports.report_generation_jobs to zen_web;
grant update (document_id, physical_copy_seen, evidence_type, doc_type, tags, label, annexure_order, include_in_annexure, field_keys, note, file_ref,
  version, updated_at, deleted_at, deleted_by, delete_reason, purge_after) on reports.report_evidence_items to zen_web;
grant update (status, decided_by, decided_at) on reports.report_suggestions to zen_web;
grant select, insert on reports.report_revisions, reports.report_changed_paths, reports.report_suggestions to zen_worker;
grant select, insert, update on reports.reports, reports.rulesets, reports.evidence_profiles, reports.report_counters, reports.report_evidence_items,
  reports.report_packs, reports.report_pack_artifacts, reports.report_generation_jobs to zen_worker;
grant update on reports.report_suggestions to zen_worker;
grant select, insert on reports.evidence_profile_versions to zen_worker;
grant select on reports.rulesets, reports.evidence_profiles, reports.evidence_profile_versions, reports.reports, reports.report_revisions,
  reports.report_changed_paths, reports.report_evidence_items, reports.report_suggestions, reports.report_packs, reports.report_pack_artifacts,
  reports.report_generation_jobs to zen_studio;

do $$
declare
  t         text;
  own       constant text := 'tenant_id = (select app.current_tenant_id())';
  part      constant text := own || $p$ and ((select app.sees_all('%s')) or exists (
    select 1 from reports.reports r where r.tenant_id = %I.tenant_id and r.id = %2$I.report_id))$p$;
  written   constant text := own || $p$ and ((select app.sees_all('%s')) or ((select app.sees_assigned('%1$s')) and exists (
    select 1 from reports.reports r where r.tenant_id = %2$I.tenant_id and r.id = %2$I.report_id)))$p$;
  alive     text;
  work      constant text := own || $p$ and (select app.current_aud()) in ('worker', 'service')$p$;
  support   constant text := own || $p$ and (select app.current_aud()) = 'studio' and (select app.support_open())$p$;
begin
  foreach t in array array['report_revisions', 'report_changed_paths', 'report_evidence_items', 'report_suggestions', 'report_packs',
      'report_pack_artifacts', 'report_generation_jobs'] loop
    alive := case when t = 'report_evidence_items' then ' and (deleted_at is null or (select app.sees_deleted()))' else '' end;
    execute format('create policy %s__web_read on reports.%1$I for select to zen_web using (%s)', t, format(part, 'reports.read', t) || alive);
    execute format('create policy %s__web_insert on reports.%1$I for insert to zen_web with check (%s)', t, format(written, 'reports.write', t));
  end loop;
  foreach t in array array['report_evidence_items', 'report_suggestions', 'report_packs', 'report_generation_jobs'] loop
    execute format('create policy %s__web_update on reports.%1$I for update to zen_web using (%s) with check (%s)', t,
      format(written, 'reports.write', t), own);
  end loop;
  foreach t in array array['rulesets', 'evidence_profiles', 'evidence_profile_versions', 'report_counters', 'reports', 'report_revisions',
      'report_changed_paths', 'report_evidence_items', 'report_suggestions', 'report_packs', 'report_pack_artifacts', 'report_generation_jobs'] loop
    execute format('create policy %s__worker_read on reports.%1$I for select to zen_worker using (%s)', t, work);
    execute format('create policy %s__worker_insert on reports.%1$I for insert to zen_worker with check (%s)', t, work);
  end loop;
  foreach t in array array['rulesets', 'evidence_profiles', 'report_counters', 'reports', 'report_evidence_items', 'report_suggestions',
      'report_packs', 'report_pack_artifacts', 'report_generation_jobs'] loop
    execute format('create policy %s__worker_update on reports.%1$I for update to zen_worker using (%s) with check (%2$s)', t, work);
  end loop;
  foreach t in array array['rulesets', 'evidence_profiles', 'evidence_profile_versions', 'reports', 'report_revisions', 'report_changed_paths',
      'report_evidence_items', 'report_suggestions', 'report_packs', 'report_pack_artifacts', 'report_generation_jobs'] loop
    execute format('create policy %s__studio_read on reports.%1$I for select to zen_studio using (%s)', t, support);
  end loop;
end $$;

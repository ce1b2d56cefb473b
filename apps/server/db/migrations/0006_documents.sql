-- Documents: files of record with their links and tags (operations.md 6, 10; identity.md 11, class 4).

create schema documents;
revoke all on schema documents from public;
grant usage on schema documents to zen_definer, zen_web, zen_portal, zen_worker;

create table documents.documents (
  tenant_id               uuid not null references identity.tenants (id),
  id                      uuid not null default uuidv7(),
  owner_user_id           uuid not null references identity.users (id),
  external_owner_id       uuid references identity.users (id),  -- the portal user it came from or is meant for
  external_party_id       uuid,
  visibility              text not null default 'internal' check (visibility in ('internal', 'shared', 'released')),
  source                  text not null check (source in
    ('portal', 'tenant', 'internal', 'mobile_camera', 'mobile_gallery', 'desktop_upload', 'email_ingest', 'portal_upload')),
  classification          text not null default 'other' check (classification in
    ('bank_kyc', 'site_photo', 'approval_plan', 'tax_receipt', 'legal', 'invoice', 'other')),
  sensitivity             text not null default 'internal' check (sensitivity in ('public', 'internal', 'pii', 'confidential')),
  captured_at             timestamptz(3),
  captured_by_employee_id uuid,
  storage_key             text not null,
  original_filename       text not null check (char_length(original_filename) between 1 and 200),
  norm_filename           text generated always as (app.norm(original_filename)) stored,
  content_type            text not null,
  detected_type           text,  -- what the bytes are, told by themselves
  size_bytes              bigint not null check (size_bytes between 1 and 209715200),
  declared_sha256         text check (declared_sha256 ~ '^[0-9a-f]{64}$'),
  sha256                  text check (sha256 ~ '^[0-9a-f]{64}$'),  -- of the verified bytes
  width                   int,
  height                  int,
  status                  text not null default 'pending' check (status in ('pending', 'uploaded', 'rejected', 'quarantined', 'deleted')),
  rejection               text,  -- why the bytes were refused, a stable reason
  intent                  jsonb not null default '{}',  -- {purpose, targets, tags, remarks, …}: applied at confirm
  lease_token             uuid,  -- of the confirm that is reading the bytes
  lease_until             timestamptz(3),
  upload_expires_at       timestamptz(3),  -- a pending row and its bytes end then
  uploaded_at             timestamptz(3),
  review_state            text not null default 'UPLOADED' check (review_state in
    ('UPLOADED', 'RECEIVED', 'REVIEWED', 'FINAL', 'NEEDS_CLARIFICATION', 'REJECTED')),
  version_group_id        uuid not null,
  version_no              int not null default 1 check (version_no >= 1),
  is_current              boolean not null default true,
  metadata_json           jsonb not null default '{}' check (jsonb_typeof(metadata_json) = 'object'),
  suggestions             jsonb,  -- {captured_at, gps {latitude, longitude, accuracy_m}, device, accepted[]}
  thumb_status            text not null default 'none' check (thumb_status in ('none', 'pending', 'ready', 'failed')),
  scan_status             text not null default 'skipped' check (scan_status in ('skipped', 'pending', 'clean', 'infected')),
  client_ref              text check (char_length(client_ref) between 1 and 120),
  version                 int not null default 1,
  created_at              timestamptz(3) not null default now(),
  updated_at              timestamptz(3) not null default now(),
  deleted_at              timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  primary key (tenant_id, id),
  constraint documents__storage_key unique (storage_key),
  constraint documents__owner unique (tenant_id, id, owner_user_id),
  -- For ever: a phone that repeats its upload finds the document, whatever became of it.
  constraint documents__client_ref unique (tenant_id, owner_user_id, client_ref),
  constraint documents__metadata_size check (octet_length(metadata_json::text) <= 65536),
  constraint documents__uploaded_is_verified check (status <> 'uploaded' or (sha256 is not null and detected_type is not null and uploaded_at is not null)),
  constraint documents__portal_row_has_owner check (external_party_id is null or external_owner_id is not null),
  constraint documents__kyc_is_personal check (classification <> 'bank_kyc' or sensitivity in ('pii', 'confidential'))
);
-- One current version a group; a newer one takes over when it is confirmed.
create unique index documents__one_current on documents.documents (tenant_id, version_group_id)
  where is_current and status = 'uploaded' and deleted_at is null;
create index documents__newest on documents.documents (tenant_id, id desc) where status = 'uploaded' and deleted_at is null;
create index documents__captured on documents.documents (tenant_id, coalesce(captured_at, 'infinity'::timestamptz), id) where status = 'uploaded' and deleted_at is null;
create index documents__filename on documents.documents (tenant_id, original_filename, id) where status = 'uploaded' and deleted_at is null;
create index documents__same_bytes on documents.documents (tenant_id, sha256) where deleted_at is null;
create index documents__classification on documents.documents (tenant_id, classification, id desc);
create index documents__owner_recent on documents.documents (tenant_id, owner_user_id, created_at desc);
create index documents__external_owner on documents.documents (external_owner_id, id desc) where external_owner_id is not null;
create index documents__external_party on documents.documents (external_party_id, id desc) where external_party_id is not null;
create index documents__pending on documents.documents (tenant_id, upload_expires_at) where status = 'pending' and deleted_at is null;
create index documents__name_search on documents.documents using gin (tenant_id, norm_filename public.gin_trgm_ops);

create table documents.document_links (
  tenant_id       uuid not null,
  id              uuid not null default uuidv7(),
  document_id     uuid not null,
  owner_user_id   uuid not null,  -- the document's, so that its owner's rows are found without the document
  commission_id   uuid,
  assignment_id   uuid,
  report_id       uuid,
  employee_id     uuid,
  invoice_id      uuid,
  conversation_id uuid,
  purpose         text not null default 'other' check (purpose in ('evidence', 'reference', 'photo', 'annexure', 'other')),
  deliverable     boolean not null default false,  -- goes out with the next release of the assignment
  created_by      uuid not null,
  created_at      timestamptz(3) not null default now(),
  primary key (tenant_id, id),
  constraint document_links__document foreign key (tenant_id, document_id, owner_user_id)
    references documents.documents (tenant_id, id, owner_user_id),
  constraint document_links__once unique nulls not distinct
    (tenant_id, document_id, commission_id, assignment_id, report_id, employee_id, invoice_id, conversation_id, purpose),
  constraint document_links__has_target check (
    num_nonnulls(commission_id, assignment_id, report_id, employee_id, invoice_id, conversation_id) > 0),
  constraint document_links__stands_alone check (
    num_nonnulls(employee_id, invoice_id, conversation_id) = 0
    or num_nonnulls(commission_id, assignment_id, report_id, employee_id, invoice_id, conversation_id) = 1)
);
create index document_links__commission on documents.document_links (tenant_id, commission_id, document_id) where commission_id is not null;
create index document_links__assignment on documents.document_links (tenant_id, assignment_id, document_id) where assignment_id is not null;
create index document_links__report on documents.document_links (tenant_id, report_id, document_id) where report_id is not null;
create index document_links__employee on documents.document_links (tenant_id, employee_id, document_id) where employee_id is not null;
create index document_links__invoice on documents.document_links (tenant_id, invoice_id, document_id) where invoice_id is not null;
create index document_links__conversation on documents.document_links (tenant_id, conversation_id, document_id) where conversation_id is not null;

create table documents.document_tags (
  tenant_id   uuid not null,
  document_id uuid not null,
  key         text not null check (key ~ '^[a-z][a-z0-9_]{0,39}$'),
  value       text check (char_length(value) between 1 and 80),  -- null: a flag
  value_norm  text not null generated always as (coalesce(lower(normalize(value, nfkc)), '')) stored,
  created_by  uuid not null,
  created_at  timestamptz(3) not null default now(),
  primary key (tenant_id, document_id, key, value_norm),
  constraint document_tags__document foreign key (tenant_id, document_id) references documents.documents (tenant_id, id)
);
create index document_tags__found_by on documents.document_tags (tenant_id, key, value_norm, document_id);

-- When a person last looked at a personal or confidential document: views within 15 minutes are one event.
create table documents.document_views (
  tenant_id   uuid not null,
  document_id uuid not null,
  user_id     uuid not null,
  viewed_at   timestamptz(3) not null default now(),
  primary key (tenant_id, document_id, user_id),
  constraint document_views__document foreign key (tenant_id, document_id) references documents.documents (tenant_id, id)
);

-- Ids of the firm whose file name holds the words, newest first, at most 10,000; read again under the caller's policies.
-- LIKE is not leakproof, so the trigram index serves only here.
create function documents.search(p_words text) returns uuid[] language sql stable security definer set search_path = pg_catalog as $$
  select array(
    select id from documents.documents
    where (tenant_id = app.current_tenant_id() or tenant_id = any ((select app.my_firms())::uuid[])) and deleted_at is null
      and norm_filename like '%' || replace(replace(replace(app.norm(p_words), '\', '\\'), '%', '\%'), '_', '\_') || '%'
    order by id desc limit 10000)
$$;
-- The firm's zone and upload settings; portal users may not read the settings themselves.
create function documents.firm_rules(p_tenant uuid) returns table (time_zone text, settings jsonb) language sql stable security definer
  set search_path = pg_catalog as $$
    select t.time_zone, coalesce(t.settings -> 'operations', '{}'::jsonb) from identity.tenants t
    where t.id = p_tenant and (p_tenant = app.current_tenant_id() or p_tenant = any (app.my_firms()))
  $$;
-- Whether a staff member reads a document: the fence of documents itself, for the writers of links. A policy of links
-- that asked documents, which ask links, would turn in a circle.
create function documents.is_readable(p_document uuid) returns boolean language sql stable security definer set search_path = pg_catalog as $$
  select exists (
    select 1 from documents.documents d
    where d.tenant_id = app.current_tenant_id() and d.id = p_document and d.deleted_at is null and (
      (app.scope_of('documents.read') = 'all'
        and (app.scope_of('employees.read') = 'all' or not exists (select 1 from documents.document_links l
          where l.tenant_id = d.tenant_id and l.document_id = d.id and l.employee_id is not null))
        and (app.scope_of('invoices.read') = 'all' or not exists (select 1 from documents.document_links l
          where l.tenant_id = d.tenant_id and l.document_id = d.id and l.invoice_id is not null)))
      or (d.owner_user_id = app.current_user_id() and app.scope_of('documents.read') <> 'none')
      or exists (select 1 from documents.document_links l
        where l.tenant_id = d.tenant_id and l.document_id = d.id and (
          (app.scope_of('documents.read') = 'assigned' and l.assignment_id = any (app.my_assignments()))
          or (l.employee_id is not null and app.scope_of('employees.read') = 'all')
          or (l.invoice_id is not null and app.scope_of('invoices.read') = 'all')))))
$$;
grant create on schema documents to zen_definer;
alter function documents.search(text) owner to zen_definer;
alter function documents.is_readable(uuid) owner to zen_definer;
alter function documents.firm_rules(uuid) owner to zen_definer;
revoke create on schema documents from zen_definer;
revoke all on function documents.search(text), documents.is_readable(uuid), documents.firm_rules(uuid) from public;
grant execute on function documents.search(text), documents.firm_rules(uuid) to zen_web, zen_portal, zen_worker;
grant execute on function documents.is_readable(uuid) to zen_web;
grant select (tenant_id, id, owner_user_id, deleted_at, norm_filename) on documents.documents to zen_definer;
grant select (tenant_id, document_id, assignment_id, employee_id, invoice_id) on documents.document_links to zen_definer;

alter table documents.documents enable row level security, force row level security;
alter table documents.document_links enable row level security, force row level security;
alter table documents.document_tags enable row level security, force row level security;
alter table documents.document_views enable row level security, force row level security;
create policy documents__definer on documents.documents for select to zen_definer using (true);
create policy document_links__definer on documents.document_links for select to zen_definer using (true);

-- What may change of a document; its owner, key, type and client_ref never do. The studio has no right here at all.
grant select, insert on documents.documents to zen_web, zen_portal, zen_worker;
grant update (visibility, classification, sensitivity, captured_at, original_filename, detected_type, sha256, width, height, status, rejection,
    lease_token, lease_until, upload_expires_at, uploaded_at, review_state, is_current, metadata_json, suggestions, thumb_status, scan_status,
    version, updated_at, deleted_at, deleted_by, delete_reason, purge_after)
  on documents.documents to zen_web, zen_portal, zen_worker;
grant delete on documents.documents to zen_worker;
grant select, insert, delete on documents.document_links, documents.document_tags to zen_web, zen_portal, zen_worker;
grant update (commission_id, assignment_id, report_id, deliverable) on documents.document_links to zen_web, zen_worker;
grant select, insert, update on documents.document_views to zen_web, zen_portal;
grant select, delete on documents.document_views to zen_worker;

-- Staff: all (files of people and invoices only with their own right), linked to an assignment of mine, or uploaded by me.
create policy documents__web_read on documents.documents for select to zen_web using (
  tenant_id = (select app.current_tenant_id()) and (deleted_at is null or (select app.sees_deleted())) and (
    ((select app.sees_all('documents.read'))
      and ((select app.sees_all('employees.read')) or not exists (select 1 from documents.document_links l
        where l.tenant_id = documents.tenant_id and l.document_id = documents.id and l.employee_id is not null))
      and ((select app.sees_all('invoices.read')) or not exists (select 1 from documents.document_links l
        where l.tenant_id = documents.tenant_id and l.document_id = documents.id and l.invoice_id is not null)))
    or (owner_user_id = (select app.current_user_id()) and (select app.scope_of('documents.read')) <> 'none')
    or ((select app.sees_assigned('documents.read')) and exists (select 1 from documents.document_links l
      where l.tenant_id = documents.tenant_id and l.document_id = documents.id
        and l.assignment_id = any ((select app.my_assignments())::uuid[])))
    or ((select app.sees_all('employees.read')) and exists (select 1 from documents.document_links l
      where l.tenant_id = documents.tenant_id and l.document_id = documents.id and l.employee_id is not null))
    or ((select app.sees_all('invoices.read')) and exists (select 1 from documents.document_links l
      where l.tenant_id = documents.tenant_id and l.document_id = documents.id and l.invoice_id is not null))
  ));
create policy documents__web_insert on documents.documents for insert to zen_web with check (
  tenant_id = (select app.current_tenant_id()) and owner_user_id = (select app.current_user_id())
  and (select app.scope_of('documents.write')) <> 'none');
create policy documents__web_update on documents.documents for update to zen_web
  using (
    tenant_id = (select app.current_tenant_id()) and (deleted_at is null or (select app.sees_deleted())) and (
      (select app.sees_all('documents.write'))
      or (owner_user_id = (select app.current_user_id()) and (select app.scope_of('documents.write')) <> 'none')
      or ((select app.sees_assigned('documents.write')) and exists (select 1 from documents.document_links l
        where l.tenant_id = documents.tenant_id and l.document_id = documents.id
          and l.assignment_id = any ((select app.my_assignments())::uuid[])))))
  with check (tenant_id = (select app.current_tenant_id()));

-- The portal: own or same-party rows that are shared or released; it writes its own alone.
create policy documents__portal_read on documents.documents for select to zen_portal using (
  (select app.current_aud()) = 'portal' and (deleted_at is null or (select app.sees_deleted()))
  and tenant_id = any ((select app.my_firms())::uuid[])
  and (external_owner_id = (select app.current_user_id()) or external_party_id = any ((select app.my_parties())::uuid[]))
  and visibility in ('shared', 'released'));
create policy documents__portal_insert on documents.documents for insert to zen_portal with check (
  (select app.current_aud()) = 'portal' and tenant_id = any ((select app.my_firms())::uuid[])
  and owner_user_id = (select app.current_user_id()) and external_owner_id = (select app.current_user_id())
  and (external_party_id is null or external_party_id = any ((select app.my_parties())::uuid[]))
  and visibility = 'shared' and status = 'pending');
create policy documents__portal_update on documents.documents for update to zen_portal
  using (
    (select app.current_aud()) = 'portal' and (deleted_at is null or (select app.sees_deleted()))
    and tenant_id = any ((select app.my_firms())::uuid[])
    and owner_user_id = (select app.current_user_id()) and external_owner_id = (select app.current_user_id()) and visibility = 'shared')
  with check (external_owner_id = (select app.current_user_id()) and visibility = 'shared');

create policy documents__worker_read on documents.documents for select to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy documents__worker_insert on documents.documents for insert to zen_worker
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy documents__worker_update on documents.documents for update to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'))
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy documents__worker_delete on documents.documents for delete to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));

-- Links carry their own fence: the one of documents asks them, so they may not ask back.
create policy document_links__web_read on documents.document_links for select to zen_web using (
  tenant_id = (select app.current_tenant_id()) and (
    (select app.sees_all('documents.read'))
    or owner_user_id = (select app.current_user_id())
    or ((select app.sees_assigned('documents.read')) and assignment_id = any ((select app.my_assignments())::uuid[]))
    or (employee_id is not null and (select app.sees_all('employees.read')))
    or (invoice_id is not null and (select app.sees_all('invoices.read')))));
create policy document_links__web_insert on documents.document_links for insert to zen_web with check (
  tenant_id = (select app.current_tenant_id()) and created_by = (select app.current_user_id())
  and documents.is_readable(document_id));
create policy document_links__web_update on documents.document_links for update to zen_web
  using (tenant_id = (select app.current_tenant_id())
    and documents.is_readable(document_id))
  with check (tenant_id = (select app.current_tenant_id()));
create policy document_links__web_delete on documents.document_links for delete to zen_web using (
  tenant_id = (select app.current_tenant_id())
  and documents.is_readable(document_id));
create policy document_links__portal_read on documents.document_links for select to zen_portal using (
  (select app.current_aud()) = 'portal' and tenant_id = any ((select app.my_firms())::uuid[])
  and exists (select 1 from documents.documents d where d.tenant_id = document_links.tenant_id and d.id = document_links.document_id));
create policy document_links__portal_insert on documents.document_links for insert to zen_portal with check (
  (select app.current_aud()) = 'portal' and tenant_id = any ((select app.my_firms())::uuid[]) and created_by = (select app.current_user_id())
  and not deliverable and num_nonnulls(commission_id, invoice_id, conversation_id) = 1 and employee_id is null
  and exists (select 1 from documents.documents d where d.tenant_id = document_links.tenant_id and d.id = document_links.document_id
    and d.external_owner_id = (select app.current_user_id())));
create policy document_links__portal_delete on documents.document_links for delete to zen_portal using (
  (select app.current_aud()) = 'portal' and tenant_id = any ((select app.my_firms())::uuid[]) and created_by = (select app.current_user_id()));
create policy document_links__worker_read on documents.document_links for select to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy document_links__worker_insert on documents.document_links for insert to zen_worker
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy document_links__worker_update on documents.document_links for update to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'))
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy document_links__worker_delete on documents.document_links for delete to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));

-- Tags follow their document.
create policy document_tags__web_read on documents.document_tags for select to zen_web using (
  tenant_id = (select app.current_tenant_id())
  and exists (select 1 from documents.documents d where d.tenant_id = document_tags.tenant_id and d.id = document_tags.document_id));
create policy document_tags__web_insert on documents.document_tags for insert to zen_web with check (
  tenant_id = (select app.current_tenant_id()) and created_by = (select app.current_user_id())
  and exists (select 1 from documents.documents d where d.tenant_id = document_tags.tenant_id and d.id = document_tags.document_id));
create policy document_tags__web_delete on documents.document_tags for delete to zen_web using (
  tenant_id = (select app.current_tenant_id())
  and exists (select 1 from documents.documents d where d.tenant_id = document_tags.tenant_id and d.id = document_tags.document_id));
create policy document_tags__portal_read on documents.document_tags for select to zen_portal using (
  (select app.current_aud()) = 'portal' and tenant_id = any ((select app.my_firms())::uuid[])
  and exists (select 1 from documents.documents d where d.tenant_id = document_tags.tenant_id and d.id = document_tags.document_id));
create policy document_tags__portal_insert on documents.document_tags for insert to zen_portal with check (
  (select app.current_aud()) = 'portal' and tenant_id = any ((select app.my_firms())::uuid[]) and created_by = (select app.current_user_id())
  and exists (select 1 from documents.documents d where d.tenant_id = document_tags.tenant_id and d.id = document_tags.document_id
    and d.owner_user_id = (select app.current_user_id())));
create policy document_tags__portal_delete on documents.document_tags for delete to zen_portal using (
  (select app.current_aud()) = 'portal' and tenant_id = any ((select app.my_firms())::uuid[]) and created_by = (select app.current_user_id()));
create policy document_tags__worker_read on documents.document_tags for select to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy document_tags__worker_insert on documents.document_tags for insert to zen_worker
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy document_tags__worker_delete on documents.document_tags for delete to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));

create policy document_views__web_read on documents.document_views for select to zen_web
  using (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()));
create policy document_views__web_insert on documents.document_views for insert to zen_web
  with check (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()));
create policy document_views__web_update on documents.document_views for update to zen_web
  using (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()))
  with check (tenant_id = (select app.current_tenant_id()) and user_id = (select app.current_user_id()));
create policy document_views__portal_read on documents.document_views for select to zen_portal
  using (tenant_id = any ((select app.my_firms())::uuid[]) and user_id = (select app.current_user_id()));
create policy document_views__portal_insert on documents.document_views for insert to zen_portal
  with check (tenant_id = any ((select app.my_firms())::uuid[]) and user_id = (select app.current_user_id()));
create policy document_views__portal_update on documents.document_views for update to zen_portal
  using (tenant_id = any ((select app.my_firms())::uuid[]) and user_id = (select app.current_user_id()))
  with check (tenant_id = any ((select app.my_firms())::uuid[]) and user_id = (select app.current_user_id()));
create policy document_views__worker_read on documents.document_views for select to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));
create policy document_views__worker_delete on documents.document_views for delete to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));

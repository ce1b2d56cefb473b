-- Directory: banks, branches, clients, contacts and properties (operations.md 2).

create schema directory;
revoke all on schema directory from public;
grant usage on schema directory to zen_definer, zen_web, zen_studio, zen_worker;

-- Marks belong to their letters: without the Indic blocks a virama would cut a word in two.
create or replace function app.norm(value text) returns text language sql immutable parallel safe
  as $$
    select nullif(trim(regexp_replace(
      regexp_replace(replace(lower(normalize(value, nfkc)), '&', ' and '), '[.'']', '', 'g'),
      '[^[:alnum:]\u0300-\u036f\u0900-\u0963\u0966-\u0dff]+', ' ', 'g')), '')
  $$;
-- Declared immutable although array_to_string is not: text has one output form.
create function app.words(variadic words text[]) returns text language sql immutable parallel safe
  as $$ select array_to_string(words, ' ') $$;

-- Is there such a live row in the acting tenant? Tells "not yours to see" (403) from "not there" (404). The table must
-- have tenant_id, id and deleted_at, and let zen_definer select them.
create function app.exists_in_tenant(p_table text, p_id uuid) returns boolean language plpgsql stable security definer
  set search_path = pg_catalog as $$
declare
  v_found boolean;
begin
  execute format('select exists (select 1 from %s where tenant_id = $1 and id = $2 and deleted_at is null)', p_table::regclass)
    into v_found using app.current_tenant_id(), p_id;
  return v_found;
end $$;
grant create on schema app to zen_definer;
alter function app.exists_in_tenant(text, uuid) owner to zen_definer;
revoke create on schema app from zen_definer;
revoke all on function app.exists_in_tenant(text, uuid) from public;
grant execute on function app.exists_in_tenant(text, uuid) to zen_web, zen_studio, zen_worker;

-- A name of signs alone has no normal form and stands for itself.
create table directory.banks (
  tenant_id   uuid not null references identity.tenants (id),
  id          uuid not null default uuidv7(),
  name        text not null check (char_length(name) between 2 and 200),
  norm_name   text not null generated always as (coalesce(app.norm(name), name)) stored,
  code        text,
  bank_type   text not null default 'OTHER' check (bank_type in ('SBI', 'PSU_GENERIC', 'COOP', 'AGRI', 'OTHER')),
  ifsc_prefix text check (ifsc_prefix ~ '^[A-Z]{4}$'),
  aliases     text[] not null default '{}' check (cardinality(aliases) <= 20),  -- for matching only
  search_text text not null generated always as (coalesce(app.norm(app.words(variadic array[name, code, ifsc_prefix] || aliases)), '')) stored,
  is_active   boolean not null default true,
  verification text not null default 'PENDING' check (verification in ('PENDING', 'VERIFIED', 'REJECTED', 'MERGED')),
  is_verified boolean not null generated always as (verification = 'VERIFIED') stored,
  verified_rank smallint not null generated always as (case verification when 'VERIFIED' then 0 else 1 end) stored,
  reviewed_at timestamptz(3), reviewed_by_user_id uuid, review_reason text,
  merged_into_id uuid,  -- never a merged record itself: merging keeps targets flat
  version     int not null default 1,
  created_at  timestamptz(3) not null default now(), created_by uuid,
  updated_at  timestamptz(3) not null default now(),
  deleted_at  timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  primary key (tenant_id, id),
  constraint banks__merged_into foreign key (tenant_id, merged_into_id) references directory.banks (tenant_id, id),
  constraint banks__merged_names_target check ((verification = 'MERGED') = (merged_into_id is not null))
);
-- One live bank of a name, of a code, of an IFSC prefix.
create unique index banks__name on directory.banks (tenant_id, norm_name) where deleted_at is null;
create unique index banks__code on directory.banks (tenant_id, code) where deleted_at is null;
create unique index banks__ifsc_prefix on directory.banks (tenant_id, ifsc_prefix) where deleted_at is null;

create table directory.client_orgs (
  tenant_id   uuid not null references identity.tenants (id),
  id          uuid not null default uuidv7(),
  name        text not null check (char_length(name) between 2 and 200),
  norm_name   text not null generated always as (coalesce(app.norm(name), name)) stored,
  city        text not null check (char_length(city) between 2 and 120),
  norm_city   text not null generated always as (coalesce(app.norm(city), city)) stored,
  type        text,
  gstin       text,
  search_text text not null generated always as (coalesce(app.norm(app.words(name, city, gstin)), '')) stored,
  is_active   boolean not null default true,
  verification text not null default 'PENDING' check (verification in ('PENDING', 'VERIFIED', 'REJECTED', 'MERGED')),
  is_verified boolean not null generated always as (verification = 'VERIFIED') stored,
  verified_rank smallint not null generated always as (case verification when 'VERIFIED' then 0 else 1 end) stored,
  reviewed_at timestamptz(3), reviewed_by_user_id uuid, review_reason text,
  merged_into_id uuid,
  version     int not null default 1,
  created_at  timestamptz(3) not null default now(), created_by uuid,
  updated_at  timestamptz(3) not null default now(),
  deleted_at  timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  primary key (tenant_id, id),
  constraint client_orgs__merged_into foreign key (tenant_id, merged_into_id) references directory.client_orgs (tenant_id, id),
  constraint client_orgs__merged_names_target check ((verification = 'MERGED') = (merged_into_id is not null))
);
-- One live client of a name in a city.
create unique index client_orgs__name on directory.client_orgs (tenant_id, norm_name, norm_city) where deleted_at is null;

create table directory.bank_branches (
  tenant_id   uuid not null references identity.tenants (id),
  id          uuid not null default uuidv7(),
  bank_id     uuid not null,
  branch_name text not null check (char_length(branch_name) between 2 and 200),
  norm_name   text not null generated always as (coalesce(app.norm(branch_name), branch_name)) stored,
  city        text not null check (char_length(city) between 2 and 120),
  norm_city   text not null generated always as (coalesce(app.norm(city), city)) stored,
  state text, district text, address text, pin text, phone text,
  ifsc        text check (ifsc ~ '^[A-Z]{4}0[A-Z0-9]{6}$'),
  micr        text check (micr ~ '^[0-9]{9}$'),
  branch_code text,
  latitude    numeric(10, 7) check (latitude between -90 and 90),
  longitude   numeric(10, 7) check (longitude between -180 and 180),
  client_org_id uuid,
  search_text text not null generated always as (coalesce(app.norm(app.words(branch_name, city, ifsc, branch_code, pin)), '')) stored,
  is_active   boolean not null default true,
  verification text not null default 'PENDING' check (verification in ('PENDING', 'VERIFIED', 'REJECTED', 'MERGED')),
  is_verified boolean not null generated always as (verification = 'VERIFIED') stored,
  verified_rank smallint not null generated always as (case verification when 'VERIFIED' then 0 else 1 end) stored,
  reviewed_at timestamptz(3), reviewed_by_user_id uuid, review_reason text,
  merged_into_id uuid,
  version     int not null default 1,
  created_at  timestamptz(3) not null default now(), created_by uuid,
  updated_at  timestamptz(3) not null default now(),
  deleted_at  timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  primary key (tenant_id, id),
  constraint bank_branches__bank foreign key (tenant_id, bank_id) references directory.banks (tenant_id, id),
  constraint bank_branches__client_org foreign key (tenant_id, client_org_id) references directory.client_orgs (tenant_id, id),
  constraint bank_branches__merged_into foreign key (tenant_id, merged_into_id) references directory.bank_branches (tenant_id, id),
  constraint bank_branches__merged_names_target check ((verification = 'MERGED') = (merged_into_id is not null)),
  constraint bank_branches__both_coordinates check ((latitude is null) = (longitude is null))
);
-- One live branch of a name, city and IFSC (or none) in a bank; an IFSC names one live branch.
create unique index bank_branches__name on directory.bank_branches (tenant_id, bank_id, norm_name, norm_city, (coalesce(ifsc, ''))) where deleted_at is null;
create unique index bank_branches__ifsc on directory.bank_branches (tenant_id, ifsc) where deleted_at is null;
create index bank_branches__client_org on directory.bank_branches (tenant_id, client_org_id);

create table directory.contacts (
  tenant_id   uuid not null references identity.tenants (id),
  id          uuid not null default uuidv7(),
  client_org_id uuid not null,
  name        text not null check (char_length(name) between 2 and 200),
  norm_name   text not null generated always as (coalesce(app.norm(name), name)) stored,
  role_label text, phone text, email text,
  is_primary  boolean not null default false,
  search_text text not null generated always as (coalesce(app.norm(app.words(name, phone, email)), '')) stored,
  is_active   boolean not null default true,
  version     int not null default 1,
  created_at  timestamptz(3) not null default now(), created_by uuid,
  updated_at  timestamptz(3) not null default now(),
  deleted_at  timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  primary key (tenant_id, id),
  constraint contacts__client_org foreign key (tenant_id, client_org_id) references directory.client_orgs (tenant_id, id)
);
create index contacts__client_org on directory.contacts (tenant_id, client_org_id);
-- At most one live primary contact of a client.
create unique index contacts__one_primary on directory.contacts (tenant_id, client_org_id) where is_primary and deleted_at is null;

create table directory.property_types (
  tenant_id   uuid not null references identity.tenants (id),
  id          uuid not null default uuidv7(),
  name        text not null check (char_length(name) between 2 and 200),
  norm_name   text not null generated always as (coalesce(app.norm(name), name)) stored,
  search_text text not null generated always as (coalesce(app.norm(name), '')) stored,
  is_active   boolean not null default true,
  version     int not null default 1,
  created_at  timestamptz(3) not null default now(), created_by uuid,
  updated_at  timestamptz(3) not null default now(),
  deleted_at  timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  primary key (tenant_id, id)
);
-- One live kind of a name.
create unique index property_types__name on directory.property_types (tenant_id, norm_name) where deleted_at is null;

create table directory.property_subtypes (
  tenant_id   uuid not null references identity.tenants (id),
  id          uuid not null default uuidv7(),
  property_type_id uuid not null,
  name        text not null check (char_length(name) between 2 and 200),
  norm_name   text not null generated always as (coalesce(app.norm(name), name)) stored,
  search_text text not null generated always as (coalesce(app.norm(name), '')) stored,
  is_active   boolean not null default true,
  version     int not null default 1,
  created_at  timestamptz(3) not null default now(), created_by uuid,
  updated_at  timestamptz(3) not null default now(),
  deleted_at  timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  primary key (tenant_id, id),
  unique (tenant_id, id, property_type_id),
  constraint property_subtypes__type foreign key (tenant_id, property_type_id) references directory.property_types (tenant_id, id)
);
-- One live subtype of a name within its kind.
create unique index property_subtypes__name on directory.property_subtypes (tenant_id, property_type_id, norm_name) where deleted_at is null;

create table directory.properties (
  tenant_id   uuid not null references identity.tenants (id),
  id          uuid not null default uuidv7(),
  name        text not null check (char_length(name) between 2 and 200),
  norm_name   text not null generated always as (coalesce(app.norm(name), name)) stored,
  property_type_id uuid, property_subtype_id uuid,
  line_1 text, line_2 text, village text, taluk text, district text, city text, state text,
  postal_code text check (postal_code ~ '^[1-9][0-9]{5}$'),
  survey_no text, cts_no text, khata_no text,
  latitude    numeric(10, 7) check (latitude between -90 and 90),
  longitude   numeric(10, 7) check (longitude between -180 and 180),
  coord_source text check (coord_source in ('MANUAL', 'EXIF', 'OCR', 'GEOCODE')),
  norm_address text generated always as (app.norm(app.words(line_1, line_2, village, taluk, district, city, postal_code))) stored,
  search_text text not null generated always as (
    coalesce(app.norm(app.words(name, line_1, line_2, village, taluk, district, city, postal_code, survey_no, cts_no, khata_no)), '')) stored,
  is_active   boolean not null default true,
  version     int not null default 1,
  created_at  timestamptz(3) not null default now(), created_by uuid,
  updated_at  timestamptz(3) not null default now(),
  deleted_at  timestamptz(3), deleted_by uuid, delete_reason text, purge_after timestamptz(3),
  primary key (tenant_id, id),
  constraint properties__type foreign key (tenant_id, property_type_id) references directory.property_types (tenant_id, id),
  -- A subtype is one of the type; without a type there is none.
  constraint properties__subtype foreign key (tenant_id, property_subtype_id, property_type_id)
    references directory.property_subtypes (tenant_id, id, property_type_id) on update cascade,
  constraint properties__subtype_has_type check (property_subtype_id is null or property_type_id is not null),
  constraint properties__both_coordinates check ((latitude is null) = (longitude is null))
);
create index properties__postal_code on directory.properties (tenant_id, postal_code);
create index properties__place on directory.properties (tenant_id, latitude, longitude);
create index properties__type on directory.properties (tenant_id, property_type_id);

-- Finds the records whose search text holds the words. LIKE is not leakproof, so under the policies of the caller no
-- trigram index would serve it; the ids found here are read again under those policies. At most 5,000.
create function directory.search(p_kind text, p_words text) returns uuid[] language plpgsql stable security definer
  set search_path = pg_catalog as $$
declare
  v_like text := '%' || replace(replace(replace(app.norm(p_words), '\', '\\'), '%', '\%'), '_', '\_') || '%';
  v_ids  uuid[];
begin
  if p_kind not in ('banks', 'bank_branches', 'client_orgs', 'contacts', 'property_types', 'property_subtypes', 'properties') then
    raise exception 'no such kind of record';
  end if;
  execute format('select array(select id from directory.%I where tenant_id = $1 and search_text like $2 and deleted_at is null limit 5000)', p_kind)
    into v_ids using app.current_tenant_id(), v_like;
  return v_ids;
end $$;
grant create on schema directory to zen_definer;
alter function directory.search(text, text) owner to zen_definer;
revoke create on schema directory from zen_definer;
revoke all on function directory.search(text, text) from public;
grant execute on function directory.search(text, text) to zen_web, zen_studio, zen_worker;

-- Class 2 of identity.md 11: rows of the tenant, deleted ones unseen; the studio in a support session; the worker in its tenant.
do $$
declare
  v_name text;
begin
  foreach v_name in array array['banks', 'bank_branches', 'client_orgs', 'contacts', 'property_types', 'property_subtypes', 'properties'] loop
    execute format('create index %I on directory.%I (tenant_id, norm_name, id)', v_name || '__by_name', v_name);
    execute format('create index %I on directory.%I using gin (tenant_id, search_text public.gin_trgm_ops)', v_name || '__search', v_name);
    execute format('alter table directory.%I enable row level security, force row level security', v_name);
    execute format('grant select, insert, update on directory.%I to zen_web, zen_worker', v_name);
    execute format('grant select on directory.%I to zen_studio, zen_definer', v_name);
    execute format('create policy %I on directory.%I for select to zen_web
      using (tenant_id = (select app.current_tenant_id()) and (deleted_at is null or (select app.sees_deleted())))', v_name || '__web_read', v_name);
    execute format('create policy %I on directory.%I for insert to zen_web with check (tenant_id = (select app.current_tenant_id()))', v_name || '__web_insert', v_name);
    execute format('create policy %I on directory.%I for update to zen_web
      using (tenant_id = (select app.current_tenant_id())) with check (tenant_id = (select app.current_tenant_id()))', v_name || '__web_update', v_name);
    execute format('create policy %I on directory.%I for select to zen_studio using ((select app.current_aud()) = ''studio''
      and tenant_id = (select app.current_tenant_id()) and (select app.support_open()) and (deleted_at is null or (select app.sees_deleted())))', v_name || '__studio_read', v_name);
    execute format('create policy %I on directory.%I for select to zen_worker using (tenant_id = (select app.current_tenant_id())
      and (select app.current_aud()) in (''worker'', ''service''))', v_name || '__worker_read', v_name);
    execute format('create policy %I on directory.%I for insert to zen_worker with check (tenant_id = (select app.current_tenant_id())
      and (select app.current_aud()) in (''worker'', ''service''))', v_name || '__worker_insert', v_name);
    execute format('create policy %I on directory.%I for update to zen_worker using (tenant_id = (select app.current_tenant_id())
      and (select app.current_aud()) in (''worker'', ''service'')) with check (tenant_id = (select app.current_tenant_id())
      and (select app.current_aud()) in (''worker'', ''service''))', v_name || '__worker_update', v_name);
    -- The functions of zen_definer name the tenant themselves.
    execute format('create policy %I on directory.%I for select to zen_definer using (true)', v_name || '__definer', v_name);
  end loop;
  -- Verified first, then by name; and the queue of what waits for an approver.
  foreach v_name in array array['banks', 'bank_branches', 'client_orgs'] loop
    execute format('create index %I on directory.%I (tenant_id, verified_rank, norm_name, id)', v_name || '__verified_first', v_name);
    execute format('create index %I on directory.%I (tenant_id, created_at) where verification = ''PENDING''', v_name || '__pending', v_name);
  end loop;
end $$;
create index bank_branches__bank on directory.bank_branches (tenant_id, bank_id, norm_name);

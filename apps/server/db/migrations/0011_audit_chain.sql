-- Tamper evidence (audit-and-ops.md 2): sealed events, chain and tree, signed checkpoints, their publication, and a
-- verifier in SQL beside the one in TypeScript. Algorithm audit/v1.

-- The text of canonical bytes and what stands in it. Fixed in UTF-8 and in RFC 3339 UTC, so equal bytes read equal for
-- ever; the casts they are made of are called stable only because other forms of input depend on settings.
-- In plpgsql, whose simple expressions cost a tenth of a call of an SQL function that cannot be inlined.
create function audit.body_of(canon bytea) returns jsonb language plpgsql immutable strict parallel safe
  as $$ begin return convert_from(canon, 'UTF8')::jsonb; end $$;
create function audit.text_at(canon bytea, variadic path text[]) returns text language plpgsql immutable strict parallel safe
  as $$ begin return convert_from(canon, 'UTF8')::json #>> path; end $$;
create function audit.uuid_at(canon bytea, variadic path text[]) returns uuid language plpgsql immutable strict parallel safe
  as $$ begin return (convert_from(canon, 'UTF8')::json #>> path)::uuid; end $$;
create function audit.instant_at(canon bytea, variadic path text[]) returns timestamptz language plpgsql immutable strict parallel safe
  as $$ begin return (convert_from(canon, 'UTF8')::json #>> path)::timestamptz; end $$;

-- True when a sealed event can be made of the bytes: what fails here fails the command that wrote it, never the sealer.
create function audit.can_seal(p_id uuid, p_tenant_id uuid, p_canon bytea) returns boolean language plpgsql immutable parallel safe
  as $$
    declare
      b jsonb := convert_from(p_canon, 'UTF8')::jsonb;
    begin
      return (b ->> 'id')::uuid = p_id and (b ->> 'tenant_id')::uuid = p_tenant_id and (b ->> 'at')::timestamptz is not null
        and b ->> 'action' is not null and b ->> 'outcome' is not null
        and coalesce((b #>> '{actor,user_id}')::uuid, p_id) is not null;
    end
  $$;

alter table audit.inbox drop constraint inbox__canon_is_json;
alter table audit.inbox add constraint inbox__can_be_sealed check (coalesce(audit.can_seal(id, tenant_id, canon), false));
-- The sealer takes out what it has sealed, and nobody else does; nobody changes a row.
drop trigger inbox__append_only on audit.inbox;
create trigger inbox__append_only before update or delete on audit.inbox for each row
  when (current_user <> 'zen_sealer') execute function app.refuse_change();
create trigger inbox__unchanged before update on audit.inbox for each row execute function app.refuse_change();
grant select, delete on audit.inbox to zen_sealer;
grant insert (id, tenant_id, ord, canon, sanitiser_version) on audit.inbox to zen_sealer;
create policy inbox__sealer_read on audit.inbox for select to zen_sealer using (true);
create policy inbox__sealer_insert on audit.inbox for insert to zen_sealer with check (true);
create policy inbox__sealer_delete on audit.inbox for delete to zen_sealer using (true);

-- Sealed events. Body and search columns are computed from the bytes that were hashed, so they cannot say otherwise.
create table audit.events (
  tenant_id         uuid not null,
  epoch             int not null check (epoch >= 1),
  seq               bigint not null check (seq >= 1),
  canon             bytea not null check (octet_length(canon) between 2 and 65536),
  leaf              bytea not null,
  link              bytea not null check (octet_length(link) = 32),
  sanitiser_version int not null,
  sealed_at         timestamptz(3) not null default now(),
  body              jsonb not null generated always as (audit.body_of(canon)) stored,
  id                uuid not null generated always as (audit.uuid_at(canon, 'id')) stored,
  at                timestamptz(3) not null generated always as (audit.instant_at(canon, 'at')) stored,
  action            text not null generated always as (audit.text_at(canon, 'action')) stored,
  outcome           text not null generated always as (audit.text_at(canon, 'outcome')) stored,
  trace_id          text generated always as (audit.text_at(canon, 'trace_id')) stored,
  actor_user_id     uuid generated always as (audit.uuid_at(canon, 'actor', 'user_id')) stored,
  actor_role        text generated always as (audit.text_at(canon, 'actor', 'role')) stored,
  target_type       text generated always as (audit.text_at(canon, 'target', 'type')) stored,
  target_id         text generated always as (audit.text_at(canon, 'target', 'id')) stored,
  primary key (tenant_id, epoch, seq),
  constraint events__leaf_is_hash_of_canon check (leaf = sha256('\x00'::bytea || canon))
);
-- An event is sealed once.
create unique index events__id on audit.events (tenant_id, id);
create index events__newest on audit.events (tenant_id, at desc, id desc);
create index events__actor on audit.events (tenant_id, actor_user_id, at desc);
create index events__target on audit.events (tenant_id, target_type, target_id, at desc);
create index events__trace on audit.events (tenant_id, trace_id);

-- State of each log: how long it is, its last link, and the roots of its perfect subtrees, largest first.
create table audit.heads (
  tenant_id  uuid not null,
  epoch      int not null check (epoch >= 1),
  size       bigint not null check (size >= 0),
  link       bytea not null check (octet_length(link) = 32),
  edge       bytea[] not null,
  -- pg_control_system().system_identifier of the cluster whose transaction ids stand in the inbox.
  cluster_id text not null,
  updated_at timestamptz(3) not null default now(),
  primary key (tenant_id, epoch)
);

-- Full tiles of 256 hashes: level 0 of leaves, level n of the roots of tiles of the level below. Kept when events go.
create table audit.tiles (
  tenant_id uuid not null,
  epoch     int not null,
  level     int not null check (level between 0 and 6),
  index     bigint not null check (index >= 0),
  hashes    bytea not null check (octet_length(hashes) = 8192),
  root      bytea not null check (octet_length(root) = 32),
  primary key (tenant_id, epoch, level, index)
);

create table audit.checkpoints (
  tenant_id  uuid not null,
  epoch      int not null,
  size       bigint not null check (size >= 1),
  root       bytea not null check (octet_length(root) = 32),
  link       bytea not null check (octet_length(link) = 32),
  origin     text not null,
  note       text not null check (octet_length(note) <= 8192),
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, epoch, size)
);

-- The tree over checkpoints: leaf = SHA-256(00 || note). One for all tenants; that is what gets published.
create table audit.root_log (
  tenant_id  uuid not null,
  epoch      int not null,
  size       bigint not null,
  root_epoch int not null check (root_epoch >= 1),
  position   bigint not null check (position >= 0),
  leaf       bytea not null check (octet_length(leaf) = 32),
  primary key (tenant_id, epoch, size, root_epoch)
);
create unique index root_log__position on audit.root_log (root_epoch, position);
-- Signed heads of the root log.
create table audit.root_notes (
  id         uuid primary key default uuidv7(),
  root_epoch int not null,
  size       bigint not null check (size >= 0),
  root       bytea not null check (octet_length(root) = 32),
  edge       bytea[] not null,
  note       text not null check (octet_length(note) <= 8192),
  created_at timestamptz(3) not null default now()
);
create table audit.notary_receipts (
  id           uuid primary key default uuidv7(),
  sink         text not null check (char_length(sink) between 1 and 40),
  root_epoch   int not null,
  size         bigint not null,
  receipt      jsonb not null check (octet_length(receipt::text) <= 65536),
  published_at timestamptz(3) not null default now()
);
create index root_notes__newest on audit.root_notes (root_epoch desc, id desc);
create index notary_receipts__newest on audit.notary_receipts (sink, id desc);
-- Public halves of all keys that ever signed; they stay listed.
create table audit.signing_keys (
  public_key bytea primary key check (octet_length(public_key) = 32),
  valid_from timestamptz(3) not null default now(),
  valid_to   timestamptz(3)
);

-- Where the kept log begins after a pruning: always at a signed checkpoint.
create table audit.retention_seals (
  tenant_id  uuid not null,
  epoch      int not null,
  upto_seq   bigint not null check (upto_seq >= 1),
  link       bytea not null check (octet_length(link) = 32),
  edge       bytea[] not null,
  note       text not null,
  created_at timestamptz(3) not null default now(),
  primary key (tenant_id, epoch, upto_seq)
);

-- Results of verification, one a run; a running one is a job.
create table audit.verify_runs (
  tenant_id     uuid not null,
  id            uuid not null default uuidv7(),
  kind          text not null check (kind in ('range', 'full', 'nightly')),
  passed        boolean not null,
  checked_rows  bigint not null,
  first_bad_seq bigint,
  failure_count bigint not null,
  result        jsonb not null check (octet_length(result::text) <= 65536),
  actor_user_id uuid,
  trace_id      text not null,
  created_at    timestamptz(3) not null default now(),
  primary key (tenant_id, id)
);
create index verify_runs__newest on audit.verify_runs (tenant_id, created_at desc);

-- Nothing here changes: these stop the owner too.
do $$
declare
  t text;
begin
  foreach t in array array['tiles', 'checkpoints', 'root_log', 'root_notes', 'notary_receipts', 'retention_seals', 'verify_runs'] loop
    execute format('create trigger %I before update or delete on audit.%I for each row execute function app.refuse_change()', t || '__append_only', t);
  end loop;
  foreach t in array array['events', 'heads', 'signing_keys', 'tiles', 'checkpoints', 'root_log', 'root_notes', 'notary_receipts', 'retention_seals', 'verify_runs'] loop
    execute format('create trigger %I before truncate on audit.%I for each statement execute function app.refuse_change()', t || '__no_truncate', t);
    execute format('alter table audit.%I enable row level security', t);
    execute format('alter table audit.%I force row level security', t);
    execute format('grant select on audit.%I to zen_sealer', t);
    execute format('create policy %I on audit.%I for select to zen_sealer using (true)', t || '__sealer_read', t);
  end loop;
  foreach t in array array['events', 'heads', 'signing_keys', 'tiles', 'checkpoints', 'root_log', 'root_notes', 'notary_receipts'] loop
    execute format('grant insert on audit.%I to zen_sealer', t);
    execute format('create policy %I on audit.%I for insert to zen_sealer with check (true)', t || '__sealer_insert', t);
  end loop;
  foreach t in array array['events', 'heads', 'tiles', 'checkpoints', 'retention_seals', 'verify_runs'] loop
    execute format('grant select on audit.%I to zen_keeper', t);
    execute format('create policy %I on audit.%I for select to zen_keeper using (true)', t || '__keeper_read', t);
  end loop;
  -- Class 6 for people and workers: the firm's own to who may read the log, all to operators.
  foreach t in array array['events', 'heads', 'tiles', 'checkpoints', 'root_log', 'retention_seals', 'verify_runs'] loop
    execute format('grant select on audit.%I to zen_web, zen_studio, zen_worker', t);
    execute format('create policy %I on audit.%I for select to zen_web using (tenant_id = (select app.current_tenant_id()) and (select app.sees_all(''audit.read'')))', t || '__web_read', t);
    execute format('create policy %I on audit.%I for select to zen_studio using ((select app.current_aud()) = ''studio'')', t || '__studio_read', t);
    execute format('create policy %I on audit.%I for select to zen_worker using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in (''worker'', ''service''))', t || '__worker_read', t);
  end loop;
  -- Of no tenant.
  foreach t in array array['root_notes', 'notary_receipts'] loop
    execute format('grant select on audit.%I to zen_web, zen_studio, zen_worker', t);
    execute format('create policy %I on audit.%I for select to zen_web using ((select app.sees_all(''audit.read'')))', t || '__web_read', t);
    execute format('create policy %I on audit.%I for select to zen_studio using ((select app.current_aud()) = ''studio'')', t || '__studio_read', t);
    execute format('create policy %I on audit.%I for select to zen_worker using ((select app.current_aud()) in (''worker'', ''service''))', t || '__worker_read', t);
  end loop;
end $$;

-- Public by nature: whoever verifies needs them.
grant select on audit.signing_keys to zen_web, zen_studio, zen_worker, zen_auth;
create policy signing_keys__read on audit.signing_keys for select to zen_web, zen_studio, zen_worker, zen_auth using (true);
grant update (valid_to) on audit.signing_keys to zen_sealer;
create policy signing_keys__sealer_update on audit.signing_keys for update to zen_sealer using (true) with check (true);
create trigger signing_keys__kept before update or delete on audit.signing_keys for each row
  when (current_user <> 'zen_sealer') execute function app.refuse_change();

grant update (size, link, edge, cluster_id, updated_at) on audit.heads to zen_sealer;
create policy heads__sealer_update on audit.heads for update to zen_sealer using (true) with check (true);
create trigger heads__kept before update or delete on audit.heads for each row
  when (current_user <> 'zen_sealer') execute function app.refuse_change();
create function audit.refuse_shrinking() returns trigger language plpgsql as $$
begin
  if new.size < old.size then raise exception 'a log does not shrink' using errcode = '42501'; end if;
  return new;
end $$;
create trigger heads__grow before update on audit.heads for each row execute function audit.refuse_shrinking();

-- Only the keeper prunes, and only what a retention seal covers.
create trigger events__append_only before update or delete on audit.events for each row
  when (current_user <> 'zen_keeper') execute function app.refuse_change();
create trigger events__unchanged before update on audit.events for each row execute function app.refuse_change();
create function audit.refuse_unsealed_pruning() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from audit.retention_seals s
    where s.tenant_id = old.tenant_id and s.epoch = old.epoch and s.upto_seq >= old.seq) then
    raise exception 'event % is not behind a retention seal', old.seq using errcode = '42501';
  end if;
  return old;
end $$;
create trigger events__pruned before delete on audit.events for each row
  when (current_user = 'zen_keeper') execute function audit.refuse_unsealed_pruning();
grant delete on audit.events to zen_keeper;
create policy events__keeper_delete on audit.events for delete to zen_keeper using (true);
grant insert on audit.retention_seals, audit.verify_runs to zen_keeper;
create policy retention_seals__keeper_insert on audit.retention_seals for insert to zen_keeper with check (true);
create policy verify_runs__keeper_insert on audit.verify_runs for insert to zen_keeper with check (true);

grant insert on audit.verify_runs to zen_web, zen_studio, zen_worker;
create policy verify_runs__web_insert on audit.verify_runs for insert to zen_web
  with check (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('audit.verify')));
create policy verify_runs__studio_insert on audit.verify_runs for insert to zen_studio with check ((select app.current_aud()) = 'studio');
create policy verify_runs__worker_insert on audit.verify_runs for insert to zen_worker
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service'));

-- Whose transaction ids stand in the inbox; a cluster restored by copying tables has another identifier.
create function audit.cluster_id() returns text language sql stable parallel safe
  return (select system_identifier::text from pg_control_system());

-- ── the second verifier ──────────────────────────────────────────────────────────────────────────────────────────────
create function audit.log_id(p_tenant_id uuid, p_epoch int) returns text language sql immutable strict parallel safe
  return p_tenant_id::text || case when p_epoch = 1 then '' else '/' || p_epoch end;
create function audit.first_link(p_log_id text) returns bytea language sql immutable strict parallel safe
  return sha256('\x02'::bytea || 'audit/v1'::bytea || '\x00'::bytea || convert_to(p_log_id, 'UTF8'));

-- Root of the RFC 6962 tree of p_start leaves, given by its right edge, and the leaves behind them.
create function audit.tree_root(p_start bigint, p_edge bytea[], p_leaves bytea[]) returns bytea language plpgsql immutable strict as $$
declare
  v_level bytea[] := p_leaves;
  v_edge  bytea[] := p_edge;
  v_start bigint := p_start;
begin
  if p_start = 0 and cardinality(p_leaves) = 0 then return sha256(''::bytea); end if;
  loop
    -- The left neighbour of the first hash of this level stands in the edge.
    if v_start % 2 = 1 then
      v_level := array_prepend(v_edge[cardinality(v_edge)], v_level);
      v_edge := trim_array(v_edge, 1);
    end if;
    v_start := v_start / 2;
    exit when v_start = 0 and cardinality(v_level) = 1;
    -- The last of an odd number goes up as it is.
    select coalesce(array_agg(case when pair.right_hash is null then pair.left_hash
        else sha256('\x01'::bytea || pair.left_hash || pair.right_hash) end order by pair.place), '{}')
      into v_level
      from (select hash as left_hash, lead(hash) over (order by place) as right_hash, place
        from unnest(v_level) with ordinality as level(hash, place)) pair
      where pair.place % 2 = 1;
  end loop;
  return v_level[1];
end $$;

create type audit.chain_verdict as (checked bigint, first_bad_seq bigint, code text, link bytea, root bytea);

-- Recomputes leaves, links and the root of rows that should stand at p_from and on.
create function audit.verify_rows(p_from bigint, p_link bytea, p_edge bytea[], p_seqs bigint[], p_canons bytea[], p_links bytea[])
  returns audit.chain_verdict language plpgsql immutable as $$
declare
  v_verdict audit.chain_verdict;
  v_leaves  bytea[];
begin
  with given as (
    select place, seq, link, sha256('\x00'::bytea || canon) as leaf,
      coalesce(lag(link) over (order by place), p_link) as before
    from unnest(p_seqs, p_canons, p_links) with ordinality as given(seq, canon, link, place)
  ), judged as (
    select place, leaf, link, case
      when seq is distinct from p_from + place - 1 then 'chain_seq_gap'
      when link is distinct from sha256('\x03'::bytea || before || int8send(p_from + place - 1) || leaf) then 'hash_curr_mismatch'
    end as code from given
  )
  select count(*), min(p_from + place - 1) filter (where code is not null),
    (array_agg(code order by place) filter (where code is not null))[1],
    (array_agg(link order by place desc))[1], array_agg(leaf order by place)
  into v_verdict.checked, v_verdict.first_bad_seq, v_verdict.code, v_verdict.link, v_leaves from judged;
  if v_verdict.code is null then
    v_verdict.root := audit.tree_root(p_from - 1, p_edge, coalesce(v_leaves, '{}'));
    v_verdict.link := coalesce(v_verdict.link, p_link);
  end if;
  return v_verdict;
end $$;

-- The same for sealed events, up to 1,000,000 at a time. The edge of the tree in front of p_from is the caller's to
-- know; without it no root is answered. Runs with the caller's rights.
create function audit.verify_range(p_tenant_id uuid, p_epoch int, p_from bigint, p_to bigint, p_edge bytea[] default null)
  returns audit.chain_verdict language plpgsql stable as $$
declare
  v_verdict audit.chain_verdict;
  v_link    bytea;
  v_edge    bytea[] := case when p_from = 1 then '{}' else p_edge end;
  v_last    bigint := least(p_to, p_from + 999999);
begin
  if p_from = 1 then v_link := audit.first_link(audit.log_id(p_tenant_id, p_epoch));
  else
    select coalesce(
      (select e.link from audit.events e where e.tenant_id = p_tenant_id and e.epoch = p_epoch and e.seq = p_from - 1),
      (select s.link from audit.retention_seals s where s.tenant_id = p_tenant_id and s.epoch = p_epoch and s.upto_seq = p_from - 1))
    into v_link;
  end if;
  if v_link is null then
    v_verdict.checked := 0; v_verdict.first_bad_seq := p_from; v_verdict.code := 'hash_link_mismatch';
    return v_verdict;
  end if;
  with given as (
    select row_number() over (order by seq) as place, seq, link, leaf, canon,
      coalesce(lag(link) over (order by seq), v_link) as before
    from audit.events where tenant_id = p_tenant_id and epoch = p_epoch and seq between p_from and v_last
  ), judged as (
    select place, leaf, link, case
      when seq <> p_from + place - 1 then 'chain_seq_gap'
      when leaf <> sha256('\x00'::bytea || canon) then 'hash_curr_mismatch'
      when link <> sha256('\x03'::bytea || before || int8send(seq) || leaf) then 'hash_curr_mismatch'
    end as code from given
  )
  select count(*), min(p_from + place - 1) filter (where code is not null),
    (array_agg(code order by place) filter (where code is not null))[1], (array_agg(link order by place desc))[1]
  into v_verdict.checked, v_verdict.first_bad_seq, v_verdict.code, v_verdict.link from judged;
  if v_verdict.code is null and v_verdict.checked < v_last - p_from + 1 then
    v_verdict.first_bad_seq := p_from + v_verdict.checked; v_verdict.code := 'tail_truncated';
  end if;
  if v_verdict.code is null and v_edge is not null then
    v_verdict.root := audit.tree_root(p_from - 1, v_edge, coalesce((select array_agg(leaf order by seq)
      from audit.events where tenant_id = p_tenant_id and epoch = p_epoch and seq between p_from and v_last), '{}'));
  end if;
  return v_verdict;
end $$;

-- Judges the lines of an evidence bundle without its signatures: {valid, first_bad_seq, code}. Written apart from the
-- reader in TypeScript, so that the two can hold each other to account.
create function audit.verify_bundle(p_bundle text) returns audit.chain_verdict language plpgsql immutable strict as $$
declare
  v_header  jsonb;
  v_verdict audit.chain_verdict;
  v_seqs    bigint[];
  v_canons  bytea[];
  v_links   bytea[];
  v_leaves  bytea[];
  v_edge    bytea[];
  v_from    bigint;
  v_note    text;
  v_size    bigint;
  v_signed  bigint;
begin
  v_header := split_part(p_bundle, E'\n', 1)::jsonb;
  v_from := (v_header ->> 'from_seq')::bigint;
  v_signed := v_from - 1;
  select array_agg((line ->> 'seq')::bigint order by place), array_agg(decode(line ->> 'canon', 'base64') order by place),
    array_agg(decode(line ->> 'link', 'base64') order by place)
  into v_seqs, v_canons, v_links
  from (select text::jsonb as line, place from string_to_table(p_bundle, E'\n') with ordinality as lines(text, place)
    where starts_with(text, '{"t":"E"')) events;
  v_edge := array(select decode(hash, 'base64') from jsonb_array_elements_text(v_header -> 'start_edge') with ordinality as e(hash, place) order by place);
  v_verdict := audit.verify_rows(v_from, decode(v_header ->> 'start_link', 'base64'), v_edge, v_seqs, v_canons, v_links);
  v_leaves := array(select sha256('\x00'::bytea || canon) from unnest(v_canons) with ordinality as c(canon, place) order by place);
  for v_note in
    select text::jsonb ->> 'note' from string_to_table(p_bundle, E'\n') with ordinality as lines(text, place)
    where starts_with(text, '{"t":"C"') order by place
  loop
    v_size := split_part(v_note, E'\n', 2)::bigint;
    exit when v_size > coalesce(v_verdict.first_bad_seq, v_size + 1) - 1 or v_size > v_from - 1 + cardinality(v_seqs);
    if audit.tree_root(v_from - 1, v_edge, v_leaves[1:v_size - v_from + 1]) <> decode(split_part(v_note, E'\n', 3), 'base64') then
      v_verdict.first_bad_seq := v_signed + 1; v_verdict.code := 'checkpoint_root_mismatch';
      return v_verdict;
    end if;
    if coalesce(v_links[v_size - v_from + 1], decode(v_header ->> 'start_link', 'base64'))
      <> decode(substring(split_part(v_note, E'\n', 4) from 6), 'base64') then
      v_verdict.first_bad_seq := v_signed + 1; v_verdict.code := 'checkpoint_link_mismatch';
      return v_verdict;
    end if;
    v_signed := v_size;
  end loop;
  if v_verdict.code is null and (v_header ->> 'to_seq')::bigint <> v_from - 1 + v_verdict.checked then
    v_verdict.first_bad_seq := v_from + v_verdict.checked; v_verdict.code := 'tail_truncated';
  end if;
  return v_verdict;
end $$;

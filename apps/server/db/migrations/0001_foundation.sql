-- The ground: extensions, the request context, and the helpers every policy calls.

create extension if not exists citext;
create extension if not exists pg_trgm;
create extension if not exists btree_gin;
create extension if not exists btree_gist;

create schema app;
comment on schema app is 'The context of a transaction and the helpers that policies call.';
revoke all on schema app from public;
grant usage on schema app to zen_definer, zen_web, zen_studio, zen_portal, zen_worker, zen_auth, zen_billing, zen_sealer, zen_keeper;
grant usage on schema public to zen_definer, zen_web, zen_studio, zen_portal, zen_worker, zen_auth, zen_billing;

-- Blank settings mean "no context": null, so that nothing matches.
create function app.current_tenant_id() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.tenant_id', true), '')::uuid $$;
create function app.current_user_id() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;
create function app.current_aud() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('app.aud', true), '') $$;
-- Set only by commands that delete, restore or purge.
create function app.sees_deleted() returns boolean language sql stable parallel safe
  as $$ select coalesce(current_setting('app.sees_deleted', true), '') = 'on' $$;

-- Text as duplicates are judged: NFKC, lower case, "&" spoken, dots and apostrophes dropped, the rest single blanks.
create function app.norm(value text) returns text language sql immutable parallel safe
  as $$
    select nullif(trim(regexp_replace(
      regexp_replace(replace(lower(normalize(value, nfkc)), '&', ' and '), '[.'']', '', 'g'),
      '[^[:alnum:]]+', ' ', 'g')), '')
  $$;

-- The trigger of every append-only table: it stops the owner too.
create function app.refuse_change() returns trigger language plpgsql
  as $$ begin raise exception '% is append-only', tg_table_name using errcode = '42501'; end $$;

-- Roles of the cluster. Run by the owner connection before every migration; repeatable.
-- Nobody is superuser or BYPASSRLS. Passwords of the logins are set from the configuration, not here.
do $$
declare
  r record;
begin
  for r in
    select * from (values
      ('zen_owner',   'nologin'),  -- owns schemas and tables; migrations only
      ('zen_definer', 'nologin'),  -- owns the helper functions; reads the few tables they need
      ('zen_web',     'nologin'), ('zen_studio', 'nologin'), ('zen_portal', 'nologin'),
      ('zen_auth',    'nologin'),  -- identity's own: credentials, sessions, memberships
      ('zen_billing', 'nologin'),  -- owns the functions that write balances and the ledger
      ('zen_worker',  'login'),    -- the workers' login and role
      ('zen_api',     'login'),    -- the API's login: owns nothing, inherits nothing, may become the five below
      ('zen_sealer',  'login'), ('zen_keeper', 'login')
    ) as wanted(name, kind)
  loop
    if not exists (select 1 from pg_roles where rolname = r.name) then
      execute format('create role %I %s nosuperuser nocreatedb nocreaterole noinherit nobypassrls', r.name, r.kind);
    end if;
  end loop;
end $$;

grant zen_web, zen_studio, zen_portal, zen_worker, zen_auth to zen_api with inherit false, set true;
grant zen_auth to zen_worker with inherit false, set true;

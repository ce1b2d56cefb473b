-- Whether a row that a caller cannot see is there at all, is for the staff of its firm to know. An operator of the
-- platform learns it only while he may look into the firm; else the row is not there (404, not 403).
create or replace function app.exists_in_tenant(p_table text, p_id uuid) returns boolean language plpgsql stable security definer
  set search_path = pg_catalog as $$
declare
  v_found boolean;
begin
  if app.current_aud() = 'studio' and not app.support_open() then
    return false;
  end if;
  execute format('select exists (select 1 from %s where tenant_id = $1 and id = $2 and deleted_at is null)', p_table::regclass)
    into v_found using app.current_tenant_id(), p_id;
  return v_found;
end $$;

-- A transaction asks for the same capability in many policies; it is looked up once and remembered until its end.

-- Looks the effective scope of the acting membership up (none, own, assigned or all) and remembers it in `app.scopes`
-- as ";<capability>@<audience>/<tenant>/<user>=<scope>;". Who acts stands in the entry, so that another context never
-- reads it. The setting is trusted as far as `app.user_id` is, which the same role sets: whoever could write one could
-- write the other.
create function app.look_up_scope(p_capability text) returns text language plpgsql stable security definer
  set search_path = pg_catalog as $$
declare
  v_aud    text := app.current_aud();
  v_tenant uuid;
  v_scope  text;
begin
  if v_aud = 'worker' then
    select c.scope into v_scope from identity.job_template_capabilities c
    where c.job_template = 'worker' and c.capability = p_capability;
  else
    v_tenant := case v_aud
      when 'web' then app.current_tenant_id()
      when 'studio' then app.lane_tenant_id('internal')
      when 'portal' then app.lane_tenant_id('external')
    end;
    select coalesce(o.scope, c.scope, 'none') into v_scope
    from identity.memberships m
    join identity.membership_job_templates t on t.tenant_id = m.tenant_id and t.user_id = m.user_id
    join identity.job_templates j on j.key = t.job_template and v_aud = any (j.aud)
    left join identity.job_template_capabilities c on c.job_template = t.job_template and c.capability = p_capability
    left join identity.rbac_overrides o
      on o.tenant_id = m.tenant_id and o.job_template = t.job_template and o.capability = p_capability
    where m.tenant_id = v_tenant and m.user_id = app.current_user_id() and m.status = 'active' and m.deleted_at is null
    order by array_position(array['all', 'assigned', 'own', 'none'], coalesce(o.scope, c.scope, 'none'))
    limit 1;
  end if;
  v_scope := coalesce(v_scope, 'none');
  perform set_config('app.scopes',
    concat(current_setting('app.scopes', true), app.scope_entry(p_capability), v_scope, ';'), true);
  return v_scope;
end $$;
create function app.scope_entry(p_capability text) returns text language sql stable
  as $$
    select ';' || p_capability || '@' || coalesce(current_setting('app.aud', true), '') || '/'
      || coalesce(current_setting('app.tenant_id', true), '') || '/' || coalesce(current_setting('app.user_id', true), '') || '='
  $$;

grant create on schema app to zen_definer;
alter function app.look_up_scope(text) owner to zen_definer;
-- As plain SQL it becomes part of the statement that asks; only what is not remembered yet costs a call.
create or replace function app.scope_of(p_capability text) returns text language sql stable security invoker
  as $$
    select coalesce(
      nullif(split_part(split_part(current_setting('app.scopes', true), app.scope_entry(p_capability), 2), ';', 1), ''),
      app.look_up_scope(p_capability))
  $$;
revoke create on schema app from zen_definer;

-- How far the stage before was complete, as the caller may see it. A function, so that a statement that reads a report
-- of another type does not carry this plan and its policies along.
create function reports.previous_completion(p_tenant uuid, p_report uuid) returns float8 language plpgsql stable as $$
begin
  return (
    select (v.derived -> 'computed_values' ->> 'completion_percent')::float8
    from reports.reports r
    join reports.reports p on p.tenant_id = r.tenant_id and p.assignment_id = r.assignment_id and (p.created_at, p.id) < (r.created_at, r.id)
    join reports.report_revisions v on v.tenant_id = p.tenant_id and v.report_id = p.id and v.n = p.latest_revision
    where r.tenant_id = p_tenant and r.id = p_report and p.report_type = 'STAGE_PROGRESS' and p.status <> 'CANCELLED' and p.deleted_at is null
    order by p.created_at desc, p.id desc limit 1);
end $$;
revoke all on function reports.previous_completion(uuid, uuid) from public;
grant execute on function reports.previous_completion(uuid, uuid) to zen_web, zen_studio, zen_worker;

-- What most requests pay for: policies, the rows of a contract's revisions.

-- All capabilities of a job template in one text, ";<capability>=<scope>;…;". Kept by a trigger, so that what the catalogue
-- grants and what is looked up are one.
alter table identity.job_templates add column scopes text not null default ';';
create function identity.keep_template_scopes() returns trigger language plpgsql as $$
begin
  update identity.job_templates j set scopes = k.scopes
  from (
    select t.key, ';' || coalesce(string_agg(c.capability || '=' || c.scope || ';', '' order by c.capability), '') as scopes
    from identity.job_templates t left join identity.job_template_capabilities c on c.job_template = t.key group by t.key
  ) k
  where k.key = j.key and k.scopes <> j.scopes;
  return null;
end $$;
create trigger job_template_capabilities__kept after insert or update or delete on identity.job_template_capabilities
  for each statement execute function identity.keep_template_scopes();
update identity.job_templates j set scopes = (
  select ';' || coalesce(string_agg(c.capability || '=' || c.scope || ';', '' order by c.capability), '')
  from identity.job_template_capabilities c where c.job_template = j.key);

-- Looks up all effective scopes of the acting membership (none, own, assigned or all), as `scopes` above has them, and
-- remembers them until the end of the transaction in `app.rights` behind "<audience>/<tenant>/<user>|", so that another
-- context never reads them. One template without exceptions of the firm is the rule, and one read.
create function app.look_up_rights() returns text language plpgsql stable security definer
  set search_path = pg_catalog as $$
declare
  v_aud    text := nullif(current_setting('app.aud', true), '');
  v_user   uuid := app.current_user_id();
  v_tenant uuid;
  v_count  int;
  v_except boolean;
  v_rights text;
begin
  if v_aud = 'worker' then
    select j.scopes into v_rights from identity.job_templates j where j.key = 'worker';
  else
    v_tenant := case v_aud
      when 'web' then app.current_tenant_id()
      when 'studio' then app.lane_tenant_id('internal')
      when 'portal' then app.lane_tenant_id('external')
    end;
    select count(*), min(j.scopes), bool_or(exists (
        select 1 from identity.rbac_overrides o where o.tenant_id = t.tenant_id and o.job_template = t.job_template))
      into v_count, v_rights, v_except
    from identity.memberships m
    join identity.membership_job_templates t on t.tenant_id = m.tenant_id and t.user_id = m.user_id
    join identity.job_templates j on j.key = t.job_template and v_aud = any (j.aud)
    where m.tenant_id = v_tenant and m.user_id = v_user and m.status = 'active' and m.deleted_at is null;
    if v_count > 1 or v_except then
      with held as (
        select t.job_template from identity.memberships m
        join identity.membership_job_templates t on t.tenant_id = m.tenant_id and t.user_id = m.user_id
        join identity.job_templates j on j.key = t.job_template and v_aud = any (j.aud)
        where m.tenant_id = v_tenant and m.user_id = v_user and m.status = 'active' and m.deleted_at is null
      ), excepted as (
        select o.job_template, o.capability, o.scope from identity.rbac_overrides o join held h on h.job_template = o.job_template
        where o.tenant_id = v_tenant
      ), widest as (
        select distinct on (x.capability) x.capability, x.scope from (
          select capability, scope from excepted
          union all
          select c.capability, c.scope from identity.job_template_capabilities c join held h on h.job_template = c.job_template
          where not exists (select 1 from excepted e where e.job_template = c.job_template and e.capability = c.capability)
        ) x
        order by x.capability, array_position(array['all', 'assigned', 'own', 'none'], x.scope)
      )
      select ';' || string_agg(w.capability || '=' || w.scope || ';', '') into v_rights from widest w;
    end if;
  end if;
  v_rights := coalesce(v_rights, ';');
  perform set_config('app.rights', concat(v_aud, '/', current_setting('app.tenant_id', true), '/', current_setting('app.user_id', true), '|', v_rights), true);
  return v_rights;
end $$;
grant create on schema app to zen_definer;
alter function app.look_up_rights() owner to zen_definer;
revoke create on schema app from zen_definer;

-- A statement makes ready every expression of its policies before it starts, whether or not it comes to evaluating it. As
-- SQL this would become part of each of them; as a call it is made ready once a transaction.
create or replace function app.scope_of(p_capability text) returns text language plpgsql stable security invoker
  as $$
declare
  v_rights text := current_setting('app.rights', true);
begin
  if v_rights is null or not starts_with(v_rights, concat(nullif(current_setting('app.aud', true), ''), '/', current_setting('app.tenant_id', true), '/',
      current_setting('app.user_id', true), '|')) then
    v_rights := app.look_up_rights();
  end if;
  return coalesce(nullif(split_part(split_part(v_rights, ';' || p_capability || '=', 2), ';', 1), ''), 'none');
end $$;
drop function app.look_up_scope(text);
drop function app.scope_entry(text);

-- Whether the caller is on the team of a job that no work has begun on yet: a hint for those who write data of the job.
-- What follows from it happens under his own policies and the row's lock.
create function assignments.waits_for_work(p_assignment uuid) returns boolean language plpgsql stable security definer
  set search_path = pg_catalog as $$
begin
  return exists (
    select 1 from assignments.assignments a
    where a.tenant_id = app.current_tenant_id() and a.id = p_assignment and a.status in ('DRAFT', 'CHANGES_REQUESTED') and a.hold_since is null
      and exists (select 1 from assignments.assignment_assignees s where s.tenant_id = a.tenant_id and s.assignment_id = a.id
        and s.user_id = app.current_user_id() and s.deleted_at is null));
end $$;
grant create on schema assignments to zen_definer;
alter function assignments.waits_for_work(uuid) owner to zen_definer;
revoke create on schema assignments from zen_definer;
revoke all on function assignments.waits_for_work(uuid) from public;
grant execute on function assignments.waits_for_work(uuid) to zen_web, zen_studio, zen_worker;

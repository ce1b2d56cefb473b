-- What most requests pay for: policies, the rows of a contract's revisions.

-- A statement makes ready every expression of its policies before it starts, whether or not it comes to evaluating it. As
-- SQL the memory of a scope would become part of each of them; as a call it is made ready once a transaction.
create or replace function app.scope_of(p_capability text) returns text language plpgsql stable security invoker
  as $$
  begin
    return coalesce(
      nullif(split_part(split_part(current_setting('app.scopes', true), app.scope_entry(p_capability), 2), ';', 1), ''),
      app.look_up_scope(p_capability));
  end $$;

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

-- A call to the outside whose end nobody knows is settled by a person (audit-and-ops.md 8): it happened, or it did not.

-- Who manages the jobs sees which calls are open, never what was answered.
grant select (tenant_id, effect_key, job_id, attempt, queue, state, created_at, done_at) on ops.job_effects to zen_web, zen_studio;
create policy job_effects__web_read on ops.job_effects for select to zen_web
  using (tenant_id = (select app.current_tenant_id()) and (select app.sees_all('ops.read')));
create policy job_effects__studio_read on ops.job_effects for select to zen_studio using ((select app.current_aud()) = 'studio');
grant select, update (state, done_at), delete on ops.job_effects to zen_definer;
create policy job_effects__definer_read on ops.job_effects for select to zen_definer using (true);
create policy job_effects__definer_update on ops.job_effects for update to zen_definer using (true) with check (true);
create policy job_effects__definer_delete on ops.job_effects for delete to zen_definer using (true);

-- What a person says of an unknown effect of a dead job: done stays under its key, so that it is not done again; what was
-- not done leaves the key free. False when there is nothing to settle. The caller writes the event and resolves the job.
create function ops.settle_effect(p_tenant_id uuid, p_dead_id uuid, p_effect_key text, p_done boolean) returns boolean
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  if not (coalesce(app.current_aud() = 'studio', false)
    or coalesce(p_tenant_id = app.current_tenant_id() and app.sees_all('ops.jobs.manage'), false)) then
    raise exception 'an effect of another tenant' using errcode = '42501';
  end if;
  perform 1 from ops.dead_jobs d
  where d.tenant_id = p_tenant_id and d.id = p_dead_id and d.state = 'DEAD'
    and (p_effect_key = d.effect_key or starts_with(p_effect_key, d.effect_key || ':'));
  if not found then return false; end if;
  if p_done then
    update ops.job_effects e set state = 'DONE', done_at = now()
    where e.tenant_id = p_tenant_id and e.effect_key = p_effect_key and e.state = 'UNKNOWN';
  else
    delete from ops.job_effects e where e.tenant_id = p_tenant_id and e.effect_key = p_effect_key and e.state = 'UNKNOWN';
  end if;
  return found;
end $$;
grant create on schema ops to zen_definer;
alter function ops.settle_effect(uuid, uuid, text, boolean) owner to zen_definer;
revoke create on schema ops from zen_definer;
revoke all on function ops.settle_effect(uuid, uuid, text, boolean) from public;
grant execute on function ops.settle_effect(uuid, uuid, text, boolean) to zen_web, zen_studio;

-- Legal holds on jobs, the clean-up of sessions and alerts, and free text about erased people (audit-and-ops.md 10, 11).

-- ── whom a job is about ──────────────────────────────────────────────────────────────────────────────────────────────
-- Everybody whom jobs name: a hold on a job keeps these people from erasure, a hold on one of them keeps the job.
grant select (external_owner_id) on documents.documents to zen_definer;
grant select (assignment_id, created_by) on reports.reports to zen_definer;
grant select (author_id) on reports.report_revisions to zen_definer;
grant select (tenant_id, assignment_id, actor_user_id) on assignments.activity_events to zen_definer;
create policy activity_events__definer on assignments.activity_events for select to zen_definer using (true);

create function privacy.people_of_jobs(p_tenant_id uuid, p_assignment_ids uuid[]) returns setof uuid
  language sql stable security definer set search_path = pg_catalog as $$
  select person from (
    select unnest(array[a.created_by, a.lead_user_id, a.hold_by, a.primary_contact_id]) as person from assignments.assignments a
      where a.tenant_id = p_tenant_id and a.id = any (p_assignment_ids)
    union select s.user_id from assignments.assignment_assignees s where s.tenant_id = p_tenant_id and s.assignment_id = any (p_assignment_ids)
    union select e.actor_user_id from assignments.activity_events e where e.tenant_id = p_tenant_id and e.assignment_id = any (p_assignment_ids)
    union select unnest(array[d.owner_user_id, d.external_owner_id, l.owner_user_id, l.created_by])
      from documents.document_links l join documents.documents d on d.tenant_id = l.tenant_id and d.id = l.document_id
      where l.tenant_id = p_tenant_id and l.assignment_id = any (p_assignment_ids)
    union select unnest(array[r.created_by, v.author_id])
      from reports.reports r left join reports.report_revisions v on v.tenant_id = r.tenant_id and v.report_id = r.id
      where r.tenant_id = p_tenant_id and r.assignment_id = any (p_assignment_ids)
  ) named
  where person is not null
    and (p_tenant_id = app.current_tenant_id() or current_setting('role', true) in ('zen_auth', 'zen_keeper'))
$$;

-- ── free text about a person ─────────────────────────────────────────────────────────────────────────────────────────
-- Replaces a pattern in every text of a value; keys, numbers and the shape stay, but for a number that is the pattern.
create function privacy.masked(p_value jsonb, p_pattern text, p_by text) returns jsonb language sql immutable set search_path = pg_catalog as $$
  select case jsonb_typeof(p_value)
    when 'string' then to_jsonb(regexp_replace(p_value #>> '{}', p_pattern, p_by, 'gi'))
    when 'number' then case when p_value #>> '{}' ~* ('^(' || p_pattern || ')$') then to_jsonb(p_by) else p_value end
    when 'array' then coalesce((select jsonb_agg(privacy.masked(one.value, p_pattern, p_by) order by one.place)
      from jsonb_array_elements(p_value) with ordinality as one(value, place)), '[]')
    when 'object' then coalesce((select jsonb_object_agg(one.key, privacy.masked(one.value, p_pattern, p_by)) from jsonb_each(p_value) as one), '{}')
    else p_value end
$$;

grant create on schema privacy to zen_definer;
alter function privacy.people_of_jobs(uuid, uuid[]) owner to zen_definer;
revoke create on schema privacy from zen_definer;
revoke all on function privacy.people_of_jobs(uuid, uuid[]), privacy.masked(jsonb, text, text) from public;
grant execute on function privacy.people_of_jobs(uuid, uuid[]) to zen_auth, zen_worker, zen_keeper;
grant execute on function privacy.masked(jsonb, text, text) to zen_auth, zen_worker;

-- What the runner of erasures may write beside what it could: the words alone.
grant update (intent) on documents.documents to zen_worker;
grant update (value) on documents.document_tags to zen_worker;
grant update (error, payload, reason) on ops.dead_jobs to zen_worker;
grant update (reason) on ops.rollbacks to zen_worker;
grant update (name) on ops.alert_channels to zen_worker;
grant update (settings) on identity.ui_settings to zen_auth;
create policy ui_settings__auth_update on identity.ui_settings for update to zen_auth using (true) with check (true);

-- ── alerts and their channels go when their time is over ─────────────────────────────────────────────────────────────
grant delete on ops.alerts, ops.alert_channels, ops.alert_deliveries to zen_worker;
do $$
declare
  t      text;
  worker constant text := $p$tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) in ('worker', 'service')$p$;
begin
  foreach t in array array['ops.alerts', 'ops.alert_channels', 'ops.alert_deliveries'] loop
    execute format('create policy %s__worker_delete on %s for delete to zen_worker using (%s)', split_part(t, '.', 2), t, worker);
  end loop;
  execute format('create policy document_tags__worker_mask on documents.document_tags for update to zen_worker using (%s) with check (%1$s)', worker);
end $$;
create policy dead_jobs__worker_mask on ops.dead_jobs for update to zen_worker
  using (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker')
  with check (tenant_id = (select app.current_tenant_id()) and (select app.current_aud()) = 'worker');

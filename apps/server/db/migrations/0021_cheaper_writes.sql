-- What a write pays for beside its rows. A statement makes ready every trigger condition, CHECK, generated column and every
-- `(select …)` of its policies before it starts; what one row is judged by once is cheaper as a plain call.

-- ── soft delete: only a statement that names the columns can part them ──────────────────────────────────────────────
do $$
declare
  t record;
begin
  for t in
    select n.nspname, c.relname, g.tgname from pg_trigger g join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where g.tgfoid = 'app.end_of_deleted_row'::regproc order by 1, 2
  loop
    execute format('drop trigger %I on %I.%I', t.tgname, t.nspname, t.relname);
    execute format('create trigger %I before insert or update of deleted_at, purge_after on %I.%I for each row
      when ((new.deleted_at is null) <> (new.purge_after is null)) execute function app.end_of_deleted_row()', t.tgname, t.nspname, t.relname);
  end loop;
end $$;

-- ── the search text of a report: made when one of its words is written ──────────────────────────────────────────────
alter table reports.reports alter column search_text drop expression, alter column search_text set default '';
create function reports.keep_search_text() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  new.search_text := coalesce(app.norm(app.words(new.report_no, new.reference_no, new.title, new.bank_name, new.borrower_name, new.owner_name)), '');
  return new;
end $$;
revoke all on function reports.keep_search_text() from public;
create trigger reports__search_text before insert or update of report_no, reference_no, title, bank_name, borrower_name, owner_name, search_text
  on reports.reports for each row execute function reports.keep_search_text();

-- ── hashes: 64 lower-case hex digits, told without a regular expression ─────────────────────────────────────────────
alter table reports.report_revisions
  drop constraint report_revisions_content_hash_check,
  drop constraint report_revisions_patch_hash_check,
  drop constraint report_revisions_prev_hash_check,
  drop constraint report_revisions_chain_hash_check,
  add constraint report_revisions__hashes_are_hex check (
    octet_length(content_hash) = 64 and octet_length(patch_hash) = 64 and octet_length(prev_hash) = 64 and octet_length(chain_hash) = 64
    and encode(decode(content_hash || patch_hash || prev_hash || chain_hash, 'hex'), 'hex') = content_hash || patch_hash || prev_hash || chain_hash);

-- ── policies of what a change of a contract writes ──────────────────────────────────────────────────────────────────
-- What only a caller of scope `assigned` is asked stands in calls, so that one who sees all does not carry its plans along.
create function reports.writes_part(p_tenant uuid, p_report uuid) returns boolean language plpgsql stable as $$
begin
  return app.sees_assigned('reports.write')
    and exists (select 1 from reports.reports r where r.tenant_id = p_tenant and r.id = p_report);
end $$;
create function reports.writes_own(p_created_by uuid, p_assignment uuid) returns boolean language plpgsql stable as $$
begin
  return app.sees_assigned('reports.write') and (p_created_by = app.current_user_id() or p_assignment = any (app.my_assignments()));
end $$;
revoke all on function reports.writes_part(uuid, uuid), reports.writes_own(uuid, uuid) from public;
grant execute on function reports.writes_part(uuid, uuid), reports.writes_own(uuid, uuid) to zen_web;
alter policy report_revisions__web_insert on reports.report_revisions with check (
  tenant_id = app.current_tenant_id() and ((select app.sees_all('reports.write')) or reports.writes_part(tenant_id, report_id)));
alter policy report_changed_paths__web_insert on reports.report_changed_paths with check (
  tenant_id = app.current_tenant_id() and ((select app.sees_all('reports.write')) or reports.writes_part(tenant_id, report_id)));
alter policy reports__web_update on reports.reports
  using (tenant_id = (select app.current_tenant_id()) and (deleted_at is null or app.sees_deleted())
    and ((select app.sees_all('reports.write')) or reports.writes_own(created_by, assignment_id)))
  with check (tenant_id = app.current_tenant_id());
alter policy activity_events__web_insert on assignments.activity_events
  with check (tenant_id = app.current_tenant_id() and actor_user_id = app.current_user_id());
alter policy inbox__web_insert on audit.inbox with check (tenant_id = app.current_tenant_id());

-- ── what the reports of a firm are judged by ────────────────────────────────────────────────────────────────────────
-- A change of rulesets or profiles writes the firm's row anew, as a change of its settings does: who remembers a report
-- tells by that row alone whether all of it still holds.
alter table identity.tenants add column rules_version int not null default 1;
grant update (rules_version) on identity.tenants to zen_definer;
create policy tenants__definer_update on identity.tenants for update to zen_definer using (true) with check (true);
create function reports.tell_rules_changed() returns trigger language plpgsql security definer set search_path = pg_catalog as $$
begin
  update identity.tenants t set rules_version = t.rules_version + 1 where t.id in (select c.tenant_id from changed c);
  return null;
end $$;
grant create on schema reports to zen_definer;
alter function reports.tell_rules_changed() owner to zen_definer;
revoke create on schema reports from zen_definer;
revoke all on function reports.tell_rules_changed() from public;
do $$
declare
  t text;
begin
  foreach t in array array['rulesets', 'evidence_profiles'] loop
    execute format('create trigger %1$s__told_insert after insert on reports.%1$I referencing new table as changed for each statement execute function reports.tell_rules_changed()', t);
    execute format('create trigger %1$s__told_update after update on reports.%1$I referencing new table as changed for each statement execute function reports.tell_rules_changed()', t);
    execute format('create trigger %1$s__told_delete after delete on reports.%1$I referencing old table as changed for each statement execute function reports.tell_rules_changed()', t);
  end loop;
end $$;

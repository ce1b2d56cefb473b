-- What a value may be is told by its type. A CHECK of a table is read anew, planned and made ready by every statement that
-- writes the table, whatever it writes; the check of a domain is kept by the session and asked of the values that are
-- written. In the tables that each command writes, that was a fifth of PostgreSQL's time.

create domain app.sha256_hex as text check (octet_length(value) = 64 and encode(decode(value, 'hex'), 'hex') = value);
comment on domain app.sha256_hex is 'A SHA-256 as 64 lower-case hexadecimal digits.';
create domain app.ordinal as int check (value > 0);
comment on domain app.ordinal is 'A number counted from one.';
create domain app.yymm as text check (value ~ '^[0-9]{4}$');
comment on domain app.yymm is 'Year and month of a number series, two digits each.';

-- ── revisions of a report ───────────────────────────────────────────────────────────────────────────────────────────
create domain reports.revision_kind as text check (value in ('CONTRACT', 'RULES', 'FREEZE'));
create domain reports.revision_source as text check (value in ('form', 'api', 'suggestion', 'bundle', 'system'));
alter table reports.report_revisions
  drop constraint report_revisions__hashes_are_hex,
  drop constraint report_revisions_kind_check,
  drop constraint report_revisions_source_check,
  drop constraint report_revisions_n_check,
  alter n type app.ordinal,
  alter kind type reports.revision_kind,
  alter source type reports.revision_source,
  alter content_hash type app.sha256_hex,
  alter patch_hash type app.sha256_hex,
  alter prev_hash type app.sha256_hex,
  alter chain_hash type app.sha256_hex;

-- ── reports ─────────────────────────────────────────────────────────────────────────────────────────────────────────
create domain reports.bank_type as text check (value in ('SBI', 'PSU_GENERIC', 'COOP', 'AGRI', 'OTHER'));
create domain reports.billing_mode as text check (value in ('CREDIT', 'POSTPAID'));
create domain reports.profile_choice as text check (value in ('auto', 'user'));
create domain reports.qc_state as text check (value in ('NONE', 'REQUESTED', 'CHANGES_REQUESTED', 'APPROVED'));
create domain reports.score as int check (value between 0 and 100);
create domain reports.report_type as text check (value in ('VALUATION', 'REVALUATION', 'DPR', 'STAGE_PROGRESS'));
create domain reports.source_type as text check (value in ('TENANT', 'EXTERNAL', 'CHANNEL'));
create domain reports.report_status as text
  check (value in ('DRAFT', 'EVIDENCE_PENDING', 'DATA_PENDING', 'READY_FOR_RENDER', 'CLOSED', 'CANCELLED'));
create domain reports.title as text check (char_length(value) between 1 and 200);
create domain reports.value_slab as text check (value in ('LT_5CR', 'GT_5CR', 'UNKNOWN'));

drop view reports.reports_live;
drop trigger reports__search_text on reports.reports;
alter table reports.reports
  drop constraint reports_bank_type_check,
  drop constraint reports_billing_mode_check,
  drop constraint reports_profile_chosen_by_check,
  drop constraint reports_qc_state_check,
  drop constraint reports_readiness_score_check,
  drop constraint reports_report_type_check,
  drop constraint reports_source_type_check,
  drop constraint reports_status_check,
  drop constraint reports_title_check,
  drop constraint reports_value_slab_check,
  alter bank_type type reports.bank_type,
  alter billing_mode type reports.billing_mode,
  alter profile_chosen_by type reports.profile_choice,
  alter qc_state type reports.qc_state,
  alter readiness_score type reports.score,
  alter report_type type reports.report_type,
  alter source_type type reports.source_type,
  alter status type reports.report_status,
  alter title type reports.title,
  alter value_slab type reports.value_slab;
create trigger reports__search_text before insert or update of report_no, reference_no, title, bank_name, borrower_name, owner_name, search_text
  on reports.reports for each row execute function reports.keep_search_text();
create view reports.reports_live with (security_invoker = true) as select * from reports.reports where deleted_at is null;
do $$
declare
  role text;
begin
  for role in select r.rolname from pg_class c, aclexplode(c.relacl) x join pg_roles r on r.oid = x.grantee
    where c.oid = 'reports.reports'::regclass and x.privilege_type = 'SELECT' and x.grantee <> c.relowner
  loop
    execute format('grant select on reports.reports_live to %I', role);
  end loop;
end $$;

-- ── what every command writes beside its rows ───────────────────────────────────────────────────────────────────────
create domain assignments.actor_kind as text check (value in ('PERSON', 'GUEST', 'SERVICE', 'SYSTEM'));
create domain assignments.event_kind as text check (char_length(value) between 1 and 60);
create domain assignments.entity_type as text check (char_length(value) between 1 and 40);
drop policy activity_events__web_read on assignments.activity_events;
alter table assignments.activity_events
  drop constraint activity_events_kind_check,
  alter kind type assignments.event_kind,
  drop constraint activity_events_actor_kind_check,
  drop constraint activity_events_entity_type_check,
  alter actor_kind type assignments.actor_kind,
  alter entity_type type assignments.entity_type,
  -- A line of a log, as those of audit and operations are: its firm is the one its policy judged it by, and is never removed.
  drop constraint activity_events_tenant_id_fkey;
create policy activity_events__web_read on assignments.activity_events for select to zen_web using (
  tenant_id = (select app.current_tenant_id())
  and ((select app.sees_all('assignments.read'))
    or ((select app.sees_assigned('assignments.read')) and assignment_id = any ((select app.my_assignments())::uuid[]))
    or (assignment_id is null and starts_with(kind, 'masterdata_') and (select app.sees_all('masterdata.read')))));
alter table assignments.assignment_counters
  drop constraint assignment_counters_last_check,
  drop constraint assignment_counters_yymm_check,
  alter last type app.ordinal,
  alter yymm type app.yymm;
create domain ops.idempotency_key as text check (char_length(value) between 1 and 120);
alter table ops.idempotency_keys
  drop constraint idempotency_keys_key_check,
  alter key type ops.idempotency_key;

-- The length of an event is judged with what else it must be to be sealed.
create or replace function audit.can_seal(p_id uuid, p_tenant_id uuid, p_canon bytea) returns boolean language plpgsql immutable parallel safe
  as $$
    declare
      b jsonb;
    begin
      if octet_length(p_canon) not between 2 and 65536 then
        return false;
      end if;
      b := convert_from(p_canon, 'UTF8')::jsonb;
      return (b ->> 'id')::uuid = p_id and (b ->> 'tenant_id')::uuid = p_tenant_id and (b ->> 'at')::timestamptz is not null
        and b ->> 'action' is not null and b ->> 'outcome' is not null
        and coalesce((b #>> '{actor,user_id}')::uuid, p_id) is not null;
    end
  $$;
alter table audit.inbox drop constraint inbox_canon_check;

-- ── rows of a page or less are stored as they are ───────────────────────────────────────────────────────────────────
-- Compressing a revision or an answer that fits in a page costs more than writing it; larger ones are compressed as before.
alter table reports.report_revisions set (toast_tuple_target = 8160);
alter table ops.idempotency_keys set (toast_tuple_target = 8160);

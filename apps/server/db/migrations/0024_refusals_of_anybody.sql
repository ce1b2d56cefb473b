-- Equal refusals are merged whoever was refused (audit-and-ops.md 1): a person by his id, who is not signed in by the hash
-- of his address. Counts that wait are of people, whose key is the id that stands there.
alter table audit.merged_refusals drop constraint merged_refusals_pkey;
alter table audit.merged_refusals add column actor_key text;
update audit.merged_refusals set actor_key = actor_user_id::text;
alter table audit.merged_refusals alter column actor_key set not null;
alter table audit.merged_refusals add constraint merged_refusals__actor_key check (char_length(actor_key) between 1 and 80);
alter table audit.merged_refusals drop column actor_user_id;
alter table audit.merged_refusals add constraint merged_refusals_pkey primary key (tenant_id, actor_key, action, target_id);

-- True when the caller was not refused this in the running minute; else he is counted. The person of the context counts for
-- himself alone; only identity, which has none in its context, is believed who its event says it is.
create or replace function audit.is_first_refusal(p_tenant_id uuid, p_action text, p_target_id text, p_event jsonb) returns boolean
  language plpgsql security definer set search_path = pg_catalog as $$
declare
  v_actor text := coalesce(app.current_user_id()::text, p_event #>> '{actor,user_id}', 'address:' || (p_event #>> '{actor,ip_hash}'));
  v_count int;
begin
  if v_actor is null then return true; end if;
  insert into audit.merged_refusals as r (tenant_id, actor_key, action, target_id, event)
  values (p_tenant_id, v_actor, p_action, p_target_id, p_event)
  on conflict (tenant_id, actor_key, action, target_id) do update set count = r.count + 1
  returning count into v_count;
  return v_count = 0;
end $$;

-- Rights on the queue library's own tables; run after its migrations, repeatable. Not on its view: that runs as its
-- owner, past the policies of whoever asks.
grant usage on schema graphile_worker to zen_definer, zen_worker;
revoke all on graphile_worker.jobs from zen_definer, zen_worker;
grant usage on all sequences in schema graphile_worker to zen_definer, zen_worker;
do $$
declare t text;
begin
  for t in select tablename from pg_tables where schemaname = 'graphile_worker' loop
    execute format('grant select, insert, update, delete on graphile_worker.%I to zen_definer, zen_worker', t);
    execute format('alter table graphile_worker.%I enable row level security', t);
    execute format('alter table graphile_worker.%I force row level security', t);
    execute format('drop policy if exists queue__definer on graphile_worker.%I', t);
    execute format('drop policy if exists queue__worker on graphile_worker.%I', t);
    execute format('create policy queue__definer on graphile_worker.%I to zen_definer using (true) with check (true)', t);
    execute format($p$create policy queue__worker on graphile_worker.%I to zen_worker
      using ((select app.current_aud()) = 'worker') with check ((select app.current_aud()) = 'worker')$p$, t);
  end loop;
end $$;

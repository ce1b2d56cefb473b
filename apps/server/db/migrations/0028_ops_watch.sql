-- Signs of life of what runs beside the requests: details of health (audit-and-ops.md 12). A heartbeat alone is none: a
-- holder beats while its turns fail.
create function ops.part_figures() returns table (
    watchdog_at timestamptz, sealer_at timestamptz, summed_at timestamptz, unpublished_at timestamptz, backup_at timestamptz)
  language sql stable security definer set search_path = pg_catalog as $$
  select (select l.last_success_at from ops.scheduler_locks l where l.task = 'scheduler_watchdog'),
    (select l.last_success_at from ops.scheduler_locks l where l.task = 'audit_sealer'),
    (select w.reached_at from ops.watermarks w where w.name = 'metric_hourly'),
    (select min(c.created_at) from audit.checkpoints c
      where c.created_at > coalesce((select max(r.published_at) from audit.notary_receipts r), '-infinity')),
    (select w.reached_at from ops.watermarks w where w.name = 'backup')
  where coalesce(app.current_aud() = 'studio', false) or app.sees_all('ops.read')
$$;
grant create on schema ops to zen_definer;
alter function ops.part_figures() owner to zen_definer;
revoke create on schema ops from zen_definer;
revoke all on function ops.part_figures() from public;
grant execute on function ops.part_figures() to zen_web, zen_studio;
grant select (last_success_at) on ops.scheduler_locks to zen_definer;

-- Runbooks are pages of the product.
alter table ops.alerts no force row level security;
update ops.alerts set runbook = '/admin/runbooks/' || replace(regexp_replace(runbook, '^docs/runbooks/(.*)\.md$', '\1'), '-', '_')
  where runbook like 'docs/runbooks/%';
alter table ops.alerts force row level security;

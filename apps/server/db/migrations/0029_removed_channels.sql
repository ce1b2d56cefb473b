-- A removed channel is listed with its end, and comes back (audit-and-ops.md 10).
grant select (deleted_by, delete_reason, purge_after) on ops.alert_channels to zen_web, zen_studio;

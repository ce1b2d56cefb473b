-- The nightly turn of a firm looks at its own ended sessions (audit-and-ops.md 10).
create index auth_families__firm on identity.auth_families (tenant_id, absolute_expires_at);

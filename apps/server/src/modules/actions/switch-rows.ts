import { type RawBuilder, sql } from 'kysely'

export interface SwitchRow {
  readonly key: string
  readonly scope_tenant_id: string | null
  readonly state: 'ENABLED' | 'DISABLED'
  readonly reason: string | null
  readonly incident_id: string | null
  readonly effective_until: string | null
  readonly changed_by: { readonly id: string; readonly name: string } | null
  readonly changed_at: string | null
  readonly version: number
}

/** A switch whose time is over counts as restored, whether or not its end was written yet. */
export const switchColumns: RawBuilder<unknown> = sql`
  s.key, s.scope_tenant_id, case when s.state = 'ENABLED' and s.effective_until > now() then 'ENABLED' else 'DISABLED' end as state,
  s.reason, s.incident_id, case when s.state = 'ENABLED' and s.effective_until > now() then s.effective_until end as effective_until,
  case when u.id is not null then jsonb_build_object('id', u.id, 'name', u.name) end as changed_by, s.changed_at, s.version`

export const untouched = (key: string, scope: string | null): SwitchRow => ({
  key,
  scope_tenant_id: scope,
  state: 'DISABLED',
  reason: null,
  incident_id: null,
  effective_until: null,
  changed_by: null,
  changed_at: null,
  version: 0,
})

import type { ALERT_STATES, CHANNEL_KINDS, DELIVERY_STATES } from '@zenops/contracts/ops-alerts'
import type { Severity } from '@zenops/contracts/alert-rules'
import { type RawBuilder, sql } from 'kysely'

interface PersonRef {
  readonly id: string
  readonly name: string
}

export interface AlertRow {
  readonly id: string
  readonly tenant_id: string
  readonly rule_key: string
  readonly fingerprint: string
  readonly severity: Severity
  readonly state: (typeof ALERT_STATES)[number]
  readonly first_at: string
  readonly last_at: string
  readonly count: number
  readonly detail: Record<string, string | number | boolean | null>
  readonly level: number
  readonly acked_by: PersonRef | null
  readonly acked_at: string | null
  readonly ack_note: string | null
  readonly resolved_at: string | null
  readonly runbook: string
  readonly trace_id: string
}
export const alertColumns: RawBuilder<unknown> = sql`
  a.id, a.tenant_id, a.rule_key, a.fingerprint, a.severity, a.state, a.first_at, a.last_at, a.count, a.detail, a.level,
  case when u.id is not null then jsonb_build_object('id', u.id, 'name', u.name) end as acked_by, a.acked_at, a.ack_note, a.resolved_at,
  a.runbook, a.trace_id`
export const alertSource: RawBuilder<unknown> = sql`ops.alerts a left join identity.users u on u.id = a.acked_by`

export interface ChannelRow {
  readonly id: string
  readonly tenant_id: string
  readonly kind: (typeof CHANNEL_KINDS)[number]
  readonly name: string
  readonly address: string
  readonly min_severity: Severity
  readonly level: number
  readonly enabled: boolean
  readonly last_ok_at: string | null
  readonly last_error_at: string | null
  readonly last_error_code: string | null
  readonly version: number
}
export const channelColumns: RawBuilder<unknown> = sql`
  c.id, c.tenant_id, c.kind, c.name, c.address, c.min_severity, c.level, c.enabled, c.last_ok_at, c.last_error_at, c.last_error_code, c.version`
/** A webhook's key is named, never shown. */
export const channelOf = (row: ChannelRow) => ({
  ...row,
  secret_ref: row.kind === 'webhook' ? `alert-channel/${row.id}` : null,
})

export interface DeliveryRow {
  readonly id: string
  readonly channel_id: string
  readonly channel_name: string
  readonly kind: (typeof CHANNEL_KINDS)[number]
  readonly alert_id: string | null
  readonly rule_key: string | null
  readonly notice: string
  readonly state: (typeof DELIVERY_STATES)[number]
  readonly attempts: number
  readonly error_code: string | null
  readonly fallback_of: string | null
  readonly created_at: string
  readonly finished_at: string | null
  readonly trace_id: string
}

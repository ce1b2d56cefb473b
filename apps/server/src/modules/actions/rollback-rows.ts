import type { ROLLBACK_STATES } from '@zenops/contracts/ops-actions'
import { type RawBuilder, sql } from 'kysely'
import type { RollbackType } from '../../platform/rollbacks.ts'

export interface RollbackRow {
  readonly rollback_id: string
  readonly tenant_id: string
  readonly target_type: RollbackType
  readonly target_id: string
  readonly from_version: string
  readonly to_version: string
  readonly reason: string
  readonly incident_id: string | null
  readonly status: (typeof ROLLBACK_STATES)[number]
  readonly error_code: string | null
  readonly requested_by: { readonly id: string; readonly name: string } | null
  readonly requested_at: string
  readonly finished_at: string | null
  readonly trace_id: string
}

export const rollbackColumns: RawBuilder<unknown> = sql`
  r.id as rollback_id, r.tenant_id, r.target_type, r.target_id, r.from_version, r.to_version, r.reason, r.incident_id, r.status,
  r.error_code, case when u.id is not null then jsonb_build_object('id', u.id, 'name', u.name) end as requested_by,
  r.requested_at, r.finished_at, r.trace_id`

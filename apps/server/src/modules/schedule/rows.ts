import type { LOCK_STATES } from '@zenops/contracts/ops-scheduler'
import { sql } from 'kysely'

export interface TaskRow {
  readonly name: string
  readonly kind: 'task' | 'loop'
  readonly cadence: string
  readonly lock_key: string
  readonly state: (typeof LOCK_STATES)[number]
  readonly last_started_at: string | null
  readonly last_success_at: string | null
  readonly next_slot: string | null
  readonly late: boolean
  readonly paused_at: string | null
  readonly pause_reason: string | null
  readonly wanted: boolean
  readonly recovery_count: number
}

/** Late by the rule of the watchdog and of the alerts. */
export const TASK_COLUMNS = sql`task as name, kind, cadence, lock_key, state, last_started_at, last_success_at, next_slot,
  paused_at is null and coalesce(last_success_at, declared_at) < now() - make_interval(secs => expected_ms / 1000.0) as late,
  paused_at, pause_reason, wanted_at is not null as wanted, recovery_count`

export interface LockRow {
  readonly lock_key: string
  readonly task: string
  readonly state: (typeof LOCK_STATES)[number]
  readonly owner_id: string | null
  readonly lease_until: string | null
  readonly last_heartbeat_at: string | null
  readonly fencing_token: number
  readonly recovery_count: number
  readonly last_recovered_at: string | null
  readonly updated_at: string
}

export const LOCK_COLUMNS = sql`lock_key, task, state, owner_id, lease_until, last_heartbeat_at, fencing_token, recovery_count,
  last_recovered_at, updated_at`

import type { DEAD_STATES } from '@zenops/contracts/ops-queue'
import { sql } from 'kysely'

export interface DeadRow {
  readonly id: string
  readonly tenant_id: string
  readonly queue: string
  readonly job_id: string
  readonly attempts: number
  readonly first_failed_at: string
  readonly last_failed_at: string
  readonly error_code: string
  readonly error: string | null
  readonly state: (typeof DEAD_STATES)[number]
  readonly resolved_by: string | null
  readonly resolved_at: string | null
  readonly reason: string | null
  readonly replay_job_id: string | null
  readonly trace_id: string
}

export const DEAD_COLUMNS = sql`id, tenant_id, queue, job_id, attempts, first_failed_at, last_failed_at, error_code, error, state,
  resolved_by, resolved_at, reason, replay_job_id, trace_id`

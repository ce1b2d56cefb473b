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
  /** Keys of its calls to the outside of which nobody knows whether they happened. */
  readonly unknown_effects: string[]
  readonly trace_id: string
}

/** Of `ops.dead_jobs d`. */
export const DEAD_COLUMNS = sql`d.id, d.tenant_id, d.queue, d.job_id, d.attempts, d.first_failed_at, d.last_failed_at, d.error_code, d.error,
  d.state, d.resolved_by, d.resolved_at, d.reason, d.replay_job_id, d.trace_id, array(
    select e.effect_key from ops.job_effects e
    where e.tenant_id = d.tenant_id and e.state = 'UNKNOWN' and (e.effect_key = d.effect_key or starts_with(e.effect_key, d.effect_key || ':'))
    order by e.effect_key limit 50) as unknown_effects`

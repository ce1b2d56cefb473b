import { type QueryExecutorProvider, sql } from 'kysely'
import type { AssignmentStatus } from '@zenops/contracts/assignment-states'
import { type DetailRows, detailWithin } from '../queries/detail.ts'
import { unseen } from '../queries/visible.ts'
import { together } from '../../../platform/db/together.ts'
import type { JobKey, Neighbours } from '../neighbours.ts'

/** A job under its row lock. */
export interface LockedJob {
  readonly id: string
  readonly code: string
  readonly status: AssignmentStatus
  readonly version: number
  readonly on_hold: boolean
  readonly lead_user_id: string | null
}

const lock = (job: JobKey) => sql<LockedJob>`
  select id, code, status, version, hold_since is not null as on_hold, lead_user_id from assignments.assignments
  where tenant_id = ${job.tenantId}::uuid and id = ${job.id}::uuid for update`

/** Locks a job until the end of the transaction. Throws NOT_FOUND, or FORBIDDEN `out_of_scope` within the own firm. */
export async function lockAssignment(tx: QueryExecutorProvider, job: JobKey): Promise<LockedJob> {
  const { rows } = await lock(job).execute(tx)
  if (!rows[0]) throw await unseen(tx, job.id)
  return rows[0]
}

/** Everything about a job, read after its lock is held, in one flush. */
export async function lockedDetail(
  tx: QueryExecutorProvider,
  request: { job: JobKey; neighbours: Neighbours },
): Promise<DetailRows> {
  const [, rows] = await together([lock(request.job).execute(tx), detailWithin(tx, request)])
  if (!rows) throw await unseen(tx, request.job.id)
  return rows
}

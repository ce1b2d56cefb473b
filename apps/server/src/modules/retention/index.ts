import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Recurring } from '../../platform/jobs/recurring.ts'
import type { Bound } from '../../platform/operations.ts'
import { putRetentionPolicyOperation } from './commands/put-policy.ts'
import { startRetentionRunOperation } from './commands/start-run.ts'
import { retentionJob } from './jobs/kinds.ts'
import { type RetentionParts, runRetention } from './jobs/run.ts'
import { listDeletedRowsOperation } from './queries/deleted-rows.ts'
import { listRetentionPoliciesOperation } from './queries/policies.ts'
import { listRetentionRunsOperation } from './queries/runs.ts'
import { taskOf } from '../../platform/scheduler/timetable.ts'

export { DELETED_KINDS, NOT_LISTED } from './queries/deleted-rows.ts'
export { pruneRules } from './prune-rules.ts'
export { RETENTION } from './rules/register.ts'

/** The operations of retention, in the order of the contract. */
export const retentionOperations: Bound[] = [
  listRetentionPoliciesOperation,
  putRetentionPolicyOperation,
  startRetentionRunOperation,
  listRetentionRunsOperation,
  listDeletedRowsOperation,
]

export const retentionJobs = (parts: RetentionParts): JobHandler[] => [runRetention(parts)]

export const retentionRecurring: Recurring[] = [taskOf('data_retention_daily', { job: retentionJob, payload: {} })]

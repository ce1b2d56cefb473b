import type { Bound } from '../../platform/operations.ts'
import { recoverLockOperation } from './commands/recover-lock.ts'
import { pauseTaskOperation, resumeTaskOperation, runTaskOperation } from './commands/steer-task.ts'
import {
  listSchedulerLocksOperation,
  listSchedulerRunsOperation,
  listSchedulerTasksOperation,
} from './queries/schedule.ts'

/** The operations of the schedule, in the order of the contract. */
export const scheduleOperations: Bound[] = [
  listSchedulerTasksOperation,
  listSchedulerLocksOperation,
  listSchedulerRunsOperation,
  runTaskOperation,
  pauseTaskOperation,
  resumeTaskOperation,
  recoverLockOperation,
]

import type { Bound } from '../../platform/operations.ts'
import { pauseQueueOperation, resumeQueueOperation } from './commands/pause-queue.ts'
import {
  discardDeadJobOperation,
  replayDeadJobOperation,
  resolveDeadJobsOperation,
} from './commands/resolve-dead-jobs.ts'
import { settleDeadJobOperation } from './commands/settle-dead-job.ts'
import { getDeadJobOperation } from './commands/view-dead-job.ts'
import { listDeadJobsOperation } from './queries/dead-jobs.ts'
import { getJobOperation, listJobsOperation } from './queries/jobs.ts'
import { listQueuesOperation } from './queries/queues.ts'

/** The operations of the queue, in the order of the contract. */
export const queueOperations: Bound[] = [
  listQueuesOperation,
  pauseQueueOperation,
  resumeQueueOperation,
  listJobsOperation,
  getJobOperation,
  listDeadJobsOperation,
  getDeadJobOperation,
  replayDeadJobOperation,
  discardDeadJobOperation,
  settleDeadJobOperation,
  resolveDeadJobsOperation,
]

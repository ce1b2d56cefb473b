import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Recurring } from '../../platform/jobs/recurring.ts'
import type { Mail } from '../../platform/mail/port.ts'
import type { Bound } from '../../platform/operations.ts'
import type { IdentityParts } from '../access/index.ts'
import { approveRequestOperation, rejectRequestOperation, withdrawRequestOperation } from './commands/decide-request.ts'
import { expireRequestsHandler, expireRequestsJob } from './jobs/expire-requests.ts'
import { getApprovalRequestOperation, listApprovalRequestsOperation } from './queries/approval-requests.ts'
import { taskOf } from '../../platform/scheduler/timetable.ts'

/** Requests about rights, and who decides them. */
export const approvalOperations = (parts: IdentityParts): Bound[] => [
  listApprovalRequestsOperation(parts),
  getApprovalRequestOperation(parts),
  approveRequestOperation(parts),
  rejectRequestOperation(parts),
  withdrawRequestOperation(parts),
]

export const approvalJobs = (mail: Mail): JobHandler[] => [expireRequestsHandler({ mail })]

/** Work that comes round by itself. */
export const approvalRecurring: Recurring[] = [
  taskOf('identity_expire_requests', { job: expireRequestsJob, payload: {} }),
]

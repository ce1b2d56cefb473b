import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Recurring } from '../../platform/jobs/recurring.ts'
import type { Bound } from '../../platform/operations.ts'
import { createConfirmationOperation } from './commands/create-confirmation.ts'
import { purgeAnswers, purgeAnswersJob } from './jobs/purge-idempotency-keys.ts'
import { healthOperation, metaOperation, readyOperation } from './queries/health.ts'

/** The operations of ops. */
export const opsOperations: Bound[] = [healthOperation, readyOperation, metaOperation, createConfirmationOperation]

export const opsJobs: JobHandler[] = [purgeAnswers]

/** Work of ops that comes round by itself. */
export const opsRecurring: Recurring[] = [{ job: purgeAnswersJob, cron: '17 * * * *', payload: {} }]

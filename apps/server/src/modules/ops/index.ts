import type { Database } from '../../platform/db/database.ts'
import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Recurring } from '../../platform/jobs/recurring.ts'
import type { Bound } from '../../platform/operations.ts'
import { createConfirmationOperation } from './commands/create-confirmation.ts'
import { metricJobs, metricRecurring } from './jobs/keep-metrics.ts'
import { backupJobs, backupRecurring } from './jobs/watch-backups.ts'
import { dashboardSeriesOperation, dashboardSummaryOperation } from './queries/dashboard.ts'
import { healthDetailsOperation } from './queries/health-details.ts'
import { healthOperation, metaOperation, readyOperation } from './queries/health.ts'

export { aggregateHours, prepareMonths, recomputeLateHours } from './aggregate.ts'

/** The operations of ops. */
export const opsOperations: Bound[] = [
  healthOperation,
  readyOperation,
  metaOperation,
  createConfirmationOperation,
  dashboardSummaryOperation,
  dashboardSeriesOperation,
  healthDetailsOperation,
]

export const opsJobs = (keeper: () => Database): JobHandler[] => [...metricJobs(keeper), ...backupJobs]

/** Work of ops that comes round by itself. */
export const opsRecurring: Recurring[] = [...metricRecurring, ...backupRecurring]

import { z } from 'zod'
import type { Database } from '../../../platform/db/database.ts'
import { handleJob, type JobHandler, jobKind } from '../../../platform/jobs/port.ts'
import type { Recurring } from '../../../platform/jobs/recurring.ts'
import { aggregateHours, prepareMonths, recomputeLateHours } from '../aggregate.ts'
import { taskOf } from '../../../platform/scheduler/timetable.ts'

const nothing = z.strictObject({})
export const aggregateJob = jobKind({
  kind: 'ops.metric_hourly_aggregation',
  payload: nothing,
  maxAttempts: 1,
  critical: true,
})
export const lateJob = jobKind({ kind: 'ops.metric_late_recompute', payload: nothing })
export const monthsJob = jobKind({ kind: 'ops.partition_prep_daily', payload: nothing, critical: true })

/** The sums of what was counted, and the months they will lie in; the keeper's work, over all firms. */
export const metricJobs = (keeper: () => Database): JobHandler[] => [
  handleJob(aggregateJob, { run: async () => void (await aggregateHours(keeper())) }),
  handleJob(lateJob, {
    run: async ({ log }) => {
      const buckets = await recomputeLateHours(keeper())
      if (buckets > 0) log.warn({ about: { buckets } }, 'metric_late_recompute')
    },
  }),
  handleJob(monthsJob, { run: async () => void (await prepareMonths(keeper())) }),
]

export const metricRecurring: Recurring[] = [
  taskOf('ops_metric_hourly_aggregation', { job: aggregateJob, payload: {}, platform: true }),
  taskOf('metric_late_recompute', { job: lateJob, payload: {}, platform: true }),
  taskOf('partition_prep_daily', { job: monthsJob, payload: {}, platform: true }),
]

import type { RetentionClass } from '@zenops/contracts/retention'
import { cadenceOf } from '../../platform/scheduler/cadence.ts'
import { TASKS } from '../../platform/scheduler/timetable.ts'

/** What retention reads beside its own tables. */
export type Visible = 'ops' | 'identity' | 'privacy'

/** When the nightly turn comes next. */
export const nextRunAt = (now: Date): string => cadenceOf(TASKS.data_retention_daily.cron).next(now).toISOString()

/** What a confirmation of a run names. */
export const runTarget = (name: RetentionClass | undefined): string => name ?? 'everything that is over'

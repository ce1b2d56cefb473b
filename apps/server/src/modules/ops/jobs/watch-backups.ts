import { sql } from 'kysely'
import { z } from 'zod'
import { handleJob, type JobContext, type JobHandler, jobKind } from '../../../platform/jobs/port.ts'
import type { Recurring } from '../../../platform/jobs/recurring.ts'
import { taskOf } from '../../../platform/scheduler/timetable.ts'

const nothing = z.strictObject({})
export const freshnessJob = jobKind({ kind: 'ops.backup_freshness_check', payload: nothing })
export const drillJob = jobKind({ kind: 'ops.restore_drill_report', payload: nothing })

interface Ages {
  readonly backup_seconds: number | null
  readonly drill_seconds: number | null
}

const agesOf = ({ transact }: JobContext): Promise<Ages | undefined> =>
  transact(async (tx) => {
    const { rows } = await sql<Ages>`
      select extract(epoch from now() - backup_at)::bigint as backup_seconds, extract(epoch from now() - drill_at)::bigint as drill_seconds
      from ops.watch_figures()`.execute(tx)
    return rows[0]
  })

/** How old the newest backup is and when one was last restored, told to the log; the alerts have limits of their own. */
export const backupJobs: JobHandler[] = [
  handleJob(freshnessJob, {
    run: async (context) => {
      const ages = await agesOf(context)
      context.log.info({ about: { seconds: ages?.backup_seconds ?? null } }, 'backup_age')
    },
  }),
  handleJob(drillJob, {
    run: async (context) => {
      const ages = await agesOf(context)
      context.log.info({ about: { seconds: ages?.drill_seconds ?? null } }, 'restore_drill_age')
    },
  }),
]

export const backupRecurring: Recurring[] = [
  taskOf('backup_freshness_check', { job: freshnessJob, payload: {}, platform: true }),
  taskOf('restore_drill_report', { job: drillJob, payload: {}, platform: true }),
]

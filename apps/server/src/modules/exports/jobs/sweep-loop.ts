import { PROCESS_SCOPE } from '../../../platform/db/scope.ts'
import type { ExportFamily } from '../../../platform/exports/family.ts'
import { strandedJobs } from '../../../platform/exports/sweep.ts'
import { enqueue } from '../../../platform/jobs/port.ts'
import type { Loop } from '../../../platform/jobs/recurring.ts'
import { activeFirms } from '../../../platform/scheduler/firms.ts'
import type { AuditExport } from '../context.ts'
import { runExportJob } from './kinds.ts'
import { loopOf } from '../../../platform/scheduler/timetable.ts'

/** Asks again for exports that no queue job stands for, firm by firm. Asking twice does no harm: one worker claims a job. */
export const sweepLoop = (family: ExportFamily<AuditExport>): Loop =>
  loopOf('audit_export_sweeper', {
    turn: async ({ services, actor, traceId, signal }) => {
      const { database } = services
      let asked = 0
      for (const tenantId of await activeFirms(services, actor.userId)) {
        if (signal.aborted) return asked
        for (const job of await strandedJobs({ family, database, tenantId }, runExportJob.kind)) {
          await database.transact({ ...PROCESS_SCOPE, tenantId, userId: actor.userId }, (tx) =>
            enqueue(tx, runExportJob, { payload: { job_id: job.id }, traceId }),
          )
          asked += 1
        }
      }
      return asked
    },
  })

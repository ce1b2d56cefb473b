import { runExport } from '../../../platform/exports/engine.ts'
import type { ExportFamily } from '../../../platform/exports/family.ts'
import { cleanExports } from '../../../platform/exports/sweep.ts'
import { enqueue, handleJob, type JobContext, type JobHandler } from '../../../platform/jobs/port.ts'
import type { Switches } from '../../../platform/switches.ts'
import type { Metrics } from '../../../platform/telemetry/metrics.ts'
import type { AuditExport } from '../context.ts'
import type { SourceOf } from '../source.ts'
import { cleanExportsJob, runExportJob } from './kinds.ts'

interface Parts {
  readonly switches: Switches
  readonly family: ExportFamily<AuditExport>
  readonly source: SourceOf
  readonly metrics: Metrics
}

const again = (context: JobContext, jobId: string, runAt?: string): Promise<unknown> =>
  context.transact((tx) =>
    enqueue(tx, runExportJob, {
      payload: { job_id: jobId },
      traceId: context.traceId,
      ...(runAt === undefined ? {} : { options: { run_at: runAt } }),
    }),
  )

const runHandler = ({ family, source, switches }: Parts): JobHandler =>
  handleJob(runExportJob, {
    run: async (context, { job_id }) => {
      const { database, log, actor, traceId, signal } = context
      // What is cut off waits; nothing is lost.
      const until = await switches.offUntil('exports', context.tenantId)
      if (until !== null) return void (await again(context, job_id, until))
      const key = { tenant_id: context.tenantId, id: job_id }
      const end = await runExport({ family, source: source(database), database, log, actor, traceId, signal }, key)
      // Another holds it, perhaps a worker that is gone: whoever looks after the lease knows.
      if (end.end === 'again') await again(context, job_id, end.at)
    },
  })

const cleanHandler = ({ family, metrics }: Parts): JobHandler =>
  handleJob(cleanExportsJob, {
    run: async (context) => {
      const { database, log, actor, traceId, tenantId } = context
      await cleanExports({ family, database, log, tenantId, actor, traceId })
      metrics.exportSpool.set((await family.stores.of('db').usage(tenantId)).all)
    },
  })

export const exportHandlers = (parts: Parts): JobHandler[] => [runHandler(parts), cleanHandler(parts)]

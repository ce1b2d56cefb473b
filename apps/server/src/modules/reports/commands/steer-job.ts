import type { ReportJob } from '@zenops/contracts/reports-pack-records'
import { cancelReportJob, retryReportJob } from '@zenops/contracts/reports-packs'
import { sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { refuseLocked } from '../change-contract.ts'
import type { Command, Visible } from '../context.ts'
import { renderPackJob } from '../jobs/kinds.ts'
import { jobColumns } from '../queries/pack-rows.ts'
import type { ReportRow } from '../rules/report-row.ts'

const on = operationsOf<Visible>()

interface Steered {
  readonly job: ReportJob
  readonly report: Pick<ReportRow, 'id' | 'status' | 'tenant_id'>
}

/** Report, then job: locked in the order in which everybody locks them. */
async function lockJob({ tx, actor }: Command, id: string): Promise<Steered> {
  const found = await sql<{ report_id: string }>`select report_id from reports.report_generation_jobs
    where tenant_id = ${actor.tenantId}::uuid and id = ${id}::uuid`.execute(tx)
  const reportId = found.rows[0]?.report_id
  if (reportId === undefined) throw refuse.notFound('The job')
  const reports = await sql<Steered['report']>`select id, status, tenant_id from reports.reports
    where tenant_id = ${actor.tenantId}::uuid and id = ${reportId}::uuid for update`.execute(tx)
  const jobs = await sql<ReportJob>`select ${jobColumns} from reports.report_generation_jobs j
    where j.tenant_id = ${actor.tenantId}::uuid and j.id = ${id}::uuid for update`.execute(tx)
  const [report, job] = [reports.rows[0], jobs.rows[0]]
  if (!report || !job) throw refuse.forbidden('out_of_scope')
  return { job, report }
}

const illegal = (job: ReportJob, allowed: readonly string[]): Refusal =>
  new Refusal('ILLEGAL_TRANSITION', `A job that is ${job.status} cannot do this.`, {
    details: [{ reason: 'no_such_move', from: job.status, allowed }],
  })

export const retryReportJobOperation = on.command(retryReportJob, {
  run: async (context, { params }) => {
    const { job, report } = await lockJob(context, params.id)
    refuseLocked(report)
    if (job.status !== 'failed' || job.pack_id === null) throw illegal(job, [])
    const run = await context.enqueue(renderPackJob, { job_id: job.id, pack_id: job.pack_id })
    await sql`update reports.report_packs set status = 'generating'
      where tenant_id = ${report.tenant_id}::uuid and id = ${job.pack_id}::uuid and status = 'failed'`.execute(
      context.tx,
    )
    const { rows } = await sql<ReportJob>`
      update reports.report_generation_jobs j set status = 'queued', dead = false, error = null, attempts = 0, finished_at = null, run_id = ${run}::uuid,
        progress = '{"percent": 0, "step": null, "done": 0, "total": 0}'
      where j.tenant_id = ${report.tenant_id}::uuid and j.id = ${job.id}::uuid returning ${jobColumns}`.execute(
      context.tx,
    )
    return {
      body: rows[0] ?? job,
      audit: { action: 'REPORT_PACK_RETRIED', target_id: report.id, after: { job_id: job.id, pack_id: job.pack_id } },
    }
  },
})

const LIVE: readonly ReportJob['status'][] = ['pending', 'queued', 'processing']

export const cancelReportJobOperation = on.command(cancelReportJob, {
  run: async (context, { params }) => {
    const { job, report } = await lockJob(context, params.id)
    if (!LIVE.includes(job.status)) throw illegal(job, [])
    const { rows } = await sql<ReportJob>`
      update reports.report_generation_jobs j set status = 'cancelled', finished_at = now()
      where j.tenant_id = ${report.tenant_id}::uuid and j.id = ${job.id}::uuid returning ${jobColumns}`.execute(
      context.tx,
    )
    await sql`update reports.report_packs set status = 'failed'
      where tenant_id = ${report.tenant_id}::uuid and id = ${job.pack_id}::uuid and status = 'generating'`.execute(
      context.tx,
    )
    return {
      body: rows[0] ?? job,
      audit: {
        action: 'REPORT_PACK_FAILED',
        target_id: report.id,
        after: { job_id: job.id, pack_id: job.pack_id, error_code: 'CANCELLED' },
      },
    }
  },
})

import { sql } from 'kysely'
import type { AuditEntry } from '../../platform/audit/record.ts'
import type { Command } from './context.ts'
import { leftReady, recordEvents } from './neighbours.ts'
import type { ReportRow } from './rules/report-row.ts'
import type { ReportColumns } from './update-report.ts'

export interface Left {
  readonly columns: ReportColumns
  /** Of the assignment, where it went back. */
  readonly audit: readonly AuditEntry[]
}

/**
 * What a change of a READY report drags along: back to collecting, the pack outdated, the approval of the old revision
 * gone, a running final job stopped. Nothing for a report that is not ready.
 */
export async function leaveReady(context: Command, report: ReportRow): Promise<Left> {
  if (report.status !== 'READY_FOR_RENDER') return { columns: {}, audit: [] }
  await Promise.all([
    stopFinalJobs(context, report),
    sql`update reports.report_packs set stale = true
      where tenant_id = ${report.tenant_id}::uuid and report_id = ${report.id}::uuid and final and not stale`.execute(
      context.tx,
    ),
  ])
  recordEvents(context, { report_id: report.id, assignment_id: report.assignment_id }, [
    { kind: 'report_status_changed', before: { status: report.status }, after: { status: 'DATA_PENDING' } },
  ])
  return {
    columns: {
      status: 'DATA_PENDING',
      pack_stale: report.latest_pack_id !== null,
      ...(report.qc_state === 'APPROVED' ? { qc_state: 'NONE' } : {}),
    },
    audit: await leftReady(context, report),
  }
}

/** Stops final jobs that wait or run; what they were to make is given up. */
export async function stopFinalJobs({ tx }: Pick<Command, 'tx'>, report: ReportRow): Promise<void> {
  await sql`
    with stopped as (
      update reports.report_generation_jobs j set status = 'cancelled', finished_at = now()
      from reports.report_packs p
      where j.tenant_id = ${report.tenant_id}::uuid and j.report_id = ${report.id}::uuid and j.status in ('pending', 'queued', 'processing')
        and p.tenant_id = j.tenant_id and p.id = j.pack_id and p.final
      returning j.pack_id
    )
    update reports.report_packs p set status = 'failed' from stopped s
    where p.tenant_id = ${report.tenant_id}::uuid and p.id = s.pack_id and p.status = 'generating'`.execute(tx)
}

import type { ExportJob } from '@zenops/contracts/exports'
import type { AuditExport } from './context.ts'

const percentOf = ({ status, rows_done, rows_estimate }: AuditExport): number => {
  if (status === 'DONE') return 100
  if (status !== 'RUNNING') return 0
  return Math.min(99, Math.floor((rows_done / Math.max(1, rows_estimate ?? 0)) * 100))
}

/** A job as callers see it. */
export const shownJob = (job: AuditExport): ExportJob => ({
  ...job,
  job_id: job.id,
  format: job.export_format,
  progress_percent: percentOf(job),
})

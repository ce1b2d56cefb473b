import { Refusal } from '../../platform/errors.ts'
import type { ExportFile } from '../../platform/exports/download.ts'
import type { AuditExport } from './context.ts'

const expired = (): Refusal => new Refusal('AUDIT_EXPORT_JOB_EXPIRED', 'This export has expired. Create it again.')

/** Errors: AUDIT_EXPORT_JOB_EXPIRED, AUDIT_EXPORT_JOB_NOT_READY with the state. */
export function assertDone({ status, error_code }: Pick<AuditExport, 'status' | 'error_code'>): void {
  if (status === 'DONE') return
  if (status === 'EXPIRED') throw expired()
  throw new Refusal('AUDIT_EXPORT_JOB_NOT_READY', 'There is no file of this export.', {
    details: [{ reason: 'not_ready', status, ...(error_code === null ? {} : { error_code }) }],
  })
}

const EXTENSIONS: Readonly<Record<AuditExport['export_format'], string>> = {
  json: 'json',
  jsonl: 'jsonl',
  csv: 'csv',
  bundle: 'bundle.jsonl',
}
const TYPES: Readonly<Record<AuditExport['export_format'], string>> = {
  json: 'application/json',
  jsonl: 'application/jsonl',
  csv: 'text/csv; charset=utf-8',
  bundle: 'application/jsonl',
}

export const fileOf = (job: AuditExport): ExportFile => ({
  filename: `audit_export_${job.id}.${EXTENSIONS[job.export_format]}${job.compress === 'gzip' ? '.gz' : ''}`,
  type: job.compress === 'gzip' ? 'application/gzip' : TYPES[job.export_format],
})

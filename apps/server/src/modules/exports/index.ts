import type { ExportFamily } from '../../platform/exports/family.ts'
import type { ExportStores } from '../../platform/exports/open.ts'
import type { JobHandler } from '../../platform/jobs/port.ts'
import type { Loop, Recurring } from '../../platform/jobs/recurring.ts'
import type { Mail } from '../../platform/mail/port.ts'
import type { Bound } from '../../platform/operations.ts'
import type { Switches } from '../../platform/switches.ts'
import type { Metrics } from '../../platform/telemetry/metrics.ts'
import { createExportOperation } from './commands/create-export.ts'
import { cancelExportOperation, deleteExportOperation } from './commands/end-export.ts'
import type { AuditExport } from './context.ts'
import { type DownloadParts, downloadOperation, downloadUrlOperation, fetchDownloadOperation } from './downloads.ts'
import { auditFamily } from './family.ts'
import { exportHandlers } from './jobs/handlers.ts'
import { cleanExportsJob } from './jobs/kinds.ts'
import { sweepLoop } from './jobs/sweep-loop.ts'
import { estimateExportOperation } from './queries/estimate-export.ts'
import { getExportOperation, listExportsOperation } from './queries/list-exports.ts'
import { manifestOperation } from './queries/manifest.ts'
import { sourceOf, type SourceParts } from './source.ts'
import { taskOf } from '../../platform/scheduler/timetable.ts'

export { exportConstraints } from './constraints.ts'
export { EXPORT_TABLES } from './context.ts'

export interface ExportParts {
  readonly stores: ExportStores
  readonly ttlHours: number
  readonly metrics: Metrics
  readonly mail: Mail
  /** The house firm, whose people ask from the studio. */
  readonly house: string
  readonly bearerOf: DownloadParts['bearerOf']
  readonly doors: DownloadParts['doors']
}
type WorkerParts = Omit<ExportParts, 'bearerOf' | 'doors'>

const familyOf = (parts: WorkerParts): ExportFamily<AuditExport> => auditFamily(parts)

/** The operations of exports, in the order of the contract. */
export function exportOperations(parts: ExportParts): Bound[] {
  const family = familyOf(parts)
  const downloads = { family, bearerOf: parts.bearerOf, doors: parts.doors }
  return [
    createExportOperation(parts),
    estimateExportOperation,
    listExportsOperation,
    getExportOperation,
    cancelExportOperation(family),
    deleteExportOperation(family),
    downloadOperation(downloads),
    downloadUrlOperation(downloads),
    manifestOperation,
    fetchDownloadOperation(downloads),
  ]
}

/** `parts.stores` over the workers' own database. */
export const exportJobs = (parts: WorkerParts & SourceParts & { readonly switches: Switches }): JobHandler[] =>
  exportHandlers({ ...parts, family: familyOf(parts), source: sourceOf(parts) })

/** Looks after exports whose queue job was lost. */
export const exportLoops = (parts: WorkerParts): Loop[] => [sweepLoop(familyOf(parts))]

export const exportRecurring: Recurring[] = [taskOf('audit_export_cleanup', { job: cleanExportsJob, payload: {} })]

import type { RevealPort } from '../../platform/audit/personal.ts'
import type { Database } from '../../platform/db/database.ts'
import type { ExportSource } from '../../platform/exports/engine.ts'
import { bundleSource } from './bundle-source.ts'
import type { AuditExport } from './context.ts'
import { logSource } from './log-source.ts'

export type SourceOf = (database: Database) => ExportSource<AuditExport>

export interface SourceParts {
  /** Host name of the log's origin. */
  readonly host: string
  readonly reveal: RevealPort | undefined
}

/** Rows of the log, or a bundle that proves a stretch of it. */
export const sourceOf =
  ({ host, reveal }: SourceParts): SourceOf =>
  (database) => ({
    plan: (attempt, stored) =>
      (attempt.job.export_format === 'bundle' ? bundleSource(database, host) : logSource(database, { reveal })).plan(
        attempt,
        stored,
      ),
  })

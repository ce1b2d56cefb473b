import type { Database } from '../../platform/db/database.ts'
import type { ExportSource } from '../../platform/exports/engine.ts'
import type { AuditExport } from './context.ts'
import { logSource } from './log-source.ts'

export type SourceOf = (database: Database) => ExportSource<AuditExport>

/** Rows of the log, or a bundle that proves a stretch of it. */
export const sourceOf: SourceOf = (database) => logSource(database)

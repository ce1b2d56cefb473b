import { sql, type Updateable } from 'kysely'
import type { DB } from '../../../db/types.ts'
import type { Command } from './context.ts'
import type { ReportRow } from './rules/report-row.ts'

export type ReportColumns = Updateable<DB['reports.reports']>

/** Columns whose change others must notice before they change the header themselves. */
const OF_THE_HEADER: readonly (keyof ReportColumns)[] = [
  'title',
  'assignment_id',
  'report_type',
  'bank_id',
  'bank_name',
  'bank_type',
  'status',
  'ruleset_id',
]

/** Writes columns of a locked report; a change of its face raises `version`. */
export async function updateReport(
  { tx }: Pick<Command, 'tx'>,
  report: ReportRow,
  columns: ReportColumns,
): Promise<ReportRow> {
  const faced = OF_THE_HEADER.some(
    (name) => columns[name] !== undefined && columns[name] !== report[name as keyof ReportRow],
  )
  const row = await tx
    .updateTable('reports.reports')
    .set({ ...columns, updated_at: sql`now()`, ...(faced ? { version: report.version + 1 } : {}) })
    .where('tenant_id', '=', report.tenant_id)
    .where('id', '=', report.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return row as unknown as ReportRow // checks of the table are the enums of the row
}

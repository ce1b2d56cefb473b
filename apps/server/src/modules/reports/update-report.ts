import { sql } from 'kysely'
import { compileOnly } from '../../platform/db/database.ts'
import type { Command } from './context.ts'
import type { ReportRow } from './rules/report-row.ts'

export type ReportColumns = Partial<ReportRow>

/** Columns whose change others must notice before they change the header themselves. */
const OF_THE_HEADER: readonly (keyof ReportRow)[] = [
  'title',
  'assignment_id',
  'report_type',
  'bank_id',
  'bank_name',
  'bank_type',
  'status',
  'ruleset_id',
]
/** Columns that the search text is made of: naming one in an update makes it anew, changed or not. */
const SEARCHED: ReadonlySet<string> = new Set<keyof ReportRow>(['title', 'bank_name', 'borrower_name', 'owner_name'])
/** A list is a jsonb column. */
const stored = ([name, value]: [string, unknown]) =>
  [name, Array.isArray(value) ? JSON.stringify(value) : value] as const

/**
 * Writes columns of a locked report and answers the row as it then is; a change of its face raises `version`. With the
 * commit when nothing reads the row before: it was locked under the policy that the update is judged by.
 */
export async function updateReport(
  { tx, unit }: Pick<Command, 'tx' | 'unit'>,
  report: ReportRow,
  { withCommit, ...columns }: ReportColumns & { readonly withCommit?: true },
): Promise<ReportRow> {
  const changed = (name: keyof ReportRow): boolean => columns[name] !== undefined && columns[name] !== report[name]
  const version = OF_THE_HEADER.some(changed) ? { version: report.version + 1 } : {}
  const given = Object.entries({ ...columns, ...version }).filter(([, value]) => value !== undefined)
  // Cast: the columns are those of the row.
  const written = given.filter(([name]) => !SEARCHED.has(name) || changed(name as keyof ReportRow))
  const sets = written.map(stored).map(([name, value]) => sql`${sql.ref(name)} = ${value}`)
  const update = sql`
    update reports.reports set ${sql.join([...sets, sql`updated_at = now()`])}
    where tenant_id = ${report.tenant_id}::uuid and id = ${report.id}::uuid`
  if (withCommit) unit.withCommit(update.compile(compileOnly))
  else {
    const { numAffectedRows } = await update.execute(tx)
    if (numAffectedRows !== 1n) throw new Error('the locked report was not written')
  }
  return { ...report, ...Object.fromEntries(given), updated_at: await unit.startedAt() }
}

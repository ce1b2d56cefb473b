import { CompiledQuery } from 'kysely'
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
const stored = (value: unknown): unknown => (Array.isArray(value) ? JSON.stringify(value) : value)

/** Texts of updates by the columns that they name, which are those of the type: few commands write few sets of them. */
const texts = new Map<string, string>()
const MOST_TEXTS = 200

function updateOf(names: readonly string[]): string {
  const key = names.join()
  const known = texts.get(key)
  if (known !== undefined) return known
  const sets = names.map((name, place) => `"${name}" = $${place + 3}`)
  const text = `update reports.reports set ${[...sets, 'updated_at = now()'].join(', ')} where tenant_id = $1::uuid and id = $2::uuid`
  if (texts.size < MOST_TEXTS) texts.set(key, text)
  return text
}

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
  const names = written.map(([name]) => name)
  const values = written.map(([, value]) => stored(value))
  const update = CompiledQuery.raw(updateOf(names), [report.tenant_id, report.id, ...values])
  if (withCommit) unit.withCommit(update)
  else {
    const { numAffectedRows } = await tx.executeQuery(update)
    if (numAffectedRows !== 1n) throw new Error('the locked report was not written')
  }
  return { ...report, ...Object.fromEntries(given), updated_at: await unit.startedAt() }
}

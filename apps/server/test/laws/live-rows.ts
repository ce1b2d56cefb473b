import { RETENTION } from '../../src/modules/retention/index.ts'

/** Tables whose deleted rows wait for their purge. */
export const SOFT_DELETED: ReadonlySet<string> = new Set(
  Object.entries(RETENTION)
    .filter(
      ([, entry]) =>
        'rows' in entry && entry.rows.some((one) => one.class === 'soft_deleted' && one.due?.includes('purge_after')),
    )
    .map(([table]) => table),
)

/**
 * Files whose statements run under a person's role alone, where the policy of the table hides deleted rows, or which
 * read a row whatever its state. New statements read `*_live`.
 */
export const BY_POLICY: readonly string[] = [
  'modules/alerts/end-delivery.ts',
  'modules/alerts/queries/alerts.ts',
  'modules/assignments/commands/job-lock.ts',
  'modules/assignments/commands/search-text.ts',
  'modules/assignments/queries/assignment-row.ts',
  'modules/assignments/queries/detail.ts',
  'modules/assignments/queries/histories.ts',
  'modules/assignments/queries/list-assignments.ts',
  'modules/assignments/queries/list-filters.ts',
  'modules/assignments/queries/possible-duplicates.ts',
  'modules/assignments/queries/summarize-assignments.ts',
  'modules/directory/commands/create-record.ts',
  'modules/directory/kinds.ts',
  'modules/documents/commands/confirm-upload.ts',
  'modules/documents/commands/distance-to-property.ts',
  'modules/documents/commands/presign-upload.ts',
  'modules/documents/doors.ts',
  'modules/documents/forget-files.ts',
  'modules/documents/queries/document.ts',
  'modules/documents/queries/job-documents.ts',
  'modules/documents/queries/list-documents.ts',
  'modules/privacy/commands/holds.ts',
  'modules/privacy/queries/holds.ts',
  'modules/privacy/queries/requests.ts',
  'modules/privacy/queries/standing.ts',
  'modules/privacy/replay.ts',
  'modules/reports/commands/steer-job.ts',
  'modules/reports/draw-reference.ts',
  'modules/reports/queries/list-reports.ts',
  'modules/reports/queries/rulesets.ts',
  'modules/reports/read-standing.ts',
  'modules/reports/request-pack.ts',
]

const NAMED = /\b(?:from|join)\s+(?:only\s+)?([a-z_]+\.[a-z_]+)\b/g

/** Reads of soft-deletable tables that say nothing of deleted rows: neither the live view nor `deleted_at`. */
export function blindReads(source: string): string[] {
  const statements = source.match(/`[^`]*`/g) ?? []
  return statements.flatMap((text) =>
    /deleted_at|sees_deleted/.test(text)
      ? []
      : [...text.matchAll(NAMED)].flatMap(([, table]) =>
          table !== undefined && SOFT_DELETED.has(table) ? [table] : [],
        ),
  )
}

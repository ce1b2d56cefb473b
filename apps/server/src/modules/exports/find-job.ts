import { type QueryExecutorProvider, sql } from 'kysely'
import { compileOnly } from '../../platform/db/database.ts'
import { refuse } from '../../platform/errors.ts'
import { type AuditExport, EXPORT_TABLES } from './context.ts'

const jobs = sql.table(EXPORT_TABLES.jobs)

export const jobQuery = (tenantId: string, jobId: string) =>
  sql<AuditExport>`select * from ${jobs} where tenant_id = ${tenantId}::uuid and id = ${jobId}::uuid`.compile(
    compileOnly,
  )

/** The job, as the caller's role sees it. Errors: NOT_FOUND. */
export async function findJob(
  tx: QueryExecutorProvider,
  key: { readonly tenantId: string; readonly jobId: string },
  lock = false,
): Promise<AuditExport> {
  const { rows } = await sql<AuditExport>`
    select * from ${jobs} where tenant_id = ${key.tenantId}::uuid and id = ${key.jobId}::uuid ${lock ? sql`for no key update` : sql``}`.execute(
    tx,
  )
  return found(rows[0])
}

export function found(job: AuditExport | undefined): AuditExport {
  if (!job) throw refuse.notFound('The export')
  return job
}

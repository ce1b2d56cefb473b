import { type CompiledQuery, sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import { type Refusal, refuse } from '../../../platform/errors.ts'
import type { QueryContext } from '../../../platform/operations.ts'
import type { Visible } from '../context.ts'
import type { ReportRow } from '../rules/report-row.ts'

/** The header under the caller's policy; put first into every read about one report. */
export const headerQuery = (tenantId: string, id: string): CompiledQuery<ReportRow> =>
  sql<ReportRow>`select * from reports.reports where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and deleted_at is null`.compile(
    compileOnly,
  )

/** Why a report was not read: out of scope, or not of this firm. */
export async function unseen({ read }: Pick<QueryContext<Visible>, 'read'>, id: string): Promise<Refusal> {
  const [rows] = await read(
    sql<{ here: boolean }>`select app.exists_in_tenant('reports.reports', ${id}::uuid) as here`.compile(compileOnly),
  )
  return rows[0]?.here ? refuse.forbidden('out_of_scope') : refuse.notFound('The report')
}

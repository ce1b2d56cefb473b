import { type RawBuilder, sql } from 'kysely'
import { type Refusal, refuse } from '../../platform/errors.ts'
import type { Tx } from './context.ts'

/** Locks the report for a change; runs before anything of it is read. */
export const lockReport = (tenantId: string, id: string): RawBuilder<{ id: string }> =>
  sql<{
    id: string
  }>`select id from reports.reports where tenant_id = ${tenantId}::uuid and id = ${id}::uuid and deleted_at is null for update`

/** Why a report was not found: out of one's scope, or not of this firm. */
export async function reportRefusal(tx: Tx, id: string): Promise<Refusal> {
  const { rows } = await sql<{
    here: boolean
  }>`select app.exists_in_tenant('reports.reports', ${id}::uuid) as here`.execute(tx)
  return rows[0]?.here ? refuse.forbidden('out_of_scope') : refuse.notFound('The report')
}

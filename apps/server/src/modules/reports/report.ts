import { sql } from 'kysely'
import { type Refusal, refuse } from '../../platform/errors.ts'
import type { Tx } from './context.ts'

/** Why a report was not found: out of one's scope, or not of this firm. */
export async function reportRefusal(tx: Tx, id: string): Promise<Refusal> {
  const { rows } = await sql<{
    here: boolean
  }>`select app.exists_in_tenant('reports.reports', ${id}::uuid) as here`.execute(tx)
  return rows[0]?.here ? refuse.forbidden('out_of_scope') : refuse.notFound('The report')
}

import { type QueryExecutorProvider, sql } from 'kysely'
import { type Refusal, refuse } from '../../../platform/errors.ts'

const existence = (id: string) =>
  sql<{ there: boolean }>`select app.exists_in_tenant('assignments.assignments', ${id}::uuid) as there`

/** Why a job cannot be seen: not there, or there but outside of the caller's scope. */
export async function unseen(executor: QueryExecutorProvider, id: string): Promise<Refusal> {
  const { rows } = await existence(id).execute(executor)
  return rows[0]?.there === true ? refuse.forbidden('out_of_scope') : refuse.notFound('The assignment')
}

import type { Tx } from '../../platform/db/rows.ts'
import { sql } from 'kysely'

/**
 * Does the work in either case and undoes it where it must leave nothing: whoever measures the answer cannot tell
 * whether an address is known.
 */
export async function keptOrUndone<T>(tx: Tx, keep: boolean, work: () => Promise<T>): Promise<T> {
  await sql`savepoint work`.execute(tx)
  const result = await work()
  await (keep ? sql`release savepoint work` : sql`rollback to savepoint work`).execute(tx)
  // Work that stays wakes a worker at the commit; work that was undone costs the commit as much.
  await sql`select pg_notify('nobody', '')`.execute(tx)
  return result
}

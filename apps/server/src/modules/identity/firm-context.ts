import { type QueryExecutorProvider, sql } from 'kysely'

/**
 * Runs `work` with the firm as the transaction's tenant, and puts the caller's back: mails and jobs belong to the firm
 * they are about, also where the control plane causes them. For zen_auth alone, whose policies ask for no tenant.
 */
export async function inFirm<T>(
  tx: QueryExecutorProvider,
  of: { readonly firmId: string; readonly ownId: string },
  work: () => Promise<T>,
): Promise<T> {
  if (of.firmId === of.ownId) return work()
  await sql`select set_config('app.tenant_id', ${of.firmId}, true)`.execute(tx)
  const result = await work()
  await sql`select set_config('app.tenant_id', ${of.ownId}, true)`.execute(tx)
  return result
}

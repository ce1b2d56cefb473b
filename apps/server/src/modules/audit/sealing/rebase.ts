import { sql } from 'kysely'
import type { Database } from '../../../platform/db/database.ts'
import { SEALER, tryLock } from './ground.ts'

/**
 * After the tables were restored into another cluster: the transaction ids in the inbox mean nothing there. Waiting
 * events are stamped anew in their old order, and the heads name the new cluster. Answers how many were stamped.
 */
export const rebaseInbox = (database: Database): Promise<number> =>
  database.transact(SEALER, async (tx) => {
    if (!(await tryLock(tx, 'seal'))) throw new Error('a sealer is running; stop it first')
    const { numAffectedRows } = await sql`
      with gone as (
        delete from audit.inbox returning id, tenant_id, xid, ord, canon, sanitiser_version
      )
      insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version)
      select id, tenant_id, row_number() over (order by xid, ord, id), canon, sanitiser_version from gone`.execute(tx)
    await sql`update audit.heads set cluster_id = audit.cluster_id() where cluster_id <> audit.cluster_id()`.execute(tx)
    return Number(numAffectedRows ?? 0n)
  })

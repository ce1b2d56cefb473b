import type { JsonValue } from '@zenops/contracts/canonical-json'
import { sql } from 'kysely'
import { mergedCanon } from '../../../platform/audit/record.ts'
import { SANITISER_VERSION } from '../../../platform/audit/sanitise.ts'
import type { Database } from '../../../platform/db/database.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { SEALER } from './ground.ts'

interface Merged {
  readonly tenant_id: string
  readonly count: number
  readonly event: Readonly<Record<string, JsonValue>>
  readonly at: string
}
const BATCH = 500

/** Writes what was refused again within a minute that is over: one event with its number. Answers how many events. */
export const flushRefusals = (database: Database): Promise<number> =>
  database.transact(SEALER, async (tx) => {
    const { rows } = await sql<Merged>`
      delete from audit.merged_refusals where ctid = any (array(
        select ctid from audit.merged_refusals where until <= now() order by until limit ${BATCH}))
      returning tenant_id, count, event, now()::timestamptz(3) as at`.execute(tx)
    const repeated = rows.filter((row) => row.count > 0)
    if (repeated.length === 0) return 0
    const events = repeated.map((row) => {
      const id = uuidv7()
      return { id, tenantId: row.tenant_id, canon: mergedCanon(row.event, { id, at: row.at, count: row.count }) }
    })
    await sql`
      insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version)
      select id, tenant_id, (place - 1)::int, canon, ${SANITISER_VERSION}::int
      from unnest(${events.map((e) => e.id)}::uuid[], ${events.map((e) => e.tenantId)}::uuid[], ${events.map((e) => e.canon)}::bytea[])
        with ordinality as n(id, tenant_id, canon, place)`.execute(tx)
    return events.length
  })

import { listDeadJobs } from '@zenops/contracts/ops-queue'
import { sql } from 'kysely'
import { z } from 'zod'
import { compileOnly } from '../../../platform/db/database.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { DEAD_COLUMNS, type DeadRow } from '../dead.ts'
import { reachOf } from '../reach.ts'

const on = operationsOf<'ops'>()
const Key = z.tuple([z.iso.datetime({ precision: 3 }), z.guid()])

export const listDeadJobsOperation = on.query(listDeadJobs, async (context, { query }) => {
  const reach = reachOf(context.actor, query.tenant_id)
  const parts = [sql`d.state = any(${query.state ?? ['DEAD']}::text[])`]
  if (reach !== null) parts.push(sql`d.tenant_id = ${reach}::uuid`)
  if (query.queue !== undefined) parts.push(sql`d.queue = ${query.queue}`)
  if (query.error_code !== undefined) parts.push(sql`d.error_code = ${query.error_code}`)
  if (query.q !== undefined)
    parts.push(sql`(starts_with(d.queue, ${query.q}) or d.error_code = ${query.q} or d.trace_id = ${query.q})`)
  if (query.cursor !== undefined) {
    const [at, id] = decodeCursor(Key, query.cursor)
    parts.push(sql`(d.last_failed_at, d.id) < (${at}::timestamptz, ${id}::uuid)`)
  }
  const [rows] = await context.read(
    sql<DeadRow>`select ${DEAD_COLUMNS} from ops.dead_jobs d where ${sql.join(parts, sql` and `)}
      order by d.last_failed_at desc, d.id desc limit ${query.limit + 1}`.compile(compileOnly),
  )
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return { items, next_cursor: last ? encodeCursor([last.last_failed_at, last.id]) : null }
})

import { listCheckpoints, newestCheckpoint } from '@zenops/contracts/audit-chain'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { compileOnly } from '../../../platform/db/database.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { tenantOf, type Visible } from '../context.ts'

const on = operationsOf<Visible>()

interface Publication {
  readonly sink: string
  readonly root_epoch: number
  readonly root_size: number
  readonly published_at: string
  readonly receipt: never // the sink's own JSON
}
interface Row {
  readonly tenant_id: string
  readonly epoch: number
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  readonly link: Buffer
  readonly note: string
  readonly created_at: string
  readonly published: readonly Publication[]
}

/** Instants inside of JSON that PostgreSQL builds, as every other one is sent. */
export const jsonInstant = (column: string): RawBuilder<string> =>
  sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** Receipts that tell of a firm's heads: those of everybody's log, and of its own mails. */
export const ofFirm = (tenantId: string): RawBuilder<boolean> =>
  sql`(t.tenant_id is null or t.tenant_id = ${tenantId}::uuid)`

/** Signed heads of a tenant with the first receipt of each sink for a root note that holds them. */
export const checkpointsQuery = (tenantId: string, where: RawBuilder<unknown>, limit: number) =>
  sql<Row>`
    select c.tenant_id, c.epoch, c.origin, c.size, c.root, c.link, c.note, c.created_at,
      coalesce((select jsonb_agg(to_jsonb(p) order by p.sink) from (
        select distinct on (t.sink) t.sink, t.root_epoch, t.size as root_size, ${jsonInstant('t.published_at')} as published_at, t.receipt
        from audit.root_log r join audit.notary_receipts t on t.root_epoch = r.root_epoch and t.size >= coalesce(r.note_size, r.position + 1)
        where r.tenant_id = c.tenant_id and r.epoch = c.epoch and r.size = c.size and ${ofFirm(tenantId)}
        order by t.sink, t.size, t.id) p), '[]') as published
    from audit.checkpoints c where c.tenant_id = ${tenantId}::uuid and ${where}
    order by c.epoch desc, c.size desc limit ${limit}`.compile(compileOnly)

export const shownCheckpoint = ({ root, link, ...row }: Row) => ({
  ...row,
  root: root.toString('base64'),
  link: link.toString('base64'),
  published: [...row.published],
})

export const newestCheckpointOperation = on.query(newestCheckpoint, async (context, { query }) => {
  const where = query.epoch === undefined ? sql`true` : sql`c.epoch = ${query.epoch}`
  const [rows] = await context.read(checkpointsQuery(tenantOf(context.actor, query.tenant_id), where, 1))
  const [row] = rows
  if (!row) throw refuse.notFound('A signed head of this log')
  return shownCheckpoint(row)
})

const Key = z.tuple([z.int(), z.int()])

export const listCheckpointsOperation = on.query(listCheckpoints, async (context, { query }) => {
  const key = query.cursor === undefined ? null : decodeCursor(Key, query.cursor)
  const where = key ? sql`(c.epoch, c.size) < (${key[0]}, ${key[1]})` : sql`true`
  const [rows] = await context.read(checkpointsQuery(tenantOf(context.actor, query.tenant_id), where, query.limit + 1))
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined
  return {
    items: rows.slice(0, query.limit).map(shownCheckpoint),
    next_cursor: last ? encodeCursor([last.epoch, last.size]) : null,
  }
})

import { firstLink, HASH_BYTES, linkInto, logIdOf } from '@zenops/audit/hashes'
import { RightEdge } from '@zenops/audit/tree'
import { sql } from 'kysely'
import type { Database } from '../../../platform/db/database.ts'
import { SEALER, tryLock, type Tx } from './ground.ts'
import { insertTiles, type NewTile, tilesOf } from './tiles.ts'

export type SealTurn =
  | {
      readonly kind: 'sealed'
      readonly rows: number
      /** Tenants whose head is behind their own events: somebody changed it. Their events wait, the others go on. */
      readonly stuck: readonly string[]
    }
  /** Another process seals. */
  | { readonly kind: 'busy' }
  /** The inbox was stamped by another cluster; `npm run audit:rebase` stamps it anew. */
  | { readonly kind: 'foreign_cluster' }

interface Waiting {
  readonly id: string
  readonly tenant_id: string
  readonly leaf: Buffer
}
export interface HeadRow {
  readonly tenant_id: string
  readonly epoch: number
  readonly size: number
  readonly link: Buffer
  readonly edge: readonly Buffer[]
  readonly foreign: boolean
  /** There is an event behind the head already. */
  readonly stuck: boolean
}

/** A log as this turn leaves it. */
export interface Growing {
  readonly tenantId: string
  readonly epoch: number
  readonly oldSize: number
  readonly tree: RightEdge
  readonly link: Buffer
  readonly leaves: Buffer[]
}

/**
 * Seals what stands below the xmin horizon, in the order of (xid, ord). A row above it may still get older neighbours:
 * a transaction that began before commits after. That is why no id or time serves as the cursor.
 */
const waitingRows = (tx: Tx, { batch, except }: SealWish) =>
  sql<Waiting>`
    select id, tenant_id, leaf from audit.inbox where xid < pg_snapshot_xmin(pg_current_snapshot())
      and tenant_id <> all (${[...except]}::uuid[])
    order by xid, ord, id limit ${batch}`.execute(tx)

const headRows = (tx: Tx, tenants: readonly string[]) =>
  sql<HeadRow>`
    select distinct on (tenant_id) tenant_id, epoch, size, link, edge, cluster_id <> audit.cluster_id() as foreign,
      exists (select 1 from audit.events e where e.tenant_id = h.tenant_id and e.epoch = h.epoch and e.seq = h.size + 1) as stuck
    from audit.heads h where tenant_id = any (${tenants}::uuid[]) order by tenant_id, epoch desc`.execute(tx)

export const growing = (head: HeadRow): Growing => ({
  tenantId: head.tenant_id,
  epoch: head.epoch,
  oldSize: head.size,
  tree: RightEdge.at(head.size, head.edge),
  link: Buffer.from(head.link),
  leaves: [],
})
export const beginning = (tenantId: string, epoch = 1): Growing => ({
  tenantId,
  epoch,
  oldSize: 0,
  tree: new RightEdge(),
  link: firstLink(logIdOf(tenantId, epoch)),
  leaves: [],
})

/** Numbers and links one event; answers its seq. The link is written over in place. */
export function extend(log: Growing, leaf: Buffer): number {
  log.tree.append(leaf)
  log.leaves.push(leaf)
  linkInto(log.link, { seq: log.tree.size, leaf }, log.link)
  return log.tree.size
}

/** Moves the rows out of the inbox and into the log. Bytes stay in the database; links go over in one block. */
async function move(tx: Tx, rows: readonly Waiting[], logs: ReadonlyMap<string, Growing>): Promise<void> {
  const links = Buffer.allocUnsafe(rows.length * HASH_BYTES)
  const epochs: number[] = []
  const seqs: number[] = []
  for (const [index, row] of rows.entries()) {
    const log = logs.get(row.tenant_id)
    if (!log) throw new Error('a row without its log')
    seqs.push(extend(log, row.leaf))
    epochs.push(log.epoch)
    links.set(log.link, index * HASH_BYTES)
  }
  const { numAffectedRows } = await sql`
    with numbered as (
      select id, tenant_id, epoch, seq, substring(${links}::bytea from 1 + 32 * (place - 1)::int for 32) as link
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.tenant_id)}::uuid[], ${epochs}::int[], ${seqs}::bigint[])
        with ordinality as n(id, tenant_id, epoch, seq, place)
    ), gone as (
      delete from audit.inbox i using numbered n where i.tenant_id = n.tenant_id and i.id = n.id
      returning n.tenant_id, n.epoch, n.seq, n.link, i.canon, i.leaf, i.sanitiser_version
    )
    insert into audit.events (tenant_id, epoch, seq, canon, leaf, link, sanitiser_version)
    select tenant_id, epoch, seq, canon, leaf, link, sanitiser_version from gone`.execute(tx)
  if (numAffectedRows !== BigInt(rows.length)) throw new Error(`${numAffectedRows} of ${rows.length} events were moved`)
}

/** Writes where each log now ends. */
export async function writeHeads(tx: Tx, logs: readonly Growing[]): Promise<void> {
  const edges = logs.map((log) => Buffer.concat(log.tree.edge()))
  await sql`
    insert into audit.heads as h (tenant_id, epoch, size, link, edge, cluster_id)
    select tenant_id, epoch, size, link,
      array(select substring(edge from 1 + 32 * k for 32) from generate_series(0, octet_length(edge) / 32 - 1) k), audit.cluster_id()
    from unnest(${logs.map((log) => log.tenantId)}::uuid[], ${logs.map((log) => log.epoch)}::int[], ${logs.map((log) => log.tree.size)}::bigint[],
      ${logs.map((log) => log.link)}::bytea[], ${edges}::bytea[]) as n(tenant_id, epoch, size, link, edge)
    on conflict (tenant_id, epoch) do update
      set size = excluded.size, link = excluded.link, edge = excluded.edge, updated_at = now()`.execute(tx)
}

interface SealWish {
  readonly batch: number
  /** Tenants that were found stuck. */
  readonly except: ReadonlySet<string>
}

const NOBODY: ReadonlySet<string> = new Set()

/** One turn: everything or nothing, so that a crash leaves what the next turn repeats. */
export const sealTurn = (database: Database, batch: number, except = NOBODY): Promise<SealTurn> =>
  database.transact(SEALER, async (tx): Promise<SealTurn> => {
    if (!(await tryLock(tx, 'seal'))) return { kind: 'busy' }
    const waiting = (await waitingRows(tx, { batch, except })).rows
    if (waiting.length === 0) return { kind: 'sealed', rows: 0, stuck: [] }
    const tenants = [...new Set(waiting.map((row) => row.tenant_id))]
    const heads = (await headRows(tx, tenants)).rows
    if (heads.some((head) => head.foreign)) return { kind: 'foreign_cluster' }
    const stuck = heads.flatMap((head) => (head.stuck ? [head.tenant_id] : []))
    const logs = new Map(tenants.map((tenant) => [tenant, beginning(tenant)]))
    for (const head of heads) logs.set(head.tenant_id, growing(head))
    for (const tenant of stuck) logs.delete(tenant)
    const rows = waiting.filter((row) => logs.has(row.tenant_id))
    if (rows.length === 0) return { kind: 'sealed', rows: 0, stuck }
    await move(tx, rows, logs)
    const grown = [...logs.values()]
    const tiles: NewTile[] = await tilesOf(tx, grown)
    await Promise.all([writeHeads(tx, grown), ...(tiles.length > 0 ? [insertTiles(tx, tiles)] : [])])
    return { kind: 'sealed', rows: rows.length, stuck }
  })

import { HASH_BYTES } from '@zenops/audit/hashes'
import { type Node, type NodeReader, RightEdge } from '@zenops/audit/tree'
import { sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import { type LogKey, readsOf, type ReadRows, type Tx } from './ground.ts'
import type { Growing } from './seal-turn.ts'

/** Hashes of a full tile. */
const WIDTH = 256
const HEIGHT = 8

export interface NewTile extends LogKey {
  readonly level: number
  readonly index: number
  readonly hashes: Buffer
  readonly root: Buffer
}

const rootOf = (hashes: readonly Buffer[]): Buffer => {
  const tree = new RightEdge()
  for (const hash of hashes) tree.append(hash)
  return tree.root()
}

interface LeafRange extends LogKey {
  /** Seqs, both included. */
  readonly from: number
  readonly to: number
}

const keyOf = (log: LogKey): string => `${log.tenantId} ${log.epoch}`

/** Leaves of sealed events by log, in order; of pruned ones those that their seal kept. */
async function readLeaves(read: ReadRows, ranges: readonly LeafRange[]): Promise<Map<string, Map<number, Buffer>>> {
  const found = new Map<string, Map<number, Buffer>>()
  if (ranges.length === 0) return found
  const rows = await read(
    sql<{ tenant_id: string; epoch: number; seq: number; leaf: Buffer }>`
      with r as (select * from unnest(${ranges.map((r) => r.tenantId)}::uuid[], ${ranges.map((r) => r.epoch)}::int[], ${ranges.map((r) => r.from)}::bigint[],
        ${ranges.map((r) => r.to)}::bigint[]) as r(tenant_id, epoch, first, last))
      select e.tenant_id, e.epoch, e.seq, e.leaf from r
      join audit.events e on e.tenant_id = r.tenant_id and e.epoch = r.epoch and e.seq between r.first and r.last
      union all
      select s.tenant_id, s.epoch, s.upto_seq - s.upto_seq % ${WIDTH} + place, substring(s.open_leaves from 1 + 32 * (place - 1)::int for 32)
      from r join audit.retention_seals s on s.tenant_id = r.tenant_id and s.epoch = r.epoch
        and s.upto_seq >= r.first and s.upto_seq - s.upto_seq % ${WIDTH} < r.last
      cross join lateral generate_series(1, s.upto_seq % ${WIDTH}) place`.compile(compileOnly),
  )
  for (const row of rows) {
    const key = keyOf({ tenantId: row.tenant_id, epoch: row.epoch })
    const leaves = found.get(key) ?? new Map<number, Buffer>()
    found.set(key, leaves.set(row.seq, row.leaf))
  }
  return found
}

/** The full tiles that a turn completes, on every level. */
export async function tilesOf(tx: Tx, logs: readonly Growing[]): Promise<NewTile[]> {
  const completing = logs.filter((log) => Math.floor(log.tree.size / WIDTH) > Math.floor(log.oldSize / WIDTH))
  const begun = completing
    .filter((log) => log.oldSize % WIDTH > 0)
    .map((log) => ({ ...keyed(log), from: log.oldSize - (log.oldSize % WIDTH) + 1, to: log.oldSize }))
  const earlier = await readLeaves(readsOf(tx), begun)
  const tiles: NewTile[] = []
  for (const log of completing) {
    const first = Math.floor(log.oldSize / WIDTH)
    const before = log.oldSize % WIDTH
    const leaves = earlier.get(keyOf(log))
    const all = [
      ...Array.from({ length: before }, (_, index) => leaves?.get(first * WIDTH + index + 1)),
      ...log.leaves,
    ].map((leaf) => {
      if (!leaf) throw new Error('a leaf of the open tile is missing')
      return leaf
    })
    const level: NewTile[] = []
    for (let at = 0; at + WIDTH <= all.length; at += WIDTH) {
      const hashes = all.slice(at, at + WIDTH)
      level.push({
        ...keyed(log),
        level: 0,
        index: first + at / WIDTH,
        hashes: Buffer.concat(hashes),
        root: rootOf(hashes),
      })
    }
    tiles.push(...level, ...(await tilesAbove(tx, level)))
  }
  return tiles
}
const keyed = ({ tenantId, epoch }: LogKey): LogKey => ({ tenantId, epoch })

/** Tiles of roots, completed by the tiles of the level below; rare, so each asks for itself. */
async function tilesAbove(tx: Tx, below: readonly NewTile[]): Promise<NewTile[]> {
  const above: NewTile[] = []
  const fresh = new Map(below.map((tile) => [tile.index, tile.root]))
  for (const tile of below) {
    if ((tile.index + 1) % WIDTH !== 0) continue
    const first = tile.index + 1 - WIDTH
    const { rows } = await sql<{ index: number; root: Buffer }>`
      select index, root from audit.tiles
      where tenant_id = ${tile.tenantId}::uuid and epoch = ${tile.epoch} and level = ${tile.level} and index between ${first} and ${tile.index}`.execute(
      tx,
    )
    const known = new Map([...rows.map((row) => [row.index, row.root] as const), ...fresh])
    const hashes = Array.from({ length: WIDTH }, (_, offset) => {
      const root = known.get(first + offset)
      if (!root) throw new Error('a tile is missing')
      return root
    })
    above.push({
      ...keyed(tile),
      level: tile.level + 1,
      index: first / WIDTH,
      hashes: Buffer.concat(hashes),
      root: rootOf(hashes),
    })
  }
  return above.length > 0 ? [...above, ...(await tilesAbove(tx, above))] : above
}

export const insertTiles = (tx: Tx, tiles: readonly NewTile[]) =>
  sql`
    insert into audit.tiles (tenant_id, epoch, level, index, hashes, root)
    select * from unnest(${tiles.map((t) => t.tenantId)}::uuid[], ${tiles.map((t) => t.epoch)}::int[], ${tiles.map((t) => t.level)}::int[],
      ${tiles.map((t) => t.index)}::bigint[], ${tiles.map((t) => t.hashes)}::bytea[], ${tiles.map((t) => t.root)}::bytea[])`.execute(
    tx,
  )

/** What a node is made of: roots of tiles of a level, or leaves. */
interface Need {
  readonly node: Node
  readonly level: number
  readonly from: number
  readonly to: number
}
const needOf = (node: Node): Need => {
  const level = Math.floor(node.height / HEIGHT) - 1
  const width = 2 ** (node.height - (level + 1) * HEIGHT)
  return { node, level, from: node.index * width, to: (node.index + 1) * width }
}

/**
 * Reads the nodes that a proof needs, in two statements. Leaves of full tiles come from the tiles, so that proofs stay
 * possible when events are pruned. The reader throws RangeError where the log lacks one.
 */
export async function loadNodes(
  read: ReadRows,
  log: LogKey & { readonly size: number },
  nodes: readonly Node[],
): Promise<NodeReader> {
  const needs = nodes.map(needOf)
  const full = Math.floor(log.size / WIDTH)
  const roots = needs.filter((need) => need.level >= 0)
  const inTiles = needs.filter((need) => need.level < 0 && Math.floor(need.from / WIDTH) < full)
  const open = needs.filter((need) => need.level < 0 && Math.floor(need.from / WIDTH) >= full)
  const [rootRows, tileRows, leaves] = await Promise.all([
    readRoots(read, log, roots),
    readTiles(
      read,
      log,
      inTiles.map((need) => Math.floor(need.from / WIDTH)),
    ),
    readLeaves(
      read,
      open.map((need) => ({ ...keyed(log), from: need.from + 1, to: need.to })),
    ),
  ])
  const hashAt = (level: number, index: number): Buffer | undefined => {
    if (level >= 0) return rootRows.get(`${level} ${index}`)
    const tile = tileRows.get(Math.floor(index / WIDTH))
    const at = (index % WIDTH) * HASH_BYTES
    return tile ? tile.subarray(at, at + HASH_BYTES) : leaves.get(keyOf(log))?.get(index + 1)
  }
  return (node) => {
    const { level, from, to } = needOf(node)
    return rootOf(
      Array.from({ length: to - from }, (_, offset) => {
        const hash = hashAt(level, from + offset)
        if (!hash) throw new RangeError('the log lacks a hash')
        return hash
      }),
    )
  }
}

async function readRoots(read: ReadRows, log: LogKey, needs: readonly Need[]): Promise<Map<string, Buffer>> {
  if (needs.length === 0) return new Map()
  const rows = await read(
    sql<{ level: number; index: number; root: Buffer }>`
    select t.level, t.index, t.root
    from unnest(${needs.map((n) => n.level)}::int[], ${needs.map((n) => n.from)}::bigint[], ${needs.map((n) => n.to)}::bigint[]) as r(level, first, beyond)
    join audit.tiles t on t.tenant_id = ${log.tenantId}::uuid and t.epoch = ${log.epoch} and t.level = r.level
      and t.index >= r.first and t.index < r.beyond`.compile(compileOnly),
  )
  return new Map(rows.map((row) => [`${row.level} ${row.index}`, row.root]))
}

async function readTiles(read: ReadRows, log: LogKey, indexes: readonly number[]): Promise<Map<number, Buffer>> {
  if (indexes.length === 0) return new Map()
  const rows = await read(
    sql<{ index: number; hashes: Buffer }>`
    select index, hashes from audit.tiles
    where tenant_id = ${log.tenantId}::uuid and epoch = ${log.epoch} and level = 0 and index = any (${[...new Set(indexes)]}::bigint[])`.compile(
      compileOnly,
    ),
  )
  return new Map(rows.map((row) => [row.index, row.hashes]))
}

import { HASH_BYTES } from '@zenops/audit/hashes'
import { RightEdge } from '@zenops/audit/tree'
import type { LogKey, ReadRows } from '../sealing/ground.ts'
import type { Findings } from './findings.ts'
import { type LogState, tileRows, upperTileRows } from './log-reader.ts'

const TILE = 256
/** Tiles read at a time. */
const CHUNK = 64

export const hashesOf = (bytes: Buffer): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / HASH_BYTES) }, (_, place) =>
    bytes.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES),
  )
export function treeOf(hashes: readonly Buffer[]): RightEdge {
  const tree = new RightEdge()
  for (const hash of hashes) tree.append(hash)
  return tree
}
/** Place of the first hash that differs; -1 = none. */
export const firstDifference = (expected: readonly Buffer[], stored: Buffer): number =>
  expected.findIndex((hash, place) => !hash.equals(stored.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES)))

interface Rows {
  readonly log: LogKey
  readonly state: LogState
  readonly from: number
  readonly to: number
}

export interface UpperTile {
  readonly hashes: Buffer
  readonly root: Buffer
  /** Roots of the tiles below it. */
  readonly below: Buffer | null
}
/** Judges one tile above the leaves: `before` leaves lie in front of it, and each hash stands for `below` of them. */
export function judgeUpperTile(
  tile: UpperTile | undefined,
  { before, below }: { readonly before: number; readonly below: number },
  findings: Findings,
): void {
  const expected = hashesOf(tile?.below ?? Buffer.alloc(0))
  const first = tile && expected.length === TILE ? firstDifference(expected, tile.hashes) : 0
  if (first >= 0) findings.add('tile_mismatch', { chain_seq: before + first * below + 1 })
  else if (tile && !treeOf(expected).root().equals(tile.root))
    findings.add('tile_mismatch', { chain_seq: before + TILE * below })
}

/**
 * Verifies the tiles above the leaves that cover some rows: each holds the roots of the tiles below it, and its own root
 * follows from them. The lowest tiles are held against the events themselves, so nothing of the tree is taken on trust.
 */
export async function verifyUpperTiles(
  read: ReadRows,
  { log, state, from, to }: Rows,
  findings: Findings,
): Promise<void> {
  for (let [level, below] = [1, TILE]; Math.floor(state.size / (below * TILE)) > 0; level++, below *= TILE) {
    const width = below * TILE
    const last = Math.min(Math.floor(state.size / width), Math.ceil(to / width)) - 1
    for (let at = Math.floor((from - 1) / width); at <= last; at += CHUNK) {
      const range = { from: at, to: Math.min(at + CHUNK - 1, last) }
      const found = new Map((await read(upperTileRows(log, level, range))).map((tile) => [tile.index, tile]))
      for (let index = range.from; index <= range.to; index++)
        judgeUpperTile(found.get(index), { before: index * width, below }, findings)
    }
  }
}

/**
 * Verifies the lowest tiles of events that are pruned: each leads to its root, and all together to the signed root of the
 * retention seal. Without a signed root there is nothing to hold them against.
 */
export async function verifyPrunedTiles(
  read: ReadRows,
  { log, state, root }: { readonly log: LogKey; readonly state: LogState; readonly root: Buffer | null },
  findings: Findings,
): Promise<void> {
  const sealed = state.seal_seq ?? 0
  const count = Math.floor(sealed / TILE)
  const tree = new RightEdge()
  let isWhole = true
  for (let at = 0; at < count; at += CHUNK) {
    const range = { from: at, to: Math.min(at + CHUNK, count) - 1 }
    const found = new Map((await read(tileRows(log, range))).map((tile) => [tile.index, tile]))
    for (let index = range.from; index <= range.to; index++) {
      const tile = found.get(index)
      if (tile) tree.append(tile.root)
      if (tile && treeOf(hashesOf(tile.hashes)).root().equals(tile.root)) continue
      isWhole = false
      findings.add('tile_mismatch', { chain_seq: index * TILE + 1 })
    }
  }
  if (!isWhole || root === null) return
  // Tiles are perfect subtrees, so their tree and that of the leaves behind them make up the edge.
  const edge = [...tree.edge(), ...treeOf(hashesOf(state.seal_open_leaves ?? Buffer.alloc(0))).edge()]
  if (!RightEdge.at(sealed, edge).root().equals(root)) findings.add('tile_mismatch', { chain_seq: sealed })
}

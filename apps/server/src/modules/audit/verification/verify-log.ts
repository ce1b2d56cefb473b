import { canonFault } from '@zenops/audit/canon'
import { firstLink, HASH_BYTES, leafHash, linkInto, logIdOf } from '@zenops/audit/hashes'
import { openNote } from '@zenops/audit/notes'
import { consistencyRanges, nodesOf, proofOf, RightEdge, verifyConsistency } from '@zenops/audit/tree'
import { type LogKey, originOf, type ReadRows } from '../sealing/ground.ts'
import type { Published } from '../sealing/notary.ts'
import { loadNodes } from '../sealing/tiles.ts'
import type { Findings } from './findings.ts'
import {
  type CheckpointRow,
  checkpointRows,
  type EventRow,
  type LogState,
  neighbourRows,
  readEvents,
  tileRows,
} from './log-reader.ts'
import type { Trust } from './trust.ts'
import { Publications } from './verify-publication.ts'
import { firstDifference, treeOf, verifyUpperTiles } from './verify-tiles.ts'

const CHUNK = 2_000
const TILE = 256

export interface VerifyWish {
  readonly log: LogKey
  readonly state: LogState
  readonly from: number
  readonly to: number
  readonly trust: Trust
  /** Called behind each chunk with the rows checked so far. */
  onProgress?(rows: number): Promise<void>
}

const text = (hash: Buffer): string => hash.toString('base64')

/** Where a range starts: the link in front of it, and the tree where it is known. */
export interface Start {
  readonly link: Buffer
  readonly tree: RightEdge | null
}

/** Null where the edge does not fit: the seal is judged apart, and the walk does without a root. */
function treeAt(size: number, edge: readonly Buffer[]): RightEdge | null {
  try {
    return RightEdge.at(size, edge)
  } catch {
    return null
  }
}

async function startOf(read: ReadRows, { log, state, from }: VerifyWish, findings: Findings): Promise<Start | null> {
  if (from === 1) return { link: firstLink(logIdOf(log.tenantId, log.epoch)), tree: new RightEdge() }
  if (state.seal_seq === from - 1 && state.seal_link && state.seal_edge)
    return { link: Buffer.from(state.seal_link), tree: treeAt(from - 1, state.seal_edge) }
  const [before] = await readEvents(read, log, { from: from - 1, to: from - 1 })
  if (!before?.link) {
    findings.add('hash_link_mismatch', { chain_seq: from })
    return null
  }
  return { link: Buffer.from(before.link), tree: await edgeBefore(read, log, from - 1) }
}

/** The tree in front of a range, from the full tiles and the leaves behind them; null where they do not suffice. */
async function edgeBefore(read: ReadRows, log: LogKey, size: number): Promise<RightEdge | null> {
  const full = Math.floor(size / TILE)
  // Long logs are verified as a whole by a run; a quick look does without the root.
  if (full > 4_096) return null
  const tiles = full === 0 ? [] : await read(tileRows(log, { from: 0, to: full - 1 }))
  if (tiles.length !== full) return null
  const tree = new RightEdge()
  for (const tile of tiles)
    for (let at = 0; at < tile.hashes.length; at += HASH_BYTES) tree.append(tile.hashes.subarray(at, at + HASH_BYTES))
  const rest = size % TILE === 0 ? [] : await readEvents(read, log, { from: full * TILE + 1, to: size })
  if (rest.length !== size % TILE) return null
  for (const { leaf } of rest) {
    if (!leaf) return null
    tree.append(leaf)
  }
  return tree
}

/** The first signed head of a range must continue the last one in front of it, by a proof from the tiles. */
async function verifyContinuation(read: ReadRows, { log, state, from, to, trust }: VerifyWish, findings: Findings) {
  const rows = await read(neighbourRows(log, { from, to }))
  const [older, newer] = rows.map((row) => openNote(row.note, trust.keys))
  // One that is not signed is told of as such where its own place is looked at.
  if (older?.kind !== 'signed' || newer?.kind !== 'signed' || newer.checkpoint.size > state.size) return
  const ranges = consistencyRanges(older.checkpoint.size, newer.checkpoint.size)
  try {
    const node = await loadNodes(read, { ...log, size: state.size }, ranges.flatMap(nodesOf))
    if (verifyConsistency(older.checkpoint, newer.checkpoint, proofOf(ranges, node))) return
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  findings.add('checkpoint_inconsistent', { actual: `${older.checkpoint.size} to ${newer.checkpoint.size}` })
}

/** Walks a range of one log and adds what is wrong to the findings. Answers the rows that were checked. */
export async function verifyLog(read: ReadRows, wish: VerifyWish, findings: Findings): Promise<number> {
  const start = await startOf(read, wish, findings)
  if (!start) return 0
  if (wish.from > 1) await verifyContinuation(read, wish, findings)
  await verifyUpperTiles(read, wish, findings)
  const walk = new Walk(wish, start, findings)
  let next = readEvents(read, wish.log, { from: wish.from, to: Math.min(wish.from + CHUNK - 1, wish.to) })
  for (let from = wish.from; from <= wish.to; from += CHUNK) {
    const to = Math.min(from + CHUNK - 1, wish.to)
    const rows = await next
    // The database prepares the next chunk while this one is hashed.
    next =
      to < wish.to
        ? readEvents(read, wish.log, { from: to + 1, to: Math.min(to + CHUNK, wish.to) })
        : Promise.resolve([])
    next.catch(() => {}) // its failure is thrown where it is awaited
    const [checkpoints, tiles] = await Promise.all([
      read(checkpointRows(wish.log, { from, to })),
      read(tileRows(wish.log, { from: Math.floor((from - 1) / TILE), to: Math.ceil(to / TILE) - 1 })),
    ])
    walk.chunk(rows, { from, to }, { checkpoints, tiles: new Map(tiles.map((tile) => [tile.index, tile])) })
    await wish.onProgress?.(walk.checked)
  }
  walk.end()
  return walk.checked
}

interface Beside {
  readonly checkpoints: readonly CheckpointRow[]
  readonly tiles: ReadonlyMap<number, { readonly hashes: Buffer; readonly root: Buffer }>
}

/** The state of one walk along a chain, apart from where its rows come from. After a fault it goes on from what is stored, so that later faults show too. */
export class Walk {
  readonly #wish: VerifyWish
  readonly #findings: Findings
  readonly #link: Buffer
  readonly #publications: Publications
  readonly #told: Published | undefined
  /** Unknown from the first event on of which no leaf can be known. */
  #tree: RightEdge | null
  /** The leaves of the open tile, where the walk saw it from its beginning. */
  #tile: Buffer[] | null
  #signedTo: number
  /** A row behind the last checkpoint was at fault: it is named, and the checkpoint blames no other. */
  #faulty = false
  /** The last head that was signed led elsewhere than the events. */
  #contradicted = false
  checked = 0

  constructor(wish: VerifyWish, start: Start, findings: Findings) {
    this.#wish = wish
    this.#findings = findings
    this.#link = start.link
    this.#tree = start.tree
    this.#tile = (wish.from - 1) % TILE === 0 ? [] : null
    this.#signedTo = wish.from - 1
    this.#publications = new Publications(wish.trust)
    this.#told = wish.trust.published.get(originOf(wish.trust.host, wish.log))
  }

  chunk(rows: readonly EventRow[], range: { from: number; to: number }, beside: Beside): void {
    const checkpoints = new Map(beside.checkpoints.map((one) => [one.size, one]))
    let expected = range.from
    for (const row of rows) {
      if (row.seq !== expected) this.#row('chain_seq_gap', { chain_seq: expected })
      expected = row.seq + 1
      const leaf = this.#event(row)
      this.#tileAt(row.seq, leaf, beside)
      if (this.#told?.size === row.seq) this.#published(this.#told)
      const checkpoint = checkpoints.get(row.seq)
      if (checkpoint) this.#checkpoint(checkpoint)
    }
    if (expected > range.to) return
    const isTail = (this.#wish.state.last_seq ?? 0) < expected
    this.#row(isTail ? 'tail_truncated' : 'chain_seq_gap', { chain_seq: expected })
  }

  #row(...fault: Parameters<Findings['add']>): void {
    this.#faulty = true
    this.#findings.add(...fault)
  }

  /** Answers the leaf to go on with, as far as one can be known. */
  #event(row: EventRow): Buffer | null {
    this.checked += 1
    const leaf = row.leaf && row.link && row.canon ? this.#stored(row.leaf, row) : this.#incomplete(row)
    if (leaf) this.#tree?.append(leaf)
    else this.#tree = null
    return leaf
  }

  #stored(stored: Buffer, { canon, link, seq, id, same }: EventRow): Buffer {
    const at = { audit_id: id, chain_seq: seq }
    const bytes = canon ?? Buffer.alloc(0)
    const fault = canonFault(bytes)
    if (fault !== null || same !== true) this.#row('canon_invalid', { ...at, actual: fault ?? 'columns differ' })
    const leaf = leafHash(bytes)
    if (!leaf.equals(stored)) this.#row('hash_curr_mismatch', { ...at, expected: text(leaf), actual: text(stored) })
    linkInto(this.#link, { seq, leaf: stored }, this.#link)
    if (link && !this.#link.equals(link)) {
      this.#row('hash_link_mismatch', { ...at, expected: text(this.#link), actual: text(link) })
      link.copy(this.#link)
    }
    return stored
  }

  /** An event without all its bytes: what is left of it leads on. */
  #incomplete({ canon, leaf, link, seq, id }: EventRow): Buffer | null {
    this.#row('missing_chain_fields', { audit_id: id, chain_seq: seq })
    const known = leaf ?? (canon ? leafHash(canon) : null)
    if (link) link.copy(this.#link)
    else if (known) linkInto(this.#link, { seq, leaf: known }, this.#link)
    return known
  }

  #tileAt(seq: number, leaf: Buffer | null, { tiles }: Beside): void {
    if (leaf) this.#tile?.push(leaf)
    if (seq % TILE !== 0) return
    const leaves = this.#tile
    this.#tile = []
    if (leaves?.length !== TILE) return
    const tile = tiles.get(seq / TILE - 1)
    const first = firstDifference(leaves, tile?.hashes ?? Buffer.alloc(0))
    if (first >= 0) this.#findings.add('tile_mismatch', { chain_seq: seq - TILE + 1 + first })
    else if (!tile || !treeOf(leaves).root().equals(tile.root)) this.#findings.add('tile_mismatch', { chain_seq: seq })
  }

  /** What was published outside of the database must follow from the events. */
  #published({ root, link }: Published): void {
    const isRoot = this.#tree?.root().equals(root) ?? true
    if (isRoot && link?.equals(this.#link) === true) return
    this.#findings.add('notary_mismatch', {
      chain_seq: this.#faulty ? null : this.#signedTo + 1,
      expected: text(root),
      actual: this.#tree ? text(this.#tree.root()) : null,
    })
  }

  /** The note says what the row says, is signed by a key that is trusted, and belongs to this log. */
  #isSigned(row: CheckpointRow): boolean {
    const { log, trust } = this.#wish
    const opened = openNote(row.note, trust.keys)
    if (opened.kind !== 'signed' || row.origin !== originOf(trust.host, log)) return false
    const { origin, size, root, link } = opened.checkpoint
    return origin === row.origin && size === row.size && root.equals(row.root) && link?.equals(row.link) === true
  }

  #checkpoint(row: CheckpointRow): void {
    const findings = this.#findings
    const at = { chain_seq: this.#faulty ? null : Math.min(this.#signedTo + 1, row.size) }
    this.#signedTo = row.size
    this.#faulty = false
    if (!this.#isSigned(row)) return findings.add('checkpoint_signature_invalid', at)
    if (!this.#link.equals(row.link))
      findings.add('checkpoint_link_mismatch', { ...at, expected: text(this.#link), actual: text(row.link) })
    const root = this.#tree?.root()
    const differs = root !== undefined && !root.equals(row.root)
    if (differs) findings.add('checkpoint_root_mismatch', { ...at, expected: text(root), actual: text(row.root) })
    // Two signed heads of which the events bear out the later one alone are not of one log.
    else if (this.#contradicted) findings.add('checkpoint_inconsistent', at)
    this.#contradicted = differs
    if (!row.publications.every((one) => this.#publications.holds(row, one))) findings.add('notary_mismatch', at)
  }

  /** The end of the log must be the head's. */
  end(): void {
    const { state, to } = this.#wish
    if (to !== state.size) return
    const isLink = this.#link.equals(state.link)
    const isTree = !this.#tree || Buffer.concat(this.#tree.edge()).equals(Buffer.concat([...state.edge]))
    if (!isLink || !isTree)
      this.#findings.add('head_mismatch', { expected: text(this.#link), actual: text(state.link) })
  }
}

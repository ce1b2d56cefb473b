import { canonFault } from '@zenops/audit/canon'
import { firstLink, HASH_BYTES, leafHash, linkInto, logIdOf, noteLeaf } from '@zenops/audit/hashes'
import { type NoteKey, openNote } from '@zenops/audit/notes'
import { RightEdge } from '@zenops/audit/tree'
import type { LogKey, ReadRows } from '../sealing/ground.ts'
import type { Findings } from './findings.ts'
import { type CheckpointRow, checkpointRows, type EventRow, type LogState, readEvents, tileRows } from './log-reader.ts'

const CHUNK = 2_000
const TILE = 256

export interface VerifyWish {
  readonly log: LogKey
  readonly state: LogState
  readonly from: number
  readonly to: number
  readonly keys: readonly NoteKey[]
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
  if (!before) {
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
  for (const row of rest) tree.append(row.leaf)
  return tree
}

/** Walks a range of one log and adds what is wrong to the findings. Answers the rows that were checked. */
export async function verifyLog(read: ReadRows, wish: VerifyWish, findings: Findings): Promise<number> {
  const start = await startOf(read, wish, findings)
  if (!start) return 0
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
  readonly #tree: RightEdge | null
  /** The leaves of the open tile, where the walk saw it from its beginning. */
  #tile: Buffer[] | null
  #signedTo: number
  /** A row behind the last checkpoint was at fault: it is named, and the checkpoint blames no other. */
  #faulty = false
  checked = 0

  constructor(wish: VerifyWish, start: Start, findings: Findings) {
    this.#wish = wish
    this.#findings = findings
    this.#link = start.link
    this.#tree = start.tree
    this.#tile = (wish.from - 1) % TILE === 0 ? [] : null
    this.#signedTo = wish.from - 1
  }

  chunk(rows: readonly EventRow[], range: { from: number; to: number }, beside: Beside): void {
    const checkpoints = new Map(beside.checkpoints.map((one) => [one.size, one]))
    let expected = range.from
    for (const row of rows) {
      if (row.seq !== expected) this.#row('chain_seq_gap', { chain_seq: expected })
      expected = row.seq + 1
      this.#event(row)
      this.#tileAt(row, beside)
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

  #event(row: EventRow): void {
    const at = { audit_id: row.id, chain_seq: row.seq }
    this.checked += 1
    if (!row.leaf || !row.link) return this.#row('missing_chain_fields', at)
    const fault = canonFault(row.canon)
    if (fault !== null || row.same !== true) this.#row('canon_invalid', { ...at, actual: fault ?? 'columns differ' })
    const leaf = leafHash(row.canon)
    if (!leaf.equals(row.leaf)) this.#row('hash_curr_mismatch', { ...at, expected: text(leaf), actual: text(row.leaf) })
    linkInto(this.#link, { seq: row.seq, leaf: row.leaf }, this.#link)
    if (!this.#link.equals(row.link)) {
      this.#row('hash_link_mismatch', { ...at, expected: text(this.#link), actual: text(row.link) })
      row.link.copy(this.#link)
    }
    this.#tree?.append(row.leaf)
  }

  #tileAt(row: EventRow, { tiles }: Beside): void {
    this.#tile?.push(row.leaf)
    if (row.seq % TILE !== 0) return
    const leaves = this.#tile
    this.#tile = []
    if (leaves?.length !== TILE) return
    const tile = tiles.get(row.seq / TILE - 1)
    const tree = new RightEdge()
    for (const leaf of leaves) tree.append(leaf)
    const stored = tile?.hashes ?? Buffer.alloc(0)
    const first = leaves.findIndex(
      (leaf, index) => !leaf.equals(stored.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)),
    )
    if (first >= 0) this.#findings.add('tile_mismatch', { chain_seq: row.seq - TILE + 1 + first })
    else if (!tile || !tree.root().equals(tile.root)) this.#findings.add('tile_mismatch', { chain_seq: row.seq })
  }

  /** The note says what the row says, is signed by a listed key, and belongs to this log. */
  #isSigned(row: CheckpointRow): boolean {
    const { log, keys } = this.#wish
    const opened = openNote(row.note, keys)
    if (opened.kind !== 'signed' || !row.origin.endsWith(`/audit/${logIdOf(log.tenantId, log.epoch)}`)) return false
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
    if (root && !root.equals(row.root))
      findings.add('checkpoint_root_mismatch', { ...at, expected: text(root), actual: text(row.root) })
    const published = noteLeaf(row.note)
    if (row.leaves?.some((leaf) => !leaf.equals(published))) findings.add('notary_mismatch', at)
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

import { firstLink } from '@zenops/audit/hashes'
import { RightEdge } from '@zenops/audit/tree'
import { Findings } from '../apps/server/src/modules/audit/verification/findings.ts'
import type { CheckpointRow, EventRow } from '../apps/server/src/modules/audit/verification/log-reader.ts'
import { Walk } from '../apps/server/src/modules/audit/verification/verify-log.ts'
import { judgeUpperTile, type UpperTile } from '../apps/server/src/modules/audit/verification/verify-tiles.ts'
import { drawer, eventBytes, linkAt, logOf, type MemoryLog, noteAt, ORIGIN, TENANT, treeOf } from './audit-log.ts'
import {
  type Draw,
  flipBit,
  idOf,
  log,
  type Mutant,
  type Noticed,
  signedBefore,
  SMALL,
  TRUST,
} from './audit-mutants.ts'

/** An event as the database holds it while nobody takes its rules away. */
type WholeRow = EventRow & { readonly canon: Buffer; readonly leaf: Buffer; readonly link: Buffer }

/** Rows as the database hands them over, small ones and a whole tile's worth. */
interface Stored {
  readonly log: MemoryLog
  readonly size: number
  readonly rows: WholeRow[]
  readonly checkpoints: CheckpointRow[]
  readonly tiles: Map<number, { hashes: Buffer; root: Buffer }>
  head: { link: Buffer; edge: Buffer[] }
}

function stored(of: MemoryLog, sizes: readonly number[]): Stored {
  const size = of.leaves.length
  const rows = of.canons.map(
    (canon, index): WholeRow => ({
      seq: index + 1,
      id: idOf(index + 1),
      canon,
      leaf: of.leaves[index] ?? Buffer.alloc(32),
      link: linkAt(of, index + 1),
      same: true,
    }),
  )
  const tile = { hashes: Buffer.concat(of.leaves.slice(0, 256)), root: treeOf(of, 256).root() }
  return {
    log: of,
    size,
    rows,
    tiles: new Map(size >= 256 ? [[0, tile]] : []),
    checkpoints: sizes.map((n) => ({
      size: n,
      root: treeOf(of, n).root(),
      link: linkAt(of, n),
      origin: ORIGIN,
      note: noteAt(of, n),
      publications: [],
    })),
    head: { link: linkAt(of, size), edge: treeOf(of, size).edge() },
  }
}
const small = stored(logOf(log.canons.slice(0, SMALL)), [8, 16, 24])
const tiled = stored(logOf(Array.from({ length: 260 }, (_, index) => eventBytes(TENANT, idOf(index + 1)))), [260])
const copyOf = (from: Stored): Stored => ({
  ...from,
  rows: [...from.rows],
  checkpoints: [...from.checkpoints],
  tiles: new Map(from.tiles),
  head: { ...from.head },
})

/** How an epoch stands of which nothing was signed, published or pruned. */
const NEITHER_SIGNED_NOR_PRUNED = {
  signed_size: null,
  told_size: null,
  orphan_size: null,
  stray_tile: false,
  seal_seq: null,
  seal_link: null,
  seal_edge: null,
  seal_open_leaves: null,
  lost: null,
}

const verdictOf = (findings: Findings, size: number): Noticed => {
  const verdict = findings.verdict({
    tenant_id: TENANT,
    checked_rows: 0,
    truncated: false,
    from_seq: 1,
    to_seq: size,
    verified_at: '',
    trace_id: '',
  })
  return { noticed: !verdict.passed, seq: verdict.first_bad_seq }
}

/** The same walk that verifies rows from the database. */
function walk({ rows, size, checkpoints, tiles, head }: Stored): Noticed {
  const findings = new Findings()
  const last = rows.at(-1)?.seq ?? 0
  const state = {
    epoch: 1,
    size,
    ...head,
    last_seq: last,
    ...NEITHER_SIGNED_NOR_PRUNED,
  }
  const wish = { log: { tenantId: TENANT, epoch: 1 }, state, from: 1, to: size, trust: TRUST }
  const walker = new Walk(wish, { link: Buffer.from(firstLink(TENANT)), tree: new RightEdge() }, findings)
  walker.chunk(rows, { from: 1, to: size }, { checkpoints, tiles })
  walker.end()
  return verdictOf(findings, size)
}
const lazyWalk = (changed: Stored, from: Stored): Noticed => {
  const noticed = changed.rows[0] !== from.rows[0] || changed.rows.at(-1) !== from.rows.at(-1)
  return { noticed, seq: null }
}

type Damage = (copy: Stored) => void
const ofRows = (label: string, damaged: readonly [Stored, number | null], change: Damage): Mutant => ({
  kind: 'rows',
  label,
  seq: damaged[1],
  judge: (lazy) => {
    const [from] = damaged
    const copy = copyOf(from)
    change(copy)
    return lazy ? lazyWalk(copy, from) : walk(copy)
  },
})
const changeRow = (copy: Stored, seq: number, change: (row: WholeRow) => Partial<WholeRow>): void => {
  const row = copy.rows[seq - 1]
  if (row) copy.rows[seq - 1] = { ...row, ...change(row) }
}

const ROW_DAMAGES: readonly ((draw: Draw) => Mutant)[] = [
  (draw) => {
    const [seq, bit] = [1 + draw(SMALL), draw(1_000)]
    return ofRows('row: bit of canon', [small, seq], (copy) =>
      changeRow(copy, seq, (row) => ({ canon: flipBit(row.canon, bit) })),
    )
  },
  (draw) => {
    const [seq, bit] = [1 + draw(SMALL), draw(256)]
    return ofRows('row: bit of leaf', [small, seq], (copy) =>
      changeRow(copy, seq, (row) => ({ leaf: flipBit(row.leaf, bit) })),
    )
  },
  (draw) => {
    const [seq, bit] = [1 + draw(SMALL), draw(256)]
    return ofRows('row: bit of link', [small, seq], (copy) =>
      changeRow(copy, seq, (row) => ({ link: flipBit(row.link, bit) })),
    )
  },
  (draw) => {
    const seq = 1 + draw(SMALL)
    return ofRows('row: columns differ', [small, seq], (copy) => changeRow(copy, seq, () => ({ same: false })))
  },
  (draw) => {
    const seq = 1 + draw(SMALL)
    return ofRows('row deleted', [small, seq], (copy) => void copy.rows.splice(seq - 1, 1))
  },
  (draw) => {
    const seq = 1 + draw(SMALL - 1)
    return ofRows('rows swapped', [small, seq], (copy) => {
      const [one, two] = [copy.rows[seq - 1], copy.rows[seq]]
      if (one && two) copy.rows.splice(seq - 1, 2, { ...two, seq }, { ...one, seq: seq + 1 })
    })
  },
  (draw) => {
    const seq = 1 + draw(SMALL)
    return ofRows('row and all links behind it rewritten', [small, signedBefore(seq) + 1], (copy) => {
      const canons = copy.rows.map((row) => row.canon)
      canons[seq - 1] = eventBytes(TENANT, idOf(seq), { count: 777 })
      const other = logOf(canons)
      for (let n = seq; n <= SMALL; n++)
        changeRow(copy, n, (row) => ({
          canon: canons[n - 1] ?? row.canon,
          leaf: other.leaves[n - 1] ?? row.leaf,
          link: linkAt(other, n),
        }))
      copy.head = { link: linkAt(other, SMALL), edge: treeOf(other, SMALL).edge() }
    })
  },
  (draw) => {
    const which = draw(3)
    const bit = draw(256)
    return ofRows('checkpoint: bit of root', [small, null], (copy) => {
      const row = copy.checkpoints[which]
      if (row) copy.checkpoints[which] = { ...row, root: flipBit(row.root, bit) }
    })
  },
  (draw) => {
    const which = draw(3)
    const spot = draw(200)
    return ofRows('checkpoint: sign of note', [small, null], (copy) => {
      const row = copy.checkpoints[which]
      const sign = row?.note[spot] === 'A' ? 'B' : 'A'
      if (row) copy.checkpoints[which] = { ...row, note: row.note.slice(0, spot) + sign + row.note.slice(spot + 1) }
    })
  },
  (draw) => {
    const bit = draw(256)
    return ofRows(
      'head: bit of link',
      [small, null],
      (copy) => void (copy.head = { ...copy.head, link: flipBit(copy.head.link, bit) }),
    )
  },
]
const TILE_DAMAGES: readonly ((draw: Draw) => Mutant)[] = [
  (draw) => {
    const bit = draw(256 * 256)
    return ofRows('tile: bit of a hash', [tiled, (bit >> 8) + 1], (copy) => {
      const tile = copy.tiles.get(0)
      if (tile) copy.tiles.set(0, { ...tile, hashes: flipBit(tile.hashes, bit) })
    })
  },
  (draw) => {
    const bit = draw(256)
    return ofRows('tile: bit of its root', [tiled, 256], (copy) => {
      const tile = copy.tiles.get(0)
      if (tile) copy.tiles.set(0, { ...tile, root: flipBit(tile.root, bit) })
    })
  },
  () => ofRows('tile missing', [tiled, 1], (copy) => void copy.tiles.delete(0)),
]

/** A tile over 256 tiles, the fourth of its level: its hashes are their roots. */
const ABOVE = { before: 3 * 65_536, below: 256 } as const
const upper: UpperTile = {
  hashes: Buffer.concat(tiled.log.leaves.slice(0, 256)),
  root: treeOf(tiled.log, 256).root(),
  below: Buffer.concat(tiled.log.leaves.slice(0, 256)),
}
function judgeUpper(tile: UpperTile | undefined): Noticed {
  const findings = new Findings()
  judgeUpperTile(tile, ABOVE, findings)
  return verdictOf(findings, ABOVE.before + 65_536)
}
const ofUpper = (label: string, seq: number, tile: UpperTile | undefined): Mutant => ({
  kind: 'rows',
  label,
  seq: ABOVE.before + seq,
  judge: (lazy) => (lazy ? { noticed: false, seq: null } : judgeUpper(tile)),
})
const UPPER_DAMAGES: readonly ((draw: Draw) => Mutant)[] = [
  (draw) => {
    const bit = draw(256 * 256)
    const tile = { ...upper, hashes: flipBit(upper.hashes, bit) }
    return ofUpper('upper tile: bit of a hash', (bit >> 8) * 256 + 1, tile)
  },
  (draw) => {
    const bit = draw(256 * 256)
    const tile = { ...upper, below: flipBit(Buffer.concat(tiled.log.leaves.slice(0, 256)), bit) }
    return ofUpper('upper tile: a root below it', (bit >> 8) * 256 + 1, tile)
  },
  (draw) => ofUpper('upper tile: bit of its root', 65_536, { ...upper, root: flipBit(upper.root, draw(256)) }),
  () => ofUpper('upper tile missing', 1, undefined),
]

export function* rowMutants(count: number): Generator<Mutant> {
  const draw = drawer(12)
  for (const from of [small, tiled])
    yield { kind: 'untouched', label: 'untouched rows', seq: null, judge: () => walk(copyOf(from)) }
  yield { kind: 'untouched', label: 'untouched upper tile', seq: null, judge: () => judgeUpper(upper) }
  for (let n = 0; n < count; n++) {
    const tiles = n % 40 === 0 ? UPPER_DAMAGES : TILE_DAMAGES
    const list = n % 20 === 0 ? tiles : ROW_DAMAGES
    yield (list[draw(list.length)] as (draw: Draw) => Mutant)(draw) // within the list
  }
}

import { BundleReader } from '@zenops/audit/bundle-reader'
import { firstLink } from '@zenops/audit/hashes'
import { RightEdge } from '@zenops/audit/tree'
import { Findings } from '../apps/server/src/modules/audit/verification/findings.ts'
import type { CheckpointRow, EventRow } from '../apps/server/src/modules/audit/verification/log-reader.ts'
import { Walk } from '../apps/server/src/modules/audit/verification/verify-log.ts'
import {
  bundleLines,
  drawer,
  eventBytes,
  linkAt,
  logOf,
  type MemoryLog,
  noteAt,
  ORIGIN,
  sealed,
  SIGNER,
  TENANT,
  treeOf,
} from './audit-log.ts'

const KEYS = [{ name: SIGNER.name, publicKey: SIGNER.publicKey }]

/** What a verifier said of a mutant. */
export interface Noticed {
  readonly noticed: boolean
  readonly seq: number | null
}
export interface Mutant {
  readonly kind: 'bundle' | 'rows' | 'proof' | 'untouched'
  readonly label: string
  /** First bad event, where it follows from the damage. */
  readonly seq: number | null
  judge(lazy: boolean): Noticed
}
export const judgeMutant = (mutant: Mutant, lazy: boolean): Noticed => mutant.judge(lazy)

const idOf = (n: number): string => `01940000-0000-7000-8000-${String(n).padStart(12, '0')}`
const SMALL = 24
const CHECKPOINTS = [8, 16, 24, 30]
export const log = logOf(
  Array.from({ length: 30 }, (_, index) => eventBytes(TENANT, idOf(index + 1), { count: index })),
)
const LINES = bundleLines(log, { from: 1, to: SMALL, checkpoints: CHECKPOINTS })
const eventPlace = (seq: number): number => LINES.findIndex((line) => line.startsWith(`{"t":"E","seq":${seq},`))
const signedBefore = (seq: number): number => Math.max(0, ...CHECKPOINTS.filter((size) => size < seq))

export const flipBit = (bytes: Buffer, bit: number): Buffer => {
  const other = Buffer.from(bytes)
  other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return other
}

function judgeText(text: string): Noticed {
  const reader = new BundleReader({ keys: KEYS })
  reader.push(Buffer.from(text))
  const verdict = reader.verdict()
  return { noticed: verdict.verdict !== 'valid', seq: verdict.first_bad_seq }
}

/** A verifier that looks at the first and the last event alone. */
const lazily = (text: string): Noticed => {
  const ends = (lines: readonly string[]): string =>
    `${lines[1]} ${lines.findLast((line) => line.startsWith('{"t":"E"'))}`.trim()
  const noticed = ends(text.split('\n')) !== ends(LINES.join('').split('\n'))
  return { noticed, seq: noticed ? 1 : null }
}

const bundle = (label: string, lines: readonly string[], seq: number | null): Mutant => {
  const text = sealed(lines)
  return { kind: 'bundle', label, seq, judge: (lazy) => (lazy ? lazily(text) : judgeText(text)) }
}
const edit = (line: string | undefined, change: (record: Record<string, unknown>) => void): string => {
  const record = JSON.parse(line ?? '{}') as Record<string, unknown> // a line of the bundle
  change(record)
  return `${JSON.stringify(record)}\n`
}
const at = (place: number, line: string | null): string[] =>
  LINES.flatMap((old, index) => (index === place ? (line === null ? [] : [line]) : [old]))

type Draw = ReturnType<typeof drawer>

/** Base64 of a field with one bit of its bytes changed. */
const flipField = (draw: Draw, name: string) => (record: Record<string, unknown>) => {
  const bytes = Buffer.from(String(record[name]), 'base64')
  record[name] = flipBit(bytes, draw(bytes.length * 8)).toString('base64')
}

function rewritten(seq: number): string[] {
  const canons = [...log.canons]
  canons[seq - 1] = eventBytes(TENANT, idOf(seq), { count: 777 })
  const other = logOf(canons)
  // Every later link fits; the notes are those that were signed.
  return LINES.map((line) => {
    const found = /^\{"t":"E","seq":(\d+)/.exec(line)?.[1]
    if (found === undefined) return line
    const n = Number(found)
    return edit(line, (event) => {
      event['canon'] = other.canons[n - 1]?.toString('base64')
      event['link'] = linkAt(other, n).toString('base64')
    })
  })
}

const noteLine = (draw: Draw): number => {
  const places = LINES.flatMap((line, index) => (line.startsWith('{"t":"C"') ? [index] : []))
  return places[draw(places.length)] ?? 0
}

/** One damage of each kind of what a bundle holds. */
const BUNDLE_DAMAGES: readonly ((draw: Draw) => Mutant)[] = [
  (draw) => {
    const seq = 1 + draw(SMALL)
    return bundle('bit of an event', at(eventPlace(seq), edit(LINES[eventPlace(seq)], flipField(draw, 'canon'))), seq)
  },
  (draw) => {
    const seq = 1 + draw(SMALL)
    return bundle('bit of a link', at(eventPlace(seq), edit(LINES[eventPlace(seq)], flipField(draw, 'link'))), seq)
  },
  (draw) => {
    const seq = 1 + draw(SMALL)
    return bundle('event left out', at(eventPlace(seq), null), seq)
  },
  (draw) => {
    const seq = 1 + draw(SMALL - 1)
    const line = LINES[eventPlace(seq)] ?? ''
    return bundle('event twice', at(eventPlace(seq), line + line), seq + 1)
  },
  (draw) => {
    const seq = 1 + draw(SMALL)
    const wrong = seq + 1 + draw(50)
    return bundle(
      'seq changed',
      at(
        eventPlace(seq),
        edit(LINES[eventPlace(seq)], (event) => void (event['seq'] = wrong)),
      ),
      seq,
    )
  },
  (draw) => {
    const seq = 1 + draw(SMALL)
    return bundle('rewritten from an event on', rewritten(seq), signedBefore(seq) + 1)
  },
  (draw) => {
    const place = noteLine(draw)
    const note = String((JSON.parse(LINES[place] ?? '{}') as { note: string }).note)
    const spot = draw(note.length)
    const sign = note[spot] === 'A' ? 'B' : 'A'
    return bundle(
      'sign of a note',
      at(
        place,
        edit(LINES[place], (one) => void (one['note'] = note.slice(0, spot) + sign + note.slice(spot + 1))),
      ),
      null,
    )
  },
  (draw) => {
    const place = LINES.findIndex((line) => line.startsWith('{"t":"P"'))
    return bundle(
      'bit of a proof',
      at(
        place,
        edit(LINES[place], (record) => {
          const proof = [...(record['proof'] as string[])] // hashes of the proof
          const which = draw(proof.length)
          proof[which] = flipBit(Buffer.from(proof[which] ?? '', 'base64'), draw(256)).toString('base64')
          record['proof'] = proof
        }),
      ),
      null,
    )
  },
  (draw) => bundle('bit of the start', at(0, edit(LINES[0], flipField(draw, 'start_link'))), 1),
  (draw) => {
    const kept = 1 + draw(SMALL - 1)
    return bundle('tail cut', LINES.slice(0, eventPlace(kept) + 1), kept + 1)
  },
  (draw) => {
    const text = sealed(LINES)
    const spot = draw(text.length)
    const sign = text[spot] === '7' ? '8' : '7'
    const changed = text.slice(0, spot) + sign + text.slice(spot + 1)
    return {
      kind: 'bundle',
      label: 'any sign',
      seq: null,
      judge: (lazy) => (lazy ? lazily(changed) : judgeText(changed)),
    }
  },
]

export function* bundleMutants(count: number): Generator<Mutant> {
  const draw = drawer(11)
  const untouched = sealed(LINES)
  yield { kind: 'untouched', label: 'untouched bundle', seq: null, judge: () => judgeText(untouched) }
  for (let n = 0; n < count; n++) yield (BUNDLE_DAMAGES[n % BUNDLE_DAMAGES.length] as (draw: Draw) => Mutant)(draw) // within the list
}

/** Rows as the database hands them over, small ones and a whole tile's worth. */
interface Stored {
  readonly log: MemoryLog
  readonly size: number
  readonly rows: EventRow[]
  readonly checkpoints: CheckpointRow[]
  readonly tiles: Map<number, { hashes: Buffer; root: Buffer }>
  head: { link: Buffer; edge: Buffer[] }
}

function stored(of: MemoryLog, sizes: readonly number[]): Stored {
  const size = of.leaves.length
  const rows = of.canons.map(
    (canon, index): EventRow => ({
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
      leaves: null,
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

/** The same walk that verifies rows from the database. */
function walk({ rows, size, checkpoints, tiles, head }: Stored): Noticed {
  const findings = new Findings()
  const last = rows.at(-1)?.seq ?? 0
  const state = {
    epoch: 1,
    size,
    ...head,
    last_seq: last,
    signed_size: null,
    seal_seq: null,
    seal_link: null,
    seal_edge: null,
  }
  const wish = { log: { tenantId: TENANT, epoch: 1 }, state, from: 1, to: size, keys: KEYS }
  const walker = new Walk(wish, { link: Buffer.from(firstLink(TENANT)), tree: new RightEdge() }, findings)
  walker.chunk(rows, { from: 1, to: size }, { checkpoints, tiles })
  walker.end()
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
const changeRow = (copy: Stored, seq: number, change: (row: EventRow) => Partial<EventRow>): void => {
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

export function* rowMutants(count: number): Generator<Mutant> {
  const draw = drawer(12)
  for (const from of [small, tiled])
    yield { kind: 'untouched', label: 'untouched rows', seq: null, judge: () => walk(copyOf(from)) }
  for (let n = 0; n < count; n++) {
    const list = n % 20 === 0 ? TILE_DAMAGES : ROW_DAMAGES
    yield (list[draw(list.length)] as (draw: Draw) => Mutant)(draw) // within the list
  }
}

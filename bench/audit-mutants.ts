import { BundleReader } from '@zenops/audit/bundle-reader'
import { bundleLines, drawer, eventBytes, HOST, linkAt, logOf, sealed, SIGNER, TENANT } from './audit-log.ts'

export const TRUST = { host: HOST, keys: [{ name: SIGNER.name, publicKey: SIGNER.publicKey }], published: new Map() }

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

export const idOf = (n: number): string => `01940000-0000-7000-8000-${String(n).padStart(12, '0')}`
export const SMALL = 24
const CHECKPOINTS = [8, 16, 24, 30]
export const log = logOf(
  Array.from({ length: 30 }, (_, index) => eventBytes(TENANT, idOf(index + 1), { count: index })),
)
const LINES = bundleLines(log, { from: 1, to: SMALL, checkpoints: CHECKPOINTS })
const eventPlace = (seq: number): number => LINES.findIndex((line) => line.startsWith(`{"t":"E","seq":${seq},`))
export const signedBefore = (seq: number): number => Math.max(0, ...CHECKPOINTS.filter((size) => size < seq))

export const flipBit = (bytes: Buffer, bit: number): Buffer => {
  const other = Buffer.from(bytes)
  other[bit >> 3] = (other[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return other
}

function judgeText(text: string): Noticed {
  const reader = new BundleReader({ keys: TRUST.keys })
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

export type Draw = ReturnType<typeof drawer>

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

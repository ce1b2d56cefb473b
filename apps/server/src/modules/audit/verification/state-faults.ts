import { readOrigin } from '../sealing/ground.ts'
import type { Published } from '../sealing/notary.ts'
import type { Findings } from './findings.ts'
import type { LogState } from './log-reader.ts'
import type { Trust } from './trust.ts'

/** Newest published note of each epoch of a tenant's log. */
function publishedOf(tenantId: string, { host, published }: Trust): Map<number, Published> {
  const newest = new Map<number, Published>()
  for (const note of published.values()) {
    const read = readOrigin(host, note.origin)
    if (read?.log === tenantId) newest.set(read.epoch, note)
  }
  return newest
}

/** A later epoch began by telling that these events were lost, or what it told is pruned and archived itself. */
const isLossTold = (states: readonly LogState[], epoch: number, lost: { from: number; to: number }): boolean =>
  states.some((later) => {
    if (later.epoch <= epoch) return false
    const { lost_from_seq: from, lost_to_seq: to } = later.lost ?? {}
    return later.seal_seq !== null || (Number(from) <= lost.from && Number(to) >= lost.to)
  })

interface End {
  readonly state: LogState
  /** Newest size that was published. */
  readonly published: number
  readonly states: readonly LogState[]
}
function endFaults({ state, published, states }: End, findings: Findings): void {
  const last = state.last_seq ?? state.seal_seq ?? 0
  const known = Math.max(state.size, state.signed_size ?? 0, state.told_size ?? 0)
  const isPublishedBeyond = published > last && !isLossTold(states, state.epoch, { from: last + 1, to: published })
  const wanted = isPublishedBeyond ? Math.max(known, published) : known
  if (wanted > last)
    findings.add('tail_truncated', { chain_seq: last + 1, expected: String(wanted), actual: String(last) })
  if (last > state.size)
    findings.add('head_mismatch', { chain_seq: state.size + 1, expected: String(last), actual: String(state.size) })
}

/** An epoch of which the database holds nothing any more. */
const GONE: Omit<LogState, 'epoch'> = {
  size: 0,
  link: Buffer.alloc(0),
  edge: [],
  last_seq: null,
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

interface Judged {
  readonly tenantId: string
  readonly trust: Trust
  readonly states: readonly LogState[]
}

/**
 * Judges where each epoch of a log ends, by all that knows it: events, head, signed heads, root log, and what was published
 * outside of the database, which outlives everything that is deleted within.
 */
export function stateFaults({ tenantId, trust, states }: Judged, findings: Findings): void {
  const published = publishedOf(tenantId, trust)
  const there = new Set(states.map((state) => state.epoch))
  const gone = [...published.keys()].filter((epoch) => !there.has(epoch)).map((epoch): LogState => ({ ...GONE, epoch }))
  for (const state of [...states, ...gone]) {
    endFaults({ state, published: published.get(state.epoch)?.size ?? 0, states }, findings)
    if (state.orphan_size !== null)
      findings.add('notary_mismatch', { actual: `published at ${state.orphan_size}, and no signed head is there` })
    if (state.stray_tile) findings.add('tile_mismatch', { actual: 'a tile beyond the head' })
  }
}

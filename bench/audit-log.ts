import { createHash } from 'node:crypto'
import { canonicalJson } from '@zenops/contracts/canonical-json'
import { BundleWriter } from '@zenops/audit/bundle-writer'
import { firstLink, leafHash, nextLink } from '@zenops/audit/hashes'
import { signCheckpoint, signerOf } from '@zenops/audit/notes'
import { consistencyRanges, type Node, proofOf, RightEdge } from '@zenops/audit/tree'

export const TENANT = '00000000-0000-4000-8000-000000000001'
export const HOST = 'zenops.test'
export const SIGNER = signerOf(`${HOST}/audit`, Buffer.alloc(32, 7))
export const ORIGIN = `${HOST}/audit/${TENANT}`
export const TRACE = '0af7651916cd43dd8448eb211c80319d'

/** Numbers that repeat from run to run. */
export function drawer(seed: number) {
  let state = seed
  return (below: number): number => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0
    const mixed = Math.imul(state ^ (state >>> 13), 0x297a2d39)
    return ((mixed ^ (mixed >>> 16)) >>> 0) % below
  }
}

/** Canonical bytes of an event of ordinary size. */
export const eventBytes = (tenantId: string, id: string, extra: Readonly<Record<string, unknown>> = {}): Buffer =>
  Buffer.from(
    canonicalJson({
      v: 1,
      id,
      tenant_id: tenantId,
      at: '2026-03-01T10:01:00.000Z',
      trace_id: TRACE,
      action: 'OPS_BLOCK_APPLIED',
      outcome: 'ok',
      actor: { kind: 'user', user_id: '01930000-0000-7000-8000-00000000000b', role: 'OPS', aud: 'studio' },
      target: { type: 'OPS_BLOCK', id: 'b-1' },
      before: { status: 'INACTIVE' },
      after: { status: 'ACTIVE' },
      reason: 'INC-7 प्रवेश रोका',
      ...extra,
    }),
  )

/** A log in memory: index n holds event n; links[0] is the first link. */
export interface MemoryLog {
  readonly canons: Buffer[]
  readonly leaves: Buffer[]
  readonly links: Buffer[]
}

export function logOf(canons: readonly Buffer[]): MemoryLog {
  const leaves = canons.map((canon) => leafHash(canon))
  const links = [firstLink(TENANT)]
  for (const [index, leaf] of leaves.entries()) links.push(nextLink(links[index] ?? leaf, index + 1, leaf))
  return { canons: [...canons], leaves, links }
}

export function treeOf(log: MemoryLog, size: number): RightEdge {
  const tree = new RightEdge()
  for (const leaf of log.leaves.slice(0, size)) tree.append(leaf)
  return tree
}

export const linkAt = (log: MemoryLog, size: number): Buffer => {
  const link = log.links[size]
  if (!link) throw new RangeError('beyond the log')
  return link
}

export const noteAt = (log: MemoryLog, size: number): string =>
  signCheckpoint({ origin: ORIGIN, size, root: treeOf(log, size).root(), link: linkAt(log, size) }, [SIGNER])

export function proofBetween(log: MemoryLog, older: number, newer: number): string[] {
  const read = ({ height, index }: Node): Buffer => {
    const tree = new RightEdge()
    for (const leaf of log.leaves.slice(index * 2 ** height, (index + 1) * 2 ** height)) tree.append(leaf)
    return tree.root()
  }
  return proofOf(consistencyRanges(older, newer), read).map((hash) => hash.toString('base64'))
}

export interface BundleWish {
  readonly from: number
  readonly to: number
  readonly checkpoints: readonly number[]
}

/** Lines of a bundle without its trailer. Checkpoints behind `to` get a proof. */
export function bundleLines(log: MemoryLog, { from, to, checkpoints }: BundleWish): string[] {
  const writer = new BundleWriter()
  const start = from - 1
  const lines = [
    writer.header({
      origin: ORIGIN,
      tenant_id: TENANT,
      epoch: 1,
      from_seq: from,
      to_seq: to,
      start_link: linkAt(log, start).toString('base64'),
      start_edge: treeOf(log, start)
        .edge()
        .map((hash) => hash.toString('base64')),
      start_reason: from === 1 ? 'origin' : 'checkpoint',
    }),
  ]
  if (from > 1) lines.push(writer.record({ t: 'C', note: noteAt(log, start) }))
  for (let seq = from; seq <= to; seq++) {
    lines.push(writer.event({ seq, canon: log.canons[seq - 1] ?? Buffer.alloc(0), link: linkAt(log, seq) }))
    if (checkpoints.includes(seq)) lines.push(writer.record({ t: 'C', note: noteAt(log, seq) }))
  }
  for (const size of checkpoints.filter((one) => one > to)) {
    lines.push(writer.record({ t: 'P', from: to, to: size, proof: proofBetween(log, to, size) }))
    lines.push(writer.record({ t: 'C', note: noteAt(log, size) }))
  }
  return lines
}

/** Whoever changes a bundle writes a fitting trailer. */
export function sealed(lines: readonly string[]): string {
  const text = lines.join('')
  const events = lines.filter((line) => line.startsWith('{"t":"E"')).length
  return `${text}${JSON.stringify({ t: 'Z', events, sha256: createHash('sha256').update(text).digest('hex') })}\n`
}

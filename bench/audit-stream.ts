import { BundleReader } from '@zenops/audit/bundle-reader'
import { BundleWriter } from '@zenops/audit/bundle-writer'
import { firstLink, leafHash, linkInto } from '@zenops/audit/hashes'
import { signCheckpoint } from '@zenops/audit/notes'
import { RightEdge } from '@zenops/audit/tree'
import { uuidv7 } from '../apps/server/src/platform/ids.ts'
import { eventBytes, ORIGIN, SIGNER, TENANT } from './audit-log.ts'

const PUSHED = 1_000
const MIB = 1024 * 1024

/**
 * A bundle of so many events that is never held: made and read line by line. Answers the verdict, and by how many MiB the
 * process grew between its first tenth and its end.
 */
export function readLongBundle(rows: number): { valid: boolean; events: number; growthMib: number } {
  const writer = new BundleWriter()
  const reader = new BundleReader({ keys: [SIGNER] })
  const tree = new RightEdge()
  const link = Buffer.from(firstLink(TENANT))
  const header = {
    origin: ORIGIN,
    tenant_id: TENANT,
    epoch: 1,
    from_seq: 1,
    to_seq: rows,
    start_link: link.toString('base64'),
    start_edge: [],
    start_reason: 'origin',
  } as const
  let lines = [writer.header(header)]
  let early = 0
  for (let seq = 1; seq <= rows; seq++) {
    const canon = eventBytes(TENANT, uuidv7(), { count: seq })
    const leaf = leafHash(canon)
    linkInto(link, { seq, leaf }, link)
    tree.append(leaf)
    lines.push(writer.event({ seq, canon, link }))
    if (seq % PUSHED !== 0 && seq !== rows) continue
    reader.push(Buffer.from(lines.join('')))
    lines = []
    if (seq >= rows / 10 && early === 0) early = process.memoryUsage.rss()
  }
  const note = signCheckpoint({ origin: ORIGIN, size: rows, root: tree.root(), link }, [SIGNER])
  reader.push(Buffer.from(writer.record({ t: 'C', note }) + writer.trailer()))
  const { verdict, events } = reader.verdict()
  const grown = process.memoryUsage.rss() - early
  return { valid: verdict === 'valid', events, growthMib: Math.max(0, Math.round(grown / MIB)) }
}

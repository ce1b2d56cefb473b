import type { StartReason } from '@zenops/audit/bundle-records'
import { vkeyOf } from '@zenops/audit/notes'
import { consistencyRanges, nodesOf, proofOf } from '@zenops/audit/tree'
import { firstLink, logIdOf } from '@zenops/audit/hashes'
import { sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import { keyNameOf, type LogKey, originOf, type ReadRows } from '../sealing/ground.ts'
import { loadNodes } from '../sealing/tiles.ts'
import { keyRows } from '../sealing/keys.ts'

/** Which events an evidence bundle is to hold. Times and seqs are inclusive; without either: the whole kept log. */
export interface BundleWish {
  readonly tenantId: string
  /** AUDIT_ORIGIN */
  readonly host: string
  /** Absent = the newest epoch. */
  readonly epoch?: number
  readonly fromUtc?: string
  readonly toUtc?: string
  readonly fromSeq?: number
  readonly toSeq?: number
}

/** All that decides the bytes of a bundle, as plain JSON: the same plan gives the same bytes at any time. Hashes are base64. */
export interface BundlePlan {
  readonly tenant_id: string
  readonly epoch: number
  readonly origin: string
  readonly from_seq: number
  readonly to_seq: number
  readonly start_link: string
  readonly start_edge: readonly string[]
  readonly start_reason: StartReason
  /** The signed note at the start; null at the beginning of a log. */
  readonly start_note: string | null
  readonly keys: readonly { readonly vkey: string; readonly valid_from: string; readonly valid_to: string | null }[]
  /** The signed head that covers the last event, and how it continues it; empty when they coincide. */
  readonly close: { readonly size: number; readonly proof: readonly string[] }
  /** Newest note of the root log and newest receipt that are told. */
  readonly told: { readonly note: string | null; readonly receipt: string | null }
  /** Events of the range that no checkpoint signs yet, and that are left out therefore. */
  readonly unsigned: number
}

interface Range {
  readonly epoch: number
  readonly size: number
  readonly first: number | null
  readonly last: number | null
}

/** Where the wished events lie in their log. */
const rangeQuery = (wish: BundleWish) =>
  sql<Range>`
    select h.epoch, h.size,
      case when ${wish.fromUtc ?? null}::timestamptz is null then 1 else
        (select min(e.seq) from audit.events e where e.tenant_id = h.tenant_id and e.epoch = h.epoch and e.at >= ${wish.fromUtc ?? null}::timestamptz) end as first,
      case when ${wish.toUtc ?? null}::timestamptz is null then h.size else
        (select max(e.seq) from audit.events e where e.tenant_id = h.tenant_id and e.epoch = h.epoch and e.at <= ${wish.toUtc ?? null}::timestamptz) end as last
    from audit.heads h where h.tenant_id = ${wish.tenantId}::uuid and (${wish.epoch ?? null}::int is null or h.epoch = ${wish.epoch ?? null}::int)
    order by h.epoch desc limit 1`.compile(compileOnly)

interface Mark {
  readonly size: number
  readonly link: Buffer
  readonly note: string
  readonly sealed: boolean
}

/** The newest signed state in front of `seq`; a retention seal counts, and one that lies behind it too: earlier events are gone. */
const startQuery = (log: LogKey, seq: number) =>
  sql<Mark>`
    select * from (
      (select upto_seq as size, link, note, true as sealed from audit.retention_seals
       where tenant_id = ${log.tenantId}::uuid and epoch = ${log.epoch} order by upto_seq desc limit 1)
      union all
      (select size, link, note, false from audit.checkpoints
       where tenant_id = ${log.tenantId}::uuid and epoch = ${log.epoch} and size < ${seq} order by size desc limit 1)
    ) marks order by size desc, sealed desc limit 1`.compile(compileOnly)

/** The oldest signed state at or behind `seq`, or the newest there is. */
const closeQuery = (log: LogKey, seq: number) =>
  sql<{ size: number }>`
    select coalesce(
      (select min(size) from audit.checkpoints where tenant_id = ${log.tenantId}::uuid and epoch = ${log.epoch} and size >= ${seq}),
      (select max(size) from audit.checkpoints where tenant_id = ${log.tenantId}::uuid and epoch = ${log.epoch})) as size`.compile(
    compileOnly,
  )

/** Publications follow one another, so the newest that is seen has all older ones beside it. */
const toldQuery = sql<BundlePlan['told']>`
  select (select id from audit.root_notes order by id desc limit 1) as note,
    (select id from audit.notary_receipts order by id desc limit 1) as receipt`.compile(compileOnly)

const base64 = (hash: Buffer): string => hash.toString('base64')

interface Bounds {
  readonly first: number
  readonly last: number
}
function boundsOf(found: Range | undefined, wish: BundleWish): Bounds | null {
  if (found?.first == null || found.last === null) return null
  const [first, last] = [Math.max(found.first, wish.fromSeq ?? 1), Math.min(found.last, wish.toSeq ?? found.size)]
  return first <= last ? { first, last } : null
}

const startOf = (
  log: LogKey,
  mark: Mark | undefined,
): Pick<BundlePlan, 'start_link' | 'start_reason' | 'start_note'> =>
  mark
    ? {
        start_link: base64(mark.link),
        start_reason: mark.sealed ? 'retention_seal' : 'checkpoint',
        start_note: mark.note,
      }
    : { start_link: base64(firstLink(logIdOf(log.tenantId, log.epoch))), start_reason: 'origin', start_note: null }

/**
 * Fixes what a bundle holds. Its start goes back to the nearest signed state, so it may begin in front of the wish; its
 * end is the wish's, or the newest signed event before it. Null: the wish meets no signed event.
 */
export async function planBundle(read: ReadRows, wish: BundleWish): Promise<BundlePlan | null> {
  const [found] = await read(rangeQuery(wish))
  const bounds = boundsOf(found, wish)
  if (!found || !bounds) return null
  const log = { tenantId: wish.tenantId, epoch: found.epoch, size: found.size }
  const [[start], [close], [told], keys] = await Promise.all([
    read(startQuery(log, bounds.first)),
    read(closeQuery(log, bounds.last)),
    read(toldQuery),
    read(keyRows),
  ])
  const signed = close?.size ?? 0
  const [before, to] = [start?.size ?? 0, Math.min(bounds.last, signed)]
  if (to <= before) return null
  const [edgeNodes, proofRanges] = [nodesOf([0, before]), consistencyRanges(to, signed)]
  const node = await loadNodes(read, log, [...edgeNodes, ...proofRanges.flatMap(nodesOf)])
  const name = keyNameOf(wish.host)
  return {
    tenant_id: wish.tenantId,
    epoch: log.epoch,
    origin: originOf(wish.host, log),
    from_seq: before + 1,
    to_seq: to,
    start_edge: edgeNodes.map((one) => base64(node(one))),
    ...startOf(log, start),
    keys: keys.map((key) => ({
      vkey: vkeyOf({ name, publicKey: key.public_key }),
      valid_from: key.valid_from,
      valid_to: key.valid_to,
    })),
    close: { size: signed, proof: proofOf(proofRanges, node).map(base64) },
    told: told ?? { note: null, receipt: null },
    unsigned: bounds.last - to,
  }
}

import { Readable } from 'node:stream'
import { setTimeout as rest } from 'node:timers/promises'
import { BundleReader } from '@zenops/audit/bundle-reader'
import { nodesOf } from '@zenops/audit/tree'
import { sql } from 'kysely'
import type { ReadyConfig } from '../../../config.ts'
import { canonicalEvent } from '../../../platform/audit/record.ts'
import { SANITISER_VERSION } from '../../../platform/audit/sanitise.ts'
import type { Actor } from '../../../platform/auth/actor.ts'
import { createSealing } from '../../../platform/sealing.ts'
import { compileOnly, type Database } from '../../../platform/db/database.ts'
import type { Scope } from '../../../platform/db/scope.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { appendOps } from '../../../platform/ops-events.ts'
import type { StoragePort, Written } from '../../../platform/storage/port.ts'
import { type BundlePlan, planBundle } from '../bundles/plan-bundle.ts'
import { writeBundle } from '../bundles/write-bundle.ts'
import { type LogKey, readsOf, type ReadRows, type Tx } from '../sealing/ground.ts'
import { loadNodes } from '../sealing/tiles.ts'
import { trustOf } from '../verification/trust.ts'
import { readerOf } from '../verification/verify-tenant.ts'
import { openArchive, sealArchive } from './archive-file.ts'

export interface PruneParts {
  readonly config: ReadyConfig
  /** Connection as zen_keeper. */
  readonly keeper: Database
  readonly storage: StoragePort
}
export interface PruneWish {
  readonly tenantId: string
  /** Events stay online for so many days. */
  readonly days: number
  readonly actor: Actor
  readonly traceId: string
  readonly signal?: AbortSignal
  /** Milliseconds after which the rest waits for the next run. */
  readonly limitMs?: number
}
export interface Pruned extends LogKey {
  readonly fromSeq: number
  readonly uptoSeq: number
  readonly archiveKey: string
  readonly archiveSha256: string
}

/** What one archive holds at most: it is written and read back within a run. */
const MAX_EVENTS = 1_000_000
const BATCH = 1_000
const PAUSE_MS = 100
const LIMIT_MS = 600_000
const OPEN_TILE = 256
const PRUNE_LOCK = 6_403

const KEEPER: Scope = { role: 'zen_keeper', tenantId: null, userId: null, aud: null }

/** A log that could not be archived as it is: nothing was pruned. */
export class ArchiveInvalid extends Error {}

interface Due extends LogKey {
  readonly from: number
  readonly upto: number
  readonly link: Buffer
  readonly note: string
}
/** The newest published head, in the oldest epoch that has one, whose last event is older than the period. */
const dueQuery = ({ tenantId, days }: PruneWish) =>
  sql<{ epoch: number; from: number; upto: number; link: Buffer; note: string }>`
    select h.epoch, coalesce(s.upto_seq, 0) + 1 as from, c.size as upto, c.link, c.note
    from audit.heads h
    left join lateral (select upto_seq from audit.retention_seals s where s.tenant_id = h.tenant_id and s.epoch = h.epoch
      order by upto_seq desc limit 1) s on true
    join lateral (
      select c.size, c.link, c.note from audit.checkpoints c
      where c.tenant_id = h.tenant_id and c.epoch = h.epoch and c.size > coalesce(s.upto_seq, 0) and c.size <= coalesce(s.upto_seq, 0) + ${MAX_EVENTS}
        and (select e.at from audit.events e where e.tenant_id = c.tenant_id and e.epoch = c.epoch and e.seq = c.size) < now() - make_interval(days => ${days})
        and exists (select 1 from audit.root_log r join audit.notary_receipts t on t.root_epoch = r.root_epoch and t.size > r.position
          where r.tenant_id = c.tenant_id and r.epoch = c.epoch and r.size = c.size)
      order by c.size desc limit 1) c on true
    where h.tenant_id = ${tenantId}::uuid order by h.epoch limit 1`.compile(compileOnly)

async function* bytesOf(read: ReadRows, plan: BundlePlan): AsyncGenerator<Buffer> {
  for await (const piece of writeBundle(read, plan)) yield piece.bytes
}

const archiveKeyOf = ({ tenantId, epoch, from, upto }: Due): string =>
  `audit-archive/${tenantId}/${epoch}-${from}-${upto}-${uuidv7()}.zaa`

/** Writes the archive, reads it back and has the offline verifier judge it. */
async function archive(parts: PruneParts, due: Due): Promise<{ key: string; written: Written }> {
  const { config, storage, keeper } = parts
  const read = readerOf(keeper, KEEPER)
  const wish = { tenantId: due.tenantId, host: config.AUDIT_ORIGIN, epoch: due.epoch }
  const plan = await planBundle(read, { ...wish, fromSeq: due.from, toSeq: due.upto })
  if (plan?.from_seq !== due.from || plan.to_seq !== due.upto) throw new ArchiveInvalid('the log has no such range')
  const sealing = createSealing(config.MFA_ENC_KEYS, 'audit archive')
  const key = archiveKeyOf(due)
  const body = Readable.from(sealArchive(bytesOf(read, plan), sealing, key), { objectMode: false })
  const written = await storage.write(key, body, { contentType: 'application/octet-stream' })
  const { keys } = await trustOf(config)
  const reader = new BundleReader({ keys, published: due.note })
  for await (const bytes of openArchive(await storage.read(key), sealing, key)) reader.push(bytes)
  const { verdict, message, events } = reader.verdict()
  if (verdict === 'valid' && events === due.upto - due.from + 1) return { key, written }
  await storage.remove([key])
  throw new ArchiveInvalid(`the archive is ${verdict}: ${message}`)
}

/** Leaves behind the last full tile at a size. */
async function openLeaves(tx: Tx, due: Due): Promise<Buffer> {
  const first = due.upto - (due.upto % OPEN_TILE)
  const nodes = Array.from({ length: due.upto - first }, (_, place) => ({ height: 0, index: first + place }))
  // As if the log ended here: its open tile is asked for leaf by leaf.
  const node = await loadNodes(readsOf(tx), { ...due, size: due.upto }, nodes)
  return Buffer.concat(nodes.map(node))
}

/** The event and the seal, in one transaction; from here on the events in front of it may go. */
const seal = (parts: PruneParts, due: Due, done: { wish: PruneWish; key: string; written: Written }): Promise<void> =>
  parts.keeper.transact(KEEPER, async (tx, unit) => {
    const { tenantId, epoch, from, upto, link, note } = due
    await sql`select pg_advisory_xact_lock(${PRUNE_LOCK})`.execute(tx)
    const edgeNodes = nodesOf([0, upto])
    const node = await loadNodes(readsOf(tx), { ...due, size: upto }, edgeNodes)
    const id = uuidv7()
    const after = {
      epoch,
      from_seq: from,
      upto_seq: upto,
      link_at_upto: link.toString('base64'),
      archive_sha256: done.written.sha256,
    }
    const { canon } = canonicalEvent(
      { action: 'AUDIT_RETENTION_APPLIED', target_id: tenantId, tenant_id: tenantId, after },
      { at: await unit.startedAt(), traceId: done.wish.traceId, actor: done.wish.actor, ipHash: null },
      id,
    )
    const leaves = await openLeaves(tx, due)
    await sql`
      insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version)
      values (${id}::uuid, ${tenantId}::uuid, 0, ${canon}::bytea, ${SANITISER_VERSION}::int)`.execute(tx)
    await sql`
      insert into audit.retention_seals
        (tenant_id, epoch, from_seq, upto_seq, link, edge, note, event_id, archive_key, archive_sha256, archive_bytes, open_leaves)
      values (${tenantId}::uuid, ${epoch}, ${from}, ${upto}, ${link}, ${edgeNodes.map(node)}::bytea[], ${note}, ${id}::uuid, ${done.key},
        ${Buffer.from(done.written.sha256, 'hex')}, ${done.written.size}, ${leaves})`.execute(tx)
  })

interface Rest extends LogKey {
  readonly first: number
  readonly upto: number
}
/** Events that a seal covers and that are still there. */
const restQuery = (tenantId: string) =>
  sql<{ epoch: number; first: number; upto: number }>`
    select s.epoch, e.first, s.upto_seq as upto
    from (select epoch, max(upto_seq) as upto_seq from audit.retention_seals where tenant_id = ${tenantId}::uuid group by epoch) s
    cross join lateral (select min(e.seq) as first from audit.events e where e.tenant_id = ${tenantId}::uuid and e.epoch = s.epoch) e
    where e.first <= s.upto_seq order by s.epoch limit 1`.compile(compileOnly)

const deleteBatch = (parts: PruneParts, { tenantId, epoch, first, upto }: Rest, traceId: string): Promise<number> =>
  parts.keeper.transact(KEEPER, async (tx, unit) => {
    const last = Math.min(first + BATCH - 1, upto)
    const { numAffectedRows } = await sql`
      delete from audit.events where tenant_id = ${tenantId}::uuid and epoch = ${epoch} and seq between ${first} and ${last}`.execute(
      tx,
    )
    const value = Number(numAffectedRows ?? 0n)
    const event = { metric_key: 'retention_rows_deleted', value, dimensions: { class: 'audit_events' } } as const
    if (value > 0) unit.withCommit(appendOps([event], { tenantId, traceId }))
    return value
  })

/**
 * Prunes a tenant's log (audit-and-ops.md 10): newest published head older than the period, archive written and verified,
 * event and seal, then the events in batches. A run that was cut off goes on where it was. Answers what was sealed now
 * and how many events were deleted. Throws ArchiveInvalid when the log cannot be archived as it is: nothing is pruned.
 */
export async function pruneTenant(
  parts: PruneParts,
  wish: PruneWish,
): Promise<{ readonly sealed: readonly Pruned[]; readonly deleted: number }> {
  const read = readerOf(parts.keeper, KEEPER)
  const until = performance.now() + (wish.limitMs ?? LIMIT_MS)
  const goesOn = (): boolean => wish.signal?.aborted !== true && performance.now() < until
  const sealed: Pruned[] = []
  let deleted = 0
  while (goesOn()) {
    const [left] = await read(restQuery(wish.tenantId))
    if (left) {
      deleted += await deleteBatch(parts, { tenantId: wish.tenantId, ...left }, wish.traceId)
      await rest(PAUSE_MS)
      continue
    }
    const [found] = await read(dueQuery(wish))
    if (!found) break
    const due: Due = { tenantId: wish.tenantId, ...found }
    const { key, written } = await archive(parts, due)
    await seal(parts, due, { wish, key, written })
    const { tenantId, epoch, from, upto } = due
    sealed.push({ tenantId, epoch, fromSeq: from, uptoSeq: upto, archiveKey: key, archiveSha256: written.sha256 })
  }
  return { sealed, deleted }
}

import { type Checkpoint, type NoteSigner, signCheckpoint } from '@zenops/audit/notes'
import { consistencyRanges, nodesOf, proofOf, RightEdge, verifyConsistency } from '@zenops/audit/tree'
import { sql } from 'kysely'
import type { Database } from '../../../platform/db/database.ts'
import { type LogKey, originOf, readsOf, SEALER, tryLock, type Tx } from './ground.ts'
import { signersNow } from './keys.ts'
import { catchUp, type Journal, type Published } from './notary.ts'
import { loadNodes } from './tiles.ts'

export interface SignOptions {
  readonly host: string
  readonly signers: readonly NoteSigner[]
  readonly journal: Journal
  /** Newest published note of each origin, as the journal has them; kept up to date here. */
  readonly published: Map<string, Published>
  readonly events: number
  readonly seconds: number
}

export interface SignTurn {
  /** Null: another process signs just now, and knows. */
  readonly signed: number | null
  /** Tenants whose log does not continue what was signed before: nothing is signed for them. */
  readonly forks: readonly string[]
}

interface Due {
  readonly tenant_id: string
  readonly epoch: number
  readonly size: number
  readonly link: Buffer
  readonly edge: readonly Buffer[]
  readonly signed_size: number | null
  readonly signed_root: Buffer | null
}

const MAX_LOGS = 500

/** Logs with enough news, or news old enough. */
const dueLogs = (tx: Tx, { events, seconds }: SignOptions) =>
  sql<Due>`
    select h.tenant_id, h.epoch, h.size, h.link, h.edge, c.size as signed_size, c.root as signed_root
    from (select distinct on (tenant_id) * from audit.heads order by tenant_id, epoch desc) h
    left join lateral (select size, root from audit.checkpoints c where c.tenant_id = h.tenant_id and c.epoch = h.epoch
      order by size desc limit 1) c on true
    where h.size > coalesce(c.size, 0) and (h.size - coalesce(c.size, 0) >= ${events}
      or (select e.sealed_at from audit.events e where e.tenant_id = h.tenant_id and e.epoch = h.epoch and e.seq = coalesce(c.size, 0) + 1)
        <= now() - make_interval(secs => ${seconds}))
    limit ${MAX_LOGS}`.execute(tx)

interface Older {
  readonly size: number
  readonly root: Buffer
}
/** What was signed of a log before: by the journal, and by the database, which may not be believed alone. */
function signedBefore(due: Due, published: Published | undefined): Older[] {
  const known = due.signed_size === null || !due.signed_root ? null : { size: due.signed_size, root: due.signed_root }
  const isSame = known?.size === published?.size && known?.root.equals(published?.root ?? Buffer.alloc(0)) === true
  return [...(published ? [published] : []), ...(known && !isSame ? [known] : [])]
}

/** Proves from the tiles that the head continues what was signed before. */
async function continues(tx: Tx, due: Due, older: Older): Promise<boolean> {
  const newer = { size: due.size, root: RightEdge.at(due.size, due.edge).root() }
  if (older.size > newer.size) return false
  const log: LogKey & { size: number } = { tenantId: due.tenant_id, epoch: due.epoch, size: due.size }
  const ranges = consistencyRanges(older.size, newer.size)
  try {
    const read = await loadNodes(readsOf(tx), log, ranges.flatMap(nodesOf))
    return verifyConsistency(older, newer, proofOf(ranges, read))
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

async function continuesAll(tx: Tx, due: Due, heads: readonly Older[]): Promise<boolean> {
  for (const older of heads) if (!(await continues(tx, due, older))) return false
  return true
}

interface Signed {
  readonly due: Due
  readonly checkpoint: Checkpoint & { readonly link: Buffer }
  readonly note: string
}

const storeNotes = (tx: Tx, notes: readonly Signed[]) =>
  sql`
    insert into audit.checkpoints (tenant_id, epoch, size, root, link, origin, note)
    select * from unnest(${notes.map((n) => n.due.tenant_id)}::uuid[], ${notes.map((n) => n.due.epoch)}::int[], ${notes.map((n) => n.due.size)}::bigint[],
      ${notes.map((n) => n.checkpoint.root)}::bytea[], ${notes.map((n) => n.due.link)}::bytea[],
      ${notes.map((n) => n.checkpoint.origin)}::text[], ${notes.map((n) => n.note)}::text[])`.execute(tx)

/**
 * Signs heads: first into the journal, then into the database, so that nothing is served that could be taken back. When
 * the journal fails the turn fails, and sealing goes on.
 */
export const signTurn = (database: Database, options: SignOptions): Promise<SignTurn> =>
  database.transact(SEALER, async (tx): Promise<SignTurn> => {
    if (!(await tryLock(tx, 'sign'))) return { signed: null, forks: [] }
    const signers = await signersNow(tx, options.signers)
    if (signers.length === 0) return { signed: 0, forks: [] }
    const notes: Signed[] = []
    const forks: string[] = []
    const logs = (await dueLogs(tx, options)).rows
    if (logs.length > 0) await catchUp(options.journal, options.published)
    for (const due of logs) {
      const origin = originOf(options.host, { tenantId: due.tenant_id, epoch: due.epoch })
      if (!(await continuesAll(tx, due, signedBefore(due, options.published.get(origin))))) {
        forks.push(due.tenant_id)
        continue
      }
      const checkpoint = { origin, size: due.size, root: RightEdge.at(due.size, due.edge).root(), link: due.link }
      notes.push({ due, checkpoint, note: signCheckpoint(checkpoint, signers) })
    }
    if (notes.length === 0) return { signed: 0, forks }
    await options.journal.publish(notes.map((one) => one.note))
    for (const { checkpoint, note } of notes) options.published.set(checkpoint.origin, { ...checkpoint, note })
    await storeNotes(tx, notes)
    return { signed: notes.length, forks }
  })

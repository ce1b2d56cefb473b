import { noteLeaf } from '@zenops/audit/hashes'
import { type NoteSigner, signCheckpoint } from '@zenops/audit/notes'
import { proofsOfNew, RightEdge } from '@zenops/audit/tree'
import { sql } from 'kysely'
import type { Database } from '../../../platform/db/database.ts'
import { readOrigin, rootOriginOf, SEALER, tryLock, type Tx } from './ground.ts'
import { signersNow } from './keys.ts'
import { catchUp, type Journal, type Published } from './notary.ts'

export interface PublishOptions {
  readonly host: string
  readonly signers: readonly NoteSigner[]
  /** Without it nothing is published; the other sinks are told afterwards, each for itself. */
  readonly journal: Journal
  readonly published: Map<string, Published>
  /** A note goes out after this time even without news. */
  readonly idleSeconds: number
}

export interface PublishTurn {
  readonly published: boolean
  readonly size: number
}

interface RootRow {
  readonly root_epoch: number
  readonly size: number
  readonly root: Buffer
  readonly edge: readonly Buffer[]
  readonly idle: boolean
}
interface Fresh {
  readonly tenant_id: string
  readonly epoch: number
  readonly size: number
  readonly note: string
}

const MAX_CHECKPOINTS = 2_000

const newestRoot = (tx: Tx, idleSeconds: number) =>
  sql<RootRow>`
    select root_epoch, size, root, edge, created_at <= now() - make_interval(secs => ${idleSeconds}) as idle
    from audit.root_notes order by root_epoch desc, size desc, id desc limit 1`.execute(tx)

/** The newest checkpoint of each log that the root log does not hold yet. */
const freshCheckpoints = (tx: Tx, rootEpoch: number) =>
  sql<Fresh>`
    select * from (select distinct on (tenant_id, epoch) tenant_id, epoch, size, note from audit.checkpoints order by tenant_id, epoch, size desc) c
    where not exists (select 1 from audit.root_log r
      where r.tenant_id = c.tenant_id and r.epoch = c.epoch and r.size = c.size and r.root_epoch = ${rootEpoch})
    order by tenant_id, epoch limit ${MAX_CHECKPOINTS}`.execute(tx)

/** The epoch to write in: a new one where more was published than the database remembers, or something else. */
function epochOf(row: RootRow | undefined, { host, published }: PublishOptions): { epoch: number; tree: RightEdge } {
  const epoch = row?.root_epoch ?? 1
  const size = row?.size ?? 0
  const beyond = [...published.values()].flatMap((note) => {
    const read = readOrigin(host, note.origin)
    if (read?.log !== 'root') return []
    const isOther = note.size === size && row?.root.equals(note.root) === false
    const isAhead = read.epoch > epoch || (read.epoch === epoch && (note.size > size || isOther))
    return isAhead ? [read.epoch] : []
  })
  const tree = RightEdge.at(size, row?.edge ?? [])
  const isForged = row !== undefined && !tree.root().equals(row.root)
  if (beyond.length > 0 || isForged) return { epoch: Math.max(epoch, ...beyond) + 1, tree: new RightEdge() }
  return { epoch, tree }
}

/** Appends the newest checkpoints to the root log and publishes its signed head. */
export const publishTurn = (database: Database, options: PublishOptions): Promise<PublishTurn> =>
  database.transact(SEALER, async (tx): Promise<PublishTurn> => {
    const nothing: PublishTurn = { published: false, size: 0 }
    if (!(await tryLock(tx, 'sign'))) return nothing
    const signers = await signersNow(tx, options.signers)
    if (signers.length === 0) return nothing
    await catchUp(options.journal, options.published)
    const row = (await newestRoot(tx, options.idleSeconds)).rows[0]
    const { epoch, tree } = epochOf(row, options)
    const fresh = (await freshCheckpoints(tx, epoch)).rows
    if (fresh.length === 0 && (row === undefined || !row.idle)) return nothing
    const position = tree.size
    const leaves = fresh.map((one) => noteLeaf(one.note))
    const proofs = proofsOfNew(tree, leaves).map((proof) => Buffer.concat(proof))
    for (const leaf of leaves) tree.append(leaf)
    const checkpoint = { origin: rootOriginOf(options.host, epoch), size: tree.size, root: tree.root(), link: null }
    const note = signCheckpoint(checkpoint, signers)
    const receipt = await options.journal.publish([note])
    options.published.set(checkpoint.origin, { ...checkpoint, note })
    await sql`
      insert into audit.root_log (tenant_id, epoch, size, root_epoch, position, leaf, note_size, proof)
      select tenant_id, epoch, size, ${epoch}, ${position}::bigint + place - 1, leaf, ${tree.size}::bigint,
        array(select substring(proof from 1 + 32 * k for 32) from generate_series(0, octet_length(proof) / 32 - 1) k)
      from unnest(${fresh.map((f) => f.tenant_id)}::uuid[], ${fresh.map((f) => f.epoch)}::int[], ${fresh.map((f) => f.size)}::bigint[], ${leaves}::bytea[], ${proofs}::bytea[])
        with ordinality as n(tenant_id, epoch, size, leaf, proof, place)`.execute(tx)
    await sql`
      insert into audit.root_notes (root_epoch, size, root, edge, note)
      values (${epoch}, ${tree.size}, ${checkpoint.root}, ${tree.edge()}::bytea[], ${note})`.execute(tx)
    await sql`
      insert into audit.notary_receipts (sink, root_epoch, size, receipt)
      values (${options.journal.name}, ${epoch}, ${tree.size}, ${JSON.stringify(receipt)}::jsonb)`.execute(tx)
    return { published: true, size: tree.size }
  })

import { consistencyProof, inclusionProof } from '@zenops/contracts/audit-chain'
import { consistencyRanges, inclusionRanges, nodesOf, proofOf, type Range } from '@zenops/audit/tree'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf, type QueryContext } from '../../../platform/operations.ts'
import { tenantOf, type Visible } from '../context.ts'
import { type LogKey, readsOf, type Tx } from '../sealing/ground.ts'
import { loadNodes } from '../sealing/tiles.ts'

const on = operationsOf<Visible>()

interface Asked {
  readonly tenantId: string
  readonly epoch: number | undefined
}
interface Head extends LogKey {
  readonly size: number
  /** Size of its newest signed head; 0 = none. */
  readonly signed: number
}

async function headOf(tx: Tx, { tenantId, epoch }: Asked): Promise<Head> {
  const { rows } = await sql<{ epoch: number; size: number; signed: number }>`
    select h.epoch, h.size, coalesce((select max(c.size) from audit.checkpoints c where c.tenant_id = h.tenant_id and c.epoch = h.epoch), 0) as signed
    from audit.heads h where h.tenant_id = ${tenantId}::uuid and (${epoch ?? null}::int is null or h.epoch = ${epoch ?? null}::int)
    order by h.epoch desc limit 1`.execute(tx)
  const [row] = rows
  if (!row) throw refuse.notFound('The audit log')
  return { tenantId, ...row }
}

const notesAt = async (tx: Tx, log: LogKey, sizes: readonly number[]) =>
  (
    await sql<{ size: number; note: string }>`
      select size, note from audit.checkpoints where tenant_id = ${log.tenantId}::uuid and epoch = ${log.epoch}
        and size = any (${sizes}::bigint[]) order by size`.execute(tx)
  ).rows

const base64 = (hash: Buffer): string => hash.toString('base64')

async function proven(tx: Tx, head: Head, ranges: readonly Range[]): Promise<string[]> {
  const read = await loadNodes(readsOf(tx), head, ranges.flatMap(nodesOf))
  return proofOf(ranges, read).map(base64)
}

/** Proofs are several reads of one snapshot. */
const inSnapshot = <T>(context: QueryContext<Visible>, work: (tx: Tx) => Promise<T>): Promise<T> =>
  context.snapshot((tx) => work(tx as unknown as Kysely<DB>)) // fewer visible tables, same builder

export const inclusionProofOperation = on.query(inclusionProof, (context, { params, query }) =>
  inSnapshot(context, async (tx) => {
    const head = await headOf(tx, { tenantId: tenantOf(context.actor, query.tenant_id), epoch: query.epoch })
    const size = query.size ?? head.signed
    if (params.seq > size || size > head.size) throw refuse.notFound('The event in a log of that size')
    const index = params.seq - 1
    const leaf = { height: 0, index }
    const ranges = inclusionRanges(index, size)
    const [read, [signed]] = await Promise.all([
      loadNodes(readsOf(tx), head, [leaf, ...ranges.flatMap(nodesOf)]),
      notesAt(tx, head, [size]),
    ])
    return {
      tenant_id: head.tenantId,
      epoch: head.epoch,
      seq: params.seq,
      leaf: base64(read(leaf)),
      size,
      proof: proofOf(ranges, read).map(base64),
      note: signed?.note ?? null,
    }
  }),
)

export const consistencyProofOperation = on.query(consistencyProof, async (context, { query }) => {
  const { from, to } = query
  if (from > to) throw refuse.invalid('to', 'before_from')
  return inSnapshot(context, async (tx) => {
    const head = await headOf(tx, { tenantId: tenantOf(context.actor, query.tenant_id), epoch: query.epoch })
    if (to > head.size) throw refuse.notFound('A log of that size')
    const [proof, notes] = await Promise.all([
      proven(tx, head, consistencyRanges(from, to)),
      notesAt(tx, head, [from, to]),
    ])
    return { tenant_id: head.tenantId, epoch: head.epoch, from, to, proof, notes }
  })
})

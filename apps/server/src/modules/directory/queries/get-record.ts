import type { Operation, ResultOf } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import type { z } from 'zod'
import { refuse } from '../../../platform/errors.ts'
import { type Bound, operationsOf } from '../../../platform/operations.ts'
import type { RecordKind } from '../kinds.ts'
import { recordById } from './record-row.ts'

const on = operationsOf<'directory'>()

type ById = Operation<z.ZodType<{ id: string }, { id: string }>>

/** One record with its use count, read in one round trip. */
export const getRecordOperation = (operation: ById, kind: RecordKind): Bound =>
  on.query(operation, async ({ read, build, actor }, { params }) => {
    const [rows, uses] = await read(
      recordById(kind, actor.tenantId, params.id).compile(build),
      sql<{ n: number }>`select directory.use_count(${kind.name}, ${params.id}::uuid) as n`.compile(build),
    )
    const row = rows[0]
    if (!row) throw refuse.notFound(kind.what)
    return { ...row, use_count: uses[0]?.n ?? 0 } as ResultOf<ById> // the contract of this kind checks it on the way out
  })

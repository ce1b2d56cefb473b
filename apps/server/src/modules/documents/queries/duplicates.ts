import { sql } from 'kysely'
import type { ActorContext } from '../../../platform/operations.ts'
import { isOpen } from '../context.ts'
import type { Tx } from '../neighbours.ts'
import { type NamedTargets, TARGET_NAMES } from '../rules/targets.ts'

interface DuplicateRow {
  readonly document_id: string
  readonly filename: string | null
  readonly linked_here: boolean
}

const COLUMN = {
  work_order_id: 'commission_id',
  assignment_id: 'assignment_id',
  report_request_id: 'report_id',
  employee_id: 'employee_id',
  invoice_id: 'invoice_id',
  conversation_id: 'conversation_id',
} as const
const MAX_DUPLICATES = 20

/** Living documents of the same bytes that the caller may read, newest first. */
export async function findDuplicates(
  tx: Tx,
  context: Pick<ActorContext, 'actor' | 'can'>,
  wanted: { tenantId: string; sha256: string; except: string | null; targets: NamedTargets },
): Promise<DuplicateRow[]> {
  const here = TARGET_NAMES.flatMap((name) => {
    const id = wanted.targets[name]
    return id === undefined ? [] : [sql`l.${sql.ref(COLUMN[name])} = ${id}::uuid`]
  })
  const linked =
    here.length === 0
      ? sql`false`
      : sql`exists (select 1 from documents.document_links l
    where l.tenant_id = d.tenant_id and l.document_id = d.id and ${sql.join(here, sql` and `)})`
  const { rows } = await sql<DuplicateRow>`
    select d.id as document_id, case when ${isOpen(context)} then d.original_filename end as filename, ${linked} as linked_here
    from documents.documents d
    where d.tenant_id = ${wanted.tenantId}::uuid and d.sha256 = ${wanted.sha256} and d.status = 'uploaded' and d.deleted_at is null
      and d.id is distinct from ${wanted.except}::uuid
    order by d.id desc limit ${MAX_DUPLICATES}`.execute(tx)
  return rows
}

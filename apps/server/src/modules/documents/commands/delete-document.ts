import { deleteDocument } from '@zenops/contracts/documents'
import { sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { type CommandContext, operationsOf } from '../../../platform/operations.ts'
import { isPortal, type Visible } from '../context.ts'
import { assertNotFinal } from '../guards.ts'
import type { Neighbours } from '../neighbours.ts'
import { type DocumentRow, lockDocument } from '../queries/document.ts'

const on = operationsOf<Visible>()
/** A review has begun: only who may delete every document still can. */
const UNREVIEWED = new Set(['UPLOADED', 'NEEDS_CLARIFICATION', 'REJECTED'])

export function assertMayDelete(context: CommandContext<Visible>, row: DocumentRow): void {
  const scope = context.can('documents.delete')
  if (scope === 'all') return
  const mine = row.owner_user_id === context.actor.userId
  if (!mine && !isPortal(context) && scope !== 'assigned') throw refuse.forbidden('out_of_scope')
  if (!UNREVIEWED.has(row.review_state)) throw refuse.forbidden('reviewed')
}

export const deleteDocumentOperation = (neighbours: Neighbours) =>
  on.command(deleteDocument, {
    run: async (context, { params, query }) => {
      const { tx, actor } = context
      const row = await lockDocument(tx, context, params.id)
      assertMayDelete(context, row)
      assertNotFinal(row)
      const uses = (await neighbours.frozenUses?.(tx, row.id)) ?? 0
      if (uses > 0)
        throw new Refusal('DOCUMENT_IN_USE', 'A frozen report uses this document.', {
          details: [{ reason: 'frozen', count: uses }],
        })
      await sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx)
      await sql`
        update documents.documents d set status = 'deleted', deleted_at = now(), deleted_by = ${actor.userId}::uuid, delete_reason = ${query.reason},
          purge_after = now() + interval '30 days', version = d.version + 1, updated_at = now()
        where d.tenant_id = ${row.tenant_id}::uuid and d.id = ${row.id}::uuid`.execute(tx)
      const before = { status: row.status, classification: row.classification }
      return {
        body: undefined,
        audit: {
          action: 'DOCUMENT_DELETED',
          target_id: row.id,
          tenant_id: row.tenant_id,
          before,
          reason: query.reason,
        } as const,
      }
    },
  })

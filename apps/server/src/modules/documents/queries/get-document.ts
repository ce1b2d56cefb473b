import { isRestricted } from '@zenops/contracts/document-records'
import { getDocument } from '@zenops/contracts/documents'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { Visible } from '../context.ts'
import type { Tx } from '../neighbours.ts'
import { type DocumentRow, getDocumentRow, presentDocument } from './document.ts'

const on = operationsOf<Visible>()

/** False while an earlier view by the same person is younger than 15 minutes. */
async function isNewView(tx: Tx, row: DocumentRow, userId: string): Promise<boolean> {
  const { rows } = await sql`
    insert into documents.document_views as v (tenant_id, document_id, user_id)
    values (${row.tenant_id}::uuid, ${row.id}::uuid, ${userId}::uuid)
    on conflict (tenant_id, document_id, user_id) do update set viewed_at = now() where v.viewed_at <= now() - interval '15 minutes'
    returning v.user_id`.execute(tx)
  return rows.length > 0
}

/** Reading is recorded where it shows personal or confidential content. */
export const getDocumentOperation = on.command(getDocument, {
  run: async (context, { params }) => {
    const row = await getDocumentRow(context.tx, context, params.id)
    const body = await presentDocument(context.services.storage, row)
    const viewed = row.open && isRestricted(row.sensitivity) && (await isNewView(context.tx, row, context.actor.userId))
    return {
      body,
      audit: viewed ? { action: 'DOCUMENT_VIEWED', target_id: row.id, tenant_id: row.tenant_id } : NOTHING_CHANGED,
    }
  },
})

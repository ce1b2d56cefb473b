import { removeDocumentTag } from '@zenops/contracts/documents'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { Visible } from '../context.ts'
import { assertEditable } from '../guards.ts'
import { lockDocument } from '../queries/document.ts'

const on = operationsOf<Visible>()

export const removeDocumentTagOperation = on.command(removeDocumentTag, {
  run: async (context, { params, query }) => {
    const row = await lockDocument(context.tx, context, params.id)
    assertEditable(row)
    const value = query.value ?? null
    const { rows } = await sql<{ key: string; value: string | null }>`
      delete from documents.document_tags t
      where t.tenant_id = ${row.tenant_id}::uuid and t.document_id = ${row.id}::uuid and t.key = ${query.key}
        and (${value}::text is null or t.value_norm = lower(normalize(${value}::text, nfkc)))
      returning t.key, t.value`.execute(context.tx)
    const entry = {
      action: 'DOCUMENT_UPDATED',
      target_id: row.id,
      tenant_id: row.tenant_id,
      before: { removed_tags: rows },
    } as const
    return { body: undefined, audit: rows.length > 0 ? entry : NOTHING_CHANGED }
  },
})

import { addDocumentTags } from '@zenops/contracts/documents'
import { sql } from 'kysely'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { Visible } from '../context.ts'
import { assertEditable } from '../guards.ts'
import type { Tx } from '../neighbours.ts'
import { lockDocument } from '../queries/document.ts'

const on = operationsOf<Visible>()
const MAX_TAGS = 200

interface NewTags {
  readonly document: { readonly tenant_id: string; readonly id: string }
  readonly tags: readonly { readonly key: string; readonly value?: string | null | undefined }[]
  readonly userId: string
}

/** Adds what is not there yet, in one statement; answers how many were new. */
export async function addTags(tx: Tx, { document, tags, userId }: NewTags): Promise<number> {
  if (tags.length === 0) return 0
  const wanted = JSON.stringify(tags.map((tag) => ({ key: tag.key, value: tag.value ?? null })))
  const { rows } = await sql`
    insert into documents.document_tags (tenant_id, document_id, key, value, created_by)
    select ${document.tenant_id}::uuid, ${document.id}::uuid, t.key, t.value, ${userId}::uuid
    from jsonb_to_recordset(${wanted}::jsonb) as t (key text, value text)
    on conflict do nothing returning key`.execute(tx)
  return rows.length
}

interface TagRow {
  readonly key: string
  readonly value: string | null
}

export const addDocumentTagsOperation = on.command(addDocumentTags, {
  run: async (context, { params, body }) => {
    const { tx, actor } = context
    const row = await lockDocument(tx, context, params.id)
    assertEditable(row)
    const added = await addTags(tx, { document: row, tags: body.tags, userId: actor.userId })
    const { rows } = await sql<TagRow>`
      select t.key, t.value from documents.document_tags t
      where t.tenant_id = ${row.tenant_id}::uuid and t.document_id = ${row.id}::uuid order by t.key, t.value_norm`.execute(
      tx,
    )
    if (rows.length > MAX_TAGS) throw refuse.invalid('tags', 'too_many', `A document carries at most ${MAX_TAGS} tags.`)
    const entry = {
      action: 'DOCUMENT_UPDATED',
      target_id: row.id,
      tenant_id: row.tenant_id,
      before: { tags: row.tags },
      after: { tags: rows },
    } as const
    return { body: { tags: rows }, audit: added > 0 ? entry : NOTHING_CHANGED }
  },
})

import { patchDocumentMetadata } from '@zenops/contracts/documents'
import { sql } from 'kysely'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { inMyFirms, isOpen, type Visible } from '../context.ts'
import { assertEditable } from '../guards.ts'
import { lockDocument } from '../queries/document.ts'

const on = operationsOf<Visible>()
const MAX_KEYS = 64
const MAX_BYTES = 16 * 1024

interface Merged {
  readonly tenant_id: string
  readonly metadata_json: Record<string, unknown>
}

export const patchDocumentMetadataOperation = on.command(patchDocumentMetadata, {
  run: async (context, { params, body }) => {
    const entries = Object.entries(body.metadata_json)
    const kept = Object.fromEntries(entries.filter(([, value]) => value !== null))
    const gone = entries.filter(([, value]) => value === null).map(([key]) => key)
    // One statement: a patch that waits for another one's lock merges into what that one left.
    const { rows } = await sql<Merged>`
      update documents.documents d set metadata_json = (d.metadata_json || ${JSON.stringify(kept)}::jsonb) - ${gone}::text[],
        version = d.version + 1, updated_at = now()
      where ${inMyFirms(context)} and d.id = ${params.id}::uuid and d.review_state <> 'FINAL' and ${isOpen(context)}
      returning d.tenant_id, d.metadata_json`.execute(context.tx)
    const row = rows[0]
    if (!row) {
      assertEditable(await lockDocument(context.tx, context, params.id))
      throw refuse.notFound('The document')
    }
    if (Object.keys(row.metadata_json).length > MAX_KEYS)
      throw refuse.invalid('metadata_json', 'too_many_keys', `At most ${MAX_KEYS} keys.`)
    if (Buffer.byteLength(JSON.stringify(row.metadata_json)) > MAX_BYTES)
      throw refuse.invalid('metadata_json', 'too_big', 'At most 16 KiB.')
    return {
      body: { metadata_json: row.metadata_json },
      audit: {
        action: 'DOCUMENT_UPDATED',
        target_id: params.id,
        tenant_id: row.tenant_id,
        after: { metadata_keys: entries.map(([key]) => key) },
      } as const,
    }
  },
})

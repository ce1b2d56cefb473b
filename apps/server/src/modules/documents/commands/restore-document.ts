import { restoreDocument } from '@zenops/contracts/documents'
import { sql } from 'kysely'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import type { Visible } from '../context.ts'
import { getDocumentRow, lockDocument, presentDocument } from '../queries/document.ts'
import { assertMayDelete } from './delete-document.ts'
import { EXPIRED } from './presign-upload.ts'

const on = operationsOf<Visible>()

interface Deleted {
  readonly deleted_at: string | null
  readonly delete_reason: string | null
  readonly over: boolean
}

/** Whoever could delete it brings it back, until its time is over. */
export const restoreDocumentOperation = on.command(restoreDocument, {
  run: async (context, { params }) => {
    const { tx, services } = context
    await sql`select set_config('app.sees_deleted', 'on', true)`.execute(tx)
    const row = await lockDocument(tx, context, params.id)
    const { rows } =
      await sql<Deleted>`select deleted_at, delete_reason, purge_after <= now() as over from documents.documents
      where tenant_id = ${row.tenant_id}::uuid and id = ${row.id}::uuid`.execute(tx)
    const deleted = rows[0]
    if (!deleted || deleted.over) throw refuse.notFound('The document')
    if (deleted.deleted_at === null || deleted.delete_reason === EXPIRED || row.sha256 === null)
      throw new Refusal('ILLEGAL_TRANSITION', 'This document is not a deleted one.', {
        details: [{ reason: 'not_deleted' }],
      })
    assertMayDelete(context, row)
    await sql`
      update documents.documents d set status = 'uploaded', deleted_at = null, deleted_by = null, delete_reason = null, purge_after = null,
        version = d.version + 1, updated_at = now()
      where d.tenant_id = ${row.tenant_id}::uuid and d.id = ${row.id}::uuid`.execute(tx)
    const restored = await getDocumentRow(tx, context, row.id)
    return {
      body: await presentDocument(services.storage, restored),
      audit: {
        action: 'RECORD_RESTORED',
        target_id: row.id,
        tenant_id: row.tenant_id,
        before: { status: 'deleted' },
        after: { kind: 'documents.documents', status: 'uploaded' },
      } as const,
    }
  },
})

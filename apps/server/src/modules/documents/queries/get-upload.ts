import { getUpload } from '@zenops/contracts/documents'
import { operationsOf } from '../../../platform/operations.ts'
import type { Visible } from '../context.ts'
import { uploadTargetOf } from '../upload-target.ts'
import { getDocumentRow } from './document.ts'

const on = operationsOf<Visible>()

/** Uploads are single PUTs: nothing has arrived in parts. */
export const getUploadOperation = on.query(getUpload, (context, { params }) =>
  context.snapshot(async (tx) => {
    const row = await getDocumentRow(tx, context, params.id)
    const upload = row.status === 'pending' ? await uploadTargetOf(context.services.storage, row) : null
    return { document_id: row.id, status: row.status, received_parts: [], upload }
  }),
)

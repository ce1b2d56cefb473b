import type { UploadTarget } from '@zenops/contracts/document-records'
import type { StoragePort } from '../../platform/storage/port.ts'
import { LINK_SECONDS } from './queries/document.ts'

/** Where the bytes of an upload arrive. They are copied away before anyone looks at them. */
export const incomingKey = (documentId: string): string => `incoming/${documentId}`

interface Expected {
  readonly tenant_id: string
  readonly id: string
  readonly content_type: string
  readonly size_bytes: number
  readonly declared_sha256: string | null
}

/** The signed PUT of a pending document: its length, type and, when declared, its hash are part of the signature. */
export async function uploadTargetOf(storage: StoragePort, row: Expected): Promise<UploadTarget> {
  const signed = await storage.presignPut({
    key: incomingKey(row.id),
    contentType: row.content_type,
    sizeBytes: row.size_bytes,
    ...(row.declared_sha256 === null ? {} : { sha256: row.declared_sha256 }),
    expiresIn: LINK_SECONDS,
    document: `${row.tenant_id}/${row.id}`,
  })
  return {
    mode: 'single',
    url: signed.url,
    method: signed.method,
    headers: signed.headers,
    expires_at: signed.expires_at,
  }
}

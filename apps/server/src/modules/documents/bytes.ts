import { renditionKey } from './queries/document.ts'
import { incomingKey } from './upload-target.ts'

/** Where all bytes of a document lie; `row` is one of `documents.documents`. */
export function bytesOfDocument(row: Readonly<Record<string, unknown>>): string[] {
  const place = { tenant_id: String(row['tenant_id']), id: String(row['id']) }
  return [
    String(row['storage_key']),
    incomingKey(place.id),
    renditionKey(place, 'thumb'),
    renditionKey(place, 'preview'),
  ]
}

import type { Readable } from 'node:stream'
import { sql } from 'kysely'
import { uuidv7 } from '../../platform/ids.ts'
import { type ObjectBody, safeName, type StoragePort } from '../../platform/storage/port.ts'
import { addLink, type LinkRow } from './commands/add-link.ts'
import type { Tx } from './neighbours.ts'

/** What evidence and manifests need to know of a document. Sizes in bytes, `geo` as the photo says it. */
export interface DocumentFacts {
  readonly id: string
  readonly owner_user_id: string
  readonly status: 'pending' | 'uploaded' | 'rejected' | 'quarantined' | 'deleted'
  readonly scan_status: 'skipped' | 'pending' | 'clean' | 'infected'
  readonly original_filename: string
  readonly classification: string
  readonly sensitivity: 'public' | 'internal' | 'pii' | 'confidential'
  readonly source: string
  readonly content_type: string
  readonly detected_type: string | null
  readonly size_bytes: number
  readonly sha256: string | null
  readonly width: number | null
  readonly height: number | null
  readonly captured_at: string | null
  readonly geo: { readonly latitude: number; readonly longitude: number; readonly accuracy_m: number | null } | null
  readonly storage_key: string
  readonly thumb_status: 'none' | 'pending' | 'ready' | 'failed'
  readonly version_group_id: string
  readonly version_no: number
  readonly is_current: boolean
  readonly links: readonly Pick<
    LinkRow,
    'id' | 'work_order_id' | 'assignment_id' | 'report_request_id' | 'purpose' | 'deliverable'
  >[]
}

/** Facts of the documents that the acting role may read in its firm, by id; deleted ones are left out. */
export async function readDocuments(tx: Tx, ids: readonly string[]): Promise<Map<string, DocumentFacts>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<DocumentFacts>`
    select d.id, d.owner_user_id, d.status, d.scan_status, d.original_filename, d.classification, d.sensitivity, d.source, d.content_type,
      d.detected_type, d.size_bytes, d.sha256, d.width, d.height, d.captured_at, nullif(d.suggestions -> 'gps', 'null'::jsonb) as geo, d.storage_key,
      d.thumb_status, d.version_group_id, d.version_no, d.is_current,
      coalesce((select json_agg(json_build_object('id', l.id, 'work_order_id', l.commission_id, 'assignment_id', l.assignment_id,
          'report_request_id', l.report_id, 'purpose', l.purpose, 'deliverable', l.deliverable) order by l.id)
        from documents.document_links l where l.tenant_id = d.tenant_id and l.document_id = d.id), '[]'::json) as links
    from documents.documents d
    where d.tenant_id = (select app.current_tenant_id()) and d.id = any (${ids}::uuid[])`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

/** The bytes of a document, as a stream that the caller ends. Errors: those of the storage port. */
export const openDocument = (storage: StoragePort, document: Pick<DocumentFacts, 'storage_key'>): Promise<Readable> =>
  storage.read(document.storage_key)

/** Bytes that lie in the storage and wait for their row. */
export interface StoredArtifact {
  readonly id: string
  readonly tenant_id: string
  readonly storage_key: string
  readonly filename: string
  readonly content_type: string
  readonly size_bytes: number
  readonly sha256: string
}

/**
 * Puts bytes of the product's own making into the storage, before any transaction. Bytes whose row never comes are
 * reached by nobody. Errors: those of the storage port.
 */
export async function putArtifact(
  storage: StoragePort,
  file: {
    readonly tenantId: string
    readonly filename: string
    readonly contentType: string
    readonly bytes: ObjectBody
    readonly id?: string
  },
): Promise<StoredArtifact> {
  const id = file.id ?? uuidv7()
  const storage_key = `${file.tenantId}/documents/${id}/${safeName(file.filename)}`
  const { size, sha256 } = await storage.write(storage_key, file.bytes, { contentType: file.contentType })
  return {
    id,
    tenant_id: file.tenantId,
    storage_key,
    filename: file.filename,
    content_type: file.contentType,
    size_bytes: size,
    sha256,
  }
}

/** Where an artifact belongs; its parents are named with it. */
export interface ArtifactPlace {
  readonly userId: string
  readonly assignment_id: string
  readonly report_id: string
  readonly commission_id: string | null
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** Registers stored bytes as an internal annexure of a report, in the caller's transaction (worker). Returns its id. */
export async function recordArtifact(tx: Tx, artifact: StoredArtifact, place: ArtifactPlace): Promise<string> {
  await sql`
    insert into documents.documents (tenant_id, id, owner_user_id, source, classification, sensitivity, storage_key, original_filename, content_type,
      detected_type, size_bytes, sha256, status, uploaded_at, review_state, version_group_id, metadata_json)
    values (${artifact.tenant_id}::uuid, ${artifact.id}::uuid, ${place.userId}::uuid, 'internal', 'other', 'internal', ${artifact.storage_key},
      ${artifact.filename}, ${artifact.content_type}, ${artifact.content_type}, ${artifact.size_bytes}::bigint, ${artifact.sha256}, 'uploaded', now(),
      'FINAL', ${artifact.id}::uuid, ${JSON.stringify(place.metadata ?? {})}::jsonb)`.execute(tx)
  const targets = {
    commission_id: place.commission_id,
    assignment_id: place.assignment_id,
    report_id: place.report_id,
    employee_id: null,
    invoice_id: null,
    conversation_id: null,
  }
  const document = { tenant_id: artifact.tenant_id, id: artifact.id, owner_user_id: place.userId }
  await addLink(tx, { document, targets, purpose: 'annexure', deliverable: false, userId: place.userId })
  return artifact.id
}

/** Both steps at once, for callers without a transaction of their own yet. */
export async function storeArtifact(
  storage: StoragePort,
  transact: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  file: Parameters<typeof putArtifact>[1] & ArtifactPlace,
): Promise<StoredArtifact> {
  const stored = await putArtifact(storage, file)
  await transact((tx) => recordArtifact(tx, stored, file))
  return stored
}

/** L3 for links made before: an accepted commission has become an assignment. */
export async function followCommission(
  tx: Tx,
  accepted: { readonly commissionId: string; readonly assignmentId: string },
): Promise<void> {
  await sql`
    update documents.document_links l set assignment_id = ${accepted.assignmentId}::uuid
    where l.tenant_id = (select app.current_tenant_id()) and l.commission_id = ${accepted.commissionId}::uuid and l.assignment_id is null
      and not exists (select 1 from documents.document_links o where o.tenant_id = l.tenant_id and o.document_id = l.document_id
        and o.commission_id = l.commission_id and o.assignment_id = ${accepted.assignmentId}::uuid and o.purpose = l.purpose)`.execute(
    tx,
  )
}

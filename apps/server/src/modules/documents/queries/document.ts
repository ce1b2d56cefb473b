import { type Document, isRestricted } from '@zenops/contracts/document-records'
import { type RawBuilder, sql } from 'kysely'
import { refuse } from '../../../platform/errors.ts'
import type { ActorContext } from '../../../platform/operations.ts'
import type { StoragePort } from '../../../platform/storage/port.ts'
import { inMyFirms, isOpen, isPortal } from '../context.ts'
import type { Tx } from '../neighbours.ts'

/** A place read from a photo and how far it lies from the property, metres. */
export interface StoredSuggestions {
  readonly captured_at: string | null
  readonly gps: { readonly latitude: number; readonly longitude: number; readonly accuracy_m: number | null } | null
  readonly device: string | null
  readonly distance_to_property_m: number | null
  readonly accepted: readonly string[]
}

type Kept = Omit<Document, 'restricted' | 'owner' | 'thumb_url' | 'warnings' | 'suggestions' | 'original_filename'>

/** A row of the registry as the queries of this module read it, with links and tags. */
export interface DocumentRow extends Kept {
  readonly owner_user_id: string
  readonly owner_name: string | null
  readonly external_owner_id: string | null
  readonly original_filename: string
  readonly storage_key: string
  readonly declared_sha256: string | null
  readonly suggestions: StoredSuggestions | null
  readonly gps_warn_metres: number
  /** The caller may see what is withheld of personal and confidential rows. */
  readonly open: boolean
}

const utc = (column: RawBuilder<unknown>): RawBuilder<string> =>
  sql<string>`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** Columns of a `DocumentRow` from table alias `d`. */
export const documentColumns = (
  context: Pick<ActorContext, 'actor' | 'can'>,
): RawBuilder<DocumentRow> => sql<DocumentRow>`
  d.tenant_id, d.id, d.owner_user_id, (select u.name from identity.users u where u.id = d.owner_user_id) as owner_name,
  d.external_owner_id, d.visibility, d.source, d.classification, d.sensitivity, d.captured_at, d.captured_by_employee_id, d.storage_key,
  d.original_filename, d.content_type, d.detected_type, d.size_bytes, d.declared_sha256, d.sha256, d.status, d.review_state, d.version_group_id,
  d.version_no, d.is_current, d.metadata_json, d.suggestions, d.thumb_status, d.scan_status, d.client_ref, d.version, d.created_at, d.updated_at,
  coalesce((select (f.settings ->> 'gps_warn_metres')::int from documents.firm_rules(d.tenant_id) f where d.suggestions is not null), 500) as gps_warn_metres,
  ${isOpen(context)} as open,
  coalesce((select json_agg(json_build_object(
      'id', l.id, 'work_order_id', l.commission_id, 'assignment_id', l.assignment_id, 'report_request_id', l.report_id, 'employee_id', l.employee_id,
      'invoice_id', l.invoice_id, 'conversation_id', l.conversation_id, 'purpose', l.purpose, 'deliverable', l.deliverable,
      'created_at', ${utc(sql`l.created_at`)}) order by l.id)
    from documents.document_links l where l.tenant_id = d.tenant_id and l.document_id = d.id), '[]'::json) as links,
  coalesce((select json_agg(json_build_object('key', t.key, 'value', t.value) order by t.key, t.value_norm)
    from documents.document_tags t where t.tenant_id = d.tenant_id and t.document_id = d.id), '[]'::json) as tags`

/** Where the derived pictures of a document lie. */
export const renditionKey = (
  row: { readonly tenant_id: string; readonly id: string },
  variant: 'thumb' | 'preview',
): string => `${row.tenant_id}/documents/${row.id}/derived/${variant}.webp`

export const LINK_SECONDS = 900

async function thumbUrl(storage: StoragePort, row: DocumentRow): Promise<string | null> {
  // Thumbnails of personal files are opened one by one, each recorded; a list hands out none.
  if (row.thumb_status !== 'ready' || row.status !== 'uploaded' || isRestricted(row.sensitivity)) return null
  const grant = {
    key: renditionKey(row, 'thumb'),
    filename: 'thumb.webp',
    contentType: 'image/webp',
    disposition: 'inline',
    expiresIn: LINK_SECONDS,
  } as const
  return (await storage.presignGet(grant)).url
}

function warningsOf(row: DocumentRow): Document['warnings'] {
  const distance = row.suggestions?.distance_to_property_m ?? 0
  return distance > row.gps_warn_metres ? ['location_mismatch'] : []
}

/** The row as the caller may see it: what is withheld becomes null, `{}` or empty. */
export async function presentDocument(storage: StoragePort, row: DocumentRow): Promise<Document> {
  const owner = row.owner_name === null ? null : { id: row.owner_user_id, name: row.owner_name }
  const restricted = !row.open
  const shown = { ...row, restricted, owner, warnings: restricted ? [] : warningsOf(row) }
  if (!restricted) {
    const suggestions = row.suggestions && { ...row.suggestions, accepted: [...row.suggestions.accepted] }
    return { ...shown, suggestions, thumb_url: await thumbUrl(storage, row) }
  }
  return {
    ...shown,
    original_filename: null,
    sha256: null,
    client_ref: null,
    metadata_json: {},
    tags: [],
    suggestions: null,
    thumb_url: null,
  }
}

/** The row with the caller's rights, or undefined. */
export async function findDocument(
  tx: Tx,
  context: Pick<ActorContext, 'actor' | 'can'>,
  id: string,
): Promise<DocumentRow | undefined> {
  const { rows } = await sql<DocumentRow>`
    select ${documentColumns(context)} from documents.documents d where ${inMyFirms(context)} and d.id = ${id}::uuid`.execute(
    tx,
  )
  return rows[0]
}

const TABLE = { document: 'documents.documents', assignment: 'assignments.assignments' } as const

/** Throws 403 for a row of the caller's firm that is out of scope, else 404. */
export async function refuseMissing(
  tx: Tx,
  context: Pick<ActorContext, 'actor'>,
  wanted: { kind: 'document' | 'assignment'; id: string; path?: string },
): Promise<never> {
  if (!isPortal(context)) {
    const { rows } = await sql<{
      known: boolean
    }>`select app.exists_in_tenant(${TABLE[wanted.kind]}, ${wanted.id}::uuid) as known`.execute(tx)
    if (rows[0]?.known) throw refuse.forbidden('out_of_scope')
  }
  throw refuse.notFound(wanted.kind === 'document' ? 'The document' : 'The assignment', wanted.path)
}

export async function getDocumentRow(
  tx: Tx,
  context: Pick<ActorContext, 'actor' | 'can'>,
  id: string,
): Promise<DocumentRow> {
  return (await findDocument(tx, context, id)) ?? refuseMissing(tx, context, { kind: 'document', id })
}

/** Locks the row for a change; a row that may be read and not written is 403 for staff. */
export async function lockDocument(
  tx: Tx,
  context: Pick<ActorContext, 'actor' | 'can'>,
  id: string,
): Promise<DocumentRow> {
  const { rows } = await sql<{ id: string }>`
    select d.id from documents.documents d where ${inMyFirms(context)} and d.id = ${id}::uuid for update`.execute(tx)
  if (!rows[0])
    return isPortal(context) ? refusePortalWrite(tx, context, id) : refuseMissing(tx, context, { kind: 'document', id })
  // Read after the lock, so that the picture is the one that will be changed.
  return getDocumentRow(tx, context, id)
}

/** What a portal user sees and did not upload is not his to change. */
async function refusePortalWrite(tx: Tx, context: Pick<ActorContext, 'actor' | 'can'>, id: string): Promise<never> {
  if (await findDocument(tx, context, id)) throw refuse.forbidden('not_yours')
  throw refuse.notFound('The document')
}

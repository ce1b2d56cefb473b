import { confirmUpload } from '@zenops/contracts/documents'
import { sql } from 'kysely'
import type { AuditEntry } from '../../../platform/audit/record.ts'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { scopeOf } from '../../../platform/db/scope.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { recordEvents } from '../../../platform/events.ts'
import { type CommandContext, operationsOf, type PrepareContext } from '../../../platform/operations.ts'
import { openContext } from '../../../platform/perform.ts'
import { StorageError } from '../../../platform/storage/port.ts'
import { isPortal, type Visible } from '../context.ts'
import { makeRenditions } from '../jobs/make-renditions.ts'
import type { Neighbours } from '../neighbours.ts'
import { type DocumentRow, getDocumentRow, presentDocument } from '../queries/document.ts'
import { findDuplicates } from '../queries/duplicates.ts'
import { namesTarget } from '../rules/targets.ts'
import { intendedMetadata, type UploadIntent, uploadIntent } from '../upload-intent.ts'
import { incomingKey } from '../upload-target.ts'
import { addLink, linkEvents, targetIds } from './add-link.ts'
import { addTags } from './add-tags.ts'
import { distanceToProperty } from './distance-to-property.ts'
import { resolveTargets } from './resolve-targets.ts'
import { holding, type Lease, takeLease } from './upload-lease.ts'
import { type Verdict, type Verified, verifyBytes } from './verify-bytes.ts'

const on = operationsOf<Visible>()
type Preparing = PrepareContext<Visible>
type Context = CommandContext<Visible>
type Prepared = { readonly lease: Lease; readonly facts: Verified } | 'already_uploaded'

const NOT_PENDING: Readonly<Record<string, Refusal>> = {
  quarantined: refuse.conflict('quarantined', 'The file is being scanned.'),
  rejected: refuse.conflict('rejected', 'The file was refused. Upload it again.'),
  deleted: refuse.notFound('The document'),
}

/** The copy is what is looked at and kept, so that a later PUT to the incoming address changes nothing. */
async function copyAndVerify(context: Preparing, lease: Lease): Promise<Verdict> {
  const { storage } = context.services
  try {
    await storage.copy(incomingKey(lease.id), lease.storage_key)
    return await verifyBytes(storage, lease.storage_key, {
      filename: lease.original_filename,
      contentType: lease.content_type,
      sizeBytes: lease.size_bytes,
      sha256: lease.declared_sha256,
      extraKinds: lease.rules.extraKinds,
      timeZone: lease.rules.timeZone,
    })
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    if (error.fault === 'not_found') {
      throw new Refusal('UPLOAD_NOT_FOUND', 'The bytes have not arrived yet.', {
        details: [{ path: 'document_id', reason: 'no_bytes' }],
      })
    }
    throw refuse.unavailable('storage')
  }
}

/** The refusal stays although the call fails: the row says why, the bytes go. */
async function reject(
  context: Preparing,
  lease: Lease,
  verdict: Extract<Verdict, { accepted: false }>,
): Promise<never> {
  const open = openContext({ context, actor: context.actor })
  await open.record(scopeOf(context.actor), async (tx) => {
    const { rows } = await sql`
      update documents.documents d set status = 'rejected', rejection = ${verdict.reason}, lease_token = null, lease_until = null,
        version = d.version + 1, updated_at = now()
      where d.tenant_id = ${lease.tenant_id}::uuid and d.id = ${lease.id}::uuid and d.lease_token = ${lease.token}::uuid and d.status = 'pending'
      returning d.id`.execute(tx)
    const event = {
      action: 'DOCUMENT_UPLOAD_REJECTED',
      target_id: lease.id,
      tenant_id: lease.tenant_id,
      after: { code: verdict.code, reason: verdict.reason },
    } as const
    return { value: null, audit: rows.length > 0 ? event : NOTHING_CHANGED }
  })
  await context.services.storage.remove([incomingKey(lease.id), lease.storage_key])
  throw new Refusal(verdict.code, 'The file is not what was announced.', {
    details: [{ path: 'document_id', reason: verdict.reason }],
  })
}

async function prepare(context: Preparing, documentId: string): Promise<Prepared> {
  const taken = await takeLease(context, documentId)
  if (!('lease' in taken)) {
    if (taken.status === 'uploaded') return 'already_uploaded'
    throw NOT_PENDING[taken.status] ?? refuse.conflict(taken.status, 'The upload cannot be confirmed.')
  }
  const { lease } = taken
  const verdict = await holding(context, lease, () => copyAndVerify(context, lease))
  return verdict.accepted ? { lease, facts: verdict.facts } : reject(context, lease, verdict)
}

/** Compare-and-set under the lease. False: somebody else has finished this upload. */
async function markUploaded(context: Context, lease: Lease, facts: Verified): Promise<UploadIntent | undefined> {
  const { rows } = await sql<{ intent: unknown }>`
    update documents.documents d set status = 'uploaded', uploaded_at = now(), sha256 = ${facts.sha256}, detected_type = ${facts.detectedType},
      width = ${facts.width}::int, height = ${facts.height}::int, suggestions = ${facts.suggestions && JSON.stringify(facts.suggestions)}::jsonb,
      thumb_status = ${facts.isPicture ? 'pending' : 'none'}, lease_token = null, lease_until = null, upload_expires_at = null,
      version = d.version + 1, updated_at = now()
    where d.tenant_id = ${lease.tenant_id}::uuid and d.id = ${lease.id}::uuid and d.status = 'pending' and d.lease_token = ${lease.token}::uuid
    returning d.intent`.execute(context.tx)
  const row = rows[0]
  return row && uploadIntent.parse(row.intent)
}

async function applyIntent(
  context: Context,
  neighbours: Neighbours,
  work: { lease: Lease; facts: Verified; intent: UploadIntent },
): Promise<AuditEntry[]> {
  const { lease, facts, intent } = work
  const { tx } = context
  const metadata = intendedMetadata(intent)
  if (Object.keys(metadata).length > 0) {
    await sql`update documents.documents d set metadata_json = d.metadata_json || ${JSON.stringify(metadata)}::jsonb
      where d.tenant_id = ${lease.tenant_id}::uuid and d.id = ${lease.id}::uuid`.execute(tx)
  }
  const document = { tenant_id: lease.tenant_id, id: lease.id, owner_user_id: context.actor.userId }
  await addTags(tx, { document, tags: intent.tags, userId: context.actor.userId })
  if (!namesTarget(intent.targets)) return []
  const targets = await resolveTargets({ tx, context, neighbours }, intent.targets)
  const owner = await ownerOf(context, lease)
  const { link } = await addLink(tx, {
    document: { ...document, owner_user_id: owner },
    targets,
    purpose: intent.purpose,
    deliverable: false,
    userId: context.actor.userId,
  })
  recordEvents(context, linkEvents('document_attached', document, link))
  // Jobs and properties are the firm's own: a portal user has no right there.
  if (!isPortal(context))
    await distanceToProperty(tx, {
      document,
      gps: facts.suggestions?.gps ?? null,
      assignmentId: targets.assignment_id,
    })
  return [
    {
      action: 'DOCUMENT_LINKED',
      target_id: lease.id,
      tenant_id: lease.tenant_id,
      refs: targetIds(link),
      after: { purpose: intent.purpose },
    },
  ]
}

/** A colleague may confirm what another has presigned. */
async function ownerOf(context: Context, lease: Lease): Promise<string> {
  const { rows } = await sql<{ owner_user_id: string }>`
    select d.owner_user_id from documents.documents d where d.tenant_id = ${lease.tenant_id}::uuid and d.id = ${lease.id}::uuid`.execute(
    context.tx,
  )
  return rows[0]?.owner_user_id ?? context.actor.userId
}

async function finish(
  context: Context,
  neighbours: Neighbours,
  { lease, facts }: { lease: Lease; facts: Verified },
): Promise<readonly AuditEntry[]> {
  const intent = await markUploaded(context, lease, facts)
  if (!intent) return []
  const linked = await applyIntent(context, neighbours, { lease, facts, intent })
  if (facts.isPicture) await context.enqueue(makeRenditions, { document_id: lease.id }, { tenant_id: lease.tenant_id })
  const after = { sha256: facts.sha256, detected_type: facts.detectedType, size_bytes: lease.size_bytes }
  return [{ action: 'DOCUMENT_UPLOADED', target_id: lease.id, tenant_id: lease.tenant_id, after }, ...linked]
}

const duplicatesOf = (context: Context, row: DocumentRow) => {
  if (row.sha256 === null) return Promise.resolve([])
  const [link] = row.links
  const targets = link?.assignment_id != null ? { assignment_id: link.assignment_id } : {}
  return findDuplicates(context.tx, context, { tenantId: row.tenant_id, sha256: row.sha256, except: row.id, targets })
}

export const confirmUploadOperation = (neighbours: Neighbours) =>
  on.command(confirmUpload, {
    prepare: (context, { body }) => prepare(context, body.document_id),
    run: async (context, { body }, prepared: Prepared) => {
      const [first, ...rest] = prepared === 'already_uploaded' ? [] : await finish(context, neighbours, prepared)
      const row = await getDocumentRow(context.tx, context, body.document_id)
      if (row.status !== 'uploaded')
        throw refuse.conflict('confirm_running', 'Another confirmation of this upload took over. Please try again.')
      const duplicates = await duplicatesOf(context, row)
      return {
        body: { document: await presentDocument(context.services.storage, row), duplicates },
        audit: first ? ([first, ...rest] as const) : NOTHING_CHANGED,
      }
    },
    // Also after a repeated confirm: a crash behind the commit has left the bytes there.
    after: ({ services }, { body }) => services.storage.remove([incomingKey(body.document_id)]),
  })

import { presignUpload } from '@zenops/contracts/documents'
import type { Sensitivity } from '@zenops/contracts/document-records'
import { sql } from 'kysely'
import type { z } from 'zod'
import { NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { declaredKind } from '../../../platform/files/kinds.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { type CommandContext, operationsOf } from '../../../platform/operations.ts'
import { safeName } from '../../../platform/storage/port.ts'
import { inMyFirms, isPortal, type Visible } from '../context.ts'
import { type FirmRules, firmRules } from '../firm-rules.ts'
import type { Neighbours } from '../neighbours.ts'
import { findDuplicates } from '../queries/duplicates.ts'
import { raisedFor } from '../rules/sensitivity.ts'
import { namesTarget, targetsIn } from '../rules/targets.ts'
import { uploadTargetOf } from '../upload-target.ts'
import type { UploadIntent } from '../upload-intent.ts'
import { resolveTargets, type Targets } from './resolve-targets.ts'

const on = operationsOf<Visible>()
type Context = CommandContext<Visible>
type Input = z.output<(typeof presignUpload)['body']>

const UPLOADS_A_MINUTE = 120
const AHEAD_MS = 10 * 60_000

interface Known {
  readonly tenant_id: string
  readonly id: string
  readonly storage_key: string
  readonly status: string
  readonly delete_reason: string | null
  readonly content_type: string
  readonly size_bytes: number
  readonly declared_sha256: string | null
}
/** Why an expired upload left; the same reference brings it back. */
export const EXPIRED = 'upload_expired'

async function findByRef(context: Context, ref: string): Promise<Known | undefined> {
  // An expired upload is deleted softly and its reference still names it.
  await sql`select set_config('app.sees_deleted', 'on', true)`.execute(context.tx)
  const { rows } = await sql<Known>`
    select d.tenant_id, d.id, d.storage_key, d.status, d.delete_reason, d.content_type, d.size_bytes, d.declared_sha256
    from documents.documents d
    where ${inMyFirms(context)} and d.owner_user_id = ${context.actor.userId}::uuid and d.client_ref = ${ref}`.execute(
    context.tx,
  )
  await sql`select set_config('app.sees_deleted', '', true)`.execute(context.tx)
  return rows[0]
}

const isUnfinished = (known: Known): boolean =>
  known.status === 'pending' ||
  known.status === 'rejected' ||
  (known.status === 'deleted' && known.delete_reason === EXPIRED)

/** The same reference again: a fresh address while the bytes are missing, otherwise the document that they became. */
async function answerKnown(context: Context, known: Known) {
  const base = { document_id: known.id, storage_key: known.storage_key, duplicates: [] }
  if (!isUnfinished(known))
    return {
      body: { ...base, already_uploaded: true, upload: null },
      audit: NOTHING_CHANGED,
      reply: { status: 200 },
    } as const
  await sql`select set_config('app.sees_deleted', 'on', true)`.execute(context.tx)
  await sql`
    update documents.documents d set status = 'pending', rejection = null, upload_expires_at = now() + interval '24 hours',
      deleted_at = null, deleted_by = null, delete_reason = null, purge_after = null, version = d.version + 1, updated_at = now()
    where d.tenant_id = ${known.tenant_id}::uuid and d.id = ${known.id}::uuid and d.status <> 'uploaded'`.execute(
    context.tx,
  )
  const upload = await uploadTargetOf(context.services.storage, known)
  const audit = {
    action: 'DOCUMENT_UPLOAD_REQUESTED',
    target_id: known.id,
    tenant_id: known.tenant_id,
    after: { again: true },
  } as const
  return { body: { ...base, already_uploaded: false, upload }, audit, reply: { status: 200 } }
}

function assertAcceptable(body: Input, rules: FirmRules, now: Date): void {
  if (declaredKind({ filename: body.filename, contentType: body.content_type }, rules.extraKinds) === undefined) {
    throw new Refusal('FILE_TYPE_NOT_ALLOWED', 'Files of this kind are not taken.', {
      details: [{ path: 'content_type', reason: 'not_allowed' }],
    })
  }
  if (body.size_bytes > rules.maxBytes) {
    throw new Refusal('PAYLOAD_TOO_LARGE', 'The file is larger than your firm allows.', {
      details: [{ path: 'size_bytes', reason: 'too_large', max_bytes: rules.maxBytes }],
    })
  }
  if (body.captured_at != null && Date.parse(body.captured_at) > now.getTime() + AHEAD_MS)
    throw refuse.invalid('captured_at', 'in_the_future')
}

async function assertNotTooMany(context: Context, tenantId: string): Promise<void> {
  const { rows } = await sql<{ recent: number }>`
    select count(*)::int as recent from (select 1 from documents.documents d
      where d.tenant_id = ${tenantId}::uuid and d.owner_user_id = ${context.actor.userId}::uuid and d.created_at > now() - interval '1 minute'
      limit ${UPLOADS_A_MINUTE}) as last_minute`.execute(context.tx)
  if ((rows[0]?.recent ?? 0) < UPLOADS_A_MINUTE) return
  throw new Refusal('RATE_LIMITED', 'Too many uploads at once. Please wait a moment.', {
    headers: { 'retry-after': '30' },
  })
}

async function targetsOf(context: Context, neighbours: Neighbours, body: Input): Promise<Targets | null> {
  if (namesTarget(body)) return resolveTargets({ tx: context.tx, context, neighbours }, targetsIn(body))
  if (isPortal(context))
    throw refuse.invalid('work_order_id', 'target_required', 'Say which request the file belongs to.')
  return null
}

const intentOf = (body: Input): UploadIntent => ({
  purpose: body.purpose,
  targets: targetsIn(body),
  tags: body.tags ?? [],
  ...(body.remarks == null ? {} : { remarks: body.remarks }),
  ...(body.taken_on_site === undefined ? {} : { taken_on_site: body.taken_on_site }),
  ...(body.floor_id === undefined ? {} : { floor_id: body.floor_id }),
})

/** Null keys of a first metadata object say nothing. */
const withoutNulls = (metadata: Record<string, unknown> = {}): Record<string, unknown> =>
  Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null))

interface NewRow {
  readonly tenantId: string
  readonly targets: Targets | null
  readonly sensitivity: Sensitivity
}

async function insertPending(
  context: Context,
  body: Input,
  { tenantId, targets, sensitivity }: NewRow,
): Promise<Known | undefined> {
  const id = uuidv7(context.now.getTime())
  const portal = isPortal(context)
  const { rows } = await sql<Known>`
    insert into documents.documents as d (tenant_id, id, owner_user_id, external_owner_id, external_party_id, visibility, source, classification,
      sensitivity, captured_at, captured_by_employee_id, storage_key, original_filename, content_type, size_bytes, declared_sha256, intent,
      upload_expires_at, version_group_id, metadata_json, client_ref)
    values (${tenantId}::uuid, ${id}::uuid, ${context.actor.userId}::uuid, ${portal ? context.actor.userId : null}::uuid,
      ${targets?.external_party_id ?? null}::uuid, ${portal ? 'shared' : 'internal'}, ${body.source ?? (portal ? 'portal' : 'tenant')},
      ${body.classification}, ${sensitivity}, ${body.captured_at ?? null}::timestamptz, ${body.captured_by_employee_id ?? null}::uuid,
      ${`${tenantId}/documents/${id}/${safeName(body.filename)}`}, ${body.filename}, ${bareType(body.content_type)}, ${body.size_bytes}::bigint,
      ${body.sha256 ?? null}, ${JSON.stringify(intentOf(body))}::jsonb, now() + interval '24 hours', ${id}::uuid,
      ${JSON.stringify(withoutNulls(body.metadata_json))}::jsonb, ${body.client_ref ?? null})
    on conflict on constraint documents__client_ref do nothing
    returning d.tenant_id, d.id, d.storage_key, d.status, d.delete_reason, d.content_type, d.size_bytes, d.declared_sha256`.execute(
    context.tx,
  )
  return rows[0]
}

const bareType = (type: string): string => (type.split(';')[0] ?? '').trim().toLowerCase()

export const presignUploadOperation = (neighbours: Neighbours) =>
  on.command(presignUpload, {
    run: async (context, { body }) => {
      const known = body.client_ref === undefined ? undefined : await findByRef(context, body.client_ref)
      if (known) return answerKnown(context, known)
      const targets = await targetsOf(context, neighbours, body)
      const tenantId = targets?.tenant_id ?? context.actor.tenantId
      assertAcceptable(body, await firmRules(context.tx, tenantId), context.now)
      await assertNotTooMany(context, tenantId)
      const sensitivity = raisedFor(body.classification, body.sensitivity)
      const row = await insertPending(context, body, { tenantId, targets, sensitivity })
      if (!row) return answerRace(context, body)
      const duplicates =
        body.sha256 === undefined
          ? []
          : await findDuplicates(context.tx, context, {
              tenantId,
              sha256: body.sha256,
              except: row.id,
              targets: targetsIn(body),
            })
      const upload = await uploadTargetOf(context.services.storage, row)
      const after = {
        purpose: body.purpose,
        classification: body.classification,
        sensitivity,
        content_type: row.content_type,
        size_bytes: row.size_bytes,
      }
      return {
        body: { document_id: row.id, storage_key: row.storage_key, already_uploaded: false, upload, duplicates },
        audit: { action: 'DOCUMENT_UPLOAD_REQUESTED', target_id: row.id, tenant_id: tenantId, after } as const,
      }
    },
  })

/** Two equal references in the same instant: the second answers what the first has made. */
async function answerRace(context: Context, body: Input) {
  const known = await findByRef(context, body.client_ref ?? '')
  if (!known) throw new Error('a client_ref that exists was not found')
  return answerKnown(context, known)
}

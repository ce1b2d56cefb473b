import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { writeDown } from '../../../platform/audit/counted.ts'
import { recordEvents } from '../../../platform/events.ts'
import type { JobContext } from '../../../platform/jobs/port.ts'
import type { StoragePort } from '../../../platform/storage/port.ts'
import { putArtifact, recordArtifact, type StoredArtifact } from '../../documents/index.ts'
import { packCompleted } from '../neighbours.ts'
import type { PackInputs } from './pack-inputs.ts'

export interface MadeFile {
  readonly kind: 'docx' | 'pdf' | 'debug_json'
  readonly filename: string
  readonly mime_type: string
  readonly bytes: Uint8Array
  readonly pages: number | null
}
export interface PackWarning {
  readonly code: string
  readonly message: string
}
export interface MadePack {
  readonly inputs: PackInputs
  readonly files: readonly MadeFile[]
  readonly bundle_hash: string
  readonly warnings: readonly PackWarning[]
}

/** The document id of a pack's file: the same on every attempt, so that a second one overwrites the bytes of the first. */
function artifactId(packId: string, kind: string): string {
  const hex = createHash('sha256').update(`${packId}/${kind}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

interface StoredFile extends MadeFile {
  readonly stored: StoredArtifact
}

/** Bytes first; then files, pack, job, event and audit in one transaction. A pack given up meanwhile stays so. */
export async function storePack(job: JobContext, storage: StoragePort, made: MadePack): Promise<void> {
  const files: StoredFile[] = []
  for (const file of made.files) {
    const stored = await putArtifact(storage, {
      tenantId: job.tenantId,
      filename: file.filename,
      contentType: file.mime_type,
      bytes: file.bytes,
      id: artifactId(made.inputs.pack_id, file.kind),
    })
    files.push({ ...file, stored })
  }
  const complete = await job.transact((tx, unit) => completePack({ ...job, tx, unit }, made, files))
  if (!complete) await storage.remove(files.map((file) => file.stored.storage_key))
}

type Act = JobContext & {
  readonly tx: Parameters<Parameters<JobContext['transact']>[0]>[0]
  readonly unit: Parameters<Parameters<JobContext['transact']>[0]>[1]
}

async function completePack(
  act: Act,
  { inputs, bundle_hash, warnings }: MadePack,
  files: readonly StoredFile[],
): Promise<boolean> {
  const { tx, tenantId } = act
  // The report first, as everybody locks them: whoever leaves READY meanwhile has stopped the job before or after this.
  await sql`select id from reports.reports where tenant_id = ${tenantId}::uuid and id = ${inputs.report_id}::uuid and deleted_at is null for update`.execute(
    tx,
  )
  const done = await sql`
    update reports.report_generation_jobs set status = 'completed', finished_at = now(), error = null, dead = false,
      progress = '{"percent": 100, "step": "store", "done": 0, "total": 0}'
    where tenant_id = ${tenantId}::uuid and id = ${inputs.job_id}::uuid and status = 'processing' returning id`.execute(
    tx,
  )
  if (done.rows.length === 0) return false
  for (const { stored } of files) {
    await recordArtifact(tx, stored, {
      userId: inputs.created_by,
      assignment_id: inputs.assignment_id,
      report_id: inputs.report_id,
      commission_id: inputs.commission_id,
      metadata: { pack_id: inputs.pack_id, pack_version: inputs.pack_version },
    })
  }
  const rows = files.map(
    (
      file,
    ) => sql`(${tenantId}::uuid, ${inputs.report_id}::uuid, ${inputs.pack_id}::uuid, ${file.kind}, ${file.filename}, ${file.stored.id}::uuid,
      ${file.mime_type}, ${file.stored.size_bytes}::bigint, ${file.stored.sha256}, ${file.pages}::int)`,
  )
  await sql`
    insert into reports.report_pack_artifacts (tenant_id, report_id, pack_id, kind, filename, document_id, mime_type, size_bytes, checksum_sha256, pages)
    values ${sql.join(rows)}`.execute(tx)
  await sql`
    update reports.report_packs set status = case when id = ${inputs.pack_id}::uuid then 'generated' else 'superseded' end,
      generated_at = case when id = ${inputs.pack_id}::uuid then now() else generated_at end,
      bundle_hash = case when id = ${inputs.pack_id}::uuid then ${bundle_hash} else bundle_hash end,
      warnings = case when id = ${inputs.pack_id}::uuid then ${JSON.stringify(warnings)}::jsonb else warnings end
    where tenant_id = ${tenantId}::uuid and report_id = ${inputs.report_id}::uuid
      and (id = ${inputs.pack_id}::uuid or (${inputs.final}::boolean and final and status = 'generated' and version < ${inputs.pack_version}::int))`.execute(
    tx,
  )
  await tell(act, inputs, files)
  return true
}

async function tell(act: Act, inputs: PackInputs, files: readonly StoredFile[]): Promise<void> {
  const docx = files.find((file) => file.kind === 'docx')?.stored.sha256
  const after = {
    pack_id: inputs.pack_id,
    version: inputs.pack_version,
    final: inputs.final,
    revision: inputs.n,
    docx_sha256: docx,
  }
  recordEvents(act, [
    {
      kind: 'pack_generated',
      entity_type: 'REPORT',
      entity_id: inputs.report_id,
      report_id: inputs.report_id,
      assignment_id: inputs.assignment_id,
      after,
      system: true,
    },
  ])
  const moved = inputs.final ? await packCompleted(act, inputs.assignment_id) : []
  const at = await act.unit.startedAt()
  writeDown(act.unit, [{ action: 'REPORT_PACK_GENERATED', target_id: inputs.report_id, after }, ...moved], {
    at,
    traceId: act.traceId,
    actor: act.actor,
    ipHash: null,
  })
}

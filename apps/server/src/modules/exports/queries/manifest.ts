import { getExportManifest } from '@zenops/contracts/exports'
import { sql } from 'kysely'
import { compileOnly } from '../../../platform/db/database.ts'
import type { StoredPart } from '../../../platform/exports/port.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { assertOwnTenant, EXPORT_TABLES, type Visible } from '../context.ts'
import { assertDone } from '../downloadable.ts'
import { found, jobQuery } from '../find-job.ts'

const on = operationsOf<Visible>()

interface Checkpoint {
  readonly size: number
  readonly note: string
  readonly created_at: string
}

/** The oldest signed head at or behind the export's end. */
const coveringQuery = (tenantId: string, jobId: string) =>
  sql<Checkpoint>`
    select c.size, c.note, c.created_at from audit.checkpoints c
    join ${sql.table(EXPORT_TABLES.jobs)} j on j.tenant_id = c.tenant_id and j.end_epoch = c.epoch and c.size >= j.end_seq
    where j.tenant_id = ${tenantId}::uuid and j.id = ${jobId}::uuid order by c.size limit 1`.compile(compileOnly)

const partsQuery = (tenantId: string, jobId: string) =>
  sql<StoredPart & { readonly byte_offset: number }>`
    select part_no, epoch, first_seq, last_seq, rows, bytes, sha256, coalesce(sum(bytes) over (order by part_no rows between unbounded preceding and 1 preceding), 0)::bigint as byte_offset
    from ${sql.table(EXPORT_TABLES.parts)} where tenant_id = ${tenantId}::uuid and job_id = ${jobId}::uuid order by part_no`.compile(
    compileOnly,
  )

export const manifestOperation = on.query(getExportManifest, async (context, { params, query }) => {
  assertOwnTenant(context.actor, query.tenant_id)
  const { tenantId } = context.actor
  const [jobs, parts, [checkpoint]] = await context.read(
    jobQuery(tenantId, params.job_id),
    partsQuery(tenantId, params.job_id),
    coveringQuery(tenantId, params.job_id),
  )
  const job = found(jobs[0])
  assertDone(job)
  return {
    ...job,
    job_id: job.id,
    format: job.export_format,
    rows: job.row_count,
    stored_bytes: job.total_bytes,
    sha256: job.sha256 ?? '',
    parts,
    checkpoint: checkpoint ?? null,
  }
})

import { sql } from 'kysely'
import { writeDown } from '../../../platform/audit/counted.ts'
import { recordEvents } from '../../../platform/events.ts'
import type { JobContext } from '../../../platform/jobs/port.ts'

interface Failure {
  readonly code: string
  readonly message: string
  readonly details?: unknown
}

const textOf = (details: unknown, name: string): string | null => {
  const value =
    typeof details === 'object' && details !== null && name in details
      ? (details as Record<string, unknown>)[name]
      : null // own member
  return typeof value === 'string' ? value : null
}

/** The visible end of a job that no attempt could finish: job and pack failed, told with code and place. */
export async function failPack(job: JobContext, jobId: string, failure: Failure): Promise<void> {
  const placeholder = textOf(failure.details, 'placeholder')
  const place = textOf(failure.details, 'place')
  const error = {
    code: failure.code,
    message:
      failure.code === 'INTERNAL' ? 'The pack could not be made. Please try again.' : failure.message.slice(0, 500),
    ...(placeholder === null ? {} : { placeholder }),
    ...(place === null ? {} : { place }),
  }
  await job.transact(async (tx, unit) => {
    const { rows } = await sql<{ report_id: string; assignment_id: string; pack_id: string }>`
      update reports.report_generation_jobs set status = 'failed', finished_at = now(), error = ${JSON.stringify(error)}::jsonb,
        dead = attempts >= max_attempts
      where tenant_id = ${job.tenantId}::uuid and id = ${jobId}::uuid and status in ('pending', 'queued', 'processing')
      returning report_id, assignment_id, pack_id`.execute(tx)
    const row = rows[0]
    if (!row) return
    await sql`update reports.report_packs set status = 'failed'
      where tenant_id = ${job.tenantId}::uuid and id = ${row.pack_id}::uuid and status = 'generating'`.execute(tx)
    const after = { pack_id: row.pack_id, job_id: jobId, error_code: error.code, placeholder, place }
    recordEvents({ ...job, unit }, [
      {
        kind: 'pack_failed',
        entity_type: 'REPORT',
        entity_id: row.report_id,
        report_id: row.report_id,
        assignment_id: row.assignment_id,
        after,
        system: true,
      },
    ])
    const at = await unit.startedAt()
    const entry = { action: 'REPORT_PACK_FAILED', target_id: row.report_id, after, outcome: 'failed' } as const
    writeDown(unit, [entry], { at, traceId: job.traceId, actor: job.actor, ipHash: null })
  })
}

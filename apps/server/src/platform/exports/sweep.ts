import { sql } from 'kysely'
import type { Actor } from '../auth/actor.ts'
import { compileOnly, type Database } from '../db/database.ts'
import type { Log } from '../telemetry/log.ts'
import { exportScope } from './db-storage.ts'
import { dropPayload } from './engine.ts'
import { type ExportFamily, moveExport } from './family.ts'
import type { ExportJob, JobKey } from './port.ts'

export interface SweepOptions<Job extends ExportJob> {
  readonly family: ExportFamily<Job>
  readonly database: Database
  readonly log: Log
  readonly tenantId: string
  readonly actor: Actor
  readonly traceId: string
}

/** Jobs that a cleanup turn ends at most. */
export const CLEANUP_BATCH = 200

/** Jobs that wait for a worker although no queue job of theirs lives; the caller enqueues them again. */
export async function strandedJobs<Job extends ExportJob>(
  { family, database, tenantId }: Pick<SweepOptions<Job>, 'family' | 'database' | 'tenantId'>,
  kind: string,
): Promise<JobKey[]> {
  const [rows] = await database.read(
    exportScope(tenantId),
    sql<JobKey>`
      select j.tenant_id, j.id from ${sql.table(family.tables.jobs)} j
      where j.tenant_id = ${tenantId}::uuid and (j.status = 'PENDING' or (j.status = 'RUNNING' and j.lease_until < now()))
        and not exists (select 1 from ops.jobs r where r.tenant_id = j.tenant_id and r.kind = ${kind}
          and r.state in ('queued', 'running', 'failed') and r.payload ->> 'job_id' = j.id::text)
      order by j.created_at limit ${CLEANUP_BATCH}`.compile(compileOnly),
  )
  return rows
}

/** Fails what runs beyond its time, expires what is due, and drops payloads that stayed behind. Answers how many jobs ended. */
export async function cleanExports<Job extends ExportJob>(options: SweepOptions<Job>): Promise<number> {
  const { family, database, tenantId, actor, traceId } = options
  const scope = exportScope(tenantId, actor.userId)
  const jobs = sql.table(family.tables.jobs)
  const [due] = await database.read(
    scope,
    sql<JobKey & { status: string }>`
      select tenant_id, id, status from ${jobs} where tenant_id = ${tenantId}::uuid and (
        (status = 'RUNNING' and now() > started_at + (max_duration_sec + 60) * interval '1 second')
        or (status in ('PENDING', 'DONE', 'FAILED') and expires_at <= now()))
      order by expires_at limit ${CLEANUP_BATCH}`.compile(compileOnly),
  )
  let ended = 0
  for (const key of due) {
    const move = key.status === 'RUNNING' ? 'time_out' : 'expire'
    const moved = await database.transact(scope, (tx, unit) =>
      moveExport(family, { tx, unit, actor, traceId }, { key, move }),
    )
    if (moved) ended += 1
    if (moved) await dropPayload(options, moved)
  }
  await dropOrphans(options)
  return ended
}

/** Chunks whose job is over: a driver outside of the database could not be reached when it ended. */
async function dropOrphans<Job extends ExportJob>(options: SweepOptions<Job>): Promise<void> {
  const { family, database, tenantId } = options
  const [orphans] = await database.read(
    exportScope(tenantId),
    sql<Job>`
      select j.* from ${sql.table(family.tables.jobs)} j where j.tenant_id = ${tenantId}::uuid and j.status in ('FAILED', 'EXPIRED')
        and exists (select 1 from ${sql.table(family.tables.chunks)} c where c.tenant_id = j.tenant_id and c.job_id = j.id)
      limit ${CLEANUP_BATCH}`.compile(compileOnly),
  )
  for (const job of orphans) await dropPayload(options, job)
  for (const storage of family.stores.configured) await storage.abortStale?.(tenantId)
}

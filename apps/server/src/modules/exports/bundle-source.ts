import { sql } from 'kysely'
import { compileOnly, type Database } from '../../platform/db/database.ts'
import type { Attempt, ExportPlan, ExportSource } from '../../platform/exports/engine.ts'
import { exportScope, isHeld, jobIs } from '../../platform/exports/db-storage.ts'
import { LimitBreach } from '../../platform/exports/port.ts'
import { type BundlePlan, planBundle, type ReadRows, readerOf, writeBundle } from '../audit/index.ts'
import { type AuditExport, EXPORT_TABLES } from './context.ts'

type Tried = Attempt<AuditExport>

interface Planned {
  readonly plan: BundlePlan
  readonly truncated: boolean
}

const rowsOf = (plan: BundlePlan): number => plan.to_seq - plan.from_seq + 1

/** The oldest signed head that leaves no more than so many events behind it. */
const laterStart = (plan: BundlePlan, rows: number) =>
  sql<{ size: number | null }>`
    select min(size) as size from audit.checkpoints
    where tenant_id = ${plan.tenant_id}::uuid and epoch = ${plan.epoch} and size >= ${plan.to_seq - rows} and size < ${plan.to_seq}`.compile(
    compileOnly,
  )

/** A bundle begins at a signed state; one with more events than asked for begins at a later one. */
async function planned(read: ReadRows, host: string, job: AuditExport): Promise<Planned> {
  const wish = { tenantId: job.tenant_id, host, fromUtc: job.from_utc, toUtc: job.to_utc }
  const plan = await planBundle(read, wish)
  if (!plan) throw new LimitBreach('nothing_signed')
  if (job.row_limit === null || rowsOf(plan) <= job.row_limit) return { plan, truncated: false }
  const [later] = await read(laterStart(plan, job.row_limit))
  const shorter =
    later?.size == null
      ? null
      : await planBundle(read, { ...wish, epoch: plan.epoch, fromSeq: later.size + 1, toSeq: plan.to_seq })
  if (!shorter || rowsOf(shorter) > job.row_limit) throw new LimitBreach('row_limit_exceeded')
  return { plan: shorter, truncated: true }
}

/** Evidence of a stretch of the log: one part, since what is signed meanwhile belongs into it. */
export const bundleSource = (database: Database, host: string): ExportSource<AuditExport> => ({
  plan: async (attempt: Tried, stored): Promise<ExportPlan> => {
    const { job, fence } = attempt
    const read = readerOf(database, exportScope(job.tenant_id))
    const { plan, truncated } = await planned(read, host, job)
    await database.write(
      exportScope(job.tenant_id),
      sql`update ${sql.table(EXPORT_TABLES.jobs)} set end_epoch = ${plan.epoch}::int, end_seq = ${plan.to_seq}::bigint, rows_estimate = ${rowsOf(plan)}::bigint
        where ${jobIs(job)} and ${isHeld(fence)}`.compile(compileOnly),
    )
    const part = {
      epoch: plan.epoch,
      first_seq: plan.from_seq,
      last_seq: plan.to_seq,
      copy: async (take: Parameters<ExportPlan['parts'][number]['copy']>[0]) => {
        for await (const piece of writeBundle(read, plan)) await take(piece.bytes, piece.rows)
      },
    }
    return { parts: stored.length > 0 ? [] : [part], truncated }
  },
})

import { createExportJob, type ExportRequest } from '@zenops/contracts/exports'
import { type QueryExecutorProvider, sql } from 'kysely'
import { exportScope } from '../../../platform/exports/db-storage.ts'
import type { ExportStores } from '../../../platform/exports/open.ts'
import { Refusal, refuse } from '../../../platform/errors.ts'
import { uuidv7 } from '../../../platform/ids.ts'
import { operationsOf, type PrepareContext } from '../../../platform/operations.ts'
import { recordOps } from '../../../platform/ops-events.ts'
import { isUnverified } from '../../audit/index.ts'
import { assertOwnTenant, type AuditExport, beyond, EXPORT_TABLES, type Visible } from '../context.ts'
import { runExportJob } from '../jobs/kinds.ts'
import { countUpTo, guessedRows, plannersGuess } from '../log-query.ts'
import { BeyondLimit, limitsOf, PACE, rowEstimateExceeded, type Settled, settle } from '../rules/limits.ts'

const on = operationsOf<Visible>()
type Asked = ExportRequest

const jobs = sql.table(EXPORT_TABLES.jobs)

const limited = (details: Record<string, unknown> & { reason: string }, seconds: number): Refusal =>
  new Refusal('AUDIT_EXPORT_RATE_LIMITED', 'There are too many exports at the moment.', {
    details: [{ ...details, retry_after_seconds: seconds }],
    headers: { 'retry-after': String(seconds) },
  })

/** Seconds after which a busy firm asks again: an interactive export is done by then. */
const BUSY_SECONDS = 30

interface Pace {
  readonly active: number
  readonly created: number
  readonly retry: number | null
}

/** Jobs of the firm by profile: one after the other asks, so that two at once do not both find the last place. */
async function assertPace(tx: QueryExecutorProvider, tenantId: string, profile: Settled['profile']): Promise<void> {
  const pace = PACE[profile]
  await sql`select pg_advisory_xact_lock(hashtextextended(${tenantId}, 4414))`.execute(tx)
  const { rows } = await sql<Pace>`
    select count(*) filter (where status in ('PENDING', 'RUNNING'))::int as active,
      count(*) filter (where created_at > now() - ${pace.windowSeconds}::int * interval '1 second')::int as created,
      ceil(extract(epoch from min(created_at) filter (where created_at > now() - ${pace.windowSeconds}::int * interval '1 second')
        + ${pace.windowSeconds}::int * interval '1 second' - now()))::int as retry
    from ${jobs} where tenant_id = ${tenantId}::uuid and profile = ${profile}
      and (status in ('PENDING', 'RUNNING') or created_at > now() - ${pace.windowSeconds}::int * interval '1 second')`.execute(
    tx,
  )
  const [now] = rows
  if (!now) return
  if (now.active >= pace.active) throw limited({ reason: 'active_jobs', limit: pace.active, profile }, BUSY_SECONDS)
  if (now.created >= pace.created)
    throw limited(
      { reason: 'created_jobs', limit: pace.created, window_seconds: pace.windowSeconds, profile },
      Math.max(1, now.retry ?? 1),
    )
}

/** A log whose verification failed is held for bulk exports; bundles are the evidence and go out. */
async function assertVerified(
  tx: QueryExecutorProvider,
  tenantId: string,
  of: { readonly profile: Settled['profile']; readonly format: AuditExport['export_format'] },
): Promise<void> {
  if (of.profile !== 'bulk' || of.format === 'bundle') return
  const { rows } = await isUnverified(tenantId).execute(tx)
  if (rows[0]?.held !== true) return
  throw new Refusal(
    'AUDIT_CHAIN_UNVERIFIED',
    'The last verification of this log failed. Bulk exports wait until one passes.',
  )
}

async function assertRoom(stores: ExportStores, tenantId: string): Promise<void> {
  if (stores.kind !== 'db') return
  const used = await stores.of('db').usage(tenantId)
  if (used.tenant < stores.tenantSpoolBytes && used.all < stores.allSpoolBytes) return
  throw limited(
    {
      reason: 'spool_full',
      limit: used.tenant < stores.tenantSpoolBytes ? stores.allSpoolBytes : stores.tenantSpoolBytes,
    },
    300,
  )
}

/** Rows there are, exactly up to what decides; beyond it what the planner thinks. Errors: `row_estimate_exceeded`. */
async function estimate(context: PrepareContext<Visible>, body: Asked, settled: Settled): Promise<number> {
  const { services, actor } = context
  const most = limitsOf(services.config.EXPORT_MAX_ROWS)[settled.profile].row_limit.most
  const choice = { ...settled, tenant_id: actor.tenantId, filters: body.filters }
  const scope = exportScope(actor.tenantId, actor.userId)
  const [[counted]] = await services.database.read(scope, countUpTo(choice, settled.row_limit ?? most))
  const rows = counted?.n ?? 0
  if (settled.row_limit !== null) return Math.min(rows, settled.row_limit)
  if (rows <= most) return rows
  const [[guess]] = await services.database.read(scope, plannersGuess(choice))
  throw rowEstimateExceeded(Math.max(rows, guessedRows(guess)), most)
}

function assertFits(context: PrepareContext<Visible>, body: Asked): void {
  assertOwnTenant(context.actor, body.tenant_id)
  if (body.include_personal && context.can('documents.pii') === null)
    throw refuse.forbidden('missing_capability', { capability: 'documents.pii', scope: 'none' })
  if (body.format !== 'bundle') return
  // A bundle proves a stretch of the log: nothing may be left out of it, and envelopes stay as they were sealed.
  if (Object.keys(body.filters).length > 0) throw refuse.invalid('filters', 'not_in_a_bundle')
  if (body.include_personal) throw refuse.invalid('include_personal', 'not_in_a_bundle')
}

interface Prepared {
  readonly settled: Settled
  readonly rows: number
}

export const createExportOperation = (parts: { readonly stores: ExportStores }) =>
  on.command(createExportJob, {
    prepare: async (context, { body }): Promise<Prepared> => {
      assertFits(context, body)
      await context.services.switches.assertOn('exports', context.actor.tenantId)
      const { config } = context.services
      try {
        const settled = settle(body, { now: context.now, maxRows: config.EXPORT_MAX_ROWS })
        return { settled, rows: await estimate(context, body, settled) }
      } catch (error) {
        throw error instanceof BeyondLimit ? beyond(error) : error
      }
    },
    run: async (context, { body }, { settled, rows }) => {
      const { tx, actor, services, traceId, unit } = context
      const { stores } = parts
      await assertVerified(tx, actor.tenantId, { profile: settled.profile, format: body.format })
      await assertPace(tx, actor.tenantId, settled.profile)
      await assertRoom(stores, actor.tenantId)
      const id = uuidv7()
      const { rows: made } = await sql<Pick<AuditExport, 'expires_at'>>`
        insert into ${jobs} (tenant_id, id, requested_by, profile, export_format, compress, columns, filters, include_personal, from_utc, to_utc,
          row_limit, max_bytes, max_duration_sec, rows_estimate, storage_kind, expires_at, trace_id)
        values (${actor.tenantId}::uuid, ${id}::uuid, ${actor.userId}::uuid, ${settled.profile}, ${body.format}, ${settled.compress}, ${body.columns},
          ${JSON.stringify(body.filters)}::jsonb, ${body.include_personal}, ${settled.from_utc}::timestamptz, ${settled.to_utc}::timestamptz,
          ${settled.row_limit}::bigint, ${settled.max_bytes}::bigint, ${settled.max_duration_sec}::int, ${rows}::bigint, ${stores.kind},
          now() + ${services.config.EXPORT_TTL_HOURS}::int * interval '1 hour', ${traceId})
        returning expires_at`.execute(tx)
      await context.enqueue(runExportJob, { job_id: id })
      recordOps({ actor, traceId, unit }, [
        { metric_key: 'audit_export_requested', dimensions: { format: body.format, profile: settled.profile } },
      ])
      services.metrics.exportJobs.inc({ status: 'PENDING' })
      const after = {
        status: 'PENDING',
        format: body.format,
        filters: body.filters,
        include_personal: body.include_personal,
        ...settled,
      }
      return {
        body: {
          job_id: id,
          status: 'PENDING' as const,
          profile: settled.profile,
          rows_estimate: rows,
          expires_at: made[0]?.expires_at ?? '',
          trace_id: traceId,
        },
        audit: { action: 'AUDIT_EXPORT_REQUESTED', target_id: id, tenant_id: actor.tenantId, after } as const,
      }
    },
  })

import { RETENTION_CLASSES, RETENTION_CLASS_NAMES, type RetentionClass } from '@zenops/contracts/retention'
import { type Kysely, sql } from 'kysely'
import type { DB } from '../../../../db/types.ts'
import type { ReadyConfig } from '../../../config.ts'
import { appendAudit } from '../../../platform/audit/record.ts'
import type { UnitOfWork } from '../../../platform/db/database.ts'
import { AttemptSuperseded, handleJob, type JobContext } from '../../../platform/jobs/port.ts'
import { recordOps } from '../../../platform/ops-events.ts'
import type { Metrics } from '../../../platform/telemetry/metrics.ts'
import {
  type ClassRun,
  countClass,
  type Outcome,
  type RemovalParts,
  removeClass,
  removeMonths,
} from '../removal/remover.ts'
import { readReferences } from '../removal/statements.ts'
import { type Ground, stepsOf } from '../rules/due.ts'
import { RETENTION } from '../rules/register.ts'
import { isMonthly, isPlatformOnly, isRemovable } from '../rules/classes.ts'
import { retentionJob } from './kinds.ts'

const TURN_MS = 10 * 60_000
const MAX_ERROR = 500

export interface RetentionParts extends Omit<RemovalParts, 'database'> {
  readonly config: Pick<ReadyConfig, 'ZENOPS_INTERNAL_TENANT_ID'>
  readonly metrics: Metrics
}

interface RunRow {
  readonly id: string
  readonly class: RetentionClass
  readonly dry_run: boolean
}
interface Claimed extends RunRow {
  readonly days: number | null
  readonly now: string
  readonly over: string
}

/** Classes of a turn: those with something to remove in this firm. */
const classesOf = (isHouse: boolean, asked: RetentionClass | undefined): RetentionClass[] =>
  RETENTION_CLASS_NAMES.filter(
    (name) => (asked === undefined || asked === name) && isRemovable(name) && (isHouse || !isPlatformOnly(name)),
  )

/** The runs of the turn that are not over yet; the nightly turn writes its own, once. A class that runs already is left out. */
async function runsOf(
  context: JobContext,
  turnId: string,
  wanted: { names: readonly RetentionClass[]; dryRun: boolean },
): Promise<RunRow[]> {
  return context.transact(async (tx) => {
    if (wanted.names.length > 0)
      await sql`insert into ops.retention_runs (tenant_id, turn_id, class, dry_run, trace_id)
        select ${context.tenantId}::uuid, ${turnId}::uuid, name, ${wanted.dryRun}, ${context.traceId}
        from unnest(${wanted.names}::text[]) as name
        where not exists (select 1 from ops.retention_runs r where r.tenant_id = ${context.tenantId}::uuid and r.turn_id = ${turnId}::uuid)
        on conflict do nothing`.execute(tx)
    const { rows } = await sql<RunRow>`select id, class, dry_run from ops.retention_runs
      where tenant_id = ${context.tenantId}::uuid and turn_id = ${turnId}::uuid and status in ('PENDING', 'RUNNING')`.execute(
      tx,
    )
    return rows
  })
}

/** Takes a run for this attempt; null when a later attempt holds it. */
async function claim(context: JobContext, row: RunRow): Promise<Claimed | null> {
  const { days, enabled } = RETENTION_CLASSES[row.class]
  return context.transact(async (tx) => {
    const { rows } = await sql<Claimed>`
      update ops.retention_runs r set status = 'RUNNING', attempt = ${context.attempt}::int, started_at = coalesce(started_at, now()),
        days = ops.retention_days(r.tenant_id, r.class, ${days}::int, ${enabled}::boolean)
      where r.tenant_id = ${context.tenantId}::uuid and r.id = ${row.id}::uuid and r.status in ('PENDING', 'RUNNING') and r.attempt <= ${context.attempt}::int
      returning r.id, r.class, r.dry_run, r.days, now()::timestamptz(3) as now,
        (now() - make_interval(days => coalesce(r.days, 0)))::timestamptz(3) as over`.execute(tx)
    return rows[0] ?? null
  })
}

const sumOf = ({ tables }: Outcome, what: 'deleted' | 'held'): number =>
  Object.values(tables).reduce((sum, table) => sum + table[what], 0)

type End =
  | { readonly status: 'DONE' | 'PARTIAL'; readonly outcome: Outcome }
  | { readonly status: 'FAILED'; readonly error: string }
  | { readonly status: 'SKIPPED' }

/** Writes the end of a run. What it deleted was counted batch by batch; a dry run says what it found. */
async function finish(context: JobContext, run: Claimed, end: End): Promise<void> {
  const outcome = 'outcome' in end ? end.outcome : undefined
  const found = outcome ? sumOf(outcome, 'deleted') : 0
  await context.transact(async (tx) => {
    const { rows } = await sql`
      update ops.retention_runs set status = ${end.status}, ended_at = now(), error = ${'error' in end ? end.error.slice(0, MAX_ERROR) : null},
        deleted = case when dry_run then ${found}::bigint else deleted end,
        held = ${outcome ? sumOf(outcome, 'held') : 0}::bigint, oldest_left = ${outcome?.oldestLeft ?? null}::timestamptz,
        scanned = ${outcome ? sumOf(outcome, 'held') : 0}::bigint + case when dry_run then ${found}::bigint else deleted end,
        tables = ${JSON.stringify(outcome?.tables ?? {})}::jsonb
      where tenant_id = ${context.tenantId}::uuid and id = ${run.id}::uuid and status = 'RUNNING' and attempt = ${context.attempt}::int returning 1`.execute(
      tx,
    )
    if (rows.length === 0) throw new AttemptSuperseded('another attempt holds this run')
  })
}

interface Turn {
  readonly ground: Ground
  readonly deadline: number
  readonly isHouse: boolean
}

async function runClass(
  parts: RetentionParts,
  context: JobContext,
  { turn, row }: { turn: Turn; row: RunRow },
): Promise<void> {
  const run = await claim(context, row)
  if (!run) return
  if (run.days === null) return finish(context, run, { status: 'SKIPPED' })
  const of: ClassRun = {
    id: run.id,
    class: run.class,
    tenantId: context.tenantId,
    isHouse: turn.isHouse,
    attempt: context.attempt,
    instants: run,
    deadline: turn.deadline,
    signal: context.signal,
  }
  const removal: RemovalParts = { ...parts, database: context.database }
  const { dry_run: dryRun } = run
  try {
    const work = { run: of, steps: stepsOf(turn.ground, run.class) }
    const outcome = isMonthly(run.class)
      ? await removeMonths(removal, of, { dryRun })
      : await (dryRun ? countClass : removeClass)(removal, turn.ground, work)
    await finish(context, run, { status: outcome.isPartial ? 'PARTIAL' : 'DONE', outcome })
  } catch (error) {
    if (error instanceof AttemptSuperseded || context.attempt < context.maxAttempts) throw error
    context.log.warn({ err: error }, 'retention_failed')
    await finish(context, run, { status: 'FAILED', error: error instanceof Error ? error.message : String(error) })
  }
}

interface Sum {
  readonly class: RetentionClass
  readonly status: string
  readonly dry_run: boolean
  readonly deleted: number
  readonly held: number
}

/** The turn's one audit event, and the count of each class. */
async function tell(context: JobContext, turnId: string, metrics: Metrics): Promise<void> {
  const record = async (tx: Kysely<DB>, unit: UnitOfWork): Promise<void> => {
    const { rows } = await sql<Sum>`select class, status, dry_run, deleted, held from ops.retention_runs
      where tenant_id = ${context.tenantId}::uuid and turn_id = ${turnId}::uuid order by class`.execute(tx)
    if (rows.length === 0) return
    const entry = {
      action: 'RETENTION_RUN_FINISHED',
      target_id: turnId,
      outcome: rows.some((row) => row.status === 'FAILED') ? 'failed' : 'ok',
      after: {
        dry_run: rows[0]?.dry_run ?? false,
        classes: Object.fromEntries(
          rows.map((row) => [row.class, { status: row.status, deleted: row.deleted, held: row.held }]),
        ),
      },
    } as const
    const removed = rows.filter((row) => !row.dry_run && row.deleted > 0)
    recordOps(
      { actor: context.actor, traceId: context.traceId, unit },
      removed.map((row) => ({
        metric_key: 'retention_rows_deleted',
        value: row.deleted,
        dimensions: { class: row.class },
      })),
    )
    for (const row of removed) metrics.retentionRows.inc({ class: row.class }, row.deleted)
    unit.withCommit(
      appendAudit([entry], {
        at: await unit.startedAt(),
        traceId: context.traceId,
        actor: context.actor,
        ipHash: null,
      }),
    )
  }
  await context.effect(`retention-told:${turnId}`, record)
}

/** Removes what is over in one firm, class by class. A run that was killed goes on where it stopped. */
export const runRetention = (parts: RetentionParts) =>
  handleJob(retentionJob, {
    run: async (context, payload) => {
      const turnId = payload.turn_id ?? context.runId
      const isHouse = context.tenantId === parts.config.ZENOPS_INTERNAL_TENANT_ID
      const names = payload.turn_id === undefined ? classesOf(isHouse, payload.class) : []
      const rows = await runsOf(context, turnId, { names, dryRun: payload.dry_run })
      const references = await context.transact(readReferences)
      const turn = { ground: { register: RETENTION, references }, deadline: performance.now() + TURN_MS, isHouse }
      const byName = new Map(rows.map((row) => [row.class, row]))
      for (const name of RETENTION_CLASS_NAMES) {
        const row = byName.get(name)
        if (row) await runClass(parts, context, { turn, row })
      }
      await tell(context, turnId, parts.metrics)
    },
  })

import { BULK_MAX, bulkTarget, discardDeadJob, replayDeadJob, resolveDeadJobs } from '@zenops/contracts/ops-queue'
import type { ParsedOf } from '@zenops/contracts/kit'
import { sql } from 'kysely'
import { type AuditEntry, NOTHING_CHANGED } from '../../../platform/audit/record.ts'
import { countJob } from '../../../platform/db/database.ts'
import { consumeConfirmation } from '../../../platform/confirmations.ts'
import { assertConfirmed } from '../../../platform/confirmed.ts'
import { refuse } from '../../../platform/errors.ts'
import { type CommandContext, operationsOf } from '../../../platform/operations.ts'
import { recordOps } from '../../../platform/ops-events.ts'
import { DEAD_COLUMNS, type DeadRow } from '../dead.ts'
import { reachOf } from '../reach.ts'

const on = operationsOf<'ops'>()
type Context = CommandContext<'ops'>
type Act = 'replay' | 'discard'

export interface Resolving {
  readonly act: Act
  readonly reason: string
}

const ACTION = { replay: 'JOB_REPLAYED', discard: 'JOB_DISCARDED' } as const
const STATE = { replay: 'REPLAYED', discard: 'DISCARDED' } as const

/** Locked, so that of two at once one resolves it. */
export async function lockDead({ tx }: Context, id: string): Promise<DeadRow> {
  const { rows } =
    await sql<DeadRow>`select ${DEAD_COLUMNS} from ops.dead_jobs d where d.id = ${id}::uuid for update`.execute(tx)
  const [row] = rows
  if (!row) throw refuse.notFound('The dead job')
  if (row.state !== 'DEAD') throw refuse.conflict('resolved', 'This job was resolved already.')
  return row
}

/**
 * Resolves rows that this transaction holds; a replay enqueues each under its own effect key. What may have happened
 * outside is not given up before somebody has said whether it did.
 */
async function resolve(
  { tx, actor, traceId }: Context,
  rows: readonly DeadRow[],
  { act, reason }: Resolving,
): Promise<DeadRow[]> {
  if (act === 'discard' && rows.some((row) => row.unknown_effects.length > 0))
    throw refuse.conflict('effect_unknown', 'It is not known whether a call of this job happened. Settle that first.')
  const replayed = act === 'replay' ? sql`ops.replay_dead_job(given.tenant_id, given.id, ${traceId})` : sql`null::uuid`
  const { rows: resolved } = await sql<DeadRow>`
    with given as materialized (
      select * from unnest(${rows.map((row) => row.tenant_id)}::uuid[], ${rows.map((row) => row.id)}::uuid[]) as given(tenant_id, id)
    ), asked as materialized (
      select given.tenant_id, given.id, ${replayed} as replay_job_id from given
    )
    update ops.dead_jobs d set state = ${STATE[act]}, resolved_by = ${actor.userId}::uuid, resolved_at = now(), reason = ${reason},
      replay_job_id = asked.replay_job_id
    from asked where d.tenant_id = asked.tenant_id and d.id = asked.id and (${act} = 'discard' or asked.replay_job_id is not null)
    returning ${DEAD_COLUMNS}`.execute(tx)
  if (resolved.length < rows.length)
    throw refuse.conflict('job_gone', 'The job is not kept any more and cannot be replayed.')
  return resolved
}

const eventOf = (row: DeadRow, { act, reason }: Resolving): AuditEntry => ({
  action: ACTION[act],
  target_id: row.id,
  tenant_id: row.tenant_id,
  reason,
  before: { status: 'DEAD' },
  after: { status: row.state, queue: row.queue, ...(row.replay_job_id ? { job_id: row.replay_job_id } : {}) },
})

function countReplays(context: Context, rows: readonly DeadRow[], act: Act): void {
  if (act === 'discard') return
  for (const { queue } of rows) countJob(context.tx, queue)
  for (const [tenant_id, of] of Map.groupBy(rows, (row) => row.tenant_id))
    recordOps(context, [{ metric_key: 'job_replayed', value: of.length, tenant_id }])
}

export async function resolveOne(context: Context, dead: DeadRow, resolving: Resolving) {
  const [row] = await resolve(context, [dead], resolving)
  if (!row) throw refuse.notFound('The dead job')
  countReplays(context, [row], resolving.act)
  return { body: row, audit: eventOf(row, resolving) }
}

export const replayDeadJobOperation = on.command(replayDeadJob, {
  run: async (context, { params, body }) =>
    resolveOne(context, await lockDead(context, params.id), { act: 'replay', reason: body.reason }),
})
export const discardDeadJobOperation = on.command(discardDeadJob, {
  run: async (context, { params, body }) =>
    resolveOne(context, await lockDead(context, params.id), { act: 'discard', reason: body.reason }),
})

type Bulk = ParsedOf<typeof resolveDeadJobs>['body']

/** Every dead job that the filter names, locked; one more than may be resolved at once. */
async function lockMany({ tx, actor }: Context, { filter }: Bulk): Promise<DeadRow[]> {
  const reach = reachOf(actor, filter.tenant_id)
  const parts = [sql`d.state = 'DEAD'`]
  if (reach !== null) parts.push(sql`d.tenant_id = ${reach}::uuid`)
  if (filter.queue !== undefined) parts.push(sql`d.queue = ${filter.queue}`)
  if (filter.error_code !== undefined) parts.push(sql`d.error_code = ${filter.error_code}`)
  if (filter.to_utc !== undefined) parts.push(sql`d.last_failed_at <= ${filter.to_utc}::timestamptz`)
  const { rows } = await sql<DeadRow>`select ${DEAD_COLUMNS} from ops.dead_jobs d where ${sql.join(parts, sql` and `)}
    order by d.tenant_id, d.id limit ${BULK_MAX + 1} for update`.execute(tx)
  return rows
}

export const resolveDeadJobsOperation = on.command(resolveDeadJobs, {
  prepare: async (context, { body }) => {
    reachOf(context.actor, body.filter.tenant_id)
    return assertConfirmed(context, body.confirmation, {
      action: `dead_jobs_${body.action}`,
      target: bulkTarget(body.filter),
    })
  },
  run: async (context, { body }, confirmation) => {
    const rows = await lockMany(context, body)
    if (rows.length !== body.expected_count)
      throw refuse.conflict('count_changed', 'There are not as many dead jobs any more as you have seen.')
    await consumeConfirmation(context.tx, confirmation)
    const resolving = { act: body.action, reason: body.reason }
    const resolved = await resolve(context, rows, resolving)
    countReplays(context, resolved, body.action)
    const [first, ...more] = resolved.map((row) => eventOf(row, resolving))
    return { body: { affected: resolved.length }, audit: first ? [first, ...more] : NOTHING_CHANGED }
  },
})

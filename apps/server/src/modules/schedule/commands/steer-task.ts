import { pauseSchedulerTask, resumeSchedulerTask, runSchedulerTask } from '@zenops/contracts/ops-scheduler'
import { type RawBuilder, sql } from 'kysely'
import { refuse } from '../../../platform/errors.ts'
import { type CommandContext, operationsOf } from '../../../platform/operations.ts'
import { TASK_COLUMNS, type TaskRow } from '../rows.ts'

const on = operationsOf<'ops'>()
type Context = CommandContext<'ops'>

async function lockTask({ tx }: Context, name: string): Promise<TaskRow> {
  const { rows } =
    await sql<TaskRow>`select ${TASK_COLUMNS} from ops.scheduler_locks where task = ${name} for update`.execute(tx)
  if (!rows[0]) throw refuse.notFound('The task')
  return rows[0]
}

async function change({ tx }: Context, name: string, changes: RawBuilder<unknown>): Promise<TaskRow> {
  const { rows } = await sql<TaskRow>`update ops.scheduler_locks set ${changes}, updated_at = now() where task = ${name}
    returning ${TASK_COLUMNS}`.execute(tx)
  if (!rows[0]) throw refuse.notFound('The task')
  return rows[0]
}

export const runTaskOperation = on.command(runSchedulerTask, {
  run: async (context, { params: { name }, body }) => {
    const task = await lockTask(context, name)
    if (task.kind === 'loop') throw refuse.conflict('is_a_loop', 'A loop turns by itself.')
    if (task.state === 'HELD' || task.wanted) throw refuse.conflict('running', 'This task is at work already.')
    const after = await change(
      context,
      name,
      sql`wanted_at = date_trunc('milliseconds', now()), wanted_by = ${context.actor.userId}::uuid`,
    )
    return {
      body: after,
      audit: { action: 'SCHEDULER_TASK_STARTED_BY_HAND', target_id: name, reason: body.reason } as const,
    }
  },
})

export const pauseTaskOperation = on.command(pauseSchedulerTask, {
  run: async (context, { params: { name }, body }) => {
    const task = await lockTask(context, name)
    if (task.paused_at !== null) throw refuse.conflict('already_paused', 'This task is paused already.')
    const { actor } = context
    const after = await change(
      context,
      name,
      sql`paused_at = now(), paused_by = ${actor.userId}::uuid, pause_reason = ${body.reason}`,
    )
    return {
      body: after,
      audit: {
        action: 'SCHEDULER_TASK_PAUSED',
        target_id: name,
        reason: body.reason,
        after: { status: 'PAUSED' },
      } as const,
    }
  },
})

export const resumeTaskOperation = on.command(resumeSchedulerTask, {
  run: async (context, { params: { name }, body }) => {
    const task = await lockTask(context, name)
    if (task.paused_at === null) throw refuse.conflict('not_paused', 'This task is not paused.')
    const after = await change(context, name, sql`paused_at = null, paused_by = null, pause_reason = null`)
    return {
      body: after,
      audit: {
        action: 'SCHEDULER_TASK_RESUMED',
        target_id: name,
        reason: body.reason,
        before: { status: 'PAUSED', reason: task.pause_reason },
        after: { status: 'ACTIVE' },
      } as const,
    }
  },
})

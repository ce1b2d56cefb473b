import { z } from 'zod'
import { confirmation } from './identity-blocks.ts'
import { operation } from './kit.ts'
import { count, id, instant, listQuery, many, moment, page, text } from './values.ts'

const manage = { capability: 'ops.jobs.manage' } as const
const audiences = ['studio'] as const
const reason = text(400, 10).meta({ description: 'why; stands in the audit event' })
const taskName = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'a task such as audit_verify_nightly')
  .max(80)

export const LOCK_STATES = ['HELD', 'IDLE'] as const
export const RUN_STATUSES = ['RUNNING', 'DONE', 'FAILED', 'ABANDONED', 'SKIPPED'] as const

/** A task (slots and history) or a loop (lock and heartbeat). */
export const SchedulerTask = z
  .object({
    name: z.string(),
    kind: z.enum(['task', 'loop']),
    cadence: z.string().meta({ description: 'crontab in UTC, or an interval' }),
    lock_key: z.string(),
    state: z.enum(LOCK_STATES),
    last_started_at: instant.nullable(),
    last_success_at: instant.nullable(),
    next_slot: instant.nullable(),
    late: z.boolean(),
    paused_at: instant.nullable(),
    pause_reason: z.string().nullable(),
    wanted: z.boolean().meta({ description: 'a turn was asked for and has not begun' }),
    recovery_count: count,
  })
  .meta({ id: 'SchedulerTask' })

export const listSchedulerTasks = operation({
  id: 'ops.listSchedulerTasks',
  method: 'GET',
  path: '/v1/ops/scheduler/tasks',
  summary: 'Recurring work with its state, last success and next slot.',
  access: manage,
  audiences,
  query: listQuery({}),
  ok: page(SchedulerTask),
})

export const SchedulerLock = z
  .object({
    lock_key: z.string(),
    task: z.string(),
    state: z.enum(LOCK_STATES),
    owner_id: z.string().nullable(),
    lease_until: instant.nullable(),
    last_heartbeat_at: instant.nullable(),
    fencing_token: count,
    recovery_count: count,
    last_recovered_at: instant.nullable(),
    updated_at: instant,
  })
  .meta({ id: 'SchedulerLock' })

export const listSchedulerLocks = operation({
  id: 'ops.listSchedulerLocks',
  method: 'GET',
  path: '/v1/ops/scheduler/locks',
  summary: 'Locks with holder, lease, token and recoveries.',
  access: manage,
  audiences,
  query: listQuery({}),
  ok: page(SchedulerLock),
})

export const SchedulerRun = z
  .object({
    id,
    task: z.string(),
    lock_key: z.string(),
    slot: instant.nullable(),
    job_id: id.nullable(),
    owner_id: z.string(),
    fencing_token: count,
    started_at: instant,
    ended_at: instant.nullable(),
    status: z.enum(RUN_STATUSES),
    rows: count.nullable(),
    error_code: z.string().nullable(),
    error: z.string().nullable(),
    trace_id: z.string(),
  })
  .meta({ id: 'SchedulerRun' })

export const listSchedulerRuns = operation({
  id: 'ops.listSchedulerRuns',
  method: 'GET',
  path: '/v1/ops/scheduler/runs',
  summary: 'Run history, newest first.',
  access: manage,
  audiences,
  query: listQuery({
    task: taskName.optional(),
    status: many(z.enum(RUN_STATUSES)),
    from_utc: moment.optional(),
    to_utc: moment.optional(),
  }),
  ok: page(SchedulerRun),
})

const ofTask = {
  access: manage,
  audiences,
  params: z.strictObject({ name: taskName }),
  body: z.strictObject({ reason }),
  ok: SchedulerTask,
  errors: ['CONFLICT'],
} as const
export const runSchedulerTask = operation({
  ...ofTask,
  id: 'ops.runSchedulerTask',
  method: 'POST',
  path: '/v1/ops/scheduler/tasks/:name/run',
  summary: 'Asks for a turn now, beside its slots.',
  status: 202,
})
export const pauseSchedulerTask = operation({
  ...ofTask,
  id: 'ops.pauseSchedulerTask',
  method: 'POST',
  path: '/v1/ops/scheduler/tasks/:name/pause',
  summary: 'No slot starts until it is resumed; a loop rests.',
})
export const resumeSchedulerTask = operation({
  ...ofTask,
  id: 'ops.resumeSchedulerTask',
  method: 'POST',
  path: '/v1/ops/scheduler/tasks/:name/resume',
  summary: 'Slots start again; missed ones are made up for as the task declares.',
})

export const recoverSchedulerLock = operation({
  id: 'ops.recoverSchedulerLock',
  method: 'POST',
  path: '/v1/ops/scheduler/locks/:key/recover',
  summary: 'Takes a lock from a holder that is lost; one that lives keeps it.',
  access: manage,
  audiences,
  params: z.strictObject({ key: z.string().min(1).max(120) }),
  body: z.strictObject({ reason, confirmation: confirmation.optional() }),
  ok: SchedulerLock,
  errors: ['CONFLICT', 'SCHEDULER_LOCK_LIVE', 'CONFIRMATION_REQUIRED', 'OPS_CONFIRMATION_MISMATCH'],
})

import { z } from 'zod'
import { confirmation } from './identity-blocks.ts'
import { operation } from './kit.ts'
import { byId, count, id, instant, listQuery, many, moment, page, tenantRef, text } from './values.ts'

const read = { capability: 'ops.read' } as const
const manage = { capability: 'ops.jobs.manage' } as const
const audiences = ['web', 'studio'] as const
const reason = text(400, 10).meta({ description: 'why; stands in the audit event' })
const queueName = z
  .string()
  .regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/, 'a queue such as reports.render_pack')
  .max(80)
const byQueue = z.strictObject({ queue: queueName })
/** At most this many dead jobs in one act. */
export const BULK_MAX = 500

/** A queue of the caller's firm; in the studio of all firms. */
export const JobQueue = z
  .object({
    queue: z.string(),
    waiting: count,
    due: count.meta({ description: 'waiting, and their time has come' }),
    running: count,
    retrying: count.meta({ description: 'failed, waiting for another attempt' }),
    dead: count,
    oldest_due_at: instant.nullable(),
    done_last_hour: count,
    paused: z
      .object({ everywhere: z.boolean(), since: instant, reason: z.string() })
      .nullable()
      .meta({ description: 'everywhere: by the platform, for all firms' }),
  })
  .meta({ id: 'JobQueue' })

export const listQueues = operation({
  id: 'ops.listQueues',
  method: 'GET',
  path: '/v1/ops/queues',
  summary: 'Queues with depth, age of the oldest job, rate and pause.',
  access: read,
  audiences,
  query: listQuery({}),
  ok: page(JobQueue),
})

const pauseBody = z.strictObject({
  reason,
  tenant_id: tenantRef.optional().meta({ description: 'studio: for one firm; absent = for all' }),
})
export const pauseQueue = operation({
  id: 'ops.pauseQueue',
  method: 'POST',
  path: '/v1/ops/queues/:queue/pause',
  summary: 'No job of the queue is taken up until it is resumed; what runs is finished. In the Workspace for one firm.',
  access: manage,
  audiences,
  params: byQueue,
  body: pauseBody,
  ok: z.object({ queue: z.string(), paused: z.boolean() }),
  errors: ['CONFLICT'],
})
export const resumeQueue = operation({
  id: 'ops.resumeQueue',
  method: 'POST',
  path: '/v1/ops/queues/:queue/resume',
  summary: 'Ends a pause; what waited is taken up.',
  access: manage,
  audiences,
  params: byQueue,
  body: pauseBody,
  ok: z.object({ queue: z.string(), paused: z.boolean() }),
  errors: ['CONFLICT'],
})

export const JOB_STATES = ['queued', 'running', 'done', 'failed', 'dead', 'cancelled'] as const
export const Job = z
  .object({
    id,
    tenant_id: id,
    queue: z.string(),
    state: z.enum(JOB_STATES),
    attempts: count,
    max_attempts: count,
    run_at: instant,
    created_at: instant,
    started_at: instant.nullable(),
    finished_at: instant.nullable(),
    hold_reason: z.string().nullable(),
    error_code: z.string().nullable(),
    error: z.string().nullable(),
    task: z.string().nullable().meta({ description: 'the recurring task that asked for it' }),
    trace_id: z.string(),
  })
  .meta({ id: 'Job' })

export const listJobs = operation({
  id: 'ops.listJobs',
  method: 'GET',
  path: '/v1/ops/jobs',
  summary: 'Jobs, newest first.',
  access: read,
  audiences,
  query: listQuery({ state: many(z.enum(JOB_STATES)), queue: queueName.optional(), tenant_id: tenantRef.optional() }),
  ok: page(Job),
})
export const getJob = operation({
  id: 'ops.getJob',
  opens: 'JOB',
  method: 'GET',
  path: '/v1/ops/jobs/:id',
  summary: 'One job with its progress and the effects it has left.',
  access: read,
  audiences,
  params: byId,
  ok: Job.extend({
    progress: z.json(),
    replay_of: id.nullable().meta({ description: 'the dead job that it repeats' }),
  }).meta({ id: 'JobDetail' }),
})

export const DEAD_STATES = ['DEAD', 'REPLAYED', 'DISCARDED'] as const
export const DeadJob = z
  .object({
    id,
    tenant_id: id,
    queue: z.string(),
    job_id: id,
    attempts: count,
    first_failed_at: instant,
    last_failed_at: instant,
    error_code: z.string(),
    error: z.string().nullable(),
    state: z.enum(DEAD_STATES),
    resolved_by: id.nullable(),
    resolved_at: instant.nullable(),
    reason: z.string().nullable(),
    replay_job_id: id.nullable(),
    unknown_effects: z
      .array(z.string())
      .meta({ description: 'keys of its calls to the outside of which nobody can tell whether they happened' }),
    trace_id: z.string(),
  })
  .meta({ id: 'DeadJob' })

export const listDeadJobs = operation({
  id: 'ops.listDeadJobs',
  method: 'GET',
  path: '/v1/ops/dead-jobs',
  summary: 'Jobs that no further attempt will help, newest first; without `state` those that nobody has resolved.',
  access: manage,
  audiences,
  query: listQuery({
    state: many(z.enum(DEAD_STATES)),
    queue: queueName.optional(),
    error_code: z.string().min(1).max(80).optional(),
    tenant_id: tenantRef.optional(),
  }),
  ok: page(DeadJob),
})
export const getDeadJob = operation({
  id: 'ops.getDeadJob',
  method: 'GET',
  path: '/v1/ops/dead-jobs/:id',
  summary: 'One dead job with its payload, secrets and personal data covered; the view is audited.',
  access: manage,
  audiences,
  recordsAccess: true,
  params: byId,
  ok: DeadJob.extend({ payload: z.json(), effect_key: z.string() }).meta({ id: 'DeadJobDetail' }),
})

const resolving = {
  access: manage,
  audiences,
  params: byId,
  body: z.strictObject({ reason }),
  ok: DeadJob,
  errors: ['CONFLICT'],
  idempotency: 'required',
} as const
export const replayDeadJob = operation({
  ...resolving,
  id: 'ops.replayDeadJob',
  method: 'POST',
  path: '/v1/ops/dead-jobs/:id/replay',
  summary: 'Asks for the job again under the same effect key, so that nothing happens twice.',
})
export const discardDeadJob = operation({
  ...resolving,
  id: 'ops.discardDeadJob',
  method: 'POST',
  path: '/v1/ops/dead-jobs/:id/discard',
  summary: 'Gives the job up for good; 409 while it is not known whether one of its calls to the outside happened.',
})

export const EFFECT_OUTCOMES = ['done', 'not_done'] as const
export const BULK_ACTIONS = ['replay', 'discard'] as const
export const settleDeadJob = operation({
  ...resolving,
  id: 'ops.settleDeadJob',
  method: 'POST',
  path: '/v1/ops/dead-jobs/:id/settle',
  summary:
    'Says of a call to the outside whose end nobody knows whether it happened, and replays or discards the job. What is done is not called again; what is not done is called anew under the same key.',
  body: z.strictObject({
    effect_key: z.string().min(1).max(200),
    outcome: z.enum(EFFECT_OUTCOMES),
    action: z.enum(BULK_ACTIONS).default('replay'),
    reason,
    confirmation: confirmation.optional(),
  }),
  errors: ['CONFLICT', 'CONFIRMATION_REQUIRED', 'OPS_CONFIRMATION_MISMATCH'],
})

export const resolveDeadJobs = operation({
  id: 'ops.resolveDeadJobs',
  method: 'POST',
  path: '/v1/ops/dead-jobs/bulk',
  summary: 'Replays or discards up to 500 dead jobs by filter, when there are as many as the caller has seen.',
  access: manage,
  audiences,
  body: z.strictObject({
    action: z.enum(BULK_ACTIONS),
    filter: z.strictObject({
      queue: queueName.optional(),
      error_code: z.string().min(1).max(80).optional(),
      tenant_id: tenantRef.optional(),
      to_utc: moment.optional().meta({ description: 'last failed at or before' }),
    }),
    expected_count: z.int().min(1).max(BULK_MAX),
    reason,
    confirmation: confirmation.optional(),
  }),
  ok: z.object({ affected: count }),
  errors: ['CONFLICT', 'CONFIRMATION_REQUIRED', 'OPS_CONFIRMATION_MISMATCH'],
  idempotency: 'required',
})
/** What the typed confirmation of a bulk act names. */
export const bulkTarget = (filter: { readonly queue?: string | undefined }): string => filter.queue ?? 'all queues'

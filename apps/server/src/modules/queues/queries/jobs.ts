import { getJob, type JOB_STATES, listJobs } from '@zenops/contracts/ops-queue'
import { sql } from 'kysely'
import { z } from 'zod'
import { compileOnly } from '../../../platform/db/database.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { reachOf } from '../reach.ts'

const on = operationsOf<'ops'>()
const Key = z.tuple([z.iso.datetime({ precision: 3 }), z.guid()])

interface JobRow {
  readonly id: string
  readonly tenant_id: string
  readonly queue: string
  readonly state: (typeof JOB_STATES)[number]
  readonly attempts: number
  readonly max_attempts: number
  readonly run_at: string
  readonly created_at: string
  readonly started_at: string | null
  readonly finished_at: string | null
  readonly hold_reason: string | null
  readonly error_code: string | null
  readonly error: string | null
  readonly task: string | null
  readonly trace_id: string
}

// The payload stays behind: it may name people.
const COLUMNS = sql`id, tenant_id, kind as queue, state, attempts, max_attempts, run_at, created_at, started_at, finished_at,
  hold_reason, error_code, error, task, trace_id`

export const listJobsOperation = on.query(listJobs, async (context, { query }) => {
  const reach = reachOf(context.actor, query.tenant_id)
  const parts = [sql`true`]
  if (reach !== null) parts.push(sql`tenant_id = ${reach}::uuid`)
  if (query.state !== undefined) parts.push(sql`state = any(${query.state}::text[])`)
  if (query.queue !== undefined) parts.push(sql`kind = ${query.queue}`)
  if (query.q !== undefined)
    parts.push(sql`(starts_with(kind, ${query.q}) or error_code = ${query.q} or trace_id = ${query.q})`)
  if (query.cursor !== undefined) {
    const [at, id] = decodeCursor(Key, query.cursor)
    parts.push(sql`(created_at, id) < (${at}::timestamptz, ${id}::uuid)`)
  }
  const [rows] = await context.read(
    sql<JobRow>`select ${COLUMNS} from ops.jobs where ${sql.join(parts, sql` and `)} order by created_at desc, id desc limit ${query.limit + 1}`.compile(
      compileOnly,
    ),
  )
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return { items, next_cursor: last ? encodeCursor([last.created_at, last.id]) : null }
})

export const getJobOperation = on.query(getJob, async (context, { params }) => {
  const [rows] = await context.read(
    sql<JobRow & { progress: never; replay_of: string | null }>`
      select ${COLUMNS}, progress, replay_of from ops.jobs where id = ${params.id}::uuid`.compile(compileOnly),
  )
  const [job] = rows
  if (!job) throw refuse.notFound('The job')
  return job
})

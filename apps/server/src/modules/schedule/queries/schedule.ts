import {
  listSchedulerLocks,
  listSchedulerRuns,
  listSchedulerTasks,
  type RUN_STATUSES,
} from '@zenops/contracts/ops-scheduler'
import { sql } from 'kysely'
import { z } from 'zod'
import { compileOnly } from '../../../platform/db/database.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { LOCK_COLUMNS, type LockRow, TASK_COLUMNS, type TaskRow } from '../rows.ts'

const on = operationsOf<'ops'>()
const Key = z.tuple([z.iso.datetime({ precision: 3 }), z.guid()])

// As many as the build declares: a page would hide none.
export const listSchedulerTasksOperation = on.query(listSchedulerTasks, async (context) => {
  const [items] = await context.read(
    sql<TaskRow>`select ${TASK_COLUMNS} from ops.scheduler_locks order by kind desc, task limit 500`.compile(
      compileOnly,
    ),
  )
  return { items }
})

export const listSchedulerLocksOperation = on.query(listSchedulerLocks, async (context) => {
  const [items] = await context.read(
    sql<LockRow>`select ${LOCK_COLUMNS} from ops.scheduler_locks order by lock_key limit 500`.compile(compileOnly),
  )
  return { items }
})

interface RunRow {
  readonly id: string
  readonly task: string
  readonly lock_key: string
  readonly slot: string | null
  readonly job_id: string | null
  readonly owner_id: string
  readonly fencing_token: number
  readonly started_at: string
  readonly ended_at: string | null
  readonly status: (typeof RUN_STATUSES)[number]
  readonly rows: number | null
  readonly error_code: string | null
  readonly error: string | null
  readonly trace_id: string
}

export const listSchedulerRunsOperation = on.query(listSchedulerRuns, async (context, { query }) => {
  const parts = [sql`true`]
  if (query.task !== undefined) parts.push(sql`task = ${query.task}`)
  if (query.status !== undefined) parts.push(sql`status = any(${query.status}::text[])`)
  if (query.from_utc !== undefined) parts.push(sql`started_at >= ${query.from_utc}::timestamptz`)
  if (query.to_utc !== undefined) parts.push(sql`started_at <= ${query.to_utc}::timestamptz`)
  if (query.q !== undefined)
    parts.push(sql`(starts_with(task, ${query.q}) or error_code = ${query.q} or trace_id = ${query.q})`)
  if (query.cursor !== undefined) {
    const [at, id] = decodeCursor(Key, query.cursor)
    parts.push(sql`(started_at, id) < (${at}::timestamptz, ${id}::uuid)`)
  }
  const [rows] = await context.read(
    sql<RunRow>`select id, task, lock_key, slot, job_id, owner_id, fencing_token, started_at, ended_at, status, rows, error_code, error, trace_id
      from ops.job_runs where ${sql.join(parts, sql` and `)} order by started_at desc, id desc limit ${query.limit + 1}`.compile(
      compileOnly,
    ),
  )
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return { items, next_cursor: last ? encodeCursor([last.started_at, last.id]) : null }
})

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

const NameKey = z.tuple([z.string().max(120)])
const nameIn = (cursor: string | undefined): string => (cursor === undefined ? '' : decodeCursor(NameKey, cursor)[0])

export const listSchedulerTasksOperation = on.query(listSchedulerTasks, async (context, { query }) => {
  const [rows] = await context.read(
    sql<TaskRow>`select ${TASK_COLUMNS} from ops.scheduler_locks
      where task > ${nameIn(query.cursor)} and strpos(task, ${query.q ?? ''}) > 0 order by task limit ${query.limit + 1}`.compile(
      compileOnly,
    ),
  )
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return { items, next_cursor: last ? encodeCursor([last.name]) : null }
})

export const listSchedulerLocksOperation = on.query(listSchedulerLocks, async (context, { query }) => {
  const [rows] = await context.read(
    sql<LockRow>`select ${LOCK_COLUMNS} from ops.scheduler_locks
      where lock_key > ${nameIn(query.cursor)} and strpos(lock_key, ${query.q ?? ''}) > 0 order by lock_key limit ${query.limit + 1}`.compile(
      compileOnly,
    ),
  )
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return { items, next_cursor: last ? encodeCursor([last.lock_key]) : null }
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

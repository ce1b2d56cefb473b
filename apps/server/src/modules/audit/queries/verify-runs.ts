import { ChainVerdict, getVerifyRun, listVerifyRuns } from '@zenops/contracts/audit'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { compileOnly } from '../../../platform/db/database.ts'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { assertReads, tenantOf, type Visible } from '../context.ts'
import { VERIFY_KIND } from '../verify-kind.ts'

const on = operationsOf<Visible>()
const Key = z.tuple([z.iso.datetime({ precision: 3 }), z.guid()])
const STATUS = {
  queued: 'QUEUED',
  running: 'RUNNING',
  failed: 'RUNNING',
  done: 'DONE',
  dead: 'FAILED',
  cancelled: 'FAILED',
} as const

interface Row {
  readonly id: string
  readonly tenant_id: string
  readonly state: keyof typeof STATUS
  readonly progress: { readonly percent: number; readonly done?: number } | null
  readonly result: unknown
  readonly created_at: string
  readonly finished_at: string | null
}

/** Runs are jobs; a finished one has its result, and a look at once has nothing but its result. */
const runsQuery = (tenantId: string, where: RawBuilder<unknown>, limit: number) =>
  sql<Row>`
    select * from (
      select j.id, j.tenant_id, j.state, j.progress, v.result, j.created_at, j.finished_at
      from ops.jobs j left join audit.verify_runs v on v.tenant_id = j.tenant_id and v.id = j.id
      where j.tenant_id = ${tenantId}::uuid and j.kind = ${VERIFY_KIND}
      union all
      select v.id, v.tenant_id, 'done', null, v.result, v.created_at, v.created_at from audit.verify_runs v
      where v.tenant_id = ${tenantId}::uuid and not exists (select 1 from ops.jobs j where j.tenant_id = v.tenant_id and j.id = v.id)
    ) runs where ${where} order by created_at desc, id desc limit ${limit}`.compile(compileOnly)

const shown = (row: Row) => ({
  run_id: row.id,
  tenant_id: row.tenant_id,
  status: STATUS[row.state],
  progress_percent: row.state === 'done' ? 100 : (row.progress?.percent ?? 0),
  rows_done: row.progress?.done ?? 0,
  result: ChainVerdict.nullable().catch(null).parse(row.result),
  created_at: row.created_at,
  finished_at: row.finished_at,
})

export const listVerifyRunsOperation = on.query(listVerifyRuns, async (context, { query }) => {
  assertReads(context)
  const key = query.cursor === undefined ? null : decodeCursor(Key, query.cursor)
  const where = key ? sql`(created_at, id) < (${key[0]}::timestamptz, ${key[1]}::uuid)` : sql`true`
  const [rows] = await context.read(runsQuery(tenantOf(context.actor, query.tenant_id), where, query.limit + 1))
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined
  return {
    items: rows.slice(0, query.limit).map(shown),
    next_cursor: last ? encodeCursor([last.created_at, last.id]) : null,
  }
})

export const getVerifyRunOperation = on.query(getVerifyRun, async (context, { params, query }) => {
  assertReads(context)
  const [rows] = await context.read(
    runsQuery(tenantOf(context.actor, query.tenant_id), sql`id = ${params.id}::uuid`, 1),
  )
  if (!rows[0]) throw refuse.notFound('The run')
  return shown(rows[0])
})

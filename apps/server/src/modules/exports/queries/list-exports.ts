import { getExportJob, listExportJobs } from '@zenops/contracts/exports'
import { sql } from 'kysely'
import { z } from 'zod'
import { compileOnly } from '../../../platform/db/database.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import { assertOwnTenant, type AuditExport, EXPORT_TABLES, type Visible } from '../context.ts'
import { found, jobQuery } from '../find-job.ts'
import { shownJob } from '../shown.ts'

const on = operationsOf<Visible>()
const Key = z.tuple([z.iso.datetime({ precision: 3 }), z.guid()])

export const listExportsOperation = on.query(listExportJobs, async (context, { query }) => {
  assertOwnTenant(context.actor, query.tenant_id)
  const where = [sql`tenant_id = ${context.actor.tenantId}::uuid`]
  if (query.status !== undefined) where.push(sql`status = ${query.status}`)
  if (query.requested_by !== undefined) where.push(sql`requested_by = ${query.requested_by}::uuid`)
  if (query.q !== undefined) where.push(sql`(id::text = ${query.q} or trace_id = ${query.q})`)
  if (query.cursor !== undefined) {
    const [at, id] = decodeCursor(Key, query.cursor)
    where.push(sql`(created_at, id) < (${at}::timestamptz, ${id}::uuid)`)
  }
  const [rows] = await context.read(
    sql<AuditExport>`select * from ${sql.table(EXPORT_TABLES.jobs)} where ${sql.join(where, sql` and `)}
      order by created_at desc, id desc limit ${query.limit + 1}`.compile(compileOnly),
  )
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined
  return {
    items: rows.slice(0, query.limit).map(shownJob),
    next_cursor: last ? encodeCursor([last.created_at, last.id]) : null,
  }
})

export const getExportOperation = on.query(getExportJob, async (context, { params, query }) => {
  assertOwnTenant(context.actor, query.tenant_id)
  const [rows] = await context.read(jobQuery(context.actor.tenantId, params.job_id))
  return shownJob(found(rows[0]))
})

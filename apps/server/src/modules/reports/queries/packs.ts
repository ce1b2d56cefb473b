import type { Pack, ReportJob } from '@zenops/contracts/reports-pack-records'
import { getPack, getPackLink, getReportJob, listPacks, listReportJobs } from '@zenops/contracts/reports-packs'
import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import { refuse } from '../../../platform/errors.ts'
import { operationsOf } from '../../../platform/operations.ts'
import { decodeCursor, encodeCursor } from '../../../platform/paging.ts'
import type { Visible } from '../context.ts'
import { jobColumns, newestJob, newestPack, packColumns, packLinkOf } from './pack-rows.ts'
import { headerQuery, unseen } from './visible-report.ts'

const on = operationsOf<Visible>()

export const getPackLinkOperation = on.query(getPackLink, async (context, { params }) => {
  const { read, build, actor } = context
  const key = [actor.tenantId, params.id] as const
  const [reports, packs, jobs] = await read(
    headerQuery(...key),
    newestPack(...key).compile(build),
    newestJob(...key).compile(build),
  )
  const report = reports[0]
  if (!report) throw await unseen(context, params.id)
  return packLinkOf(report, packs[0], jobs[0])
})

export const listPacksOperation = on.query(listPacks, async (context, { params, query }) => {
  const { read, build, actor } = context
  const before = query.cursor === undefined ? null : decodeCursor(z.tuple([z.int()]), query.cursor)[0]
  const [reports, rows] = await read(
    headerQuery(actor.tenantId, params.id),
    sql<Pack>`select ${packColumns} from reports.report_packs p
      where p.tenant_id = ${actor.tenantId}::uuid and p.report_id = ${params.id}::uuid and p.version < coalesce(${before}::int, 2147483647)
      order by p.version desc limit ${query.limit + 1}`.compile(build),
  )
  if (!reports[0]) throw await unseen(context, params.id)
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return { items, next_cursor: last ? encodeCursor([last.version]) : null }
})

export const getPackOperation = on.query(getPack, async ({ read, build, actor }, { params }) => {
  const [rows] = await read(
    sql<Pack>`select ${packColumns} from reports.report_packs p
      where p.tenant_id = ${actor.tenantId}::uuid and p.id = ${params.id}::uuid`.compile(build),
  )
  const pack = rows[0]
  if (!pack) throw refuse.notFound('The pack')
  return pack
})

const JobCursor = z.tuple([z.iso.datetime({ precision: 3 }), z.guid()])

export const listReportJobsOperation = on.query(listReportJobs, async ({ read, build, actor }, { query }) => {
  const after = query.cursor === undefined ? null : decodeCursor(JobCursor, query.cursor)
  const where: RawBuilder<unknown>[] = [sql`j.tenant_id = ${actor.tenantId}::uuid`]
  if (query.status) where.push(sql`j.status = any (${query.status}::text[])`)
  if (query.report_id) where.push(sql`j.report_id = ${query.report_id}::uuid`)
  if (query.assignment_id) where.push(sql`j.assignment_id = ${query.assignment_id}::uuid`)
  if (query.template_key) where.push(sql`j.template_key = ${query.template_key}`)
  if (query.q) where.push(sql`j.report_id = any ((select reports.search(${query.q}))::uuid[])`)
  if (after) where.push(sql`(j.created_at, j.id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
  const [rows] = await read(
    sql<ReportJob>`select ${jobColumns} from reports.report_generation_jobs j where ${sql.join(where, sql` and `)}
      order by j.created_at desc, j.id desc limit ${query.limit + 1}`.compile(build),
  )
  const items = rows.slice(0, query.limit)
  const last = rows.length > query.limit ? items.at(-1) : undefined
  return { items, next_cursor: last ? encodeCursor([last.created_at, last.id]) : null }
})

export const jobById = (tenantId: string, id: string): RawBuilder<ReportJob> =>
  sql<ReportJob>`select ${jobColumns} from reports.report_generation_jobs j where j.tenant_id = ${tenantId}::uuid and j.id = ${id}::uuid`

export const getReportJobOperation = on.query(getReportJob, async ({ read, build, actor }, { params }) => {
  const [rows] = await read(jobById(actor.tenantId, params.id).compile(build))
  const job = rows[0]
  if (!job) throw refuse.notFound('The job')
  return job
})

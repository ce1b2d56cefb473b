import { type RawBuilder, sql } from 'kysely'

interface Job {
  readonly tenantId: string
  readonly id: string
}

interface JobLine {
  readonly id: string
  readonly original_filename: string | null
  readonly content_type: string
  readonly classification: string
  readonly sensitivity: string
  readonly size_bytes: number
  readonly created_at: string
  readonly restricted: boolean
}

const ofJob = (
  job: Job,
): RawBuilder<unknown> => sql`d.tenant_id = ${job.tenantId}::uuid and d.status = 'uploaded' and d.deleted_at is null
  and d.is_current and d.id in (select l.document_id from documents.document_links l
    where l.tenant_id = ${job.tenantId}::uuid and l.assignment_id = ${job.id}::uuid)`

/** Whoever reaches a job by his assignment has its documents in scope "assigned". */
const open = sql`(d.sensitivity not in ('pii', 'confidential')
  or (select app.scope_of('documents.pii')) in ('all', 'assigned')
  or ((select app.scope_of('documents.pii')) = 'own' and d.owner_user_id = (select app.current_user_id())))`

/** The newest documents of a job as its detail shows them; names of restricted ones are withheld. */
export const linesOfJob = (job: Job, limit: number): RawBuilder<JobLine> => sql<JobLine>`
  select d.id, case when ${open} then d.original_filename end as original_filename, d.content_type, d.classification, d.sensitivity, d.size_bytes,
    d.created_at, not ${open} as restricted
  from documents.documents d where ${ofJob(job)} order by d.id desc limit ${limit}`

/** How many documents a job has that the caller may read; a scalar subquery. */
export const countOfJob = (job: Job): RawBuilder<number> =>
  sql<number>`(select count(*)::int from documents.documents d where ${ofJob(job)})`

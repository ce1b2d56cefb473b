import { type RawBuilder, sql } from 'kysely'

export interface DuplicateRow {
  readonly id: string
  readonly code: string
  readonly score: number
  readonly reasons: string[]
}

const DEFAULT_WINDOW_DAYS = 180

/** What a new job is compared by. */
export interface Likeness {
  readonly tenantId: string
  readonly borrowerName: string | null
  readonly borrowerPhone: string | null
  readonly propertyId: string | null
}

/** Whether anything could look like it: each sign compares a property, or borrower and phone together. */
export const mayHaveDuplicates = (job: Likeness): boolean =>
  job.propertyId !== null || (job.borrowerName !== null && job.borrowerPhone !== null)

const windowStart = (tenantId: string): RawBuilder<unknown> =>
  sql`now() - make_interval(days => (select coalesce((t.settings -> 'operations' ->> 'duplicate_window_days')::int, ${DEFAULT_WINDOW_DAYS})
    from identity.tenants t where t.id = ${tenantId}::uuid))`

/** Without a property, borrower and phone are the one sign left. */
const byBorrower = (job: Likeness): RawBuilder<DuplicateRow> => sql<DuplicateRow>`
  select o.id, o.code, 0.9::float8 as score, array['same_borrower_and_phone'] as reasons
  from assignments.assignments o
  where o.tenant_id = ${job.tenantId}::uuid and o.norm_borrower = app.norm(${job.borrowerName}) and o.borrower_phone = ${job.borrowerPhone}
    and o.status <> 'CANCELLED' and o.created_at >= ${windowStart(job.tenantId)}
  order by o.id desc limit 5`

/**
 * Jobs by property: the same, one within 30 m, or the same borrower at nearly the same address. Each way to a candidate is an index of its own and
 * handed on as a list, so that no plan walks the jobs for each of them; the
 * borrower's normal form is made once; asked before the code is drawn, so nobody waits for it.
 */
const byProperty = (job: Likeness): RawBuilder<DuplicateRow> => sql<DuplicateRow>`
  with mine as materialized (
    select app.norm(${job.borrowerName}) as norm_borrower, ${job.borrowerPhone}::text as phone, ${job.propertyId}::uuid as property_id,
      p.latitude, p.longitude, p.norm_address
    from (select 1) as one
    left join directory.properties p on p.tenant_id = ${job.tenantId}::uuid and p.id = ${job.propertyId}::uuid
  ), near as materialized (
    select q.id from mine join directory.properties q on q.tenant_id = ${job.tenantId}::uuid
      and q.latitude between mine.latitude - 0.0003 and mine.latitude + 0.0003 and q.longitude between mine.longitude - 0.0006 and mine.longitude + 0.0006
    limit 200
  ), candidates as materialized (
    (select o.id from assignments.assignments o
      where o.tenant_id = ${job.tenantId}::uuid and o.norm_borrower = (select norm_borrower from mine)
      order by o.created_at desc limit 200)
    union
    (select o.id from assignments.assignments o
      where o.tenant_id = ${job.tenantId}::uuid and o.property_id = any (array(select id from near union select property_id from mine))
      limit 200)
  )
  select o.id, o.code, judged.score::float8 as score, judged.reasons
  from mine
  join assignments.assignments o on o.tenant_id = ${job.tenantId}::uuid and o.id = any (array(select id from candidates))
  left join directory.properties q on q.tenant_id = o.tenant_id and q.id = o.property_id
  cross join lateral (
    select max(signs.score) as score, array_agg(signs.reason order by signs.score desc) as reasons from (values
      ('same_property', 1.0, o.property_id = mine.property_id),
      ('same_borrower_and_phone', 0.9, o.norm_borrower = mine.norm_borrower and o.borrower_phone = mine.phone),
      ('near_property', 0.8, o.property_id <> mine.property_id and sqrt(((q.latitude - mine.latitude)::float8 * 111320) ^ 2
        + ((q.longitude - mine.longitude)::float8 * 111320 * cos(radians(mine.latitude::float8))) ^ 2) <= 30),
      ('same_borrower_similar_address', 0.7, o.norm_borrower = mine.norm_borrower and o.property_id <> mine.property_id
        and public.similarity(q.norm_address, mine.norm_address) >= 0.7)
    ) as signs (reason, score, holds) where signs.holds) judged
  where o.status <> 'CANCELLED' and o.created_at >= ${windowStart(job.tenantId)}
    and judged.score is not null
  order by judged.score desc, o.id desc limit 5`

/** Live jobs of the last days that look like this one, best five; see `mayHaveDuplicates`. */
export const duplicatesOf = (job: Likeness): RawBuilder<DuplicateRow> =>
  job.propertyId === null ? byBorrower(job) : byProperty(job)

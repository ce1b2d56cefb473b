import { type RawBuilder, sql } from 'kysely'

export interface DuplicateRow {
  readonly id: string
  readonly code: string
  readonly score: number
  readonly reasons: string[]
}

/**
 * Live jobs of the last days that look like this one: same borrower and phone, same property, a property within 30 m,
 * or the same borrower at nearly the same address. Best five.
 */
export const duplicatesOf = (job: {
  tenantId: string
  id: string
  windowDays: number
}): RawBuilder<DuplicateRow> => sql<DuplicateRow>`
  with me as (
    select a.*, p.latitude, p.longitude, p.norm_address from assignments.assignments a
    left join directory.properties p on p.tenant_id = a.tenant_id and p.id = a.property_id
    where a.tenant_id = ${job.tenantId}::uuid and a.id = ${job.id}::uuid
  ), candidates as (
    select o.id from me join assignments.assignments o on o.tenant_id = me.tenant_id and o.norm_borrower = me.norm_borrower
    union
    select o.id from me join assignments.assignments o on o.tenant_id = me.tenant_id and o.property_id = me.property_id
    union
    select o.id from me join directory.properties q on q.tenant_id = me.tenant_id
      and q.latitude between me.latitude - 0.0003 and me.latitude + 0.0003 and q.longitude between me.longitude - 0.0006 and me.longitude + 0.0006
    join assignments.assignments o on o.tenant_id = q.tenant_id and o.property_id = q.id
  )
  select o.id, o.code, judged.score::float8 as score, judged.reasons from candidates c
  join assignments.assignments o on o.tenant_id = ${job.tenantId}::uuid and o.id = c.id
  cross join me
  left join directory.properties q on q.tenant_id = o.tenant_id and q.id = o.property_id
  cross join lateral (
    select max(signs.score) as score, array_agg(signs.reason order by signs.score desc) as reasons from (values
      ('same_property', 1.0, o.property_id = me.property_id),
      ('same_borrower_and_phone', 0.9, o.norm_borrower = me.norm_borrower and o.borrower_phone = me.borrower_phone),
      ('near_property', 0.8, o.property_id <> me.property_id and sqrt(((q.latitude - me.latitude)::float8 * 111320) ^ 2
        + ((q.longitude - me.longitude)::float8 * 111320 * cos(radians(me.latitude::float8))) ^ 2) <= 30),
      ('same_borrower_similar_address', 0.7, o.norm_borrower = me.norm_borrower and o.property_id <> me.property_id
        and public.similarity(q.norm_address, me.norm_address) >= 0.7)
    ) as signs (reason, score, holds) where signs.holds) judged
  where o.id <> me.id and o.status <> 'CANCELLED' and o.created_at >= now() - make_interval(days => ${job.windowDays}::int)
    and judged.score is not null
  order by judged.score desc, o.id desc limit 5`

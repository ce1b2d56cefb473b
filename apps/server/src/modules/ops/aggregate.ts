import { sql } from 'kysely'
import { compileOnly, type Database } from '../../platform/db/database.ts'
import { KEEPER_SCOPE } from '../../platform/db/scope.ts'

const MARK = 'metric_hourly'
/** What was written late is caught within an hour; a longer stop is made up for 48 hours a turn. */
const TURN_HOURS = 48
const LATE_HOURS = 72

/** The sums of whole hours, overwritten: whoever computes them again gets the same table. */
const upsert = (from: ReturnType<typeof sql>, to: ReturnType<typeof sql>) => sql`
  insert into ops.metric_hourly as h (tenant_id, hour_bucket_utc, metric_key, metric_value)
  select e.tenant_id, date_trunc('hour', e.occurred_at, 'UTC'), e.metric_key, sum(e.metric_value)::bigint
  from ops.events e where e.occurred_at >= ${from} and e.occurred_at < ${to}
  group by 1, 2, 3
  on conflict (tenant_id, hour_bucket_utc, metric_key)
    do update set metric_value = excluded.metric_value, updated_at = now() where h.metric_value <> excluded.metric_value
  returning hour_bucket_utc`

/**
 * One turn: recomputes every hour from the last completed mark minus one hour up to now. Answers up to where the sums are
 * complete, RFC 3339. Two turns at once wait for each other.
 */
export async function aggregateHours(keeper: Database): Promise<string> {
  return keeper.transact(KEEPER_SCOPE, async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('ops.metric_hourly', 0))`.execute(tx)
    const { rows } = await sql<{ from_at: string; to_at: string }>`
      with mark as (
        select coalesce((select reached_at from ops.watermarks where name = ${MARK}),
          (select min(occurred_at) from ops.events), now()) - interval '1 hour' as at
      ), start as (select date_trunc('hour', at, 'UTC') as at from mark)
      select at as from_at, least(now(), at + make_interval(hours => ${TURN_HOURS})) as to_at from start`.execute(tx)
    const span = rows[0]
    if (!span) throw new Error('there is no hour to sum up')
    // An hour that has only begun to be read is read whole: its sum replaces the one before.
    const to = sql`date_trunc('hour', ${span.to_at}::timestamptz, 'UTC') + interval '1 hour'`
    await upsert(sql`${span.from_at}::timestamptz`, to).execute(tx)
    await sql`
      insert into ops.watermarks (name, reached_at) values (${MARK}, ${span.to_at}::timestamptz)
      on conflict (name) do update set reached_at = excluded.reached_at, updated_at = now()`.execute(tx)
    return span.to_at
  })
}

/** Recomputes the last 72 hours and answers how many closed hours had changed: commits that came late. */
export async function recomputeLateHours(keeper: Database): Promise<number> {
  return keeper.transact(KEEPER_SCOPE, async (tx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('ops.metric_hourly', 0))`.execute(tx)
    const from = sql`date_trunc('hour', now(), 'UTC') - make_interval(hours => ${LATE_HOURS})`
    const { rows } = await sql<{ closed: boolean }>`
      with written as (${upsert(from, sql`date_trunc('hour', now(), 'UTC') + interval '1 hour'`)})
      select hour_bucket_utc < date_trunc('hour', now(), 'UTC') - interval '1 hour' as closed from written`.execute(tx)
    return rows.filter((row) => row.closed).length
  })
}

/** The partitions of this month and two further ones, made where they lack. Answers the names of new ones. */
export async function prepareMonths(keeper: Database): Promise<string[]> {
  const [rows] = await keeper.write(
    KEEPER_SCOPE,
    sql<{ name: string }>`select ops.prepare_event_months(2) as name`.compile(compileOnly),
  )
  return rows.map((row) => row.name)
}

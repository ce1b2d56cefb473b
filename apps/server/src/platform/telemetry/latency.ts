import { CompiledQuery } from 'kysely'
import type { Database } from '../db/database.ts'
import { PROCESS_SCOPE } from '../db/scope.ts'

/** Upper bounds of the first 23 buckets, milliseconds: 1 ms, each 1.6 times the one before; the 24th takes the rest. */
export const LATENCY_BOUNDS_MS: readonly number[] = Array.from({ length: 23 }, (_, place) => 1.6 ** place)
const BUCKETS = LATENCY_BOUNDS_MS.length + 1
const STEP = Math.log(1.6)
const HOUR_MS = 3_600_000

/** The place of the bucket that takes a duration. */
export function bucketOf(ms: number): number {
  if (ms <= 1) return 0
  const near = Math.min(BUCKETS - 1, Math.ceil(Math.log(ms) / STEP))
  // The logarithm may miss a bound by a last digit.
  if (near > 0 && ms <= (LATENCY_BOUNDS_MS[near - 1] ?? 0)) return near - 1
  return ms > (LATENCY_BOUNDS_MS[near] ?? Number.POSITIVE_INFINITY) ? near + 1 : near
}

/** Upper bound of the bucket in which the share `q` of all lies, milliseconds; null without any. */
export function percentileOf(counts: readonly number[], q: number): number | null {
  const total = counts.reduce((sum, one) => sum + one, 0)
  if (total === 0) return null
  const wanted = Math.ceil(total * q)
  let seen = 0
  for (const [place, one] of counts.entries()) {
    seen += one
    if (seen >= wanted) return Math.round((LATENCY_BOUNDS_MS[place] ?? 1.6 ** place) * 100) / 100
  }
  return null
}

interface Row {
  readonly hour: string
  readonly route: string
  readonly status_class: string
  readonly counts: number[]
  changed: boolean
}

export interface Latencies {
  /** One answer: its route as template, its status, its duration. */
  observe(route: string, status: number, ms: number): void
  /** Overwrites this process's rows of the hours that changed. */
  flush(database: Database): Promise<void>
}

const UPSERT = `
  insert into ops.latency_hourly (hour, instance_id, route, status_class, bucket_counts)
  select (row ->> 'hour')::timestamptz, $1, row ->> 'route', row ->> 'status_class',
    array(select c::bigint from jsonb_array_elements_text(row -> 'counts') with ordinality as n(c, place) order by place)
  from jsonb_array_elements($2::jsonb) as rows(row)
  on conflict (hour, instance_id, route, status_class) do update set bucket_counts = excluded.bucket_counts, updated_at = now()`

/** Counts durations in memory; nothing of it happens while somebody waits for an answer. */
export function createLatencies(instanceId: string, now: () => number): Latencies {
  const rows = new Map<string, Row>()
  return {
    observe: (route, status, ms) => {
      const status_class = `${Math.floor(status / 100)}xx`
      if (status < 200 || status > 599) return
      const hour = Math.floor(now() / HOUR_MS)
      const key = `${hour} ${status_class} ${route}`
      let row = rows.get(key)
      if (!row) {
        const counts = Array.from({ length: BUCKETS }, () => 0)
        row = { hour: new Date(hour * HOUR_MS).toISOString(), route, status_class, counts, changed: true }
        rows.set(key, row)
      }
      const place = bucketOf(ms)
      row.counts[place] = (row.counts[place] ?? 0) + 1
      row.changed = true
    },
    flush: async (database) => {
      const changed = [...rows.values()].filter((row) => row.changed)
      if (changed.length === 0) return
      for (const row of changed) row.changed = false
      const told = changed.map(({ hour, route, status_class, counts }) => ({
        hour,
        route,
        status_class,
        counts: [...counts],
      }))
      try {
        await database.write(PROCESS_SCOPE, CompiledQuery.raw(UPSERT, [instanceId, JSON.stringify(told)]))
      } catch (error) {
        for (const row of changed) row.changed = true
        throw error
      }
      const current = Math.floor(now() / HOUR_MS)
      // A past hour that is written takes no more.
      for (const [key, row] of rows) if (!row.changed && Number(key.split(' ', 1)[0]) < current) rows.delete(key)
    },
  }
}

import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import { authScope } from '../db/scope.ts'

/** One window of one limit. */
export interface Window {
  readonly key: string
  readonly limit: number
  readonly startsAt: Date
  readonly seconds: number
}
export interface Reserved {
  readonly granted: number
  /** Reserved by all processes, this reservation included. */
  readonly used: number
}

/** Hands out parts of a window, never more than its limit in total. */
export interface Reservations {
  reserve(window: Window, want: number): Promise<Reserved>
}

const SWEEP_MS = 60_000
const SWEEP_BATCH = 5_000
/** Clocks of processes and database may differ by this much. */
const SLACK_SECONDS = 3_600

/** The ledger of all windows in PostgreSQL. Ended windows are swept once a minute by whoever reserves. */
export function createLedger(database: Database, sweepEveryMs = SWEEP_MS): Reservations {
  let nextSweep = performance.now() + sweepEveryMs
  const sweep = async (): Promise<void> => {
    for (;;) {
      const gone = await database.transact(authScope(), (tx) =>
        sql`delete from ops.rate_windows where key in (
            select key from ops.rate_windows where expires_at <= now() limit ${SWEEP_BATCH} for update skip locked)
          returning 1`.execute(tx),
      )
      if (gone.rows.length < SWEEP_BATCH) return
    }
  }
  return {
    reserve: async ({ key, limit, startsAt, seconds }, want) => {
      if (performance.now() >= nextSweep) {
        nextSweep = performance.now() + sweepEveryMs
        await sweep()
      }
      const { rows } = await database.transact(authScope(), (tx) =>
        sql<{ before: number | null; used: number }>`
          insert into ops.rate_windows (key, window_start, used, expires_at)
          values (${key}, ${startsAt.toISOString()}, least(${want}::int, ${limit}::int), now() + make_interval(secs => ${seconds + SLACK_SECONDS}))
          on conflict (key) do update set used = least(rate_windows.used + ${want}::int, ${limit}::int)
            where rate_windows.used < ${limit}::int
          returning old.used as before, new.used as used`.execute(tx),
      )
      const [row] = rows
      return row ? { granted: row.used - (row.before ?? 0), used: row.used } : { granted: 0, used: limit }
    },
  }
}

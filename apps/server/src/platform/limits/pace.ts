import { sql } from 'kysely'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import { authScope } from '../db/scope.ts'
import { refuse } from '../errors.ts'
import type { Log } from '../telemetry/log.ts'
import type { LimitResult } from './port.ts'

/** A steady rate with a burst. `perMinute` 0 counts nothing. */
export interface PaceRule {
  readonly key: string
  readonly perMinute: number
  /** Calls that may come at once; a sixth of `perMinute` when left out, at least 1. */
  readonly burst?: number
}

/** Paces over all processes: within t minutes never more than `perMinute` × t + `burst` are admitted. */
export interface Pacer {
  /** 503 when nobody can count. */
  hit(rule: PaceRule): Promise<LimitResult>
}

const SWEEP_MS = 60_000
const SWEEP_BATCH = 5_000
const MAX_REFUSED = 50_000
const MINUTE_US = 60_000_000
/** The moment itself, not the transaction's: whoever waited for the row's lock is judged when he gets it. */
const NOW_US = sql`(extract(epoch from clock_timestamp()) * 1000000)::bigint`

interface Paced {
  readonly allowed: boolean
  /** Microseconds until all of the burst is there again, and until the next call is admitted. */
  readonly full_us: number
  readonly wait_us: number
}

/**
 * GCRA on the database's clock, one statement a call. A key that was refused cannot be admitted before the moment it was
 * told, so until then this process refuses it without asking: a flood costs no more statements than its rate.
 */
export function createPacer(deps: { database: Database; clock: Clock; log: Log }): Pacer {
  const { database, clock, log } = deps
  const refused = new Map<string, { readonly until: number; readonly result: Paced }>()
  let nextSweep = performance.now() + SWEEP_MS

  const sweep = async (): Promise<void> => {
    nextSweep = performance.now() + SWEEP_MS
    for (const [key, { until }] of refused) if (until <= clock.now().getTime()) refused.delete(key)
    await database.transact(authScope(), (tx) =>
      sql`delete from ops.rate_paces where key in (
          select key from ops.rate_paces where due_us <= ${NOW_US} limit ${SWEEP_BATCH} for update skip locked)`.execute(
        tx,
      ),
    )
  }
  const ask = async (key: string, intervalUs: number, burst: number): Promise<Paced> => {
    const slackUs = (burst - 1) * intervalUs
    const { rows } = await database.transact(authScope(), (tx) =>
      sql<Paced>`
        with hit as (
          insert into ops.rate_paces as p (key, due_us) values (${key}, ${NOW_US} + ${intervalUs}::bigint)
          on conflict (key) do update set due_us = greatest(p.due_us, ${NOW_US}) + ${intervalUs}::bigint
            where p.due_us <= ${NOW_US} + ${slackUs}::bigint
          returning due_us)
        select allowed, greatest(0, due_us - ${NOW_US}) as full_us, greatest(0, due_us - ${NOW_US} - ${slackUs}::bigint) as wait_us
        from (
          select true as allowed, due_us from hit
          union all select false, due_us from ops.rate_paces where key = ${key} and not exists (select from hit)
        ) as either`.execute(tx),
    )
    // The row that refused was swept in between: then its time has passed.
    return rows[0] ?? { allowed: false, full_us: 0, wait_us: 0 }
  }

  return {
    hit: async ({ key, perMinute, burst = Math.max(1, Math.floor(perMinute / 6)) }) => {
      if (perMinute <= 0) return { allowed: true, limit: 0, remaining: 0, resetSeconds: 1 }
      const intervalUs = Math.ceil(MINUTE_US / perMinute)
      const now = clock.now().getTime()
      const known = refused.get(key)
      if (known && known.until > now) return resultOf(known.result, { perMinute, burst, intervalUs }, known.until - now)
      try {
        if (performance.now() >= nextSweep) await sweep()
        const paced = await ask(key, intervalUs, burst)
        if (paced.allowed) refused.delete(key)
        else if (refused.size < MAX_REFUSED)
          refused.set(key, { until: now + Math.floor(paced.wait_us / 1000), result: paced })
        return resultOf(paced, { perMinute, burst, intervalUs }, paced.wait_us / 1000)
      } catch (error) {
        log.warn({ err: error }, 'limits_unavailable')
        throw refuse.unavailable('limits')
      }
    },
  }
}

function resultOf(
  paced: Paced,
  pace: { perMinute: number; burst: number; intervalUs: number },
  waitMs: number,
): LimitResult {
  const used = Math.ceil(paced.full_us / pace.intervalUs)
  return {
    allowed: paced.allowed,
    limit: pace.perMinute,
    remaining: paced.allowed ? Math.max(0, pace.burst - used) : 0,
    resetSeconds: Math.max(1, Math.ceil(paced.allowed ? paced.full_us / 1_000_000 : waitMs / 1000)),
  }
}

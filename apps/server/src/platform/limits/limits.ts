import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Database } from '../db/database.ts'
import { refuse } from '../errors.ts'
import type { Log } from '../telemetry/log.ts'
import { createLedger, type Reservations } from './ledger.ts'
import type { LimitResult, LimitRule, Limits } from './port.ts'
import { createSharedPool } from './shared-pool.ts'

const MAX_WINDOWS = 50_000
const MAX_KEY = 250
const LEASES = 30

/** What this process holds of a window. */
interface Held {
  tokens: number
  /** Beyond the tokens, unreserved when last heard. */
  rest: number
  exhausted: boolean
  waiting: number
  pending: Promise<void> | null
  readonly endsAt: number
}

export interface LimitsOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** Absent = PostgreSQL alone. */
  readonly redisUrl?: string | undefined
}

/** Limits over all processes of this database. */
export function createLimits({ database, clock, log, redisUrl }: LimitsOptions): Limits {
  const ledger = createLedger(database)
  const pool = redisUrl
    ? createSharedPool(redisUrl, ledger, (error) => log.warn({ err: error }, 'limits_without_redis'))
    : null
  const reserve = (pool ?? ledger).reserve
  const counter = createCounter(reserve, () => clock.now().getTime())
  const guarded = async (rule: LimitRule, chunk: number): Promise<LimitResult> => {
    if (rule.limit <= 0) return { allowed: true, limit: 0, remaining: 0, resetSeconds: 1 }
    try {
      return await counter(rule, chunk)
    } catch (error) {
      log.warn({ err: error }, 'limits_unavailable')
      throw refuse.unavailable('limits')
    }
  }
  return {
    hit: (rule) => guarded(rule, 1),
    lease: (rule) => guarded(rule, Math.max(1, Math.floor(rule.limit / LEASES))),
    close: () => pool?.close(),
  }
}

/** A key of bounded length that still begins with what it counts. */
const boundedKey = (key: string): string =>
  key.length <= MAX_KEY ? key : `${key.slice(0, 100)}:${createHash('sha256').update(key).digest('base64url')}`

/**
 * Counts in windows by reserving `chunk` at a time, or as many as wait at that moment. A window known to be used up is
 * refused from memory: what is used never comes back. Windows pushed out of memory lose their tokens, nothing else.
 */
export function createCounter(reserve: Reservations['reserve'], now: () => number) {
  const windows = new Map<string, Held>()
  let swept = 0

  const forget = (time: number): void => {
    for (const [key, held] of windows) if (held.endsAt <= time) windows.delete(key)
    // A tenth at a time, oldest first, so that a flood of addresses does not walk the whole map for each.
    for (const key of windows.keys()) {
      if (windows.size < MAX_WINDOWS * 0.9) break
      windows.delete(key)
    }
    swept = time
  }
  const heldOf = (key: string, window: { limit: number; endsAt: number }, time: number): Held => {
    const known = windows.get(key)
    if (known) return known
    if (windows.size >= MAX_WINDOWS || time - swept >= 60_000) forget(time)
    const held = { tokens: 0, rest: window.limit, exhausted: false, waiting: 0, pending: null, endsAt: window.endsAt }
    windows.set(key, held)
    return held
  }

  return async (rule: LimitRule, chunk: number): Promise<LimitResult> => {
    const { limit, windowSeconds: seconds = 60 } = rule
    const time = now()
    const number = Math.floor(time / 1000 / seconds)
    const key = `${boundedKey(rule.key)}:${number}`
    const endsAt = (number + 1) * seconds * 1000
    const held = heldOf(key, { limit, endsAt }, time)
    const refill = async (): Promise<void> => {
      const want = Math.max(chunk, held.waiting)
      const got = await reserve({ key, limit, startsAt: new Date(number * seconds * 1000), seconds }, want)
      held.tokens += got.granted
      held.rest = Math.max(0, limit - got.used)
      held.exhausted = got.granted === 0
    }
    held.waiting += 1
    try {
      while (held.tokens === 0 && !held.exhausted) {
        held.pending ??= refill().finally(() => {
          held.pending = null
        })
        await held.pending
      }
    } finally {
      held.waiting -= 1
    }
    const allowed = held.tokens > 0
    if (allowed) held.tokens -= 1
    return {
      allowed,
      limit,
      remaining: allowed ? held.tokens + held.rest : 0,
      resetSeconds: Math.max(1, Math.ceil((endsAt - now()) / 1000)),
    }
  }
}

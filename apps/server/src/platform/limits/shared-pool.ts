import { Redis } from 'ioredis'
import type { Reservations, Window } from './ledger.ts'

/** `{taken, left, used}`: takes up to ARGV[2] of what lies in the pool of this server run, ARGV[1]. */
const TAKE = `
local left = tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0')
local taken = math.min(left, tonumber(ARGV[2]))
if taken > 0 then left = redis.call('HINCRBY', KEYS[1], ARGV[1], -taken) end
return {taken, left, tonumber(redis.call('HGET', KEYS[1], 'used') or '0')}`
const PUT = `
redis.call('HINCRBY', KEYS[1], ARGV[1], ARGV[2])
redis.call('HSET', KEYS[1], 'used', ARGV[3])
redis.call('EXPIRE', KEYS[1], ARGV[4])
return 1`
const COMMAND_MS = 250
const CONNECT_MS = 2_000
const RETRY_MAX_MS = 2_000

export interface SharedPool extends Reservations {
  close(): void
}

/** The share of a window that is fetched from the ledger at a time. */
const chunkOf = (limit: number): number => Math.max(1, Math.floor(limit / 10))

/**
 * Redis in front of the ledger: processes share what one of them has reserved, a tenth of the limit at a time. Nothing
 * leaves the pool that the ledger did not hand out, so a Redis that dies, hangs, comes back empty or is reached by some
 * processes alone loses the rest of a tenth and never admits one too many. Each run of the Redis server has a pool of
 * its own: what a restart restores from an old snapshot is not handed out twice.
 */
export function createSharedPool(url: string, ledger: Reservations, onError: (error: Error) => void): SharedPool {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_MS,
    connectTimeout: CONNECT_MS,
    retryStrategy: (times) => Math.min(times * 100, RETRY_MAX_MS),
    connectionName: 'zenops-limits',
  })
  let run: string | null = null
  let told = false
  const lost = (error: Error): void => {
    if (!told) onError(error)
    told = true
  }
  // A server that does not answer is left until it says hello again; until then nobody waits for it.
  const failed = (error: Error): void => {
    run = null
    lost(error)
    if (redis.status === 'ready') redis.disconnect(true)
  }
  redis.on('error', lost)
  redis.on('close', () => {
    run = null
  })
  redis.on('ready', () => {
    redis.info('server').then((text) => {
      run = /^run_id:(\w+)/m.exec(text)?.[1] ?? 'any'
      told = false
    }, lost)
  })

  const take = async (window: Window, pool: string, want: number) => {
    // Cast: the script's own answer.
    const [taken, left, used] = (await redis.eval(TAKE, 1, window.key, pool, want)) as [number, number, number]
    return { granted: taken, used: used - left }
  }
  const put = async (window: Window, pool: string, extra: { rest: number; used: number }): Promise<void> => {
    await redis.eval(PUT, 1, window.key, pool, extra.rest, extra.used, window.seconds + 60)
  }

  return {
    reserve: async (window, want) => {
      const pool = run
      const chunk = chunkOf(window.limit)
      if (pool === null || chunk === 1) return ledger.reserve(window, want)
      const found = await take(window, pool, want).catch(failed)
      if (found && found.granted > 0) return found
      const { granted, used } = await ledger.reserve(window, found ? Math.max(want, chunk) : want)
      const rest = Math.max(0, granted - want)
      // A deposit that fails is lost: too few, never too many.
      if (rest > 0) await put(window, pool, { rest, used }).catch(failed)
      return { granted: granted - rest, used: used - rest }
    },
    close: () => redis.disconnect(),
  }
}

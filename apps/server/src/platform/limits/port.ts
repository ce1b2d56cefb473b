import { Refusal } from '../errors.ts'

/** A fixed window in UTC: at most `limit` in each. `limit` 0 counts nothing. */
export interface LimitRule {
  /** Without the window, which is appended: `rl:auth:login:<tenant>:<address>`. Holds no e-mail and no secret. */
  readonly key: string
  readonly limit: number
  /** Default 60. */
  readonly windowSeconds?: number
}

export interface LimitResult {
  readonly allowed: boolean
  /** 0 = nothing is counted. */
  readonly limit: number
  /** What is left of the window as far as this process knows. */
  readonly remaining: number
  /** Whole seconds to the window's end, at least 1. */
  readonly resetSeconds: number
}

/** Counts over all processes; together they never admit more than the limit of a window. 503 when nobody can count. */
export interface Limits {
  /** One by one: at a limit of 20 the 21st is refused. For routes whose every call matters. */
  hit(rule: LimitRule): Promise<LimitResult>
  /**
   * Reserves a thirtieth of the limit at a time, so that most calls cost no round trip. What a process has reserved
   * and not used by the window's end is lost to the others. For the limits that every call passes.
   */
  lease(rule: LimitRule): Promise<LimitResult>
  close(): void
}

/** `RateLimit-*` of a result, and `Retry-After` when it refused; nothing where nothing is counted. */
export function limitHeaders(result: LimitResult): Record<string, string> {
  if (result.limit <= 0) return {}
  const reset = String(result.resetSeconds)
  return {
    'ratelimit-limit': String(result.limit),
    'ratelimit-remaining': String(result.remaining),
    'ratelimit-reset': reset,
    ...(result.allowed ? {} : { 'retry-after': reset }),
  }
}

/** The refusal of a call over its limit. */
export const limited = (result: LimitResult, code: 'AUTH_RATE_LIMITED' | 'RATE_LIMITED'): Refusal =>
  new Refusal(code, 'That were too many attempts. Please wait a little.', {
    details: [{ reason: 'too_many_requests', limit: result.limit, retry_after_seconds: result.resetSeconds }],
    headers: limitHeaders(result),
  })

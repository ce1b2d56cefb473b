import { DASHBOARD_MAX_DAYS, SERIES_MAX_POINTS } from '@zenops/contracts/ops-dashboard'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Whole hours (UTC) of a range, and as many before it. Instants are RFC 3339. */
export interface HourRange {
  readonly from: string
  readonly to: string
  readonly firstHour: string
  readonly lastHour: string
  readonly hours: number
  /** First of the hours before, as many as the range has. */
  readonly previousHour: string
}
export interface RangeFault {
  readonly path: string
  readonly reason: 'both_or_none' | 'invalid_time_range' | 'range_exceeded' | 'too_many_points'
}

const instant = (ms: number): string => new Date(ms).toISOString()
const hourOf = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS

/** Reads the bounds, both inclusive; without any the last 24 hours. */
export function readRange(
  given: { from_utc?: string | undefined; to_utc?: string | undefined },
  now: number,
): HourRange | RangeFault {
  const { from_utc, to_utc } = given
  if ((from_utc === undefined) !== (to_utc === undefined))
    return { path: from_utc === undefined ? 'from_utc' : 'to_utc', reason: 'both_or_none' }
  const to = to_utc === undefined ? now : Date.parse(to_utc)
  const from = from_utc === undefined ? now - DAY_MS : Date.parse(from_utc)
  if (from > to) return { path: 'from_utc', reason: 'invalid_time_range' }
  if (to - from > DASHBOARD_MAX_DAYS * DAY_MS) return { path: 'to_utc', reason: 'range_exceeded' }
  const [first, last] = [hourOf(from), hourOf(to)]
  const hours = (last - first) / HOUR_MS + 1
  return {
    from: instant(from),
    to: instant(to),
    firstHour: instant(first),
    lastHour: instant(last),
    hours,
    previousHour: instant(first - hours * HOUR_MS),
  }
}

export const tooMany = (range: HourRange, keys: number): RangeFault | null =>
  range.hours * keys > SERIES_MAX_POINTS ? { path: 'metric_key', reason: 'too_many_points' } : null

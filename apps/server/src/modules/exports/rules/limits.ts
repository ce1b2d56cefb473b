import type { EXPORT_COMPRESSIONS, EXPORT_PROFILES, ExportRequest } from '@zenops/contracts/exports'

const DAY_MS = 86_400_000
const MIB = 1024 * 1024
const GIB = 1024 * MIB

type Profile = (typeof EXPORT_PROFILES)[number]
type Asked = ExportRequest

interface Range {
  readonly least: number
  readonly most: number
}
interface ProfileLimits {
  readonly days: number
  readonly row_limit: Range & { readonly usual: number | null }
  readonly max_bytes: Range & { readonly usual: number }
  readonly max_duration_sec: Range & { readonly usual: number }
  readonly compress: (typeof EXPORT_COMPRESSIONS)[number]
}

/** Limits by profile (`P21-L03`); `maxRows` is the configured most of a bulk export. */
export const limitsOf = (maxRows: number): Readonly<Record<Profile, ProfileLimits>> => ({
  interactive: {
    days: 31,
    row_limit: { least: 1, most: Math.min(5_000, maxRows), usual: Math.min(1_000, maxRows) },
    max_bytes: { least: 1_024, most: 10 * MIB, usual: 3 * MIB },
    max_duration_sec: { least: 5, most: 120, usual: 30 },
    compress: 'none',
  },
  bulk: {
    days: 366,
    row_limit: { least: 1, most: maxRows, usual: null },
    max_bytes: { least: 1_024, most: 16 * GIB, usual: 8 * GIB },
    max_duration_sec: { least: 5, most: 3_600, usual: 1_800 },
    compress: 'gzip',
  },
})

/** Jobs that wait or run at a time, and that may be created in a window. */
export const PACE: Readonly<
  Record<Profile, { readonly active: number; readonly created: number; readonly windowSeconds: number }>
> = {
  interactive: { active: 2, created: 10, windowSeconds: 3_600 },
  bulk: { active: 1, created: 6, windowSeconds: 86_400 },
}

/** A request with every value settled. */
export interface Settled {
  readonly profile: Profile
  readonly compress: (typeof EXPORT_COMPRESSIONS)[number]
  readonly from_utc: string
  readonly to_utc: string
  /** Null: all rows. */
  readonly row_limit: number | null
  readonly max_bytes: number
  readonly max_duration_sec: number
}

export interface LimitDetail {
  readonly path: string
  readonly reason: 'range_exceeded' | 'invalid_time_range' | 'value_out_of_range' | 'row_estimate_exceeded'
  readonly [more: string]: unknown
}

/** A request asks for more than it may. */
export class BeyondLimit extends Error {
  readonly detail: LimitDetail
  constructor(detail: LimitDetail) {
    super(detail.reason)
    this.name = 'BeyondLimit'
    this.detail = detail
  }
}

const exceeded = (path: string, reason: LimitDetail['reason'], extra: Record<string, unknown> = {}): BeyondLimit =>
  new BeyondLimit({ path, reason, ...extra })

export const rowEstimateExceeded = (estimate: number, most: number): BeyondLimit =>
  exceeded('row_limit', 'row_estimate_exceeded', { estimate, most })

function dates(asked: Asked, now: Date): { from: number; to: number } {
  if (asked.from_utc === undefined && asked.to_utc === undefined)
    return { from: now.getTime() - DAY_MS, to: now.getTime() }
  // One end alone is an open range.
  if (asked.from_utc === undefined) throw exceeded('from_utc', 'invalid_time_range')
  if (asked.to_utc === undefined) throw exceeded('to_utc', 'invalid_time_range')
  const [from, to] = [Date.parse(asked.from_utc), Date.parse(asked.to_utc)]
  if (from > to) throw exceeded('to_utc', 'invalid_time_range')
  return { from, to }
}

const NUMBERS = ['row_limit', 'max_bytes', 'max_duration_sec'] as const

const isWithin = (asked: Asked, days: number, limits: ProfileLimits): boolean =>
  days <= limits.days && NUMBERS.every((name) => (asked[name] ?? limits[name].least) <= limits[name].most)

function assertWithin(asked: Asked, days: number, limits: ProfileLimits): void {
  if (days > limits.days) throw exceeded('to_utc', 'range_exceeded', { most_days: limits.days })
  for (const name of NUMBERS) {
    const value = asked[name]
    const { least, most } = limits[name]
    if (value !== undefined && (value < least || value > most))
      throw exceeded(name, 'value_out_of_range', { least, most })
  }
}

/**
 * Settles a request: interactive unless it asks for more than that profile gives, then bulk. Nothing is clamped.
 * Throws BeyondLimit with `range_exceeded`, `invalid_time_range` or `value_out_of_range`.
 */
export function settle(asked: Asked, given: { readonly now: Date; readonly maxRows: number }): Settled {
  const { from, to } = dates(asked, given.now)
  const all = limitsOf(given.maxRows)
  const days = (to - from) / DAY_MS
  const profile = asked.profile ?? (isWithin(asked, days, all.interactive) ? 'interactive' : 'bulk')
  const limits = all[profile]
  assertWithin(asked, days, limits)
  return {
    profile,
    compress: asked.compress ?? limits.compress,
    from_utc: new Date(from).toISOString(),
    to_utc: new Date(to).toISOString(),
    row_limit: asked.row_limit ?? limits.row_limit.usual,
    max_bytes: asked.max_bytes ?? limits.max_bytes.usual,
    max_duration_sec: asked.max_duration_sec ?? limits.max_duration_sec.usual,
  }
}

import { type AssignmentStatus, type DueState, isOpen } from '@zenops/contracts/assignment-states'
import type { Firm, OperationsSettings } from './settings.ts'

const HOUR_MS = 3_600_000

const clocks = new Map<string, Intl.DateTimeFormat>()
function clockOf(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone)
  if (!clock) {
    const all = {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    } as const
    clock = new Intl.DateTimeFormat('en-US', { ...all, timeZone: zone, hourCycle: 'h23' })
    clocks.set(zone, clock)
  }
  return clock
}

/** Zones change their clocks at quarter hours of UTC; between, their offset stays. */
const QUARTER_MS = 900_000
const REMEMBERED = 1_000
const offsets = new Map<string, number>()

/** The zone's offset from UTC in milliseconds. */
function offsetOf(instant: number, zone: string): number {
  const slot = Math.floor(instant / QUARTER_MS)
  const name = `${zone} ${slot}`
  let offset = offsets.get(name)
  if (offset === undefined) {
    if (offsets.size >= REMEMBERED) offsets.clear()
    offset = offsetByClock(slot * QUARTER_MS, zone)
    offsets.set(name, offset)
  }
  return offset
}

function offsetByClock(instant: number, zone: string): number {
  const parts = Object.fromEntries(
    clockOf(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, value]),
  )
  return (
    Date.parse(`${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}Z`) - instant
  )
}

/** Local day of an instant. */
export const localDay = (instant: Date, zone: string): string =>
  new Date(instant.getTime() + offsetOf(instant.getTime(), zone)).toISOString().slice(0, 10)

/** A local time of a local day as an instant; in the gap of a clock change, the instant right after it. */
export function zonedInstant(day: string, time: string, zone: string): Date {
  const wall = Date.parse(`${day}T${time}:00Z`)
  const first = wall - offsetOf(wall, zone)
  const second = wall - offsetOf(first, zone)
  const exists = second + offsetOf(second, zone) === wall
  return new Date(exists ? second : Math.max(first, second))
}

const nextDay = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 24 * HOUR_MS).toISOString().slice(0, 10)

export interface Due {
  readonly at: string
  readonly basis: 'EXPLICIT' | 'SITE_VISIT' | 'DEFAULT'
}

/** When a job is due: the day or instant people name, else the day after the first site visit, else a day from now. */
export function dueOf(
  wish: { readonly due_date?: string | undefined; readonly due_at?: string | undefined; readonly visit?: Date },
  firm: Firm,
  now: Date,
): Due {
  const { settings, zone } = firm
  if (wish.due_at !== undefined) return { at: wish.due_at, basis: 'EXPLICIT' }
  if (wish.due_date !== undefined) {
    return { at: zonedInstant(wish.due_date, settings.due_time, zone).toISOString(), basis: 'EXPLICIT' }
  }
  if (wish.visit) {
    return {
      at: zonedInstant(nextDay(localDay(wish.visit, zone)), settings.due_time, zone).toISOString(),
      basis: 'SITE_VISIT',
    }
  }
  return { at: new Date(now.getTime() + settings.default_due_hours * HOUR_MS).toISOString(), basis: 'DEFAULT' }
}

/** How near the deadline is; jobs that are not open or on hold have none. */
export function dueStateOf(
  job: { readonly due_at: string; readonly status: AssignmentStatus; readonly onHold: boolean },
  settings: Pick<OperationsSettings, 'due_soon_hours' | 'due_urgent_hours'>,
  now: Date,
): DueState {
  if (!isOpen(job.status) || job.onHold) return 'NONE'
  const left = Date.parse(job.due_at) - now.getTime()
  if (left < 0) return 'OVERDUE'
  if (left <= settings.due_urgent_hours * HOUR_MS) return 'URGENT'
  return left <= settings.due_soon_hours * HOUR_MS ? 'DUE_SOON' : 'OK'
}

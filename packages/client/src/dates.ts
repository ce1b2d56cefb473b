const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const
const DAY_MS = 86_400_000

/** A calendar day `YYYY-MM-DD`. */
export type Day = string

const pad = (value: number, size = 2): string => String(value).padStart(size, '0')
const noonOf = (day: Day): number => Date.parse(`${day}T12:00:00Z`)
const dayOfUtc = (time: number): Day => new Date(time).toISOString().slice(0, 10)

/** `20 Nov 2026`. */
export function formatDay(day: Day): string {
  const [year = '', month = '', date = ''] = day.split('-')
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? month} ${year}`
}

/** In tables: `20 Nov` within the present year. */
export function formatShortDay(day: Day, today: Day): string {
  const full = formatDay(day)
  return day.slice(0, 4) === today.slice(0, 4) ? full.slice(0, -5) : full
}

const zoneFormats = new Map<string, Intl.DateTimeFormat>()
function zoneFormat(zone: string): Intl.DateTimeFormat {
  let format = zoneFormats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
    zoneFormats.set(zone, format)
  }
  return format
}

/** Day and wall time of an instant in a zone: `['2026-11-20', '18:04']`. */
export function inZone(instant: string | number, zone: string): [Day, string] {
  const parts: Record<string, string> = {}
  for (const { type, value } of zoneFormat(zone).formatToParts(new Date(instant))) parts[type] = value
  return [`${parts.year}-${parts.month}-${parts.day}`, `${parts.hour}:${parts.minute}`]
}

/** `20 Nov 2026, 18:04` in the firm's zone. */
export function formatInstant(instant: string | number, zone: string): string {
  const [day, time] = inZone(instant, zone)
  return `${formatDay(day)}, ${time}`
}

/** `18:04`. */
export const formatTime = (instant: string | number, zone: string): string => inZone(instant, zone)[1]

export const todayIn = (zone: string, now: number): Day => inZone(now, zone)[0]

/** Within seven days: `in 4 h`, `2 d ago`; beyond them null, and the date is shown. */
export function relativeTo(instant: string | number, now: number, past: 'ago' | 'late' = 'ago'): string | null {
  const distance = new Date(instant).getTime() - now
  const size = Math.abs(distance)
  if (size >= 7 * DAY_MS) return null
  if (size < 60_000) return 'now'
  const [count, unit] =
    size < 3_600_000
      ? [Math.floor(size / 60_000), 'min']
      : size < DAY_MS
        ? [Math.floor(size / 3_600_000), 'h']
        : [Math.floor(size / DAY_MS), 'd']
  return distance > 0 ? `in ${count} ${unit}` : `${count} ${unit} ${past}`
}

/** Minutes that the zone's clock is ahead of UTC at an instant. */
export function zoneOffset(zone: string, at: number): number {
  const minute = Math.floor(at / 60_000) * 60_000
  const [day, time] = inZone(minute, zone)
  return (Date.parse(`${day}T${time}:00Z`) - minute) / 60_000
}

/** Why typed text is no day. */
export type DayFault = 'empty' | 'not_a_date' | 'no_such_day'
export type ParsedDay = { readonly ok: true; readonly day: Day } | { readonly ok: false; readonly reason: DayFault }

function realDay(year: number, month: number, date: number): ParsedDay {
  const day = `${pad(year, 4)}-${pad(month)}-${pad(date)}`
  const time = noonOf(day)
  const real = month >= 1 && month <= 12 && date >= 1 && Number.isFinite(time) && dayOfUtc(time) === day
  return real ? { ok: true, day } : { ok: false, reason: 'no_such_day' }
}

const shift = (today: Day, days: number): ParsedDay => ({ ok: true, day: dayOfUtc(noonOf(today) + days * DAY_MS) })

const fullYear = (text: string | undefined, today: Day): number => {
  if (text === undefined) return Number(today.slice(0, 4))
  return text.length === 2 ? 2000 + Number(text) : Number(text)
}

function parseRelative(text: string, today: Day): ParsedDay | null {
  if (text === 't' || text === 'today') return shift(today, 0)
  const distance = /^([+-])(\d{1,4})$/.exec(text)
  if (distance) return shift(today, Number(distance[2]) * (distance[1] === '-' ? -1 : 1))
  const weekday = WEEKDAYS.findIndex(
    (name) =>
      text.length >= 3 &&
      (text === name || `${name}day`.startsWith(text) || text.startsWith(name)) &&
      /^[a-z]+day$|^[a-z]{3}$/.test(text),
  )
  if (weekday < 0) return null
  const ahead = (weekday - new Date(noonOf(today)).getUTCDay() + 7) % 7
  return shift(today, ahead === 0 ? 7 : ahead)
}

/** Reads what people type, day first: `20-11-26`, `20/11/2026`, `20 nov`, `t`, `+3`, `mon` (the next one). ISO is taken too. */
export function parseDay(input: string, today: Day): ParsedDay {
  const text = input.normalize('NFKC').trim().toLowerCase()
  if (text === '') return { ok: false, reason: 'empty' }
  const relative = parseRelative(text, today)
  if (relative) return relative
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text)
  if (iso) return realDay(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  const numbers = /^(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{2}|\d{4}))?$/.exec(text)
  if (numbers) return realDay(fullYear(numbers[3], today), Number(numbers[2]), Number(numbers[1]))
  const named = /^(\d{1,2})[-/. ]?([a-z]{3,9})\.?,?(?:[-/. ]?(\d{2}|\d{4}))?$/.exec(text)
  const month = named ? MONTHS.findIndex((name) => (named[2] ?? '').startsWith(name.toLowerCase())) : -1
  if (named && month >= 0) return realDay(fullYear(named[3], today), month + 1, Number(named[1]))
  return { ok: false, reason: 'not_a_date' }
}

const formats = new Map<string, Intl.DateTimeFormat>()

const MINUTE_MS = 60_000
const lastAsked = new Map<string, { readonly minute: number; readonly day: string }>()

/** The day of an instant in a time zone, `YYYY-MM-DD`. No zone changes its day within a minute. */
export function dayIn(timeZone: string, at: Date): string {
  const minute = Math.floor(at.getTime() / MINUTE_MS)
  const last = lastAsked.get(timeZone)
  if (last?.minute === minute) return last.day
  const day = formatted(timeZone, at)
  lastAsked.set(timeZone, { minute, day })
  return day
}

function formatted(timeZone: string, at: Date): string {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
    formats.set(timeZone, format)
  }
  return format.format(at)
}

/** `YYMM` of a day: the period of report numbers. */
export const monthOf = (day: string): string => day.slice(2, 4) + day.slice(5, 7)

/** The Indian financial year of a day, April to March: `2026-27`. */
export function financialYear(day: string): string {
  const year = Number(day.slice(0, 4)) - (day.slice(5, 7) < '04' ? 1 : 0)
  return `${year}-${String((year + 1) % 100).padStart(2, '0')}`
}

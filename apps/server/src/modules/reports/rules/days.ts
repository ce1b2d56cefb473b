const formats = new Map<string, Intl.DateTimeFormat>()

/** The day of an instant in a time zone, `YYYY-MM-DD`. */
export function dayIn(timeZone: string, at: Date): string {
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

import { localDay } from './due.ts'

/** Local month of an instant as `YYMM`. */
export function monthOf(instant: Date, zone: string): string {
  const day = localDay(instant, zone)
  return day.slice(2, 4) + day.slice(5, 7)
}

/** `Z-2611-0001`; five digits after 9999. */
export const codeOf = (prefix: string, yymm: string, number: number): string =>
  `${prefix}-${yymm}-${String(number).padStart(4, '0')}`

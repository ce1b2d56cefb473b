import { t } from './words.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Lengths that are offered; the contract takes 5 minutes to 90 days. */
export const LENGTHS = {
  '15m': 15 * MINUTE,
  '1h': HOUR,
  '8h': 8 * HOUR,
  '1d': DAY,
  '7d': 7 * DAY,
  '30d': 30 * DAY,
  '90d': 90 * DAY,
} as const
export type Length = keyof typeof LENGTHS
export const isLength = (value: string): value is Length => Object.hasOwn(LENGTHS, value)

export const lengthOptions = () =>
  (Object.keys(LENGTHS) as Length[]).map((value) => ({ value, label: t(`length_${value}`) })) // keys of the table above

/** A minute less than the longest, so that the way to the server does not carry it over the limit. */
export const endAfter = (length: Length, now: number): string =>
  new Date(now + LENGTHS[length] - (length === '90d' ? MINUTE : 0)).toISOString()

import { cleanNumber, exactText, formatDecimal, groupDigits, readExact, roundExact } from './numerals.ts'

/** Money as it travels: whole paise as a number or digits, or a bigint. */
export type Paise = bigint | number | string

const LAKH = 10_000_000n
const CRORE = 1_000_000_000n
const MINUS = '\u2212'

const toPaise = (value: Paise): bigint => BigInt(value)
const sizeOf = (value: bigint): bigint => (value < 0n ? -value : value)

/** `₹4,47,41,000.00`; a minus stands before the rupee sign. */
export function formatPaise(value: Paise): string {
  const paise = toPaise(value)
  const size = sizeOf(paise)
  return `${paise < 0n ? MINUS : ''}₹${groupDigits((size / 100n).toString())}.${(size % 100n).toString().padStart(2, '0')}`
}

/** For cells and cards: `₹4.47 Cr` from a crore, `₹25.00 L` from a lakh, else in full. Half-up; 100.00 L is 1.00 Cr. */
export function compactPaise(value: Paise): string {
  const paise = toPaise(value)
  const size = sizeOf(paise)
  if (size < LAKH) return formatPaise(paise)
  const hundredths = (unit: bigint) => (size * 100n + unit / 2n) / unit
  const lakhs = hundredths(LAKH)
  const [shown, word] = size >= CRORE || lakhs >= 10_000n ? [hundredths(CRORE), 'Cr'] : [lakhs, 'L']
  const sign = paise < 0n ? MINUS : ''
  return `${sign}₹${groupDigits((shown / 100n).toString())}.${(shown % 100n).toString().padStart(2, '0')} ${word}`
}

/** Why typed text is no amount. */
export type MoneyFault = 'empty' | 'not_an_amount' | 'too_precise' | 'too_large'
export type ParsedMoney =
  | { readonly ok: true; readonly paise: bigint }
  | { readonly ok: false; readonly reason: MoneyFault }

const POWER: Readonly<Record<string, number>> = {
  '': 0,
  k: 3,
  l: 5,
  lac: 5,
  lacs: 5,
  lakh: 5,
  lakhs: 5,
  cr: 7,
  crore: 7,
  crores: 7,
}

/** The largest amount that JSON keeps exact. */
const MAX_PAISE = BigInt(Number.MAX_SAFE_INTEGER)

/** Reads what people type: `25L`, `2.5 lakh`, `4.47 cr`, `25,00,000`, `₹ 1,250.50`. Exact; a fraction of a paisa is refused. */
export function parseMoney(text: string): ParsedMoney {
  const cleaned = cleanNumber(text).toLowerCase()
  if (cleaned === '') return { ok: false, reason: 'empty' }
  const match = /^(-?[\d.]+)([a-z]*)\.?$/.exec(cleaned)
  const power = POWER[match?.[2] ?? '']
  const number = readExact(match?.[1] ?? '')
  if (!match || power === undefined || number === null) return { ok: false, reason: 'not_an_amount' }
  const scaled = number.units * 10n ** BigInt(power + 2)
  const divisor = 10n ** BigInt(number.scale)
  if (scaled % divisor !== 0n) return { ok: false, reason: 'too_precise' }
  const paise = scaled / divisor
  return sizeOf(paise) > MAX_PAISE ? { ok: false, reason: 'too_large' } : { ok: true, paise }
}

/** Contract values are rupees with at most two places: `44741000.00` → 4474100000n. Throws RangeError on anything else. */
export function rupeesToPaise(rupees: string): bigint {
  const exact = readExact(rupees)
  if (exact === null || exact.scale > 2) throw new RangeError(`not an amount in rupees: ${rupees}`)
  return roundExact(exact, 2).units
}

/** 4474100000n → `44741000.00`. */
export const paiseToRupees = (value: Paise): string => exactText({ units: toPaise(value), scale: 2 })

/** A rupee string of a contract, shown in full. */
export const formatRupees = (rupees: string): string => formatPaise(rupeesToPaise(rupees))

/** A percentage as text: `7.5` → `7.5 %`. */
export const formatPercent = (value: string): string => `${formatDecimal(value)}\u00a0%`

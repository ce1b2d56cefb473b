/** Indian grouping of whole digits: `44741000` → `4,47,41,000`. */
export function groupDigits(digits: string): string {
  const head = digits.slice(0, -3)
  const tail = digits.slice(-3)
  return head === '' ? tail : `${head.replace(/\B(?=(\d\d)+$)/g, ',')},${tail}`
}

const MINUS = '\u2212'

/** A decimal string with grouping and a true minus sign: `-1234.5` → `−1,234.5`. Digits after the point stay as they are. */
export function formatDecimal(value: string): string {
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(value)
  if (!match) return value
  return `${match[1] ? MINUS : ''}${groupDigits(match[2] ?? '')}${match[3] ?? ''}`
}

/** Western digits, plain minus, no spaces, commas or currency marks: what paste brings along is taken away. */
export function cleanNumber(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u0966-\u096f]/g, (digit) => String(digit.charCodeAt(0) - 0x0966))
    .replace(/[\u2212\u2013]/g, '-')
    .replace(/[\s,_]/g, '')
    .replace(/^(-?)(₹|rs\.?|inr)/i, '$1')
    .replace(/\/-$/, '')
}

/** An exact decimal: `units` × 10^-`scale`. */
export interface Exact {
  readonly units: bigint
  readonly scale: number
}

/** Reads a cleaned decimal of at most 30 digits; null when it is none. */
export function readExact(text: string): Exact | null {
  const match = /^(-?)(\d{0,24})(?:\.(\d{0,12}))?$/.exec(text)
  if (!match) return null
  const whole = match[2] ?? ''
  const part = match[3] ?? ''
  if (whole === '' && part === '') return null
  const units = BigInt(`${whole}${part}` || '0')
  return { units: match[1] ? -units : units, scale: part.length }
}

/** `units` × 10^-`scale` as text with exactly `scale` places. */
export function exactText({ units, scale }: Exact): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0')
  const whole = digits.slice(0, digits.length - scale)
  const sign = units < 0n ? '-' : ''
  return scale === 0 ? `${sign}${whole}` : `${sign}${whole}.${digits.slice(-scale)}`
}

/** Half-up (away from zero) to `scale` places. */
export function roundExact(value: Exact, scale: number): Exact {
  if (value.scale <= scale) return { units: value.units * 10n ** BigInt(scale - value.scale), scale }
  const divisor = 10n ** BigInt(value.scale - scale)
  const size = value.units < 0n ? -value.units : value.units
  const rounded = (size + divisor / 2n) / divisor
  return { units: value.units < 0n ? -rounded : rounded, scale }
}

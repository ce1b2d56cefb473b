/** Exact decimal: digits · 10^-scale. Figures never pass through binary floats. */
export interface Decimal {
  digits: bigint
  scale: number
}

const PLAIN = /^-?\d{1,40}(\.\d{1,40})?$/

/** Reads a JSON number or a decimal string; null when it is neither. */
export function readDecimal(value: unknown): Decimal | null {
  if (typeof value === 'number') return Number.isFinite(value) ? readText(shortest(value)) : null
  return typeof value === 'string' ? readText(value.trim()) : null
}

function readText(text: string): Decimal | null {
  if (!PLAIN.test(text)) return null
  const point = text.indexOf('.')
  if (point < 0) return { digits: BigInt(text), scale: 0 }
  return { digits: BigInt(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 }
}

/** The shortest form that reads back as the same number, without an exponent. */
function shortest(value: number): string {
  const text = String(value)
  const match = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text)
  if (!match) return text
  const [, sign = '', lead = '', rest = '', power = '0'] = match
  const exponent = Number(power)
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${lead}${rest}`
  return sign + lead + rest.padEnd(exponent, '0')
}

export function multiply(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, scale: a.scale + b.scale }
}

/** a / b, half-up to the given decimals; b is not zero. */
export function divide(a: Decimal, b: Decimal, places: number): Decimal {
  const shift = places + b.scale - a.scale
  const top = shift >= 0 ? a.digits * 10n ** BigInt(shift) : a.digits
  const bottom = shift >= 0 ? b.digits : b.digits * 10n ** BigInt(-shift)
  return { digits: halfUp(top, bottom), scale: places }
}

export function round(a: Decimal, places: number): Decimal {
  return divide(a, { digits: 1n, scale: 0 }, places)
}

function halfUp(top: bigint, bottom: bigint): bigint {
  const negative = top < 0n !== bottom < 0n
  const a = top < 0n ? -top : top
  const b = bottom < 0n ? -bottom : bottom
  const result = (2n * a + b) / (2n * b)
  return negative ? -result : result
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const left = a.digits * 10n ** BigInt(b.scale)
  const right = b.digits * 10n ** BigInt(a.scale)
  return left < right ? -1 : left > right ? 1 : 0
}

export function plain(a: Decimal): string {
  const sign = a.digits < 0n ? '-' : ''
  const digits = (a.digits < 0n ? -a.digits : a.digits).toString().padStart(a.scale + 1, '0')
  if (a.scale === 0) return sign + digits
  return `${sign}${digits.slice(0, -a.scale)}.${digits.slice(-a.scale)}`
}

/** Indian grouping with fixed decimals: 44741000 → 4,47,41,000.00. */
export function indian(a: Decimal, places: number): string {
  const text = plain(round(a, places))
  const negative = text.startsWith('-')
  const [whole = '0', fraction] = (negative ? text.slice(1) : text).split('.')
  const head = whole.slice(0, -3)
  const grouped = head ? `${head.replace(/\B(?=(\d\d)+$)/g, ',')},${whole.slice(-3)}` : whole
  return `${negative ? '-' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`
}

/** As many decimals as the number has, at most the given ones. */
export function trimmed(a: Decimal, most: number): string {
  const text = indian(a, most)
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

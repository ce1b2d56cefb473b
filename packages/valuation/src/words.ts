import { Decimal, round } from './decimal.ts'

const SMALL = (
  'Zero One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve Thirteen Fourteen Fifteen Sixteen Seventeen ' +
  'Eighteen Nineteen'
).split(' ')
const TENS = '- - Twenty Thirty Forty Fifty Sixty Seventy Eighty Ninety'.split(' ')
const LAKH = 100_000n
const CRORE = 10_000_000n

function belowHundred(n: number): string {
  if (n < 20) return SMALL[n] ?? ''
  const ones = n % 10
  return `${TENS[Math.floor(n / 10)]}${ones === 0 ? '' : ` ${SMALL[ones]}`}`
}

const counted = (n: bigint, name: string): string => `${wholeWords(n)} ${name}${n > 1n ? 's' : ''}`

/** A whole number in the Indian system, without rupees: `Four Crores Forty Seven Lakhs`. */
export function wholeWords(n: bigint): string {
  if (n < 100n) return belowHundred(Number(n))
  const parts: string[] = []
  const crores = n / CRORE
  const lakhs = (n % CRORE) / LAKH
  const thousands = Number((n % LAKH) / 1000n)
  const hundreds = Number((n % 1000n) / 100n)
  const rest = Number(n % 100n)
  if (crores > 0n) parts.push(counted(crores, 'Crore'))
  if (lakhs > 0n) parts.push(counted(lakhs, 'Lakh'))
  if (thousands > 0) parts.push(`${belowHundred(thousands)} Thousand`)
  if (hundreds > 0) parts.push(`${SMALL[hundreds]} Hundred`)
  if (rest > 0) parts.push(belowHundred(rest))
  return parts.join(' ')
}

function split(value: Decimal | number): { whole: bigint; paise: number } {
  const [whole = '0', fraction = '00'] = round(new Decimal(value)).abs().toFixed(2).split('.')
  return { whole: BigInt(whole), paise: Number(fraction) }
}

/** F21: an amount in rupees as Indian reports word it; a negative amount is worded without its sign. */
export function amountInWords(value: Decimal | number): string {
  const { whole, paise } = split(value)
  const coins = `Paise ${belowHundred(paise)}`
  if (paise === 0) return `Rupees ${wholeWords(whole)} Only`
  return whole === 0n ? `${coins} Only` : `Rupees ${wholeWords(whole)} and ${coins} Only`
}

/** Indian grouping, 2 places: `4,47,41,000.00`. */
export function indianFigures(value: Decimal | number, places = 2): string {
  const text = round(new Decimal(value), places).toFixed(places)
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(text) ?? []
  const head = whole.slice(0, -3)
  const tail = whole.slice(-3)
  const grouped = head === '' ? tail : `${head.replace(/\B(?=(\d{2})+$)/g, ',')},${tail}`
  return `${sign}${grouped}${fraction}`
}

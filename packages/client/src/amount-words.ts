import type { Paise } from './money.ts'

const SMALL = [
  'zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen',
  'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen',
] // biome-ignore format: one table reads better than twenty lines
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']

function belowHundred(value: number): string {
  if (value < 20) return SMALL[value] ?? ''
  const unit = value % 10
  return `${TENS[Math.floor(value / 10)] ?? ''}${unit === 0 ? '' : `-${SMALL[unit] ?? ''}`}`
}

/** A whole number in the Indian system: crore, lakh, thousand, hundred. */
export function wholeInWords(value: bigint): string {
  if (value < 100n) return belowHundred(Number(value))
  const steps: readonly [bigint, string][] = [
    [10_000_000n, 'crore'],
    [100_000n, 'lakh'],
    [1_000n, 'thousand'],
    [100n, 'hundred'],
  ]
  const parts: string[] = []
  let rest = value
  for (const [size, word] of steps) {
    const count = rest / size
    if (count > 0n) parts.push(`${wholeInWords(count)} ${word}`)
    rest %= size
  }
  if (rest > 0n) parts.push(belowHundred(Number(rest)))
  return parts.join(' ')
}

/** `Rupees four crore forty-seven lakh forty-one thousand`; paise follow with "and … paise". */
export function amountInWords(paise: Paise): string {
  const total = BigInt(paise)
  const size = total < 0n ? -total : total
  const rupees = wholeInWords(size / 100n)
  const part = size % 100n === 0n ? '' : ` and ${belowHundred(Number(size % 100n))} paise`
  return `${total < 0n ? 'Minus rupees' : 'Rupees'} ${rupees}${part}`
}

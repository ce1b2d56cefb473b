import { financialYear, monthOf } from './days.ts'

/** `R-YYMM-####`; five digits after 9999. */
export const reportNo = (day: string, sequence: number): string =>
  `R-${monthOf(day)}-${String(sequence).padStart(4, '0')}`

export const DEFAULT_REFERENCE_PATTERN = '{firm}/{bank}/{fy}/{seq:4}'

const SMALL_WORDS = new Set(['of', 'and', 'the', 'ltd', 'limited', 'pvt', 'private', 'llp', 'co'])

/** Initials that stand for a name on paper: "State Bank of India" → SBI; one word gives its first four letters. */
export function shortName(name: string | null | undefined): string {
  const words = (name ?? '')
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9 ]/g, ' ')
    .split(/\s+/)
    .filter(Boolean)
  const telling = words.filter((word) => !SMALL_WORDS.has(word.toLowerCase()))
  if (telling.length === 0) return 'NA'
  if (telling.length === 1) return (telling[0] ?? '').slice(0, 4).toUpperCase()
  return telling
    .map((word) => word.charAt(0))
    .join('')
    .toUpperCase()
    .slice(0, 8)
}

/** `firm` and `bank` are the short names that are printed. */
export interface ReferenceParts {
  readonly firm: string
  readonly bank: string
  readonly day: string
  readonly sequence: number
}

/** The printed number by the firm's pattern: `{firm}`, `{bank}`, `{fy}`, `{yymm}`, `{seq}` or `{seq:digits}`. */
export function referenceNo(pattern: string, parts: ReferenceParts): string {
  const values: Readonly<Record<string, string>> = {
    firm: parts.firm,
    bank: parts.bank,
    fy: financialYear(parts.day),
    yymm: monthOf(parts.day),
  }
  return pattern.replace(/\{([a-z]+)(?::(\d{1,2}))?\}/g, (whole, name: string, digits?: string) =>
    name === 'seq' ? String(parts.sequence).padStart(Number(digits ?? 1), '0') : (values[name] ?? whole),
  )
}

import { createContext, use, type ReactNode } from 'react'

export type Parsed<K extends string, V, F extends string> =
  | ({ readonly ok: true } & Readonly<Record<K, V>>)
  | { readonly ok: false; readonly reason: F }

/** How values are written and read. Components know no zone, clock or arithmetic; the app hands these over. */
export interface Formats {
  /** Paise → `₹4,47,41,000.00`. */
  readonly money: (paise: bigint | number | string) => string
  /** Paise → `₹4.47 Cr`. */
  readonly compactMoney: (paise: bigint | number | string) => string
  readonly parseMoney: (
    text: string,
  ) => Parsed<'paise', bigint, 'empty' | 'not_an_amount' | 'too_precise' | 'too_large'>
  readonly moneyInWords: (paise: bigint) => string
  readonly paiseToRupees: (paise: bigint) => string
  readonly rupeesToPaise: (rupees: string) => bigint
  /** Decimal text with grouping. */
  readonly decimal: (value: string) => string
  /** Typed text → plain decimal text; null when it is none. */
  readonly parseDecimal: (text: string) => string | null
  /** `20 Nov 2026` and `20 Nov`. */
  readonly day: (day: string) => string
  readonly shortDay: (day: string) => string
  readonly parseDay: (text: string) => Parsed<'day', string, 'empty' | 'not_a_date' | 'no_such_day'>
  /** `20 Nov 2026, 18:04` in the firm's zone. */
  readonly instant: (instant: string) => string
  readonly time: (instant: string | number) => string
  /** `in 4 h`, `2 d ago`; null beyond seven days. */
  readonly relative: (instant: string) => string | null
}

const FormatsContext = createContext<Formats | null>(null)

export function FormatsProvider({ formats, children }: { readonly formats: Formats; readonly children: ReactNode }) {
  return <FormatsContext value={formats}>{children}</FormatsContext>
}

export function useFormats(): Formats {
  const formats = use(FormatsContext)
  if (!formats) throw new Error('FormatsProvider is missing')
  return formats
}

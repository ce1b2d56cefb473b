import { amountInWords } from './amount-words.ts'
import {
  formatDay,
  formatInstant,
  formatShortDay,
  formatTime,
  parseDay,
  relativeTo,
  todayIn,
  type ParsedDay,
} from './dates.ts'
import {
  compactPaise,
  formatPaise,
  paiseToRupees,
  parseMoney,
  rupeesToPaise,
  type Paise,
  type ParsedMoney,
} from './money.ts'
import { cleanNumber, exactText, formatDecimal, readExact } from './numerals.ts'

/** How a surface writes and reads values: everything bound to one zone and one clock. */
export interface SurfaceFormats {
  readonly money: (paise: Paise) => string
  readonly compactMoney: (paise: Paise) => string
  readonly parseMoney: (text: string) => ParsedMoney
  readonly moneyInWords: (paise: bigint) => string
  readonly paiseToRupees: (paise: bigint) => string
  readonly rupeesToPaise: (rupees: string) => bigint
  readonly decimal: (value: string) => string
  readonly parseDecimal: (text: string) => string | null
  readonly day: (day: string) => string
  readonly shortDay: (day: string) => string
  readonly parseDay: (text: string) => ParsedDay
  readonly instant: (instant: string) => string
  readonly time: (instant: string | number) => string
  readonly relative: (instant: string) => string | null
}

/** `1,614.590` → `1614.590`; null when it is no decimal. */
export function parseDecimal(text: string): string | null {
  const exact = readExact(cleanNumber(text))
  return exact === null ? null : exactText(exact)
}

export function createFormats(zone: string, now: () => number = () => Date.now()): SurfaceFormats {
  return {
    money: formatPaise,
    compactMoney: compactPaise,
    parseMoney,
    moneyInWords: amountInWords,
    paiseToRupees,
    rupeesToPaise,
    decimal: formatDecimal,
    parseDecimal,
    day: formatDay,
    shortDay: (day) => formatShortDay(day, todayIn(zone, now())),
    parseDay: (text) => parseDay(text, todayIn(zone, now())),
    instant: (instant) => formatInstant(instant, zone),
    time: (instant) => formatTime(instant, zone),
    relative: (instant) => relativeTo(instant, now()),
  }
}

/** Why a typed figure or text is refused; the stable `reason` of a fault. */
export type FaultReason =
  | 'UNKNOWN_FIELD'
  | 'WRONG_TYPE'
  | 'UNKNOWN_VALUE'
  | 'UNKNOWN_UNIT'
  | 'NOT_A_NUMBER'
  | 'NEGATIVE'
  | 'TOO_MANY_DECIMALS'
  | 'TOO_MANY_DIGITS'
  | 'OUT_OF_RANGE'
  | 'TOO_LONG'
  | 'TOO_MANY_ROWS'
  | 'TOO_DEEP'
  | 'UNREADABLE_TEXT'
  | 'INVALID_DATE'
  | 'IN_THE_FUTURE'
  | 'INVALID_PHONE'
  | 'INVALID_PIN'
  | 'INVALID_ID'
  | 'GIVEN_TWICE'
  | 'SERVER_OWNED'
  | 'HAS_ITS_OWN_ROUTE'
  | 'INVALID'

export interface Fault {
  /** Dotted path from the contract's root; array places are numbers: `cost_sheet.land.rows.0.amount`. */
  readonly path: string
  readonly reason: FaultReason
}

export interface NumberRule {
  readonly decimals: number
  readonly min: number
  readonly max?: number
}

/** Significant digits up to which every decimal has one shortest JSON form. */
const EXACT_DIGITS = 15
const WHOLE_DIGITS = 13
const MOST_DECIMALS = 7
const PLAIN = /^(-?)(\d{1,13})(?:\.(\d{1,7}))?$/

/** A JSON number without exponent, or undefined when seven places cannot hold it. */
function plainText(value: number): string | undefined {
  const text = String(value)
  if (!text.includes('e')) return text
  const fixed = value.toFixed(MOST_DECIMALS)
  return Number(fixed) === value && !fixed.includes('e') ? fixed : undefined
}

function shapeFault(text: string | undefined, raw: number | string): FaultReason {
  if (typeof raw === 'string' && !/^-?\d+(\.\d+)?$/.test(raw)) return 'NOT_A_NUMBER'
  const whole = (text ?? '').replace('-', '').split('.')[0] ?? ''
  return whole.length > WHOLE_DIGITS || Math.abs(Number(raw)) >= 1e13 ? 'TOO_MANY_DIGITS' : 'TOO_MANY_DECIMALS'
}

function sizeFault(value: number, rule: NumberRule): FaultReason | undefined {
  if (value < rule.min) return rule.min === 0 ? 'NEGATIVE' : 'OUT_OF_RANGE'
  return rule.max !== undefined && value > rule.max ? 'OUT_OF_RANGE' : undefined
}

/** Reads a JSON number or decimal string under a rule: the number (never -0), or the reason why not. */
export function readNumber(raw: number | string, rule: NumberRule): number | FaultReason {
  if (typeof raw === 'number' && !Number.isFinite(raw)) return 'NOT_A_NUMBER'
  const text = typeof raw === 'number' ? plainText(raw) : raw
  const parts = text === undefined ? null : PLAIN.exec(text)
  if (!parts) return shapeFault(text, raw)
  const decimals = (parts[3] ?? '').replace(/0+$/, '')
  const digits = `${parts[2]}${decimals}`.replace(/^0+/, '')
  if (decimals.length > rule.decimals) return 'TOO_MANY_DECIMALS'
  if (digits.length > EXACT_DIGITS) return 'TOO_MANY_DIGITS'
  const value = Number(raw) + 0
  return sizeFault(value, rule) ?? (value === 0 ? 0 : value)
}

/** Text as the product keeps it: NFC, trimmed, blank = null; a lone surrogate or a NUL cannot be stored or hashed. */
export function readText(raw: string, max: number): { value: string | null } | FaultReason {
  const value = raw.normalize('NFC').trim()
  if (!value.isWellFormed() || value.includes('\u0000')) return 'UNREADABLE_TEXT'
  if (value.length > max) return 'TOO_LONG'
  return { value: value === '' ? null : value }
}

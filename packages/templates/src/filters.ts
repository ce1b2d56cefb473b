import { type Decimal, divide, indian, multiply, plain, readDecimal, round, trimmed } from './decimal.ts'

export interface LocalUnit {
  label: string
  /** Square feet of one unit, decimal. */
  sqft: string
}

export interface FilterContext {
  /** Amount in words, in the Indian system; the filler has none of its own. */
  words?: ((amount: string) => string) | undefined
  /** Units of the ruleset, keyed as in `local:<key>`. */
  localUnits?: Readonly<Record<string, LocalUnit>> | undefined
}

/** The value does not suit the filter. */
export class FilterError extends Error {}

type Filter = (value: unknown, arg: string, context: FilterContext) => string

const UNITS: Readonly<Record<string, LocalUnit>> = {
  sqft: { label: 'sq. ft', sqft: '1' },
  sqm: { label: 'sq. m', sqft: '10.7639' },
  sqyd: { label: 'sq. yd', sqft: '9' },
  acre: { label: 'acre', sqft: '43560' },
  hectare: { label: 'hectare', sqft: '107639' },
  guntha: { label: 'guntha', sqft: '1089' },
  cent: { label: 'cent', sqft: '435.6' },
  decimal: { label: 'decimal', sqft: '435.6' },
  marla: { label: 'marla', sqft: '272.25' },
  kanal: { label: 'kanal', sqft: '5445' },
}

const MONTHS = 'January February March April May June July August September October November December'.split(' ')
const ACRONYMS = new Set(['LAP', 'PLAP', 'MSME', 'NPA', 'DPR', 'TEV', 'NA', 'RCC', 'GPS', 'SBI', 'PSU', 'RTC'])

export const FILTERS: Readonly<Record<string, Filter>> = {
  inr: (value) => `₹ ${indian(amount(value), 2)}`,
  inr0: (value) => `₹ ${indian(amount(value), 0)}`,
  rs: (value) => rupees(amount(value)),
  words: (value, _arg, context) => {
    if (!context.words) throw new FilterError('amounts in words are not available here')
    return context.words(plain(amount(value)))
  },
  sqm: (value, arg, context) => measure(value, { target: 'sqm', arg, context }),
  sqft: (value, arg, context) => measure(value, { target: 'sqft', arg, context }),
  unit: (value, _arg, context) => unitOf(String(value), context).label,
  num: (value) => indian(amount(value), 2).replace(/\.00$/, ''),
  pct: (value) => `${indian(amount(value), 2)} %`,
  date: (value) => dateParts(value).slice().reverse().join('-'),
  date_long: (value) => {
    const [year, month, day] = dateParts(value)
    return `${Number(day)} ${MONTHS[Number(month) - 1]} ${year}`
  },
  upper: (value) => text(value).toUpperCase(),
  title: (value) => titleCase(text(value)),
  dms: (value, arg) => degrees(value, arg),
  // An absent value never reaches a filter; with a value present the default has nothing to do.
  default: (value) => text(value),
}

/** Prints a value that carries no filter: text, decimals as they are, booleans as Yes and No, lists and rows joined. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (typeof value === 'number') return plain(amount(value))
  if (Array.isArray(value)) return value.map(text).join(', ')
  // Rows of open lists are printed as their values stand; depth is that of the data, which is bounded.
  if (isRecord(value))
    return Object.values(value)
      .filter((each) => each !== null && each !== '')
      .map(text)
      .join(', ')
  throw new FilterError('this cannot be printed as a value')
}

function amount(value: unknown): Decimal {
  const given = isRecord(value) && 'value' in value ? value.value : value
  const decimal = readDecimal(given)
  if (!decimal) throw new FilterError('a number is expected')
  return decimal
}

function rupees(value: Decimal): string {
  const two = round(value, 2)
  return two.digits % 100n === 0n ? `Rs. ${indian(two, 0)}/-` : `Rs. ${indian(two, 2)}`
}

interface Measure {
  target: 'sqm' | 'sqft'
  arg: string
  context: FilterContext
}

/**
 * Areas and rates in one unit. Arguments: none = "57.60 sq. m"; `value` = the bare figure; `both` = with the unit in
 * which it was given; `rate` = rupees per unit; `range` = {from, to, unit} as rupees per unit.
 */
function measure(value: unknown, { target, arg, context }: Measure): string {
  if (arg === 'range') return range(value, context)
  const unit = unitName(value, target)
  const to = unitOf(target, context)
  const from = unitOf(unit, context)
  const figure = amount(value)
  if (arg === 'rate') return rate(figure, { unit, target, context })
  const converted = indian(divide(multiply(figure, factor(from)), factor(to), 2), 2)
  if (arg === 'value') return converted
  const printed = `${converted} ${to.label}`
  if (arg !== 'both') return printed
  if (unit !== target) return `${printed} (${trimmed(figure, 4)} ${from.label})`
  const other = unitOf(target === 'sqm' ? 'sqft' : 'sqm', context)
  return `${printed} (${indian(divide(multiply(figure, factor(from)), factor(other), 2), 2)} ${other.label})`
}

function rate(figure: Decimal, at: { unit: string; target: string; context: FilterContext }): string {
  const from = unitOf(at.unit, at.context)
  const to = unitOf(at.target, at.context)
  const printed = `${rupeeRate(divide(multiply(figure, factor(to)), factor(from), 2))} per ${to.label}`
  return at.unit === at.target ? printed : `${printed} (${rupeeRate(figure)} per ${from.label})`
}

function range(value: unknown, context: FilterContext): string {
  if (!isRecord(value)) throw new FilterError('a range {from, to, unit} is expected')
  const unit = unitOf(unitName(value, 'sqm'), context)
  return `${rupeeRate(amount(value.from))} to ${rupeeRate(amount(value.to))} per ${unit.label}`
}

function rupeeRate(value: Decimal): string {
  return `Rs. ${indian(value, 2)}`
}

function unitName(value: unknown, fallback: string): string {
  return isRecord(value) && typeof value.unit === 'string' ? value.unit : isRecord(value) ? 'sqm' : fallback
}

function unitOf(name: string, context: FilterContext): LocalUnit {
  const local = name.startsWith('local:') ? context.localUnits : UNITS
  const key = name.startsWith('local:') ? name.slice(6) : name
  const unit = local && Object.hasOwn(local, key) ? local[key] : undefined
  if (!unit) throw new FilterError(`unknown unit ${name}`)
  return unit
}

/** Square feet of a fixed unit, as a decimal string. */
export function sizeOfUnit(name: unknown): string | undefined {
  return typeof name === 'string' && Object.hasOwn(UNITS, name) ? UNITS[name]?.sqft : undefined
}

function factor(unit: LocalUnit): Decimal {
  const decimal = readDecimal(unit.sqft)
  if (!decimal || decimal.digits <= 0n) throw new FilterError(`unit ${unit.label} has no size`)
  return decimal
}

function dateParts(value: unknown): [string, string, string] {
  const match = typeof value === 'string' ? /^(\d{4})-(\d\d)-(\d\d)(?:T|$)/.exec(value) : null
  const [, year, month, day] = match ?? []
  if (!year || !month || !day || !MONTHS[Number(month) - 1]) throw new FilterError('a date YYYY-MM-DD is expected')
  return [year, month, day]
}

/** Enum values become words; in written text only first letters are raised. */
function titleCase(value: string): string {
  const isEnum = /^[A-Z0-9_]+$/.test(value)
  return value
    .split(/[\s_]+/)
    .map((word) => {
      if (isEnum && ACRONYMS.has(word)) return word
      return word.slice(0, 1).toUpperCase() + (isEnum ? word.slice(1).toLowerCase() : word.slice(1))
    })
    .join(' ')
}

/** Decimal degrees as 24°54'02.8"N; `lat` or `lng` as argument, both for a {lat, lng} object. */
function degrees(value: unknown, arg: string): string {
  if (isRecord(value) && 'lat' in value) return `${degrees(value.lat, 'lat')}, ${degrees(value.lng, 'lng')}`
  const decimal = amount(value)
  const positive = decimal.digits < 0n ? { ...decimal, digits: -decimal.digits } : decimal
  const tenths = round(multiply(positive, { digits: 36_000n, scale: 0 }), 0).digits
  const minutes = (tenths / 600n) % 60n
  const seconds = tenths % 600n
  const side = (arg === 'lng' ? ['E', 'W'] : ['N', 'S'])[decimal.digits < 0n ? 1 : 0]
  const pad = (part: bigint) => part.toString().padStart(2, '0')
  return `${tenths / 36_000n}°${pad(minutes)}'${pad(seconds / 10n)}.${seconds % 10n}"${side}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** When a task comes round: a set of minutes in UTC. */
export interface Cadence {
  /** The first slot after an instant. */
  next(after: Date): Date
  /** Slots after one instant up to another, that one included; the newest `max` of them. */
  slots(after: Date, upTo: Date, max: number): Date[]
  /** The longest time between two slots. */
  readonly periodMs: number
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
const YEARS_AHEAD = 8
const FIELDS = [
  ['minute', 0, 59],
  ['hour', 0, 23],
  ['day', 1, 31],
  ['month', 1, 12],
  ['weekday', 0, 7],
] as const

const PART = /^(\d{1,2})(?:-(\d{1,2}))?(?:\/(\d{1,2}))?$/

// One crontab field: *, 5, 1-5, */10, 10-50/20, and lists of these.
const valuesOf = (text: string, field: (typeof FIELDS)[number]): number[] =>
  [...new Set(text.split(',').flatMap((part) => rangeOf(part, field)))].sort((a, b) => a - b)

function rangeOf(part: string, [name, low, high]: (typeof FIELDS)[number]): number[] {
  const [, from, to, step] = PART.exec(part.replace(/^\*/, `${low}-${high}`)) ?? []
  if (from === undefined) throw new Error(`${name} "${part}" is no crontab field`)
  const first = Number(from)
  const last = Number(to ?? (step === undefined ? from : high))
  const by = Number(step ?? 1)
  if (first < low || last > high || first > last || by < 1) throw new Error(`${name} "${part}" is out of range`)
  return Array.from({ length: Math.floor((last - first) / by) + 1 }, (_, index) => first + index * by)
}

const known = new Map<string, Cadence>()

/** Reads five crontab fields. As with cron, where both days are limited either one will do. Throws on anything else. */
export function cadenceOf(cron: string): Cadence {
  let cadence = known.get(cron)
  if (!cadence) known.set(cron, (cadence = readCadence(cron)))
  return cadence
}

function readCadence(cron: string): Cadence {
  const texts = cron.trim().split(/\s+/)
  if (texts.length !== FIELDS.length) throw new Error(`"${cron}" has not five crontab fields`)
  const sets = FIELDS.map((field, index) => valuesOf(texts[index] ?? '', field))
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = sets
  const [anyDay, anyWeekday] = [texts[2] === '*', texts[4] === '*']
  const inMonths = new Set(months)
  const onDays = new Set(days)
  const onWeekdays = new Set(weekdays.map((day) => day % 7))
  const isDay = (date: Date): boolean => {
    if (!inMonths.has(date.getUTCMonth() + 1)) return false
    const [byDay, byWeekday] = [onDays.has(date.getUTCDate()), onWeekdays.has(date.getUTCDay())]
    if (anyDay) return anyWeekday || byWeekday
    return anyWeekday ? byDay : byDay || byWeekday
  }
  const times = hours.flatMap((hour) => minutes.map((minute) => (hour * 60 + minute) * MINUTE_MS))
  const next = (after: Date): Date => {
    const start = Math.floor(after.getTime() / DAY_MS) * DAY_MS
    for (let day = start; day < start + YEARS_AHEAD * 366 * DAY_MS; day += DAY_MS) {
      if (!isDay(new Date(day))) continue
      const time = times.find((one) => day + one > after.getTime())
      if (time !== undefined) return new Date(day + time)
    }
    throw new Error(`"${cron}" never comes`)
  }
  const periodMs = longestGap(next)
  const slots = (after: Date, upTo: Date, max: number): Date[] => {
    const from = Math.max(after.getTime(), upTo.getTime() - max * periodMs - MINUTE_MS)
    const found: Date[] = []
    for (let slot = next(new Date(from)); slot <= upTo; slot = next(slot)) found.push(slot)
    return found.slice(-max)
  }
  return { next, slots, periodMs }
}

function longestGap(next: (after: Date) => Date): number {
  let [longest, slot] = [0, next(new Date(0))]
  for (let step = 0; step < 64; step++) {
    const following = next(slot)
    longest = Math.max(longest, following.getTime() - slot.getTime())
    slot = following
  }
  return longest
}

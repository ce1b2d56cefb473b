import { type FaultReason, readNumber, readText } from './report-numbers.ts'

/** Answers without a field of their own: plain JSON of people's words and figures, within limits. */
export const FREE_JSON = { depth: 5, keys: 300, rows: 200, text: 4000 } as const
/** Never begins with an underscore, so `__proto__` is no key. */
const KEY = /^[A-Za-z0-9][A-Za-z0-9_.\- ]{0,119}$/

interface Found {
  readonly at: readonly (string | number)[]
  readonly reason: FaultReason
}
export type Collected = Found[]

interface Place {
  readonly at: readonly (string | number)[]
  readonly faults: Collected
  /** Inside a patch null clears; inside an array it has nothing to clear and is dropped. */
  readonly nulls: boolean
}

const refuse = (place: Place, reason: FaultReason): undefined => {
  place.faults.push({ at: place.at, reason })
  return undefined
}
const within = (place: Place, key: string | number, nulls = place.nulls): Place => ({
  ...place,
  at: [...place.at, key],
  nulls,
})

function readObject(raw: object, place: Place): Record<string, unknown> | undefined {
  const entries = Object.entries(raw)
  if (entries.length > FREE_JSON.keys) return refuse(place, 'TOO_MANY_ROWS')
  const out: Record<string, unknown> = {}
  for (const [key, value] of entries) {
    const here = within(place, key)
    if (!KEY.test(key)) refuse(here, 'UNKNOWN_FIELD')
    else {
      const read = readFreeJson(value, here)
      if (read !== undefined && (read !== null || place.nulls)) out[key] = read
    }
  }
  return out
}

function readArray(raw: readonly unknown[], place: Place): unknown[] | undefined {
  if (raw.length > FREE_JSON.rows) return refuse(place, 'TOO_MANY_ROWS')
  return raw.map((value, index) => readFreeJson(value, within(place, index, false)) ?? null)
}

function readScalar(raw: unknown, place: Place): unknown {
  if (raw === null || typeof raw === 'boolean') return raw
  if (typeof raw === 'string') {
    const read = readText(raw, FREE_JSON.text)
    return typeof read === 'string' ? refuse(place, read) : read.value
  }
  if (typeof raw !== 'number') return refuse(place, 'WRONG_TYPE')
  const read = readNumber(raw, { decimals: 7, min: Number.NEGATIVE_INFINITY })
  return typeof read === 'string' ? refuse(place, read) : read
}

/** Cleans one value of free JSON; faults are collected with their place and the value is then undefined. */
export function readFreeJson(raw: unknown, place: Place): unknown {
  if (place.at.length > FREE_JSON.depth) return refuse(place, 'TOO_DEEP')
  if (Array.isArray(raw)) return readArray(raw, place)
  return typeof raw === 'object' && raw !== null ? readObject(raw, place) : readScalar(raw, place)
}

/** A JSON object of the contract; arrays and scalars are leaves of a change. */
type Json = Record<string, unknown>

export interface ContractChange {
  /** Dotted path of a scalar or an array. */
  readonly path: string
  /** What was stored; null when nothing was. */
  readonly before: unknown
  /** What is stored now; null when cleared. */
  readonly after: unknown
}
export interface Applied<C> {
  readonly contract: C
  readonly changes: readonly ContractChange[]
}

/** A guard by hand: arrays and null are objects too. */
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Deep equality of JSON values; the order of members does not matter. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => sameJson(item, b[i]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
}

const join = (path: string, key: string): string => (path ? `${path}.${key}` : key)

/** Every scalar and array under a value, as changes from or to nothing. */
function leaves(value: unknown, path: string, note: (path: string, value: unknown) => void): void {
  if (!isObject(value)) note(path, value)
  else for (const [key, member] of Object.entries(value)) leaves(member, join(path, key), note)
}

/** Own and enumerable, whatever the key is called. */
const put = (target: Json, key: string, value: unknown): void => {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}

interface Merge {
  readonly path: string
  readonly changes: ContractChange[]
}

function replace(before: unknown, after: unknown, { path, changes }: Merge): unknown {
  if (sameJson(before, after)) return before
  if (isObject(before)) leaves(before, path, (at, value) => changes.push({ path: at, before: value, after: null }))
  const was = isObject(before) || before === undefined ? null : before
  if (after !== undefined) changes.push({ path, before: was, after })
  else if (!isObject(before)) changes.push({ path, before: was, after: null })
  return after
}

function merge(target: unknown, patch: Json, at: Merge): Json {
  const out: Json = {}
  if (isObject(target)) for (const [key, value] of Object.entries(target)) put(out, key, value)
  else if (target !== undefined && target !== null) replace(target, undefined, at)
  for (const [key, value] of Object.entries(patch)) {
    const before = Object.hasOwn(out, key) ? out[key] : undefined
    const here = { path: join(at.path, key), changes: at.changes }
    if (value === undefined) continue
    if (value === null) {
      if (before !== undefined) replace(before, undefined, here)
      delete out[key]
    } else put(out, key, isObject(value) ? merge(before, value, here) : replace(before, value, here))
  }
  return out
}

/**
 * Applies a JSON merge patch (RFC 7396): objects merge, null clears, arrays are replaced whole. The given contract
 * is left as it was. `changes` is empty when nothing changes, whatever was sent.
 */
export function applyPatch<C extends object>(contract: C, patch: object): Applied<C> {
  const changes: ContractChange[] = []
  // Casts: plain JSON objects by contract; the merged document is checked against the same schema as its parts.
  const merged = merge(contract as Json, patch as Json, { path: '', changes })
  return { contract: merged as C, changes }
}

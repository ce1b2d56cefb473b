/** JSON as it travels. Lists are values: a merge patch replaces them whole. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
export type Patch = { readonly [key: string]: Json }

const isObject = (value: unknown): value is Patch =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Deep equality; the order of an object's members does not count. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((one, at) => sameJson(one, b[at]))
  if (!isObject(a) || !isObject(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
}

/** The value after a merge patch (RFC 7386): null removes, objects merge, all else replaces. */
export function applyPatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch
  const result: Record<string, Json> = isObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = applyPatch(result[key] ?? null, value)
  }
  return result
}

/** One patch that does what `first` and then `second` do. */
export function mergePatches(first: Patch, second: Patch): Patch {
  const result: Record<string, Json> = { ...first }
  for (const [key, value] of Object.entries(second)) {
    const before = result[key]
    result[key] = isObject(value) && isObject(before) ? mergePatches(before, value) : value
  }
  return result
}

/** A place in a document: member names from the root. */
export type Path = readonly string[]

/** The leaves of a patch: every place that it sets or removes. */
export function patchLeaves(patch: Patch, at: Path = []): { readonly path: Path; readonly value: Json }[] {
  return Object.entries(patch).flatMap(([key, value]) =>
    isObject(value) && Object.keys(value).length > 0
      ? patchLeaves(value, [...at, key])
      : [{ path: [...at, key], value }],
  )
}

/** The value at a place; a missing one is null, as a merge patch sees it. */
export function valueAt(document: Json, path: Path): Json {
  let value: Json = document
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return null
    value = value[key] ?? null
  }
  return value
}

/** The patch that sets exactly these leaves; null for none. */
export function patchOf(leaves: readonly { readonly path: Path; readonly value: Json }[]): Patch | null {
  let result: Patch | null = null
  for (const { path, value } of leaves) {
    let one: Json = value
    for (const key of [...path].reverse()) one = { [key]: one }
    // An empty path would be a patch that is no object; leaves always have at least one name.
    if (isObject(one)) result = result === null ? one : mergePatches(result, one)
  }
  return result
}

/** How a path is written in addresses, error details and choices: `borrower.name`. */
export const pathText = (path: Path): string => path.join('.')

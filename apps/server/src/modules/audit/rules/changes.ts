import type { CHANGE_OPS } from '@zenops/contracts/audit'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export interface Change {
  readonly path: string
  readonly op: (typeof CHANGE_OPS)[number]
  readonly before?: Json
  readonly after?: Json
}

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const escape = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
const hides = (value: Json): boolean => isObject(value) && isObject(value['$p'])

/** A personal envelope and the place it stands at. */
export interface Hidden {
  readonly envelope: Json
  readonly pointer: string
}

/** Every envelope below a value. */
export function hiddenIn(value: Json, pointer: string): Hidden[] {
  if (hides(value)) return [{ envelope: value, pointer }]
  if (Array.isArray(value)) return value.flatMap((item: Json, index) => hiddenIn(item, `${pointer}/${index}`))
  if (!isObject(value)) return []
  return Object.entries(value).flatMap(([name, member]) => hiddenIn(member, `${pointer}/${escape(name)}`))
}

/** The same value with what `show` answers in place of every envelope. */
export function uncover(value: Json, pointer: string, show: (hidden: Hidden) => Json): Json {
  if (hides(value)) return show({ envelope: value, pointer })
  if (Array.isArray(value)) return value.map((item: Json, index) => uncover(item, `${pointer}/${index}`, show))
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, uncover(member, `${pointer}/${escape(name)}`, show)]),
  )
}

const same = (a: Json, b: Json): boolean => JSON.stringify(a) === JSON.stringify(b)

/** What differs, member by member, by JSON Pointer. Lists are compared as a whole: their order is part of them. */
export function changesBetween(before: Json, after: Json, path = ''): Change[] {
  if (!isObject(before) || !isObject(after)) return same(before, after) ? [] : [{ path, op: 'replace', before, after }]
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.flatMap((name): Change[] => {
    const [was, is] = [before[name], after[name]]
    const at = `${path}/${escape(name)}`
    if (was === undefined) return is === undefined ? [] : [{ path: at, op: 'add', after: is }]
    if (is === undefined) return [{ path: at, op: 'remove', before: was }]
    return changesBetween(was, is, at)
  })
}

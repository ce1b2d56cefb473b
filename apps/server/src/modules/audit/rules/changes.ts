import type { CHANGE_OPS } from '@zenops/contracts/audit'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export interface Change {
  readonly path: string
  readonly op: (typeof CHANGE_OPS)[number]
  readonly before?: Json
  readonly after?: Json
}

/** Shown instead of a personal field that is not revealed. */
export const COVERED = '[personal]'

const isObject = (value: Json | undefined): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isEnvelope = (value: Json): boolean => isObject(value) && isObject(value['$p'])

/** The same value with every personal envelope covered. */
export function cover(value: Json): Json {
  if (isEnvelope(value)) return COVERED
  if (Array.isArray(value)) return value.map(cover)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, cover(member)]))
}

const escape = (name: string): string => name.replaceAll('~', '~0').replaceAll('/', '~1')
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

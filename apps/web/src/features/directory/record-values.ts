import { t, textOf, type DirectoryRecord, type FieldSpec, type Kind } from './kinds.ts'

/** What the form holds: text by column; null where nothing stands. */
export type RecordValues = Readonly<Record<string, string | null>>

/** Columns behind a field. */
export const columnsOf = (field: FieldSpec): readonly string[] =>
  field.kind === 'position' ? ['latitude', 'longitude'] : [field.name]

export const valuesOf = (kind: Kind, record: DirectoryRecord): RecordValues =>
  Object.fromEntries(kind.fields.flatMap(columnsOf).map((column) => [column, textOf(record, column) || null]))

/** Blank is nothing. */
const clean = (value: string | null | undefined): string | null => value?.trim() || null

/** What a new record sends: only what was filled in. */
export const newBody = (values: RecordValues): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (clean(value) ? [[name, clean(value)]] : [])))

/** What a change sends: only what differs; both coordinates travel together. */
export function patchOf(before: RecordValues, after: RecordValues): Record<string, unknown> {
  const changed = Object.keys(after).filter((name) => clean(after[name]) !== clean(before[name]))
  const both = changed.some((name) => name === 'latitude' || name === 'longitude') ? ['latitude', 'longitude'] : []
  return Object.fromEntries([...new Set([...changed, ...both])].map((name) => [name, clean(after[name])]))
}

/** Sentences for required fields that are empty. */
export function missingIn(fields: readonly FieldSpec[], values: RecordValues): Record<string, string> {
  return Object.fromEntries(
    fields
      .filter((field) => field.required && !clean(values[field.name]))
      .map((field) => [
        field.name,
        t(field.kind === 'record' ? 'choose_needed' : 'needed', { name: t(field.label).toLowerCase() }),
      ]),
  )
}

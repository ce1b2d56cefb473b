import type { z } from 'zod'
import { refuse } from './errors.ts'

/** An opaque cursor: the sort key of the last row of a page. */
export const encodeCursor = (key: readonly unknown[]): string => Buffer.from(JSON.stringify(key)).toString('base64url')

/** Reads a cursor back through the list's own schema. A malformed one is 422, never 500. */
export function decodeCursor<T extends z.ZodType>(schema: T, cursor: string): z.output<T> {
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
    if (parsed.success) return parsed.data as z.output<T> // the schema's own output
  } catch {
    // falls through to the refusal
  }
  throw refuse.invalid('cursor', 'malformed')
}

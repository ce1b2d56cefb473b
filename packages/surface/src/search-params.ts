import { z } from 'zod'

/** Pieces of a list's address. What does not fit is dropped: a mistyped address still shows its list. */
export const textParam = z.string().max(200).optional().catch(undefined)
export const idParam = z.guid().optional().catch(undefined)
export const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values).optional().catch(undefined)

/** A name that may repeat. */
export const someOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z
    .union([z.enum(values).transform((one) => [one]), z.array(z.enum(values)).min(1)])
    .optional()
    .catch(undefined)

export const onParam = oneOf(['true'])

/** What the server is asked: the address without what only the screen knows. */
export function withoutPreview<S extends { readonly preview?: unknown }>(search: S): Omit<S, 'preview'> {
  const { preview, ...query } = search
  void preview
  return query
}

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

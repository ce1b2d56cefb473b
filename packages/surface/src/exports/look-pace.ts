/** Looked at often at first, then more seldom, while anything waits or runs. */
const FIRST_MS = 1_500
const LATER_MS = 5_000
const FIRST_LOOKS = 20

/** An answer of the list: when it came, and which exports wait or run in it. */
export interface Look {
  readonly at: number
  readonly active: readonly string[]
}

/** Looks at each export that waits or runs, counted once an answer. */
export type Looked = Map<string, { readonly times: number; readonly at: number }>

/**
 * When to look again, in milliseconds; never while nothing is on its way. The count is each export's own and lives as
 * long as the app: leaving the list, coming back or turning to another window does not begin it anew, a new export does.
 */
export function nextLookMs(looked: Looked, { at, active }: Look): number | false {
  if (active.length === 0) return false
  const times = active.map((id) => {
    const known = looked.get(id)
    if (known?.at === at) return known.times
    const counted = (known?.times ?? 0) + 1
    looked.set(id, { times: counted, at })
    return counted
  })
  return times.some((one) => one <= FIRST_LOOKS) ? FIRST_MS : LATER_MS
}

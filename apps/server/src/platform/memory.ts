/** What a process remembers of a caller is trusted this long, and dropped earlier when a notice comes. */
export const FRESH_MS = 5_000
const MAX = 10_000

interface Remembered<T> {
  readonly at: number
  readonly state: T
  readonly names: readonly string[]
}

/** What was read, and what a notice may call it. */
export interface Read<T> {
  readonly state: T
  readonly names: readonly string[]
}

/** States read once and trusted for at most 5 s; a notice that comes while one is read keeps it from being remembered. */
export function createMemory<T>(now: () => number) {
  const known = new Map<string, Remembered<T>>()
  let notices = 0
  const readAnew = async (key: string, read: () => Promise<Read<T>>): Promise<T> => {
    const [heard, at] = [notices, now()]
    const { state, names } = await read()
    if (known.size >= MAX) known.clear()
    if (heard === notices) known.set(key, { at, state, names })
    else known.delete(key)
    return state
  }
  return {
    recall: (key: string, read: () => Promise<Read<T>>): T | Promise<T> => {
      const found = known.get(key)
      if (found && now() - found.at < FRESH_MS) return found.state
      return readAnew(key, read)
    },
    /** Drops what the notice names; without a name everything. */
    forget: (name?: string): void => {
      notices += 1
      if (name === undefined) return known.clear()
      for (const [key, { names }] of known) if (names.includes(name)) known.delete(key)
    },
  }
}

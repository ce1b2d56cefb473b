import type { Command } from './context.ts'

interface Kept<T> {
  readonly value: T
  readonly bytes: number
}

/** Rows that never change once they are committed, by their key; those not asked for the longest make room for others. */
class Memory<T> {
  readonly #kept = new Map<string, Kept<T>>()
  readonly #most: number
  #bytes = 0

  constructor(mostBytes: number) {
    this.#most = mostBytes
  }

  recall(key: string): T | undefined {
    const found = this.#kept.get(key)
    if (!found) return undefined
    this.#kept.delete(key)
    this.#kept.set(key, found)
    return found.value
  }
  keep(key: string, value: T, bytes: number): void {
    this.#drop(key)
    // One that would push out all others is not worth it.
    if (bytes > this.#most / 16) return
    this.#kept.set(key, { value, bytes })
    this.#bytes += bytes
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#most) break
      this.#drop(oldest)
    }
  }
  #drop(key: string): void {
    const found = this.#kept.get(key)
    if (!found) return
    this.#kept.delete(key)
    this.#bytes -= found.bytes
  }
}

const MOST_BYTES = 8 * 1024 * 1024

function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const member of Object.values(value)) frozen(member)
  }
  return value
}

/**
 * What a process remembers of content that the database never lets change: the newest revision of a report, a published
 * ruleset, a version of a profile. The caller has read, under his policies and in this transaction, the row that names
 * what he recalls. Content is kept only after the commit that showed it stands.
 */
export interface Remembered<T> {
  recall(key: string): T | undefined
  keepAfterCommit(context: Pick<Command, 'unit'>, key: string, content: { value: T; bytes: number }): void
}

/** Content as one value that everybody is handed and nobody can change. */
export function createRemembered<T>(mostBytes = MOST_BYTES): Remembered<T> {
  const memory = new Memory<T>(mostBytes)
  return {
    recall: (key) => memory.recall(key),
    keepAfterCommit: ({ unit }, key, { value, bytes }) =>
      unit.afterCommit(() => memory.keep(key, frozen(value), bytes)),
  }
}

import { cleanState, draftOf, shownValue, stepAutosave, unconfirmed } from './autosave-machine.ts'
import type { AutosaveEvent, AutosaveState, Draft, Stored } from './autosave-machine.ts'
import type { Json, Patch } from './merge-patch.ts'

export interface Clock {
  now(): number
  /** Calls back once after so many milliseconds; the answer cancels. */
  after(ms: number, act: () => void): () => void
}

/** Where drafts survive a killed tab: one per person and record. */
export interface DraftStore {
  get(key: string): Promise<Draft | null>
  put(key: string, draft: Draft): Promise<void>
  remove(key: string): Promise<void>
}

export interface AutosaveOptions {
  /** `<person>:<record>`, so that a shared device never shows one person's draft to another. */
  readonly key: string
  readonly initial: Stored
  /** Sends one patch made upon `version`. Its value may be left out when the patch is all that changed. */
  readonly send: (patch: Patch, version: number) => Promise<{ readonly version: number; readonly value?: Json }>
  /** The server's present state, asked for after a mismatch. */
  readonly load: () => Promise<Stored>
  /** `stale`: the version moved on. `unreachable`: no answer, or "later". All else is a refusal. */
  readonly classify: (error: unknown) => 'stale' | 'unreachable' | 'refused'
  readonly store: DraftStore
  readonly clock: Clock
}

export const REST_MS = 2_000
const MAX_MISMATCHES = 5
/** Pauses between tries without an answer. */
export const retryDelay = (attempt: number): number => Math.min(1_000 * 3 ** Math.max(attempt - 1, 0), 27_000)

/** Runs the machine of `autosave-machine.ts`: one request in flight, each change kept on the device before it is sent. */
export class Autosave {
  readonly #options: AutosaveOptions
  readonly #listeners = new Set<() => void>()
  #state: AutosaveState
  #disposed = false
  #cancelTimer: (() => void) | null = null
  #keeping: Promise<void> = Promise.resolve()
  /** Writes to the device asked for, and the last one that was carried out. */
  #wanted = 0
  #kept = 0
  #mismatches = 0

  constructor(options: AutosaveOptions) {
    this.#options = options
    this.#state = cleanState(options.initial)
  }

  readonly snapshot = (): AutosaveState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What the form shows: the server's value with everything typed on top. */
  value(): Json {
    return shownValue(this.#state)
  }

  type(patch: Patch): void {
    this.#take({ kind: 'typed', patch })
  }

  /** Blur or hidden tab: don't wait for the two seconds. */
  flush(): void {
    this.#take({ kind: 'rest' })
  }

  /** The net is back. */
  online(): void {
    this.#take({ kind: 'retry' })
  }

  resolve(choices: Readonly<Record<string, 'mine' | 'theirs'>>): void {
    this.#take({ kind: 'resolved', choices, at: this.#options.clock.now() })
  }

  discard(): void {
    this.#take({ kind: 'discarded' })
  }

  /** Takes up a draft that an earlier tab left; resolves when it has been looked for. */
  async restore(): Promise<void> {
    const draft = await this.#options.store.get(this.#options.key).catch(() => null)
    if (draft !== null && this.#state.phase === 'clean')
      this.#take({ kind: 'restored', draft, at: this.#options.clock.now() })
  }

  /** Something typed has neither reached the server nor the device's buffer. */
  isAtRisk(): boolean {
    return unconfirmed(this.#state) !== null && this.#kept < this.#wanted
  }

  /** Resolves when nothing is being written to the device any more. */
  settled(): Promise<void> {
    return this.#keeping
  }

  dispose(): void {
    this.#disposed = true
    this.#cancelTimer?.()
  }

  #take(event: AutosaveEvent): void {
    if (this.#disposed) return
    const before = this.#state
    this.#state = stepAutosave(before, event)
    if (this.#state === before) return
    this.#follow(before, event)
    for (const listener of this.#listeners) listener()
  }

  #follow(before: AutosaveState, event: AutosaveEvent): void {
    const { phase, sent, pending, attempt } = this.#state
    // A restored draft that the server already holds leaves the device.
    if (before.pending !== pending || before.sent !== sent || event.kind === 'restored') this.#keep()
    if (phase === 'saving' && sent !== null && (before.phase !== 'saving' || before.sent !== sent)) {
      this.#cancelTimer?.()
      void this.#deliver(sent)
    } else if (phase === 'dirty') this.#timer(REST_MS, { kind: 'rest' })
    else if (phase === 'offline' && event.kind === 'unreachable') this.#timer(retryDelay(attempt), { kind: 'retry' })
  }

  #timer(ms: number, event: AutosaveEvent): void {
    this.#cancelTimer?.()
    this.#cancelTimer = this.#options.clock.after(ms, () => this.#take(event))
  }

  #keep(): void {
    const { store, key } = this.#options
    const draft = draftOf(this.#state)
    const turn = ++this.#wanted
    this.#keeping = this.#keeping
      .then(() => (draft === null ? store.remove(key) : store.put(key, draft)))
      .then(
        () => {
          this.#kept = turn
        },
        // A full or forbidden store leaves the turn unkept, so that leaving the page asks first.
        () => {},
      )
  }

  async #deliver(patch: Patch): Promise<void> {
    const { send, classify, clock } = this.#options
    try {
      const { version, value } = await send(patch, this.#state.base.version)
      this.#mismatches = 0
      this.#take({ kind: 'accepted', version, value, at: clock.now() })
    } catch (error) {
      const kind = classify(error)
      // A record that moves faster than it can be read is tried again after a pause, not in a loop.
      if (kind === 'stale' && ++this.#mismatches > MAX_MISMATCHES) this.#take({ kind: 'unreachable' })
      else if (kind === 'stale') await this.#reload()
      else this.#take(kind === 'unreachable' ? { kind } : { kind, error })
    }
  }

  async #reload(): Promise<void> {
    const { load, classify, clock } = this.#options
    try {
      const stored = await load()
      this.#take({ kind: 'current', stored, at: clock.now() })
    } catch (error) {
      this.#take(classify(error) === 'refused' ? { kind: 'refused', error } : { kind: 'unreachable' })
    }
  }
}

/** The clock of the browser. */
export const browserClock: Clock = {
  now: () => Date.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms)
    return () => clearTimeout(timer)
  },
}

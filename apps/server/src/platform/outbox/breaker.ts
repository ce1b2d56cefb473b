/** Keeps calls from an endpoint that fails: after several failures in a row it is left alone for a while, then tried once. */
export interface Breaker {
  /** When the endpoint may be called again; null = now. A trial is given to one caller. */
  closedUntil(endpoint: string): number | null
  succeeded(endpoint: string): void
  failed(endpoint: string): void
}

export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number
  readonly openMs: number
  readonly now?: () => number
}

interface State {
  failures: number
  openUntil: number
}

/** One process's memory of its endpoints; each process finds out for itself. */
export function createBreaker({ failures, openMs, now = Date.now }: BreakerOptions): Breaker {
  const states = new Map<string, State>()
  return {
    closedUntil: (endpoint) => {
      const state = states.get(endpoint)
      if (!state || state.failures < failures) return null
      if (state.openUntil > now()) return state.openUntil
      // The one trial; whoever comes meanwhile waits for its end.
      state.openUntil = now() + openMs
      return null
    },
    succeeded: (endpoint) => void states.delete(endpoint),
    failed: (endpoint) => {
      const state = states.get(endpoint) ?? { failures: 0, openUntil: 0 }
      state.failures++
      if (state.failures >= failures) state.openUntil = now() + openMs
      states.set(endpoint, state)
    },
  }
}

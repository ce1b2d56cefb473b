/** The process's clock; tests and the demo move it. Leases, slots and expiries are decided by the database's clock. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** An instant as the wire carries it: RFC 3339, UTC, milliseconds. */
export const toInstant = (date: Date): string => date.toISOString()

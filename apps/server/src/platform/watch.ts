import { randomBytes } from 'node:crypto'
import type { Actor } from './auth/actor.ts'
import { every } from './pulse.ts'
import type { Services } from './services.ts'

/** Work less than a minute apart that one process after the other may do. */
export interface Loop {
  readonly name: string
  readonly every_ms: number
  /** Answers how many things it did. Two turns at once must do no harm. */
  readonly turn: (turn: LoopTurn) => Promise<number>
}
export interface LoopTurn {
  readonly services: Services
  /** The worker in the house firm. */
  readonly actor: Actor
  readonly traceId: string
}

/** Runs the loops of a worker process until stopped. */
export function startWatch(loops: readonly Loop[], given: Omit<LoopTurn, 'traceId'>): { stop(): Promise<void> } {
  const stops = loops.map((loop) =>
    every(
      loop.every_ms,
      async () => void (await loop.turn({ ...given, traceId: randomBytes(16).toString('hex') })),
      (error) => given.services.log.warn({ err: error, task: loop.name }, 'loop_failed'),
    ),
  )
  return { stop: async () => void (await Promise.all(stops.map((stop) => stop()))) }
}

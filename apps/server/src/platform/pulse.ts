import type { Database } from './db/database.ts'
import type { Services } from './services.ts'

const TALLY_MS = 5_000
const VITALS_MS = 10_000
const LATENCY_MS = 60_000

/** Runs work again and again, each turn after the one before; a failure is said and the next turn tries again. */
export function every(ms: number, turn: () => Promise<void>, onError: (error: unknown) => void): () => Promise<void> {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const again = (): void => {
    if (stopped) return
    timer = setTimeout(() => {
      running = turn().catch(onError).finally(again)
    }, ms)
    timer.unref()
  }
  again()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await running
  }
}

/** Figures that are looked up rather than counted. */
async function showFigures({ metrics, switches }: Services, database: Database): Promise<void> {
  metrics.poolInUse.set(database.inUse)
  metrics.killSwitch.reset()
  for (const { key } of await switches.all()) metrics.killSwitch.set({ key }, 1)
}

/** What every process tells of itself, away from whoever waits for an answer: counts, standing, latencies. */
export function startPulse(services: Services, database: Database): { stop(): Promise<void> } {
  const { vitals, latencies, tally, log } = services
  const failed = (error: unknown): void => log.warn({ err: error }, 'pulse_failed')
  vitals.flush(database).catch(failed)
  const stops = [
    every(TALLY_MS, () => tally.flush(database), failed),
    every(
      VITALS_MS,
      async () => void (await Promise.all([vitals.flush(database), showFigures(services, database)])),
      failed,
    ),
    every(LATENCY_MS, () => latencies.flush(database), failed),
  ]
  return {
    stop: async () => {
      for (const stop of stops) await stop()
      await Promise.all([tally.flush(database), latencies.flush(database), vitals.leave(database)]).catch(failed)
    },
  }
}

import { randomHex } from '../ids.ts'
import { openLiveness } from './liveness.ts'
import { workOff } from './work.ts'
import { benchOf, SILENT_MS, type WorkerOptions } from './worker.ts'

/** Runs every job that is due and returns; for tests and scripts. */
export async function drainJobs(options: WorkerOptions): Promise<void> {
  const worker = randomHex()
  // Holds the id meanwhile, so that no sweep takes its jobs away.
  const liveness = await openLiveness({ url: options.url, worker, report: () => {} })
  try {
    const bench = benchOf(options, worker)
    await bench.port.freeLost(options.silentMs ?? SILENT_MS)
    await workOff(bench.port, bench.work)
  } finally {
    await liveness.end()
  }
}

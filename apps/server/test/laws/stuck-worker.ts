import { z } from 'zod'
import { systemClock } from '../../src/platform/clock.ts'
import { Database } from '../../src/platform/db/database.ts'
import { handleJob, jobKind } from '../../src/platform/jobs/port.ts'
import { startWorker } from '../../src/platform/jobs/worker.ts'
import type { Services } from '../../src/platform/services.ts'
import { createLog } from '../../src/platform/telemetry/log.ts'
import { createMetrics } from '../../src/platform/telemetry/metrics.ts'

/** A worker process that takes one job and never ends it; the test kills it. Says `taken` when it holds the job. */
const [url = '', workerUserId = ''] = process.argv.slice(2)
const database = new Database({ url, poolSize: 2, prepared: true, applicationName: 'law-worker' })
const services = {
  config: { ZENOPS_MULTI_TENANT_ENABLED: true },
  database,
  clock: systemClock,
  log: createLog({ level: 'silent' }),
  metrics: createMetrics(),
} as unknown as Services // a job that waits needs the gate's setting and no storage
const stuck = handleJob(jobKind({ kind: 'law.stuck', payload: z.object({}) }), {
  run: async () => {
    process.stdout.write('taken\n')
    await new Promise((resolve) => setTimeout(resolve, 600_000))
  },
})
await startWorker({
  services,
  url,
  handlers: [stuck],
  recurring: [],
  concurrency: 1,
  workerUserId,
  capabilities: new Map(),
})

import path from 'node:path'
import { createApp } from '../apps/server/src/app.ts'
import { readConfig } from '../apps/server/src/config.ts'
import { homeSecrets, withSecrets } from '../apps/server/src/home.ts'
import { systemClock } from '../apps/server/src/platform/clock.ts'
import { startWorker } from '../apps/server/src/platform/jobs/worker.ts'

/** The product on a bench database: the Workspace's server alone, worker when asked. The port goes to standard output. */
const base = readConfig()
const config = withSecrets(base, await homeSecrets(path.join(base.ZENOPS_HOME)))
const urls = {
  api: process.env['BENCH_API_URL'] ?? '',
  worker: process.env['BENCH_WORKER_URL'] ?? '',
  sealer: process.env['BENCH_SEALER_URL'] ?? '',
}
// A planted defect: a clock that stands still, so that nothing remembered grows old.
const started = new Date()
const clock = process.env['BENCH_FROZEN_CLOCK'] === '1' ? { now: () => started } : systemClock
const app = await createApp({ config, urls, clock })
const server = await app.server('web')
if (process.env['BENCH_WORKER'] === '1') await startWorker(app.workerOptions())
await server.listen({ host: '127.0.0.1', port: 0 })
const address = server.server.address()
process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : 0 })}\n`)
process.once('SIGINT', () => process.exit(0))
process.on('message', () => process.send?.(process.memoryUsage().rss))

import { Logger, runOnce } from 'graphile-worker'
import pg from 'pg'
import { taskListOf, type WorkerOptions } from './worker.ts'

/** Runs every job that is due and returns; for tests and scripts. */
export async function drainJobs(options: WorkerOptions): Promise<void> {
  const pool = new pg.Pool({ connectionString: options.url, max: 3, options: '-c app.aud=worker -c timezone=UTC' })
  const report = (error: Error): void => options.services.log.warn({ err: error }, 'queue_connection')
  pool.on('error', report)
  pool.on('connect', (client) => client.on('error', report))
  try {
    await runOnce({
      pgPool: pool,
      taskList: taskListOf(options),
      noHandleSignals: true,
      logger: new Logger(() => () => {}),
    })
  } finally {
    await pool.end()
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { bootstrap, createApp } from '../apps/server/src/app.ts'
import { readConfig } from '../apps/server/src/config.ts'
import { homeSecrets, withSecrets } from '../apps/server/src/home.ts'
import { type BenchDatabase, openBenchDatabase } from './bench-database.ts'
import { BENCH_TABLES, type BenchWorkerOptions } from './job-worker.ts'

export interface JobBench {
  readonly database: BenchDatabase
  readonly firms: readonly string[]
  worker(changes?: Partial<BenchWorkerOptions>): BenchWorkerOptions
  /** Asks for jobs as the product does, so many in each firm, in one transaction. */
  ask(
    queue: string,
    jobs: { readonly perFirm: number; readonly payload: string; readonly firms?: readonly string[] },
  ): Promise<void>
  close(): Promise<void>
}

/** A database with the house's people and some firms. */
export async function openJobBench(firmCount: number, settings: Record<string, number> = {}): Promise<JobBench> {
  const database = await openBenchDatabase(settings)
  const home = await mkdtemp(path.join(os.tmpdir(), 'zenops-jobs-home-'))
  const base = readConfig({
    ZENOPS_HOME: home,
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    ZENOPS_MULTI_TENANT_ENABLED: '1',
    BOOTSTRAP_ADMIN_PASSWORD: 'the founding phrase of goals',
  })
  const config = withSecrets(base, await homeSecrets(home))
  const app = await createApp({
    config,
    urls: { api: database.apiUrl, worker: database.workerUrl, sealer: database.sealerUrl },
  })
  await bootstrap(app.services.database, config, app.passwords)
  const { workerUserId } = app.workerOptions()
  await app.close()
  await database.sql(BENCH_TABLES)
  const rows = await database.sql<{ id: string }>(
    `insert into identity.tenants (slug, name, lane) select 'bench-' || n, 'Bench firm', 'tenant' from generate_series(1, $1::int) n returning id`,
    [firmCount],
  )
  const firms = rows.map((row) => row.id)
  return {
    database,
    firms,
    worker: (changes = {}) => ({
      url: database.workerUrl,
      internalTenantId: config.ZENOPS_INTERNAL_TENANT_ID,
      workerUserId,
      concurrency: 4,
      silentMs: 30_000,
      unfenced: false,
      ...changes,
    }),
    ask: async (queue, { perFirm, payload, firms: only = firms }) => {
      await database.sql(
        `select ops.enqueue_job($1, $2::jsonb, repeat('a', 32), '{"max_attempts": 25}') from (
           select set_config('app.tenant_id', f, true), n from unnest($3::text[]) f, generate_series(1, $4::int) n offset 0) asked`,
        [queue, payload, only, perFirm],
      )
    },
    close: async () => {
      await database.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}

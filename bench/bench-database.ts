import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { catalogue } from '../apps/server/src/app.ts'
import { launchPostgres } from '../apps/server/src/platform/db/embedded-postgres.ts'
import { migrate } from '../apps/server/src/platform/db/migrate.ts'

const PASSWORD = 'bench-only'

export interface BenchDatabase {
  readonly ownerUrl: string
  readonly apiUrl: string
  readonly workerUrl: string
  readonly sealerUrl: string
  readonly keeperUrl: string
  readonly port: number
  sql<T extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>
  close(): Promise<void>
}

/** A server of its own with the durability of production, so that figures mean something. */
export async function openBenchDatabase(settings: Record<string, string | number> = {}): Promise<BenchDatabase> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'zenops-bench-'))
  const postgres = await launchPostgres({
    dataDir: path.join(folder, 'postgres'),
    password: PASSWORD,
    settings: { shared_buffers: '512MB', max_connections: 100, max_wal_size: '4GB', ...settings },
  })
  const ownerUrl = postgres.url('postgres')
  await migrate({
    ownerUrl,
    passwords: { zen_api: PASSWORD, zen_worker: PASSWORD, zen_sealer: PASSWORD, zen_keeper: PASSWORD },
    seed: catalogue(),
  })
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 2 })
  owner.on('error', () => {})
  return {
    ownerUrl,
    apiUrl: postgres.url('postgres', 'zen_api', PASSWORD),
    workerUrl: postgres.url('postgres', 'zen_worker', PASSWORD),
    sealerUrl: postgres.url('postgres', 'zen_sealer', PASSWORD),
    keeperUrl: postgres.url('postgres', 'zen_keeper', PASSWORD),
    port: postgres.port,
    sql: async <T extends object>(text: string, values: unknown[] = []) => (await owner.query<T>(text, values)).rows,
    close: async () => {
      await owner.end()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

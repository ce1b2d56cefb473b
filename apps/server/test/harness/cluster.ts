import { createHash } from 'node:crypto'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { catalogue } from '../../src/app.ts'
import { launchPostgres } from '../../src/platform/db/embedded-postgres.ts'
import { migrate, migrationFiles } from '../../src/platform/db/migrate.ts'

const PASSWORD = 'tests-only'
const TEMPLATE_LOCK = 4_417
const FOLDER = path.join(os.tmpdir(), `zenops-tests-${os.userInfo().uid}`)

export interface TestDatabase {
  readonly ownerUrl: string
  readonly apiUrl: string
  readonly workerUrl: string
  readonly sealerUrl: string
  readonly keeperUrl: string
  drop(): Promise<void>
}

async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Name of the migrated template for exactly these migration files and this catalogue. */
async function templateName(): Promise<string> {
  const files = await migrationFiles()
  const hash = createHash('sha256').update(catalogue())
  for (const file of files) hash.update(file.name).update(file.checksum)
  return `zen_template_${hash.digest('hex').slice(0, 16)}`
}

/**
 * A database of its own for one test file, cloned from a template that is migrated once. The server is shared by all
 * test processes; the last one to leave stops it.
 */
export async function openTestDatabase(): Promise<TestDatabase> {
  const postgres = await launchPostgres({
    dataDir: path.join(FOLDER, 'postgres'),
    password: PASSWORD,
    settings: {
      fsync: 'off',
      full_page_writes: 'off',
      synchronous_commit: 'off',
      shared_buffers: '192MB',
      max_connections: 200,
    },
  })
  const root = postgres.url('postgres')
  const template = await templateName()
  const name = `zen_test_${process.pid}_${Date.now().toString(36)}_${Math.random().toString(36).slice(2, 6)}`
  await onServer(root, async (client) => {
    await client.query('select pg_advisory_lock($1)', [TEMPLATE_LOCK])
    const known = await client.query('select 1 from pg_database where datname = $1', [template])
    if (known.rowCount === 0) {
      await client.query(`create database ${template}_new`).catch(async () => {
        await client.query(`drop database ${template}_new with (force)`)
        await client.query(`create database ${template}_new`)
      })
      await migrate({
        ownerUrl: postgres.url(`${template}_new`),
        passwords: { zen_api: PASSWORD, zen_worker: PASSWORD, zen_sealer: PASSWORD, zen_keeper: PASSWORD },
        seed: catalogue(),
      })
      await client.query(`alter database ${template}_new rename to ${template}`)
    }
    await client.query(`create database ${name} template ${template}`)
  })
  return {
    ownerUrl: postgres.url(name),
    apiUrl: postgres.url(name, 'zen_api', PASSWORD),
    workerUrl: postgres.url(name, 'zen_worker', PASSWORD),
    sealerUrl: postgres.url(name, 'zen_sealer', PASSWORD),
    keeperUrl: postgres.url(name, 'zen_keeper', PASSWORD),
    drop: async () => {
      await onServer(root, (client) => client.query(`drop database if exists ${name} with (force)`))
      await postgres.stop()
    },
  }
}

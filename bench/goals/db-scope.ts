import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { Database } from '../../apps/server/src/platform/db/database.ts'
import type { Scope } from '../../apps/server/src/platform/db/scope.ts'
import { type BenchDatabase, openBenchDatabase } from '../bench-database.ts'
import { type Goal, type GoalResult, hammer, interleaved, round } from '../goal-kit.ts'
import { meterRoundTrips } from '../round-trips.ts'

const run = promisify(execFile)
const CALLERS = 16
const POOL = 8
const ROWS = 50

interface Rows {
  'bench.rows': { tenant_id: string; id: number; title: string; at: string }
}

/** 20 tenants of 5,000 rows behind forced RLS: the shape of `stack.md`'s table. */
async function fill(database: BenchDatabase, perTenant: number): Promise<string[]> {
  await database.sql(`
    create schema if not exists bench;
    create table bench.rows (tenant_id uuid not null, id bigint not null, title text not null, at timestamptz(3) not null default now(), primary key (tenant_id, id));
    alter table bench.rows enable row level security; alter table bench.rows force row level security;
    create policy rows__read on bench.rows for select to zen_web using (tenant_id = (select app.current_tenant_id()));
    create policy rows__write on bench.rows for update to zen_web using (tenant_id = (select app.current_tenant_id()));
    grant usage on schema bench to zen_web, zen_api; grant select, update on bench.rows to zen_web;
    -- pgbench parses the whole pipeline before its first statement takes the role.
    grant select on bench.rows to zen_api;
    create table bench.tenants as select uuidv7() as id from generate_series(1, 20)`)
  await database.sql(
    `insert into bench.rows (tenant_id, id, title) select t.id, n, 'Row ' || n from bench.tenants t, generate_series(1, ${perTenant}) n`,
  )
  await database.sql('vacuum analyze bench.rows')
  return (await database.sql<{ id: string }>('select id from bench.tenants')).map((row) => row.id)
}

const scopeOf = (tenantId: string): Scope => ({ role: 'zen_web', tenantId, userId: tenantId, aud: 'web' })

/** Round trips of a read batch and of a write transaction with three statements. */
async function tripsOf(
  database: BenchDatabase,
  tenantId: string,
): Promise<{ read: number; write: number; statements: number }> {
  const meter = await meterRoundTrips(database.port)
  const url = new URL(database.apiUrl)
  url.port = String(meter.port)
  const scoped = new Database({ url: url.href, poolSize: 1, prepared: true, applicationName: 'bench' })
  const query = sql`select id from bench.rows where tenant_id = ${tenantId}::uuid limit 5`
  const { compileOnly } = await import('../../apps/server/src/platform/db/database.ts')
  try {
    const read = (): Promise<unknown> => scoped.read(scopeOf(tenantId), query.compile(compileOnly))
    const write = (): Promise<unknown> =>
      scoped.transact(scopeOf(tenantId), async (tx) => {
        for (let i = 1; i <= 3; i++)
          await sql`update bench.rows set title = 'x' where tenant_id = ${tenantId}::uuid and id = ${i}`.execute(tx)
      })
    await read()
    await write()
    meter.reset()
    await read()
    const readTrips = meter.trips()
    meter.reset()
    await write()
    return { read: readTrips, write: meter.trips(), statements: 3 }
  } finally {
    await scoped.close()
    await meter.close()
  }
}

/** pgbench's limit: the same transaction, everything in one flush, no Node. */
async function pgbenchPerSecond(database: BenchDatabase, tenantId: string, seconds: number): Promise<number> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'zenops-pgbench-'))
  const file = path.join(folder, 'one-flush.sql')
  const script = [
    '\\startpipeline',
    'begin read only;',
    `select set_config('role','zen_web',true),set_config('app.tenant_id','${tenantId}',true),set_config('app.user_id','${tenantId}',true),set_config('app.aud','web',true),now();`,
    `select tenant_id, id, title, at from bench.rows where tenant_id = '${tenantId}' order by id limit ${ROWS};`,
    'commit;',
    '\\endpipeline',
  ]
  await writeFile(file, script.join('\n'))
  const url = new URL(database.apiUrl)
  try {
    const { stdout } = await run(
      'pgbench',
      [
        '-n',
        '-h',
        '127.0.0.1',
        '-p',
        url.port,
        '-U',
        'zen_api',
        '-M',
        'prepared',
        '-c',
        String(CALLERS),
        '-j',
        '2',
        '-T',
        String(seconds),
        '-f',
        file,
        'postgres',
      ],
      { env: { PATH: process.env['PATH'] ?? '', PGPASSWORD: decodeURIComponent(url.password) } },
    )
    const tps = /tps = ([\d.]+)/.exec(stdout)?.[1]
    if (tps === undefined) throw new Error('pgbench gave no figure')
    return Number(tps)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function speeds(
  database: BenchDatabase,
  tenants: readonly string[],
): Promise<Record<'scoped' | 'stock' | 'pgbench', number>> {
  const { compileOnly } = await import('../../apps/server/src/platform/db/database.ts')
  const scoped = new Database({ url: database.apiUrl, poolSize: POOL, prepared: true, applicationName: 'bench' })
  const stockPool = new pg.Pool({ connectionString: database.apiUrl, max: POOL })
  stockPool.on('error', () => {})
  const stock = new Kysely<Rows>({ dialect: new PostgresDialect({ pool: stockPool }) })
  let turn = 0
  const tenant = (): string => tenants[turn++ % tenants.length] ?? ''
  const list = (id: string) =>
    sql`select tenant_id, id, title, at from bench.rows where tenant_id = ${id}::uuid order by id limit ${ROWS}`
  const seconds = 4
  try {
    return await interleaved(3, {
      scoped: async () =>
        (
          await hammer(CALLERS, seconds, () => {
            const id = tenant()
            return scoped.read(scopeOf(id), list(id).compile(compileOnly))
          })
        ).perSecond,
      stock: async () =>
        (
          await hammer(CALLERS, seconds, () => {
            const id = tenant()
            return stock.transaction().execute(async (tx) => {
              await sql`select set_config('role','zen_web',true),set_config('app.tenant_id',${id},true),set_config('app.user_id',${id},true),set_config('app.aud','web',true)`.execute(
                tx,
              )
              await list(id).execute(tx)
            })
          })
        ).perSecond,
      pgbench: () => pgbenchPerSecond(database, tenant(), seconds),
    })
  } finally {
    await scoped.close()
    await stock.destroy()
  }
}

async function dbScope({ full, planted }: { full: boolean; planted: boolean }): Promise<GoalResult> {
  const database = await openBenchDatabase()
  try {
    const tenants = await fill(database, full ? 5_000 : 100)
    const trips = await tripsOf(database, tenants[0] ?? '')
    // The planted defect: a context that costs a round trip of its own.
    const read = planted ? trips.read + 1 : trips.read
    const tripsHold = read === 1 && trips.write === trips.statements + 1
    if (!full) return { ok: tripsHold, figures: { read_round_trips: read, write_round_trips: trips.write } }
    const speed = await speeds(database, tenants)
    const overStock = speed.scoped / speed.stock
    const ofLimit = speed.scoped / speed.pgbench
    return {
      ok: tripsHold && overStock >= 2 && ofLimit >= 0.4,
      figures: {
        read_round_trips: read,
        write_round_trips: trips.write,
        write_statements: trips.statements,
        tx_per_s: Math.round(speed.scoped),
        stock_tx_per_s: Math.round(speed.stock),
        pgbench_tx_per_s: Math.round(speed.pgbench),
        over_stock: round(overStock),
        of_pgbench: round(ofLimit),
      },
    }
  } finally {
    await database.close()
  }
}

export const goals: readonly Goal[] = [{ name: 'db:scope', correctness: true, run: dbScope }]

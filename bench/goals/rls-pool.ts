import { sql } from 'kysely'
import pg from 'pg'
import { compileOnly, Database } from '../../apps/server/src/platform/db/database.ts'
import type { Scope } from '../../apps/server/src/platform/db/scope.ts'
import { openBenchDatabase } from '../bench-database.ts'
import type { Goal, GoalResult } from '../goal-kit.ts'
import { openPooler } from '../pooler.ts'

const REQUESTS = 10_000
const REDUCED = 1_000
const CALLERS = 32
const ROWS = 40

interface Seen {
  crossings: number
  aborts: number
  reads: number
  writes: number
  /** Connections found with a context that somebody left behind. */
  stained: number
}

interface Rig {
  readonly url: string
  readonly tenants: readonly string[]
  readonly database: Database
  readonly seen: Seen
  readonly planted: boolean
}

const scopeOf = (tenantId: string): Scope => ({ role: 'zen_web', tenantId, userId: tenantId, aud: 'web' })
class Abort extends Error {}

/** Rows of everybody that the policies let through: not filtered by the query on purpose. */
const everything = () => sql<{ tenant_id: string }>`select tenant_id from bench.rows`

async function read({ database, seen }: Rig, tenantId: string): Promise<void> {
  const [rows] = await database.read(scopeOf(tenantId), everything().compile(compileOnly))
  seen.reads++
  if (rows.length !== ROWS || rows.some((row) => row.tenant_id !== tenantId)) seen.crossings++
}

/** A write of two statements; some fail on purpose, in code or in the database. */
async function write({ database, seen }: Rig, tenantId: string, fate: number): Promise<void> {
  try {
    await database.transact(scopeOf(tenantId), async (tx) => {
      const id = 1 + Math.floor(Math.random() * ROWS)
      // Both firms have a row of that number.
      const { rows } = await sql<{ tenant_id: string }>`
        update bench.rows set n = n + 1 where id = ${id}::int returning tenant_id`.execute(tx)
      if (rows.length !== 1 || rows[0]?.tenant_id !== tenantId) seen.crossings++
      if (fate < 0.2) throw new Abort('changed my mind')
      if (fate < 0.3) await sql`select 1 / 0`.execute(tx)
      await everything().execute(tx)
    })
    seen.writes++
  } catch (error) {
    if (!(error instanceof Abort) && (error as { code?: string }).code !== '22012') throw error
    seen.aborts++
  }
}

/** A client that dies in the middle of its transaction, context set. */
async function die({ url, seen, planted }: Rig, tenantId: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  // The planted defect: a context that outlives its transaction.
  if (planted) await client.query("select set_config('app.tenant_id', $1, false)", [tenantId])
  await client.query('begin')
  await client.query("select set_config('role', 'zen_web', true), set_config('app.tenant_id', $1, true)", [tenantId])
  await client.query('update bench.rows set n = -1 where id = 1')
  // Cast: the driver keeps its socket there; nothing else ends a client without a goodbye.
  ;(client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy()
  seen.aborts++
}

/** Whoever asks without a context is nobody, whatever was done on the connection before. */
async function ask({ url, seen }: Rig): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ role: string; tenant: string | null }>(
    "select current_user as role, nullif(current_setting('app.tenant_id', true), '') as tenant",
  )
  if (rows[0]?.role !== 'zen_api' || rows[0].tenant !== null) seen.stained++
  await client.end()
}

async function one(rig: Rig, n: number): Promise<void> {
  const tenantId = rig.tenants[n % 2] ?? ''
  const fate = Math.random()
  if (fate < 0.5) return read(rig, tenantId)
  if (fate < 0.95) return write(rig, tenantId, Math.random())
  return fate < 0.97 ? die(rig, tenantId) : ask(rig)
}

async function pool({ full, planted }: { full: boolean; planted: boolean }): Promise<GoalResult> {
  const bench = await openBenchDatabase()
  const pooler = await openPooler(bench)
  const database = new Database({ url: pooler.url, poolSize: CALLERS, prepared: false, applicationName: 'bench' })
  const seen: Seen = { crossings: 0, aborts: 0, reads: 0, writes: 0, stained: 0 }
  try {
    await bench.sql(`
      create schema bench;
      create table bench.rows (tenant_id uuid not null, id int not null, n bigint not null default 0, primary key (tenant_id, id));
      alter table bench.rows enable row level security, force row level security;
      create policy rows__all on bench.rows to zen_web using (tenant_id = (select app.current_tenant_id()))
        with check (tenant_id = (select app.current_tenant_id()));
      grant usage on schema bench to zen_web; grant select, update on bench.rows to zen_web;
      create table bench.tenants as select uuidv7() as id from generate_series(1, 2)`)
    await bench.sql(
      `insert into bench.rows (tenant_id, id) select t.id, i from bench.tenants t, generate_series(1, ${ROWS}) i`,
    )
    const tenants = (await bench.sql<{ id: string }>('select id from bench.tenants')).map(({ id }) => id)
    const rig: Rig = { url: pooler.url, tenants, database, seen, planted }
    const requests = full ? REQUESTS : REDUCED
    let next = 0
    await Promise.all(
      Array.from({ length: CALLERS }, async () => {
        while (next < requests) await one(rig, next++)
      }),
    )
    // Whatever was counted is what was committed: no write of an aborted or dead client stayed.
    const sums = await bench.sql<{ n: string }>('select sum(n) as n from bench.rows')
    const kept = Number(sums[0]?.n)
    const ok = seen.crossings === 0 && seen.stained === 0 && kept === seen.writes && seen.aborts > 0
    return { ok, figures: { requests, ...seen, writes_kept: kept } }
  } finally {
    await database.close()
    await pooler.close()
    await bench.close()
  }
}

export const goals: readonly Goal[] = [{ name: 'rls:pool', correctness: true, run: pool }]

import { sql } from 'kysely'
import { compileOnly, Database } from '../../apps/server/src/platform/db/database.ts'
import type { Scope } from '../../apps/server/src/platform/db/scope.ts'
import { type BenchDatabase, openBenchDatabase } from '../bench-database.ts'
import { caught, type Statement } from '../caught.ts'
import { type BenchHouse, fillAssignments, openBenchHouse } from '../firm.ts'
import { type Goal, type GoalResult, hammer, interleaved, round } from '../goal-kit.ts'

const CALLERS = 8
const SECONDS = 3
const ROUNDS = 5
const LEAST = 0.85

/** Two tables alike, one of them behind the policy that every table of a firm has. */
async function fill(database: BenchDatabase, rows: number): Promise<string> {
  await database.sql(`
    create schema bench;
    create table bench.fenced (tenant_id uuid not null, id int not null, title text not null, primary key (tenant_id, id));
    create table bench.open (like bench.fenced including all);
    alter table bench.fenced enable row level security, force row level security;
    create policy fenced__read on bench.fenced for select to zen_web using (tenant_id = (select app.current_tenant_id()));
    grant usage on schema bench to zen_web; grant select on bench.fenced, bench.open to zen_web;
    create table bench.tenants as select uuidv7() as id from generate_series(1, 20)`)
  for (const table of ['fenced', 'open'])
    await database.sql(
      `insert into bench.${table} select t.id, i, 'Row ' || i from bench.tenants t, generate_series(1, ${rows}) i`,
    )
  await database.sql('vacuum analyze')
  return (await database.sql<{ id: string }>('select id from bench.tenants limit 1'))[0]?.id ?? ''
}

/** One row by its key, with and without the policy, by turns in one run. */
async function pointReads(rows: number): Promise<Record<'fenced' | 'open', number>> {
  const bench = await openBenchDatabase()
  const database = new Database({ url: bench.apiUrl, poolSize: CALLERS, prepared: true, applicationName: 'bench' })
  try {
    const tenantId = await fill(bench, rows)
    const scope: Scope = { role: 'zen_web', tenantId, userId: tenantId, aud: 'web' }
    const reads = (table: 'fenced' | 'open') => async (): Promise<number> =>
      (
        await hammer(CALLERS, SECONDS, () => {
          const id = 1 + Math.floor(Math.random() * rows)
          const point = sql`select title from ${sql.table(`bench.${table}`)} where tenant_id = ${tenantId}::uuid and id = ${id}::int`
          return database.read(scope, point.compile(compileOnly))
        })
      ).perSecond
    await reads('open')()
    return await interleaved(ROUNDS, { fenced: reads('fenced'), open: reads('open') })
  } finally {
    await database.close()
    await bench.close()
  }
}

/** Lines of a plan that are judged row by row. */
const PER_ROW = /^\s*(Filter|Index Cond|Recheck Cond|Join Filter|Hash Cond|Merge Cond|Order By|One-Time Filter): (.*)$/
/** The product's functions, and the setting that the inlined ones leave behind. */
const FUNCTION =
  /\b(?:(?:app|identity|audit|ops|privacy|notifications|directory|assignments|documents|reports)\.\w+|current_setting)(?=\()/

/** Calls of the product's functions that a plan makes for each row. What stands in an InitPlan runs once. */
function perRow(plan: readonly string[]): string[] {
  return plan.flatMap((line) => {
    const judged = PER_ROW.exec(line)
    if (!judged || judged[1] === 'One-Time Filter') return []
    const called = FUNCTION.exec(judged[2] ?? '')
    return called ? [`${called[0]} in ${line.trim()}`] : []
  })
}

async function planOf(
  house: BenchHouse,
  scope: { tenantId: string; userId: string },
  statement: Statement,
): Promise<string[]> {
  const client = await house.app.services.database.pool.connect()
  try {
    await client.query('begin read only')
    await client.query(
      "select set_config('role', 'zen_web', true), set_config('app.tenant_id', $1, true), set_config('app.user_id', $2, true), set_config('app.aud', 'web', true)",
      [scope.tenantId, scope.userId],
    )
    const { rows } = await client.query<{ 'QUERY PLAN': string }>(`explain (verbose, costs off) ${statement.text}`, [
      ...statement.values,
    ])
    return rows.map((row) => row['QUERY PLAN'])
  } finally {
    await client.query('rollback')
    client.release()
  }
}

const HOT = ['/v1/assignments?limit=50', '/v1/repogen/work-orders', '/v1/documents', '/v1/banks', '/v1/users']

/** The statements that the lists and a detail send, each with its plan under the policies. */
async function perRowCalls(planted: boolean): Promise<{ statements: number; calls: string[] }> {
  const house = await openBenchHouse()
  try {
    await fillAssignments(house, 50)
    // The planted defect: a policy that asks its function for every row.
    if (planted)
      await house.database.sql(
        'alter policy banks__web_read on directory.banks using (tenant_id = app.current_tenant_id() and deleted_at is null)',
      )
    const [firm] = house.firms
    if (!firm) throw new Error('no firm')
    const [job] = await house.database.sql<{ id: string }>(
      'select id from assignments.assignments where tenant_id = $1 limit 1',
      [firm.tenantId],
    )
    const calls: string[] = []
    let statements = 0
    for (const url of [...HOT, `/v1/assignments/${job?.id ?? ''}`]) {
      for (const statement of await caught(house, url, firm.token)) {
        statements++
        const plan = await planOf(house, { tenantId: firm.tenantId, userId: firm.ownerId }, statement)
        calls.push(...perRow(plan).map((call) => `${url}: ${call}`))
      }
    }
    return { statements, calls: [...new Set(calls)] }
  } finally {
    await house.close()
  }
}

async function cost({ full, planted }: { full: boolean; planted: boolean }): Promise<GoalResult> {
  const { statements, calls } = await perRowCalls(planted)
  const plans = {
    statements,
    per_row_functions: calls.length,
    ...(calls.length > 0 ? { first: calls.slice(0, 5) } : {}),
  }
  const clean = calls.length === 0 && statements >= HOT.length
  if (!full) return { ok: clean, figures: plans }
  const speed = await pointReads(5_000)
  const ratio = speed.fenced / speed.open
  return {
    ok: clean && ratio >= LEAST,
    figures: {
      ...plans,
      point_read_per_s: Math.round(speed.fenced),
      without_policy_per_s: Math.round(speed.open),
      ratio: round(ratio),
    },
  }
}

export const goals: readonly Goal[] = [{ name: 'rls:cost', correctness: true, run: cost }]

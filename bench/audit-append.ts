import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { sealerDatabase, sealTurn } from '../apps/server/src/modules/audit/index.ts'
import { uuidv7 } from '../apps/server/src/platform/ids.ts'
import { drawer, eventBytes } from './audit-log.ts'
import { type BenchDatabase, openBenchDatabase } from './bench-database.ts'
import { type GoalResult, hammer, interleaved, percentile, round } from './goal-kit.ts'

const CALLERS = 8
const WRITERS = 24

const INSERT = 'insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version) values ($1, $2, $3, $4, 1)'
const PLAIN = 'insert into bench.plain (id, tenant_id, ord, canon, sanitiser_version) values ($1, $2, $3, $4, 1)'

/** Commits a second of one event each: the inbox against a table of the same columns without any rule. */
async function appendRatios(database: BenchDatabase, seconds: number): Promise<Record<string, number>> {
  await database.sql(`create schema if not exists bench;
    create table bench.plain (id uuid not null, tenant_id uuid not null, ord int not null, canon bytea not null, sanitiser_version int not null,
      created_at timestamptz(3) not null default now(), primary key (tenant_id, id))`)
  const pool = new pg.Pool({ connectionString: database.ownerUrl, max: CALLERS })
  pool.on('error', () => {})
  const rate = (statement: string, tenants: readonly string[]) => async (): Promise<number> => {
    let n = 0
    const { perSecond } = await hammer(CALLERS, seconds, () => {
      const [id, tenant] = [uuidv7(), tenants[n++ % tenants.length] ?? '']
      return pool.query({
        name: statement.slice(12, 24),
        text: statement,
        values: [id, tenant, 0, eventBytes(tenant, id)],
      })
    })
    return perSecond
  }
  const one = [uuidv7()]
  const many = Array.from({ length: 200 }, () => uuidv7())
  const rates = await interleaved(5, {
    plain_1: rate(PLAIN, one),
    append_1: rate(INSERT, one),
    plain_200: rate(PLAIN, many),
    append_200: rate(INSERT, many),
  })
  await pool.end()
  return rates
}

/** A sealer without its clock: turns until asked to stop. */
function sealing(database: BenchDatabase, restMs: number) {
  const sealer = sealerDatabase(database.sealerUrl, () => {})
  let running = true
  const done = (async () => {
    while (running) {
      const turn = await sealTurn(sealer, 5_000)
      if (turn.kind !== 'sealed' || turn.rows < 5_000) await wait(restMs)
    }
  })()
  return async (): Promise<void> => {
    running = false
    await done
    await sealer.close()
  }
}

const drained = async (database: BenchDatabase): Promise<void> => {
  for (let tries = 0; tries < 2_000; tries++) {
    const [row] = await database.sql<{ n: string }>('select count(*) as n from audit.inbox')
    if (Number(row?.n) === 0) return
    await wait(20)
  }
}

/** 1,000 events a second for a while, ten to a transaction; milliseconds from the event to its sealing. */
async function sealLag(
  database: BenchDatabase,
  seconds: number,
): Promise<{ p99: number; events: number; perSecond: number }> {
  const stop = sealing(database, 200)
  const pool = new pg.Pool({ connectionString: database.ownerUrl, max: 4 })
  pool.on('error', () => {})
  const tenants = Array.from({ length: 20 }, () => uuidv7())
  const started = performance.now()
  let batches = 0
  const writers = Array.from({ length: 4 }, async () => {
    for (;;) {
      const turn = batches++
      const due = started + turn * 10
      if (due > started + seconds * 1_000) return
      await wait(Math.max(0, due - performance.now()))
      const tenant = tenants[turn % tenants.length] ?? ''
      const ids = Array.from({ length: 10 }, () => uuidv7())
      await pool.query(
        `insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version)
         select id, $1, (place - 1)::int, canon, 1 from unnest($2::uuid[], $3::bytea[]) with ordinality as n(id, canon, place)`,
        [tenant, ids, ids.map((id) => eventBytes(tenant, id, { at: new Date().toISOString() }))],
      )
    }
  })
  await Promise.all(writers)
  const took = (performance.now() - started) / 1_000
  await drained(database)
  await stop()
  await pool.end()
  const rows = await database.sql<{ ms: number }>(
    'select extract(epoch from sealed_at - at)::float8 * 1000 as ms from audit.events where tenant_id = any ($1)',
    [tenants],
  )
  return {
    p99: percentile(
      rows.map((row) => row.ms),
      0.99,
    ),
    events: rows.length,
    perSecond: rows.length / took,
  }
}

interface Race {
  readonly written: number
  readonly missed: number
  readonly breaks: number
  /** What a cursor on ids skipped: the defect that the horizon avoids. */
  readonly cursor_missed: number
}

/** 24 writers with transactions of any length, two rival sealers, and beside them a relay that follows ids. */
async function race(database: BenchDatabase, seconds: number): Promise<Race> {
  const stops = [sealing(database, 20), sealing(database, 20)]
  const tenants = Array.from({ length: 5 }, () => uuidv7())
  const until = performance.now() + seconds * 1_000
  const written: string[] = []
  const writers = Array.from({ length: WRITERS }, async (_, index) => {
    const draw = drawer(index + 1)
    const client = new pg.Client({ connectionString: database.ownerUrl })
    await client.connect()
    while (performance.now() < until) {
      const tenant = tenants[draw(tenants.length)] ?? ''
      const ids: string[] = []
      await client.query('begin')
      for (let ord = 0; ord <= draw(4); ord++) {
        const id = uuidv7()
        ids.push(id)
        await client.query(INSERT, [id, tenant, ord, eventBytes(tenant, id)])
        await wait(draw(40))
      }
      const keeps = draw(10) > 0
      await client.query(keeps ? 'commit' : 'rollback')
      if (keeps) written.push(...ids)
    }
    await client.end()
  })
  const seen = new Set<string>()
  const relay = (async () => {
    let last = '00000000-0000-0000-0000-000000000000'
    while (performance.now() < until + 500) {
      const rows = await database.sql<{ id: string }>(
        `select id from (select id, tenant_id from audit.events union all select id, tenant_id from audit.inbox) e
         where id > $1 and tenant_id = any ($2) order by id`,
        [last, tenants],
      )
      for (const { id } of rows) seen.add(id)
      last = rows.at(-1)?.id ?? last
      await wait(30)
    }
  })()
  await Promise.all([...writers, relay])
  await drained(database)
  for (const stop of stops) await stop()
  const sealed = new Set(
    (await database.sql<{ id: string }>('select id from audit.events where tenant_id = any ($1)', [tenants])).map(
      (row) => row.id,
    ),
  )
  const verdicts = await database.sql<{ code: string | null; checked: string; size: string }>(
    'select v.code, v.checked, h.size from audit.heads h, audit.verify_range(h.tenant_id, h.epoch, 1, h.size) v where h.tenant_id = any ($1)',
    [tenants],
  )
  return {
    written: written.length,
    missed: written.filter((id) => !sealed.has(id)).length + Math.abs(sealed.size - written.length),
    breaks: verdicts.filter((verdict) => verdict.code !== null || verdict.checked !== verdict.size).length,
    cursor_missed: written.filter((id) => !seen.has(id)).length,
  }
}

const share = (rates: Readonly<Record<string, number>>, tenants: number): number =>
  (rates[`append_${tenants}`] ?? 0) / (rates[`plain_${tenants}`] ?? 1)

async function speeds(database: BenchDatabase): Promise<GoalResult> {
  const lag = await sealLag(database, 15)
  const rates = await appendRatios(database, 2)
  const [one, many] = [share(rates, 1), share(rates, 200)]
  return {
    ok: lag.p99 <= 2_000 && lag.perSecond >= 950 && one >= 0.8 && many >= 0.8,
    figures: {
      seal_p99_ms: Math.round(lag.p99),
      sealed_events: lag.events,
      events_per_s: Math.round(lag.perSecond),
      append_per_s: Math.round(rates['append_1'] ?? 0),
      of_plain_1_tenant: round(one),
      of_plain_200_tenants: round(many),
    },
  }
}

export async function auditAppend({ full, planted }: { full: boolean; planted: boolean }): Promise<GoalResult> {
  const database = await openBenchDatabase()
  try {
    const raced = await race(database, full ? 15 : 3)
    // The planted defect: what followed ids is taken for the sealer.
    const missed = planted ? raced.cursor_missed : raced.missed
    const whole = missed === 0 && raced.breaks === 0 && raced.written > 0 && raced.cursor_missed > 0
    const figures = { writers: WRITERS, sealers: 2, ...raced, missed }
    if (!full) return { ok: whole, figures }
    const speed = await speeds(database)
    return { ok: whole && speed.ok, figures: { ...figures, ...speed.figures } }
  } finally {
    await database.close()
  }
}

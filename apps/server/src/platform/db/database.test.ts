import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import pg from 'pg'
import { openTestDatabase, type TestDatabase } from '../../../test/harness/cluster.ts'
import { instantOf } from './batch.ts'
import { compileOnly, Database } from './database.ts'
import { authScope, type Scope } from './scope.ts'

let server: TestDatabase
let owner: pg.Pool
let database: Database
const errors: Error[] = []
const TENANT = '01930000-0000-7000-8000-000000000001'
const OTHER = '01930000-0000-7000-8000-000000000002'
const as = (tenantId: string): Scope => ({ role: 'zen_web', tenantId, userId: TENANT, aud: 'web' })

before(async () => {
  server = await openTestDatabase()
  owner = new pg.Pool({ connectionString: server.ownerUrl, max: 1 })
  owner.on('error', () => {})
  await owner.query(`
    create schema probe;
    create table probe.rows (tenant_id uuid not null, id int not null, title text, tags text[], body jsonb, bytes bytea,
      paise bigint, area numeric(12,2), at timestamptz(3), day date, primary key (tenant_id, id));
    alter table probe.rows enable row level security; alter table probe.rows force row level security;
    create policy rows__read on probe.rows for select to zen_web using (tenant_id = (select app.current_tenant_id()));
    create policy rows__insert on probe.rows for insert to zen_web with check (tenant_id = (select app.current_tenant_id()));
    create policy rows__update on probe.rows for update to zen_web using (tenant_id = (select app.current_tenant_id()));
    grant usage on schema probe to zen_web; grant select, insert, update on probe.rows to zen_web;`)
  database = new Database({
    url: server.apiUrl,
    poolSize: 2,
    prepared: true,
    applicationName: 'probe',
    onError: (error) => void errors.push(error),
  })
})
after(async () => {
  await database.close()
  await owner.end()
  await server.drop()
})

let next = 0
const insert = (title: string | null, id = ++next) =>
  sql`insert into probe.rows (tenant_id, id, title) values (${TENANT}::uuid, ${id}::int, ${title}) returning id`

test('a read sees its tenant only, and cannot write', async () => {
  await database.transact(as(TENANT), (tx) => insert('mine').execute(tx))
  const count = sql<{ n: number }>`select count(*)::int as n from probe.rows where title = 'mine'`.compile(compileOnly)
  const [[mine]] = await database.read(as(TENANT), count)
  const [[theirs]] = await database.read(as(OTHER), count)
  assert.deepEqual([mine?.n, theirs?.n], [1, 0])
  await assert.rejects(database.read(as(TENANT), insert('sneaked').compile(compileOnly)), { code: '25006' })
})

test('the acting role is taken for one transaction and left behind', async () => {
  const whoami = sql<{
    role: string
    tenant: string
  }>`select current_user::text as role, current_setting('app.tenant_id') as tenant`
  const [[inside]] = await database.read(as(TENANT), whoami.compile(compileOnly))
  assert.deepEqual(inside, { role: 'zen_web', tenant: TENANT })
  const plain = new pg.Client({ connectionString: server.apiUrl })
  await plain.connect()
  await assert.rejects(plain.query('select 1 from probe.rows'), { code: '42501' })
  await plain.end()
})

test('values of every kind come back as the wire wants them', async () => {
  const id = ++next
  const body = { a: ['₹', null, 1.5], b: { c: true } }
  const bytes = Buffer.from([0, 1, 254, 255])
  const tags = ['plain', 'with "quotes"', 'back\\slash', 'comma, brace }', '']
  const [row] = await database.transact(as(TENANT), async (tx) => {
    const { rows } = await sql`
      insert into probe.rows (tenant_id, id, tags, body, bytes, paise, area, at, day)
      values (${TENANT}::uuid, ${id}::int, ${tags}::text[], ${JSON.stringify(body)}::jsonb, ${bytes}::bytea, ${9_007_199_254_740_991}::bigint,
        ${'1614.50'}::numeric, ${'2026-11-20T09:04:46.120Z'}::timestamptz, ${'2026-11-20'}::date)
      returning tags, body, bytes, paise, area, at, day`.execute(tx)
    return rows as Record<string, unknown>[] // the columns above
  })
  assert.deepEqual(row, {
    tags,
    body,
    bytes,
    paise: 9_007_199_254_740_991,
    area: '1614.50',
    at: '2026-11-20T09:04:46.120Z',
    day: '2026-11-20',
  })
})

test('instants keep milliseconds whatever PostgreSQL leaves out', () => {
  assert.equal(instantOf('2026-11-20 09:04:46+00'), '2026-11-20T09:04:46.000Z')
  assert.equal(instantOf('2026-11-20 09:04:46.1+00'), '2026-11-20T09:04:46.100Z')
  assert.equal(instantOf('2026-11-20 09:04:46.123+00'), '2026-11-20T09:04:46.123Z')
})

test('statements asked for together answer each their own', async () => {
  const answers = await database.transact(as(TENANT), (tx) =>
    Promise.all([1, 2, 3].map((n) => sql<{ n: number }>`select ${n}::int as n`.execute(tx))),
  )
  assert.deepEqual(
    answers.map((answer) => answer.rows[0]?.n),
    [1, 2, 3],
  )
})

test('a failing statement rolls everything back and leaves the connection usable', async () => {
  const id = ++next
  for (let round = 0; round < 3; round++) {
    await assert.rejects(
      database.transact(as(TENANT), async (tx) => {
        await insert('first', id).execute(tx)
        await insert('again', id).execute(tx)
      }),
      { code: '23505' },
    )
  }
  const [rows] = await database.read(
    as(TENANT),
    sql`select id from probe.rows where id = ${id}::int`.compile(compileOnly),
  )
  assert.equal(rows.length, 0)
})

test('a statement that fails at its first parse works once its table is there', async () => {
  const late = sql<{ n: number }>`select count(*)::int as n from probe.late`.compile(compileOnly)
  for (let i = 0; i < 4; i++) await assert.rejects(database.read(as(TENANT), late), { code: '42P01' })
  await owner.query('create table probe.late (n int); grant select on probe.late to zen_web')
  for (let i = 0; i < 4; i++) assert.deepEqual(await database.read(as(TENANT), late), [[{ n: 0 }]])
})

test('a statement sent with the commit undoes the transaction when it fails', async () => {
  const id = ++next
  await assert.rejects(
    database.transact(as(TENANT), async (tx, unit) => {
      await insert('kept?', id).execute(tx)
      unit.withCommit(insert('kept?', id).compile(compileOnly))
    }),
    { code: '23505' },
  )
  const [rows] = await database.read(
    as(TENANT),
    sql`select id from probe.rows where id = ${id}::int`.compile(compileOnly),
  )
  assert.equal(rows.length, 0)
})

test('what follows a commit happens once it stands, and not where the transaction was undone', async () => {
  const heard: string[] = []
  const id = ++next
  await database.transact(as(TENANT), async (tx, unit) => {
    unit.afterCommit(() => heard.push('kept'))
    await insert('kept', id).execute(tx)
    assert.deepEqual(heard, [])
  })
  assert.deepEqual(heard, ['kept'])
  await assert.rejects(
    database.transact(as(TENANT), async (_tx, unit) => {
      unit.afterCommit(() => heard.push('undone'))
      unit.withCommit(insert('kept', id).compile(compileOnly))
    }),
    { code: '23505' },
  )
  assert.deepEqual(heard, ['kept'])
})

test('a statement the code caught does not become a commit', async () => {
  const id = ++next
  await assert.rejects(
    database.transact(as(TENANT), async (tx) => {
      await insert('one', id).execute(tx)
      await insert('two', id)
        .execute(tx)
        .catch(() => undefined)
    }),
    /rolled back/,
  )
  const [rows] = await database.read(
    as(TENANT),
    sql`select id from probe.rows where id = ${id}::int`.compile(compileOnly),
  )
  assert.equal(rows.length, 0)
})

test('nothing is sent without a transaction, nor after it', async () => {
  let leaked: unknown
  await database.transact(as(TENANT), async (tx) => {
    leaked = tx
    await sql`select 1`.execute(tx)
  })
  await assert.rejects(sql`select 1`.execute(leaked as typeof compileOnly), /no context/) // the builder outlives its transaction
  await assert.rejects(sql`select 1`.execute(compileOnly), /only compiles/)
})

test('a transaction without statements costs nothing and commits nothing', async () => {
  assert.equal(await database.transact(as(TENANT), async () => 'done'), 'done')
})

test('the time of a transaction is the database’s, as columns store it', async () => {
  for (let n = 0; n < 20; n++) {
    const { at, stored } = await database.transact(authScope(), async (tx, unit) => {
      const { rows } = await sql<{ stored: string }>`select now()::timestamptz(3) as stored`.execute(tx)
      return { at: await unit.startedAt(), stored: rows[0]?.stored }
    })
    assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.equal(at, stored)
  }
})

test('a write of one round trip happens whole or not at all, and under its scope alone', async () => {
  const [, [row]] = await database.write(
    as(TENANT),
    insert('first').compile(compileOnly),
    sql<{ n: number }>`select count(*)::int as n from probe.rows where title = 'first'`.compile(compileOnly),
  )
  assert.equal(row?.n, 1)
  const broken = [insert('half').compile(compileOnly), sql`select 1 / 0`.compile(compileOnly)] as const
  await assert.rejects(database.write(as(TENANT), ...broken), { code: '22012' })
  const { rows } = await owner.query("select 1 from probe.rows where title = 'half'")
  assert.equal(rows.length, 0)
  await assert.rejects(database.write({ ...as(TENANT), tenantId: null }, insert('nobody').compile(compileOnly)))
})

test('a killed backend fails its call and the next one works', async () => {
  const failed = assert.rejects(database.read(as(TENANT), sql`select pg_sleep(30)`.compile(compileOnly)))
  const kill = (): Promise<unknown> =>
    owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'probe' and state = 'active'`,
    )
  const killer = setInterval(() => void kill(), 50)
  await failed
  clearInterval(killer)
  const [rows] = await database.read(as(TENANT), sql<{ n: number }>`select 1 as n`.compile(compileOnly))
  assert.deepEqual(rows, [{ n: 1 }])
})

test('unnamed statements work alike, as behind a pooler without them', async () => {
  const unnamed = new Database({ url: server.apiUrl, poolSize: 1, prepared: false, applicationName: 'probe-unnamed' })
  try {
    for (let i = 0; i < 3; i++) {
      const [a, b] = await unnamed.read(
        as(TENANT),
        sql`select ${i}::int as n`.compile(compileOnly),
        sql`select ${'x'} as t`.compile(compileOnly),
      )
      assert.deepEqual([a, b], [[{ n: i }], [{ t: 'x' }]])
    }
  } finally {
    await unnamed.close()
  }
})

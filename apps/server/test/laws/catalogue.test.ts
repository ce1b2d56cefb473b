import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { openTestDatabase, type TestDatabase } from '../harness/cluster.ts'
import { catalogueLaws } from './catalogue.ts'
import { lawsOf, queryOf, tablesOf } from './rls/world.ts'
import { uuidv7 } from '../../src/platform/ids.ts'
import { eventOf } from './rls/declared/audit.ts'

let database: TestDatabase
let client: pg.Client
before(async () => {
  database = await openTestDatabase()
  client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
})
after(async () => {
  await client.end()
  await database.drop()
})

/** Runs `work` in a transaction that is undone. */
async function undone<T>(work: () => Promise<T>): Promise<T> {
  await client.query('begin')
  try {
    return await work()
  } finally {
    await client.query('rollback')
  }
}

for (const law of catalogueLaws) {
  test(`ID-34 ${law.title}`, async () => {
    assert.deepEqual(await law.broken(client), [])
  })
  test(`ID-34 ${law.title}: a planted violation is found`, async () => {
    const found = await undone(async () => {
      await client.query(law.plant)
      return law.broken(client)
    })
    assert.ok(found.length > 0)
  })
}

test('ID-39 append-only rows refuse the owner and the superuser', async () => {
  const appendOnly = [...lawsOf(await tablesOf(queryOf(client))).values()].filter((law) => law.class === 6)
  for (const { table } of appendOnly) {
    const refusal = await undone(() =>
      client.query(`truncate ${table} cascade`).then(
        () => undefined,
        (error: unknown) => error,
      ),
    )
    assert.equal((refusal as { code?: string } | undefined)?.code, '42501', table)
  }
  const kept = await undone(async () => {
    const id = uuidv7()
    await client.query(
      'insert into audit.inbox (id, tenant_id, ord, canon, sanitiser_version) values ($1, $1, 0, $2, 1)',
      [id, eventOf(id, id)],
    )
    return client.query('delete from audit.inbox').then(
      () => undefined,
      (error: unknown) => error,
    )
  })
  assert.equal((kept as { code?: string } | undefined)?.code, '42501')
})

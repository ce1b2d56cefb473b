import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { PERSONAL_DATA } from '../../src/modules/privacy/index.ts'
import { RETENTION } from '../../src/modules/retention/index.ts'
import { openTestDatabase, type TestDatabase } from '../harness/cluster.ts'

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

test('AU-36 every table says whether and where it holds personal data', () => {
  assert.deepEqual(Object.keys(PERSONAL_DATA).sort(), Object.keys(RETENTION).sort())
})

/** Columns whose name speaks of a person. */
const SPEAKING = /(^|_)(email|phone|recipient|ip|borrower|owner)(_|$)|^(evidence|summary|device_name|hold_reason)$/
/** Words that mean something else there. */
const OTHERWISE: readonly string[] = ['directory.bank_branches.phone', 'documents.document_links.owner_user_id']

test('AU-36 a table with a column that speaks of a person does not say that it holds nothing of one', async () => {
  const { rows } = await client.query<{ line: string; table: string; column: string }>(`
    select c.oid::regclass::text as table, a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema', 'graphile_worker')`)
  const found = rows.filter(({ table, column }) => {
    const entry = PERSONAL_DATA[table]
    return entry !== undefined && 'none' in entry && SPEAKING.test(column) && !OTHERWISE.includes(`${table}.${column}`)
  })
  assert.deepEqual(found, [])
})

test('AU-36 what is to be masked or erased names columns that are there and that the worker may touch', async () => {
  for (const [table, entry] of Object.entries(PERSONAL_DATA)) {
    if (!('erasure' in entry) || typeof entry.erasure !== 'object') continue
    const { erasure } = entry
    if ('mask' in erasure) {
      for (const column of erasure.mask) {
        const { rows } = await client.query<{ may: boolean }>(
          `select has_column_privilege('zen_worker', $1, $2, 'update') as may`,
          [table, column],
        )
        assert.ok(rows[0]?.may, `${table}.${column}`)
      }
    }
    if ('rows' in erasure) {
      const { rows } = await client.query<{ may: boolean }>(
        `select has_table_privilege('zen_worker', $1, 'delete') as may`,
        [table],
      )
      assert.ok(rows[0]?.may, table)
    }
  }
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { RETENTION_CLASS_NAMES } from '@zenops/contracts/retention'
import pg from 'pg'
import { DELETED_KINDS, NOT_LISTED, RETENTION } from '../../src/modules/retention/index.ts'
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

const lines = async (text: string): Promise<string[]> =>
  (await client.query<{ line: string }>(text)).rows.map((row) => row.line)
/** Months of a partitioned table stand for themselves; the queue library clears its own. */
const TABLES = `select n.nspname || '.' || c.relname as line from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'graphile_worker') and n.nspname not like 'pg\\_%'
    and c.relname !~ '_\\d{4}_\\d{2}$' order by 1`
const SOFT = `select distinct c.oid::regclass::text as line from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'purge_after'
  and not a.attisdropped where c.relkind = 'r' and c.relnamespace::regnamespace::text <> 'pg_temp' order by 1`

test('AU-33 every table is registered: how long its rows stay, or why for ever', async () => {
  assert.deepEqual(Object.keys(RETENTION).sort(), await lines(TABLES))
})

test('AU-33 a table that nobody registered is found', async () => {
  await client.query('begin')
  await client.query('create table identity.planted (id uuid)')
  const found = (await lines(TABLES)).filter((table) => RETENTION[table] === undefined)
  await client.query('rollback')
  assert.deepEqual(found, ['identity.planted'])
})

test('AU-33 whoever removes rows of a table may, and sees what holds them', async () => {
  assert.deepEqual(await withoutRight(), [])
  await client.query('begin')
  await client.query('revoke delete on ops.alerts from zen_worker')
  await client.query('drop policy auth_families__auth on identity.auth_families')
  const found = await withoutRight()
  await client.query('rollback')
  assert.deepEqual(found, ['ops.alerts zen_worker', 'identity.auth_families zen_auth'])
})

const ROLES = { worker: 'zen_worker', keeper: 'zen_keeper', identity: 'zen_auth' } as const
/** Tables of the register whose remover could not remove. */
async function withoutRight(): Promise<string[]> {
  const refused: string[] = []
  for (const [table, entry] of Object.entries(RETENTION)) {
    if (!('rows' in entry)) continue
    const role = ROLES[entry.by ?? 'worker']
    const found =
      await lines(`select '${table} ${role}' as line where not has_table_privilege('${role}', '${table}', 'delete')
      or not has_table_privilege('${role}', 'privacy.legal_holds', 'select')
      or not exists (select 1 from pg_policy p where p.polrelid = '${table}'::regclass and '${role}'::regrole = any (p.polroles) and p.polcmd in ('d', '*'))`)
    refused.push(...found)
  }
  return refused
}

test('AU-33 every class clears some table or has a job of its own', () => {
  const used = new Set(
    Object.values(RETENTION).flatMap((entry) =>
      'rows' in entry ? entry.rows.map((one) => one.class) : 'class' in entry ? [entry.class] : [],
    ),
  )
  // The archive lies outside of the database.
  assert.deepEqual(
    RETENTION_CLASS_NAMES.filter((name) => !used.has(name)),
    ['audit_archive'],
  )
})

test('AU-33 soft delete: a deleted row has an end, a live one none; live views and restoring unique keys go with it', async () => {
  const soft = await lines(SOFT)
  assert.ok(soft.length > 15)
  const checked = await lines(
    `select conrelid::regclass::text as line from pg_constraint where conname like '%\\_\\_deleted\\_has\\_end' and convalidated order by 1`,
  )
  assert.deepEqual(checked, soft)
  const views = await lines(
    `select replace(c.oid::regclass::text, '_live', '') as line from pg_class c where c.relkind = 'v' and c.relname like '%\\_live' order by 1`,
  )
  assert.deepEqual(views, soft)
  // A live row never meets the name of a deleted one: unique names are partial. Keys and foreign keys' targets are not names.
  const wide = await lines(`
    select i.indrelid::regclass || ' ' || i.indexrelid::regclass::text as line from pg_index i
    where i.indisunique and i.indpred is null and not i.indisprimary and i.indrelid::regclass::text in (${soft.map((name) => `'${name}'`).join(',')})
      and not exists (select 1 from pg_constraint k where k.confrelid = i.indrelid and k.conindid = i.indexrelid)
    order by 1`)
  assert.deepEqual(wide, NOT_NAMES)
})

test('AU-33 whatever is soft-deleted comes back by a route of its module, or it is said why not', async () => {
  const soft = await lines(SOFT)
  assert.deepEqual([...Object.keys(DELETED_KINDS), ...Object.keys(NOT_LISTED)].sort(), soft)
  assert.deepEqual(
    Object.entries(DELETED_KINDS)
      .filter(([, { restore, final }]) => (restore === undefined) === (final === undefined))
      .map(([table]) => table),
    [],
  )
})

/** Unique over deleted rows too, each on purpose: numbers are not given twice, bytes lie once, a client's key is his. */
const NOT_NAMES = [
  'assignments.assignments assignments.assignments__code',
  'documents.documents documents.documents__client_ref',
  'documents.documents documents.documents__storage_key',
  'reports.reports reports.reports__reference_no',
  'reports.reports reports.reports__report_no',
]

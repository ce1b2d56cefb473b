import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { maskBatch, patternOf, SPOKEN_TEXT } from '../../src/modules/privacy/index.ts'
import { Database } from '../../src/platform/db/database.ts'
import { authScope } from '../../src/platform/db/scope.ts'
import { fill, insertOf, type LawWorld, openLawWorld } from './rls/world.ts'

let world: LawWorld
let worker: Database
before(async () => {
  world = await openLawWorld()
  worker = new Database({ url: world.workerUrl, poolSize: 1, prepared: false, applicationName: 'law' })
})
after(async () => {
  await worker.close()
  await world.close()
})

/** Text that no check limits to fixed words, in columns that are no machine's. */
const FREE_TEXT = `
  select c.oid::regclass::text as table, a.attname as column from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema', 'graphile_worker') and c.relname !~ '_\\d{4}_\\d{2}$'
    and (select coalesce(nullif(y.typbasetype, 0), y.oid)::regtype::text from pg_type y where y.oid = a.atttypid) in ('text', 'jsonb', 'json', 'text[]', 'citext') and a.attgenerated = ''
    and not exists (select 1 from pg_constraint k where k.contype = 'c' and (k.conrelid = c.oid and k.conkey = array[a.attnum] or k.contypid = a.atttypid)
      and pg_get_constraintdef(k.oid) ~ 'ANY \\(ARRAY|~ ''\\^')
  order by 1, a.attnum`
const MACHINE =
  /(^|_)(id|key|hash|sha256|code|kind|status|state|type|version|class|aud|queue|task|locale|action|scope|capability|capabilities|role|job_template|unit|roles|family|formats|period|path|paths|no|pin|cadence|sink|route|area|currency|time_zone|variant|selector|mode|amr|transports|model|fingerprint|runbook|codes|keys|format|origin)$/

/** `table.column` of all that people may have written. */
async function spoken(): Promise<string[]> {
  const { rows } = await world.client.query<{ table: string; column: string }>(FREE_TEXT)
  return rows
    .filter(({ column }) => !MACHINE.test(column))
    .map(({ table, column }) => `${table.includes('.') ? table : `public.${table}`}.${column}`)
    .sort()
}
const declared = (): string[] =>
  Object.entries(SPOKEN_TEXT)
    .flatMap(([table, { masked = [], folded = [], goes = [], stays = {} }]) =>
      [...masked, ...folded, ...goes, ...Object.values(stays).flat()].map((column) => `${table}.${column}`),
    )
    .sort()

test('AU-36 every column of free text is masked at an erasure, or it is said why it stays', async () => {
  assert.deepEqual(declared(), await spoken())
})

test('AU-36 a new column of free text is found', async () => {
  await world.client.query('begin')
  await world.client.query('alter table directory.banks add column remarks text')
  const found = (await spoken()).filter((column) => !declared().includes(column))
  await world.client.query('rollback')
  assert.deepEqual(found, ['directory.banks.remarks'])
})

const HIM = { name: 'Meera Kulkarni', email: 'meera.k@example.test', phone: '+919876543210' }
const WORDS = 'Ask MEERA_KULKARNI, meera.k@example.test, 98765 43210'
const JSON_WORDS = JSON.stringify({ Meera: [WORDS, { n: 9_876_543_210, fee: 98_765_432_109 }], plain: 'stays' })
const masks = Object.entries(SPOKEN_TEXT).flatMap(([table, text]) => {
  const columns = [...(text.masked ?? []), ...(text.folded ?? []), ...(text.goes ?? [])]
  return columns.length === 0 ? [] : [{ table, text, columns }]
})

/** Writes the words into every column that is masked, in both firms. */
async function plant(): Promise<void> {
  // Checks over several columns speak of states, which masking does not change.
  const { rows: checks } = await world.client.query<{ drop: string }>(
    `select format('alter table %s drop constraint %I', k.conrelid::regclass, k.conname) as drop from pg_constraint k
     where k.contype = 'c' and cardinality(k.conkey) > 1 and k.conrelid::regclass::text = any ($1)`,
    [masks.map(({ table }) => table)],
  )
  for (const { drop } of checks) await world.client.query(drop)
  // The world's rows of these belong to no firm.
  for (const name of ['identity.auth_blocks', 'identity.auth_links'])
    for (const tenant_id of [world.names.firm, world.names.otherFirm]) {
      const table = world.tables.get(name)
      assert.ok(table)
      await world.client.query(insertOf(name, fill(table, { tenant_id })))
    }
  for (const { table, text, columns } of masks) {
    const { rows } = await world.client.query<{ name: string; type: string }>(
      `select attname as name, atttypid::regtype::text as type from pg_attribute where attrelid = $1::regclass and attname = any ($2)`,
      [table, columns],
    )
    const sets = rows.map(({ name, type }) => {
      if (type === 'jsonb') return `${name} = '${JSON_WORDS}'`
      return `${name} = ${text.folded?.includes(name) ? `app.norm('${WORDS}')` : `'${WORDS}'`}`
    })
    const planted = await world.client.query(`update ${table} set ${sets.join(', ')} where tenant_id = any ($1)`, [
      [world.names.firm, world.names.otherFirm],
    ])
    assert.ok((planted.rowCount ?? 0) > 1, `${table} has rows of both firms`)
  }
}
/** Columns that name him in a firm. */
async function naming(tenantId: string): Promise<string[]> {
  const found: string[] = []
  for (const { table, columns } of masks)
    for (const column of columns) {
      const { rows } = await world.client.query(
        `select 1 from ${table} where tenant_id = $1 and regexp_replace(lower(${column}::text), '[^a-z0-9]', '', 'g') ~ 'meerakulkarni|meerak.?example.?test|(^|[^0-9])9876543210([^0-9]|$)' limit 1`,
        [tenantId],
      )
      if (rows.length > 0) found.push(`${table}.${column}`)
    }
  return found
}

test('AU-36 a person is taken out of every masked column of his firm, in its own rights, and out of no other firm', async () => {
  const { firm, otherFirm } = world.names
  await plant()
  const planted = masks.flatMap(({ table, columns }) => columns.map((column) => `${table}.${column}`))
  assert.deepEqual(await naming(firm), planted)
  const pattern = patternOf(HIM)
  assert.ok(pattern)
  for (const { table, text } of masks) {
    const scope =
      text.by === 'identity'
        ? authScope(firm)
        : ({ role: 'zen_worker', tenantId: firm, userId: null, aud: 'worker' } as const)
    const batch = (): Promise<number> =>
      worker.transact(scope, (tx) =>
        maskBatch(tx, { table, text, tenantId: firm, pattern, pseudonym: 'erased-1a2b3c4d' }),
      )
    assert.ok((await batch()) > 0, table)
    assert.equal(await batch(), 0, `${table} is found once`)
  }
  assert.deepEqual(await naming(firm), [])
  assert.deepEqual(await naming(otherFirm), planted)
  const { rows } = await world.client.query<{ title: string; intent: unknown }>(
    'select (select title from assignments.assignments where tenant_id = $1 limit 1) as title, (select intent from documents.documents where tenant_id = $1 limit 1) as intent',
    [firm],
  )
  assert.deepEqual(rows[0], {
    title: 'Ask erased-1a2b3c4d, erased-1a2b3c4d, erased-1a2b3c4d',
    intent: {
      Meera: ['Ask erased-1a2b3c4d, erased-1a2b3c4d, erased-1a2b3c4d', { n: 'erased-1a2b3c4d', fee: 98_765_432_109 }],
      plain: 'stays',
    },
  })
})

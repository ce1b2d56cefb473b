import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { catalogueLaws } from '../catalogue.ts'
import { describe, runMatrix } from './matrix.ts'
import { differences, installProbe } from './probe.ts'
import { LOCKED_VIEWS, viewCases } from './views.ts'
import { judgeAll } from './mutants.ts'
import { grantDifferences } from './rights.ts'
import { type LawWorld, openLawWorld, queryOf, tablesOf } from './world.ts'

let world: LawWorld
before(async () => {
  world = await openLawWorld()
  await installProbe(world)
})
after(() => world.close())

test('ID-34 ID-37 ID-39 ID-42 every table × role × command × context behaves as declared', async () => {
  const result = await runMatrix(world)
  assert.deepEqual(result.undeclared, [], 'every table is declared')
  assert.deepEqual(result.missing, [], 'every declared table exists')
  assert.deepEqual(result.differences.map(describe), [])
  assert.ok(result.statements > 4_000, `${result.statements} statements were tried`)
})

test('ID-34 rights on tables and columns are exactly the declared ones', async () => {
  assert.deepEqual(await grantDifferences(world.client, world.laws.values()), { granted: [], withheld: [] })
})

test('AU-04 the views of the locked names show each role what their tables show it', async () => {
  for (const view of Object.keys(LOCKED_VIEWS)) {
    const { law, cases } = viewCases(world, view)
    assert.ok(cases.length > 20)
    assert.deepEqual((await differences(world, law, cases)).map(describe), [], view)
  }
})

test('ID-34 a table that no declaration knows is found', async () => {
  await world.client.query('begin')
  await world.client.query('create table identity.planted (id uuid)')
  const tables = await tablesOf(queryOf(world.client))
  await world.client.query('rollback')
  assert.deepEqual(
    [...tables.keys()].filter((name) => !world.laws.has(name)),
    ['identity.planted'],
  )
})

test('ID-34 planted defects of policies, fences and grants are noticed (a sample; npm run goal -- rls:matrix plants all)', async () => {
  const report = await judgeAll(world, { nth: 23, laws: catalogueLaws })
  assert.deepEqual(
    report.survivors.map((mutant) => `${mutant.table}: ${mutant.label}`),
    [],
  )
  assert.ok(report.planted > 60, `${report.planted} defects were planted`)
})

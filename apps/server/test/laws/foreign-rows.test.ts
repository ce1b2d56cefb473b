import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Firm, type House, openHouse } from '../harness/house.ts'
import { steppedUp } from '../harness/sessions.ts'
import { addressed, keyOf, rowsOf, tableOf } from './addressed.ts'
import { failureOf, surfacesOf } from './callers.ts'

let house: House
let firm: Firm
let rows: Awaited<ReturnType<typeof rowsOf>>
before(async () => {
  house = await openHouse()
  firm = await house.firm()
  await steppedUp(house, firm.stranger)
  rows = await rowsOf(house, firm)
})
after(() => house.close())

test('every address of a row is known to this test', () => {
  assert.deepEqual(
    addressed(house)
      .filter((operation) => tableOf(operation) === '')
      .map((operation) => operation.path),
    [],
  )
})

test('a row of another firm is not found, by any operation, and stays as it was', async () => {
  let tried = 0
  for (const operation of addressed(house)) {
    if (!surfacesOf(operation).includes('web')) continue
    const table = tableOf(operation)
    const id = await rows.rowOf(table)
    const key = keyOf(table)
    const before = await house.sql(`select to_jsonb(t) as row from ${table} t where ${key} = $1`, [id])
    const reply = await rows.call(firm.stranger, operation, id)
    assert.equal(reply.status, 404, `${operation.id}: ${reply.status} ${reply.text}`)
    failureOf(operation, reply)
    assert.deepEqual(
      await house.sql(`select to_jsonb(t) as row from ${table} t where ${key} = $1`, [id]),
      before,
      operation.id,
    )
    tried++
  }
  assert.ok(tried > 20)
})

test("ID-37 a colleague's row outside of one's scope is 403, by any operation", async () => {
  const scoped = new Set(['assignments.assignments', 'documents.documents', 'reports.reports'])
  let tried = 0
  for (const operation of addressed(house)) {
    const table = tableOf(operation)
    if (!scoped.has(table) || typeof operation.access === 'string' || !surfacesOf(operation).includes('web')) continue
    const id = await rows.rowOf(table)
    const reply = await rows.call(firm.valuer, operation, id)
    assert.equal(reply.status, 403, `${operation.id}: ${reply.status} ${reply.text}`)
    assert.ok(
      ['out_of_scope', 'missing_capability'].includes(failureOf(operation, reply).details[0]?.reason ?? ''),
      `${operation.id}: ${reply.text}`,
    )
    tried++
  }
  assert.ok(tried > 10)
})

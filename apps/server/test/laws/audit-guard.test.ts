import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createBank } from '@zenops/contracts/directory'
import { isAudited, isCommand } from '@zenops/contracts/registry'
import { sql } from 'kysely'
import { scopeOf } from '../../src/platform/db/scope.ts'
import { type AuditGuard, installAuditGuard, UNAUDITED_TABLES } from '../harness/audit-guard.ts'
import { type House, openHouse } from '../harness/house.ts'
import { PERSONAL, rowsOf, tableOf } from './addressed.ts'
import { paramNames, surfacesOf } from './callers.ts'

let house: House
let guard: AuditGuard
before(async () => {
  house = await openHouse()
  guard = await installAuditGuard(house)
})
after(() => house.close())

test('AU-01 a commit that changes an audited table without an event fails in the database itself', async () => {
  const firm = await house.firm()
  const bank = await firm.owner.ok(createBank, { body: { name: 'Guarded Bank' } })
  const scope = scopeOf({ aud: 'web', tenantId: firm.tenantId, userId: firm.owner.userId })
  const change = () =>
    house.app.services.database.transact(scope, (tx) =>
      sql`update directory.banks set name = 'Changed', version = version + 1 where id = ${bank.id}::uuid`.execute(tx),
    )
  await guard.during(() => assert.rejects(change(), { code: 'ZA001' }))
  const [row] = await house.sql<{ name: string }>('select name from directory.banks where id = $1', [bank.id])
  assert.equal(row?.name, 'Guarded Bank')
  await change()
  // The declared list names real tables only.
  const known = await house.sql<{ name: string }>(
    "select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r'",
  )
  const names = new Set(known.map((one) => one.name))
  assert.deepEqual(
    Object.keys(UNAUDITED_TABLES).filter((name) => !names.has(name)),
    [],
  )
  assert.ok(guard.tables.length > 30, `${guard.tables.length} tables are guarded`)
})

test('AU-01 every command of the product commits under the guard, with an event of its own', async () => {
  let done = 0
  for (const { operation, kind } of house.app.operations) {
    const mayRecord = isCommand(operation) ? isAudited(operation) : operation.recordsAccess
    if (kind !== 'command' || !mayRecord || !surfacesOf(operation).includes('web')) continue
    const firm = await house.firm()
    const rows = await rowsOf(house, firm)
    const names = paramNames(operation).includes('id') && !PERSONAL.includes(operation.path)
    const id = names ? await rows.rowOf(tableOf(operation)) : undefined
    const reply = await guard.during(() => rows.call(firm.owner, operation, id))
    assert.notEqual(reply.status, 500, `${operation.id}: ${reply.text}`)
    if (reply.status < 300) done++
  }
  assert.ok(done > 10, `${done} commands were done`)
})

test('AU-01 jobs commit under the guard too', async () => {
  const firm = await house.firm()
  await firm.owner.ok(createBank, { body: { name: 'Before the jobs' } })
  await guard.during(() => house.runJobs())
  // A channel that a law made up does not open: its message has nowhere to go.
  const failed = await house.sql(
    "select kind, error from ops.jobs where state in ('failed', 'dead') and error_code <> 'secret_unreadable'",
  )
  assert.deepEqual(failed, [])
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Operation } from '@zenops/contracts/kit'
import { isAudited, isCommand } from '@zenops/contracts/registry'
import { AUDIT_ACTIONS, type AuditAction, mayBeAbout } from '../../src/platform/audit/actions.ts'
import { type House, openHouse } from '../harness/house.ts'
import { keyOf, rowsOf, PERSONAL, tableOf } from './addressed.ts'
import { paramNames, surfacesOf } from './callers.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

/** Acts on rows that the address does not name, and what they answer when there was nothing to do. */
const NOTHING_TO_DO: Readonly<Record<string, unknown>> = { 'identity.revokeOtherSessions': { revoked: 0 } }

/** Without an event the wanted state was there already: the row tells, or the answer. */
function assertIdle(operation: Operation, answer: string, row: readonly unknown[]): void {
  const idle = NOTHING_TO_DO[operation.id]
  if (idle) assert.deepEqual(JSON.parse(answer), idle, operation.id)
  else assert.ok(row.length > 0, `${operation.id} left no event`)
}

const eventsOf = async (tenantId: string): Promise<number> => (await house.audit(tenantId)).length
const actsOf = async (tenantId: string): Promise<number> =>
  Number(
    (
      await house.sql<{ n: string }>('select count(*) as n from assignments.activity_events where tenant_id = $1', [
        tenantId,
      ])
    )[0]?.n,
  )

const rowOf = (operation: Operation, id: string | undefined): Promise<unknown[]> =>
  id === undefined
    ? Promise.resolve([])
    : house.sql(`select to_jsonb(t) as row from ${tableOf(operation)} t where ${keyOf(tableOf(operation))} = $1`, [id])

/** Every event that was written is of the catalogue, about what it declares, with the members that each event has. */
async function assertDeclared(): Promise<void> {
  const rows = await house.sql<{ body: Record<string, unknown> }>(
    'select audit.body_of(canon) as body from audit.inbox union all select body from audit.events',
  )
  assert.ok(rows.length > 20, `${rows.length} events`)
  for (const { body } of rows) {
    const action = String(body['action'])
    assert.ok(Object.hasOwn(AUDIT_ACTIONS, action), action)
    const target = body['target'] as { type: string; id: string } // every event has one
    assert.ok(mayBeAbout(action as AuditAction, target.type), action) // looked up above
    assert.ok(target.id.length > 0 && target.id.length <= 200, action)
    for (const picture of ['before', 'after']) assert.equal(typeof body[picture], 'object', action)
    assert.match(String(body['trace_id']), /^[0-9a-f]{32}$/)
    assert.ok(['user', 'system', 'anonymous'].includes((body['actor'] as { kind: string }).kind), action) // every event has one
  }
}

test('AU-01 what is done leaves an audit event with the trace of the call; what is refused leaves no trace of half an act', async () => {
  let done = 0
  let refused = 0
  for (const { operation, kind } of house.app.operations) {
    if (kind !== 'command' || !isCommand(operation) || !surfacesOf(operation).includes('web')) continue
    const firm = await house.firm()
    const rows = await rowsOf(house, firm)
    const names = paramNames(operation).includes('id') && !PERSONAL.includes(operation.path)
    const id = names ? await rows.rowOf(tableOf(operation)) : undefined
    const acts = await actsOf(firm.tenantId)
    const before = await eventsOf(firm.tenantId)
    const row = await rowOf(operation, id)
    const reply = await rows.call(firm.owner, operation, id)
    const events = (await house.audit(firm.tenantId)).slice(before)
    if (reply.status < 300 && isAudited(operation)) {
      // Without an event nothing may have changed: the wanted state was there already.
      if (events.length === 0) {
        assertIdle(operation, reply.text, row)
        assert.deepEqual(await rowOf(operation, id), row, `${operation.id} changed a row and left no event`)
      } else done++
      for (const event of events) assert.equal(event['trace_id'], reply.headers['x-trace-id'], operation.id)
    } else if (reply.status >= 400) {
      assert.deepEqual(events, [], `${operation.id} answered ${reply.status}`)
      assert.equal(await actsOf(firm.tenantId), acts, `${operation.id} answered ${reply.status}`)
      refused++
    }
  }
  assert.ok(done > 10, `${done} commands were done`)
  assert.ok(refused > 5, `${refused} commands were refused`)
  await assertDeclared()
})

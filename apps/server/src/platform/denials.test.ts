import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { listBlocks } from '@zenops/contracts/identity-blocks'
import { type House, openHouse } from '../../test/harness/house.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

const denials = async (tenantId: string) =>
  (await house.audit(tenantId)).filter(({ action }) => action === 'RBAC_DENIED')

test('ID-43 a lack of rights is written once a minute for a person and a capability, over all processes', async () => {
  const firm = await house.firm()
  const neighbour = await house.neighbour()
  const calls = [firm.valuer, firm.valuer, firm.hr, neighbour.at(firm.valuer)]
  for (const actor of calls) assert.equal((await actor.call(listBlocks, {})).status, 403)
  const written = await denials(firm.tenantId)
  assert.equal(written.length, 2)
  for (const event of written) {
    assert.deepEqual(event.target, { type: 'OPERATION', id: 'identity.listBlocks' })
    assert.equal(event['outcome'], 'denied')
    assert.deepEqual(event['after'], { capability: 'ops.blocks.read' })
  }
  assert.deepEqual(
    written.map((event) => (event['actor'] as { user_id: string }).user_id).toSorted(),
    [firm.valuer.userId, firm.hr.userId].toSorted(),
  )
})

test('a refusal of another kind leaves no denial', async () => {
  const firm = await house.firm()
  assert.equal((await firm.owner.call(listBlocks, { query: { limit: '9999' as unknown as number } })).status, 422)
  assert.deepEqual(await denials(firm.tenantId), [])
})

test('AU-01 equal refusals are merged: the first at once, the rest of its minute as one event with their number', async () => {
  const firm = await house.firm()
  for (let call = 0; call < 4; call++) assert.equal((await firm.valuer.call(listBlocks, {})).status, 403)
  assert.equal((await denials(firm.tenantId)).length, 1)
  assert.equal(await house.flushRefusals(), 0)
  await house.sql("update audit.merged_refusals set until = now() - interval '1 second' where tenant_id = $1", [
    firm.tenantId,
  ])
  assert.equal(await house.flushRefusals(), 1)
  const [first, rest] = await denials(firm.tenantId)
  assert.deepEqual([first?.['count'], rest?.['count'], rest?.['outcome']], [undefined, 3, 'denied'])
  assert.deepEqual(
    [rest?.['actor'], rest?.target, rest?.['after']],
    [first?.['actor'], first?.target, first?.['after']],
  )
  // A new minute begins with the next one.
  assert.equal((await firm.valuer.call(listBlocks, {})).status, 403)
  assert.equal((await denials(firm.tenantId)).length, 3)
  await house.sql("update audit.merged_refusals set until = now() - interval '1 second' where tenant_id = $1", [
    firm.tenantId,
  ])
  assert.equal(await house.flushRefusals(), 0)
})

test('AU-01 a refusal whose event cannot be written is answered as ever, and counted', async () => {
  const firm = await house.firm()
  const failed = async (): Promise<number> =>
    (await house.app.services.metrics.auditDetachedFailed.get()).values[0]?.value ?? 0
  const before = await failed()
  const usual = await firm.valuer.call(listBlocks, {})
  await house.sql('alter function audit.is_first_refusal(uuid, text, text, jsonb) rename to gone')
  try {
    const refused = await firm.accounts.call(listBlocks, {})
    assert.equal(refused.status, usual.status)
    assert.deepEqual({ ...refused.error, trace_id: '' }, { ...usual.error, trace_id: '' })
  } finally {
    await house.sql('alter function audit.gone(uuid, text, text, jsonb) rename to is_first_refusal')
  }
  assert.equal(await failed(), before + 1)
  assert.equal((await denials(firm.tenantId)).length, 1)
})

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

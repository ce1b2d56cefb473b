import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type House, openHouse } from '../../test/harness/house.ts'
import { demoPeople, loadDemoFirm } from './load.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

test('the demo firm has jobs in every state; loading it again changes nothing', async () => {
  const load = () => loadDemoFirm(house.app, demoPeople('a long enough phrase'))
  const tenantId = house.config.ZENOPS_INTERNAL_TENANT_ID
  const count = async () => ({
    states: await house.sql(
      'select status, count(*)::int as n from assignments.assignments where tenant_id = $1 group by status order by status',
      [tenantId],
    ),
    rows: await house.sql(`select (select count(*)::int from directory.banks) as banks, (select count(*)::int from directory.properties) as properties,
      (select count(*)::int from directory.property_subtypes) as subtypes, (select count(*)::int from assignments.activity_events) as events`),
    audit: (await house.audit(tenantId)).length,
  })
  await load()
  const first = await count()
  assert.equal(first.states.length, 11)
  assert.deepEqual({ ...first.rows[0], events: 0 }, { banks: 2, properties: 40, subtypes: 14, events: 0 })
  const late = await house.sql('select 1 from assignments.assignments where is_open and due_at < now()')
  assert.ok(late.length > 0, 'some jobs are overdue today')
  await load()
  assert.deepEqual(await count(), first)
})

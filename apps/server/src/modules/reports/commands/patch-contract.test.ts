import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createReport, patchContract } from '@zenops/contracts/reports'
import { type House, openHouse } from '../../../../test/harness/house.ts'

let house: House
before(async () => {
  house = await openHouse()
})
after(() => house.close())

test('RP-01', async () => {
  const { owner } = await house.firm()
  const made = await owner.ok(createReport, {
    body: { source_type: 'TENANT', report_type: 'VALUATION', bank_name: 'State Bank of India' },
  })
  console.log(made)
  const r = await owner.call(patchContract, {
    params: { id: made.work_order_id },
    body: {
      expected_version: 0,
      patch: {
        property: { address: 'x', land_area: { value: 1200, unit: 'sqft' } },
        valuation_inputs: { land_value: 2000000, market_rate_input: { value: 2000, unit: 'sqft' } },
      },
    },
  })
  console.log(r.status, JSON.stringify(r.body).slice(0, 3000))
  const N = 200
  const t = performance.now()
  for (let i = 0; i < N; i++)
    await owner.ok(patchContract, {
      params: { id: made.work_order_id },
      body: { expected_version: i + 1, patch: { property: { city: `x${i}` } } },
    })
  console.log('ms per patch', (performance.now() - t) / N)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { derive } from '@zenops/valuation/derive'
import { readiness } from '@zenops/valuation/readiness'
import { STD_1 } from '@zenops/valuation/ruleset'
import { liveReadiness } from './live-readiness.ts'

const base = { report_type: 'VALUATION', bank_type: 'OTHER', ruleset: STD_1, today: '2026-11-20' } as const
const empty = {}
const filled = {
  party: { bank_name: 'Canara Bank' },
  property: { address: '12 Market Road', land_area: { value: 2400, unit: 'sqft' as const } },
  valuation_inputs: { market_rate_input: { value: 2500, unit: 'sqft' as const }, land_value: 6_000_000 },
}
const of = (contract: typeof filled | typeof empty) => {
  const derived = derive({ ...base, contract })
  return { report_type: base.report_type, contract, derived, profile: null }
}
const server = (contract: typeof filled | typeof empty) =>
  readiness({
    ...of(contract),
    evidence: [],
    links: [],
    gate: { template_available: true, changes_requested: false },
  })

test('the readiness while one types equals what the server says once the form is saved', () => {
  const live = liveReadiness(server(empty), of(filled))
  const stored = server(filled)
  assert.equal(live.completeness_score, stored.completeness_score)
  assert.deepEqual(live.missing_fields, stored.missing_fields)
  assert.deepEqual(live.missing_evidence, stored.missing_evidence)
  assert.deepEqual(live.gate_blocks, stored.gate_blocks)
  assert.equal(server(empty).completeness_score < stored.completeness_score, true)
})

test('clearing a demanded field is told at once, evidence stays as it was', () => {
  const live = liveReadiness(server(filled), of(empty))
  assert.deepEqual(
    live.missing_fields.map(({ key }) => key),
    ['party.bank_name', 'property.address', 'property.land_area', 'valuation_inputs.rate'],
  )
  assert.deepEqual(
    live.gate_blocks.map(({ key }) => key),
    ['values.fmv'],
  )
})

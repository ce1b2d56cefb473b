import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { applyPatch } from './merge-patch.ts'
import { missingReasons, pathsNeedingReason } from './reasons.ts'

const contract = {
  property: { city: 'Mysuru', geo: { lat: 12.3, lng: 76.6, source: 'MANUAL' } },
  valuation_inputs: {
    land_value: 100,
    building_value: 5,
    fmv_input: 105,
    guideline_rate_input: { value: 10, unit: 'sqft' },
    guideline_lines: [{ amount: 4 }],
    market_total_value_input: 1,
    adopted_total_value_input: 1,
  },
  cost_sheet: { land: { rows: [{ amount: 100 }] } },
}
const needing = (patch: object, ready = false) => pathsNeedingReason(applyPatch(contract, patch).changes, ready)

describe('RP-07 changes that need a reason', () => {
  test('figures that change or are cleared', () => {
    assert.deepEqual(needing({ valuation_inputs: { land_value: 101, fmv_input: null } }), [
      'valuation_inputs.land_value',
      'valuation_inputs.fmv_input',
    ])
    assert.deepEqual(needing({ valuation_inputs: { guideline_rate_input: { unit: 'sqm' } } }), [
      'valuation_inputs.guideline_rate_input.unit',
    ])
    assert.deepEqual(needing({ valuation_inputs: { guideline_lines: null } }), ['valuation_inputs.guideline_lines'])
    assert.deepEqual(needing({ cost_sheet: { land: { rows: [{ amount: 99 }] } } }), ['cost_sheet.land.rows'])
    assert.deepEqual(needing({ property: { geo: { lat: 12.4, source: 'EXIF' } } }), ['property.geo.lat'])
  })
  test('a first entry, an equal value and other fields need none', () => {
    assert.deepEqual(needing({ valuation_inputs: { guideline_total_value: 7, land_value: 100 } }), [])
    assert.deepEqual(needing({ cost_sheet: { amenities: { rows: [{ amount: 1 }] } } }), [])
    assert.deepEqual(needing({ property: { city: 'Hassan' } }), [])
  })
  test('in READY every field needs one', () => {
    assert.deepEqual(needing({ property: { city: 'Hassan', taluk: 'Arkalgud' } }, true), [
      'property.city',
      'property.taluk',
    ])
  })
  test('one reason for all, by path, or for a section; too short and too long are none', () => {
    const { changes } = applyPatch(contract, { valuation_inputs: { land_value: 101 }, cost_sheet: null })
    const missing = (given: object) => missingReasons(changes, { ready: false, ...given })
    const both = ['valuation_inputs.land_value', 'cost_sheet.land.rows']
    assert.deepEqual(missing({}), both)
    assert.deepEqual(missing({ reason: 'new deed' }), [])
    assert.deepEqual(missing({ reason: ' four ' }), both)
    assert.deepEqual(missing({ reason: 'x'.repeat(501) }), both)
    assert.deepEqual(missing({ reasons: { cost_sheet: 'sheet withdrawn' } }), ['valuation_inputs.land_value'])
    assert.deepEqual(missing({ reasons: { 'valuation_inputs.land_value': 'new deed' } }), ['cost_sheet.land.rows'])
  })
})

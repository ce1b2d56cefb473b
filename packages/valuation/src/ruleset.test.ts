import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Ruleset, RulesetParams } from '@zenops/contracts/report-ruleset'
import { resolveParams, STD_1, STD_1_PARAMS } from './ruleset.ts'
import { STAGE_SHEETS } from './stage-sheets.ts'

const BANK = '019a0000-0000-7000-8000-000000000001'
const CASE = { bank_id: BANK, bank_type: 'SBI', report_type: 'VALUATION' } as const

describe('RP-42 overrides', () => {
  const ruleset = {
    ...STD_1,
    params: { variance_percent: 25 },
    overrides: [
      { match: { bank_id: BANK }, params: { realisable_percent: 91 } },
      { match: { bank_type: 'SBI' as const }, params: { realisable_percent: 92, distress_percent: 72 } },
      {
        match: { report_type: 'VALUATION' as const },
        params: { realisable_percent: 93, distress_percent: 73, slab_limit: 7 },
      },
      { match: { bank_type: 'COOP' as const }, params: { tolerance: 9 } },
    ],
  }
  test('bank beats bank type beats report type beats the default, parameter by parameter', () => {
    const got = resolveParams(ruleset, CASE)
    assert.deepEqual(
      [
        got.realisable_percent,
        got.distress_percent,
        got.slab_limit,
        got.variance_percent,
        got.tolerance,
        got.coop_factor,
      ],
      [91, 72, 7, 25, 1, 0.8],
    )
  })
  test('what does not match does not count', () => {
    const other = resolveParams(ruleset, { bank_type: 'OTHER', report_type: 'DPR' })
    assert.deepEqual(other, { ...STD_1_PARAMS, variance_percent: 25 })
  })
  test('naming two things beats naming one', () => {
    const overrides = [
      { match: { bank_type: 'SBI' as const, report_type: 'VALUATION' as const }, params: { tolerance: 5 } },
      { match: { bank_type: 'SBI' as const }, params: { tolerance: 6 } },
    ]
    assert.equal(resolveParams({ ...STD_1, overrides }, CASE).tolerance, 5)
  })
})

describe('RP-42 bounds', () => {
  const valid = (part: object) => RulesetParams.safeParse({ ...STD_1_PARAMS, ...part }).success
  test('std-1 is a ruleset', () => {
    assert.deepEqual(Ruleset.parse(STD_1), STD_1)
    assert.ok(valid({}))
  })
  test('percentages, factor, slab, rounding', () => {
    for (const good of [
      { realisable_percent: 0 },
      { realisable_percent: 100 },
      { coop_factor: 0.01 },
      { slab_limit: 1 },
      { say_rounding: { mode: 'UP', step: 0.5 } },
      { insurable_percent: null },
    ]) {
      assert.ok(valid(good), JSON.stringify(good))
    }
    for (const bad of [
      { realisable_percent: 100.01 },
      { distress_percent: -1 },
      { coop_factor: 0 },
      { coop_factor: 1 },
      { slab_limit: 0.99 },
      { say_rounding: { mode: 'UP' } },
      { say_rounding: { mode: 'NEAREST', step: 0 } },
      { insurable_percent: 101 },
      { annexure_grouping: { min: 4, max: 3, preferred: 2 } },
      { sqft_per_sqm: 10.7639 },
    ]) {
      assert.ok(!valid(bad), JSON.stringify(bad))
    }
  })
  test('local units are named once, an override names what it matches', () => {
    const unit = { key: 'ankanam', label: 'Ankanam', sqft: 72 }
    assert.ok(Ruleset.safeParse({ ...STD_1, local_units: [unit] }).success)
    assert.ok(!Ruleset.safeParse({ ...STD_1, local_units: [unit, unit] }).success)
    assert.ok(!Ruleset.safeParse({ ...STD_1, overrides: [{ match: {}, params: {} }] }).success)
  })
})

test('shipped stage sheets add up to 100', () => {
  assert.deepEqual(
    Object.entries(STAGE_SHEETS).map(([name, rows]) => [
      name,
      rows.length,
      rows.reduce((sum, row) => sum + row.allotted_percent, 0),
    ]),
    [
      ['STAGE_9', 9, 100],
      ['STAGE_7', 7, 100],
    ],
  )
  assert.ok(Object.hasOwn(STAGE_SHEETS, STD_1_PARAMS.stage_sheet))
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { Contract, ContractInputs } from './report-contract.ts'
import { canMoveReport, REPORT_MOVES, REPORT_STATUSES } from './report-enums.ts'
import { ContractPatch, readContractPatch } from './report-patch.ts'

const CONTEXT = { today: '2026-11-20', local_units: ['ankanam'] }
const read = (raw: unknown) => readContractPatch(raw, CONTEXT)
const faults = (raw: unknown) => {
  const reading = read(raw)
  return reading.ok ? [] : reading.faults.map(({ path, reason }) => `${path} ${reason}`)
}
const patchOf = (raw: unknown) => {
  const reading = read(raw)
  assert.ok(reading.ok, reading.ok ? '' : JSON.stringify(reading.faults))
  return reading.patch
}
const inputs = (valuation_inputs: object) => ({ valuation_inputs })

describe('RP-05 what a patch may not say', () => {
  test('server-owned sections have their own code', () => {
    for (const section of ['meta', 'computed_values', 'audit']) {
      const reading = read({ [section]: null, nonsense: 1 })
      assert.ok(!reading.ok)
      assert.equal(reading.error_code, 'SERVER_OWNED_FIELD')
      assert.deepEqual(reading.faults, [{ path: section, reason: 'SERVER_OWNED' }])
    }
  })
  for (const [raw, fault] of [
    [{ nonsense: 1 }, 'nonsense UNKNOWN_FIELD'],
    [{ property: { colour: 'red' } }, 'property.colour UNKNOWN_FIELD'],
    [{ cost_sheet: { land: { rows: [{ label: 'a' }, { size: 1 }] } } }, 'cost_sheet.land.rows.1.size UNKNOWN_FIELD'],
    [{ data_bundle: {} }, 'data_bundle HAS_ITS_OWN_ROUTE'],
    [inputs({ land_value: 1.234 }), 'valuation_inputs.land_value TOO_MANY_DECIMALS'],
    [inputs({ land_value: '1.005' }), 'valuation_inputs.land_value TOO_MANY_DECIMALS'],
    [inputs({ land_value: Number.NaN }), 'valuation_inputs.land_value WRONG_TYPE'],
    [inputs({ land_value: Number.POSITIVE_INFINITY }), 'valuation_inputs.land_value WRONG_TYPE'],
    [inputs({ land_value: 'NaN' }), 'valuation_inputs.land_value NOT_A_NUMBER'],
    [inputs({ land_value: '1e5' }), 'valuation_inputs.land_value NOT_A_NUMBER'],
    [inputs({ land_value: '12345678901234' }), 'valuation_inputs.land_value TOO_MANY_DIGITS'],
    [inputs({ land_value: 1e21 }), 'valuation_inputs.land_value TOO_MANY_DIGITS'],
    [
      inputs({ guideline_rate_per_sqm: '1234567890123.456' }),
      'valuation_inputs.guideline_rate_per_sqm TOO_MANY_DIGITS',
    ],
    [inputs({ land_value: -1 }), 'valuation_inputs.land_value NEGATIVE'],
    [inputs({ land_value: true }), 'valuation_inputs.land_value WRONG_TYPE'],
    [inputs({ depreciation_percent: 100.0001 }), 'valuation_inputs.depreciation_percent OUT_OF_RANGE'],
    [
      inputs({ guideline_rate_input: { value: 1.23456 } }),
      'valuation_inputs.guideline_rate_input.value TOO_MANY_DECIMALS',
    ],
    [inputs({ guideline_rate_input: { unit: 'yard' } }), 'valuation_inputs.guideline_rate_input.unit UNKNOWN_UNIT'],
    [
      inputs({ guideline_rate_input: { unit: 'local:bigha' } }),
      'valuation_inputs.guideline_rate_input.unit UNKNOWN_UNIT',
    ],
    [inputs({ inspection_date: '2026-11-21' }), 'valuation_inputs.inspection_date IN_THE_FUTURE'],
    [inputs({ inspection_date: '2026-02-30' }), 'valuation_inputs.inspection_date INVALID_DATE'],
    [{ engagement: { report_date: '1899-12-31' } }, 'engagement.report_date INVALID_DATE'],
    [{ property: { geo: { lat: 90.1 } } }, 'property.geo.lat OUT_OF_RANGE'],
    [{ property: { geo: { lng: 1.23456789 } } }, 'property.geo.lng TOO_MANY_DECIMALS'],
    [{ property: { city: 'x'.repeat(201) } }, 'property.city TOO_LONG'],
    [{ property: { address: 'x'.repeat(4_001) } }, 'property.address TOO_LONG'],
    [{ property: { city: 'a\u0000b' } }, 'property.city UNREADABLE_TEXT'],
    [{ property: { city: '\ud800' } }, 'property.city UNREADABLE_TEXT'],
    [{ property: { city: 5 } }, 'property.city WRONG_TYPE'],
    [{ property: { property_type: 'CASTLE' } }, 'property.property_type UNKNOWN_VALUE'],
    [{ property: { pin: '012345' } }, 'property.pin INVALID_PIN'],
    [{ property: { floors: Array.from({ length: 201 }, () => ({})) } }, 'property.floors TOO_MANY_ROWS'],
    [{ property: [] }, 'property WRONG_TYPE'],
    [{ party: { owner_phone: 'call me' } }, 'party.owner_phone INVALID_PHONE'],
    [{ party: { valuer_id: 'me' } }, 'party.valuer_id INVALID_ID'],
    [{ form_answers: { general: { _x: 1 } } }, 'form_answers.general._x UNKNOWN_FIELD'],
    [{ form_answers: { general: { a: [[[[1]]]] } } }, 'form_answers.general.a.0.0.0.0 TOO_DEEP'],
    [
      { annexures: { items: [{ group_hint: { max_images_per_page: 5 } }] } },
      'annexures.items.0.group_hint.max_images_per_page OUT_OF_RANGE',
    ],
    [[], ' WRONG_TYPE'],
    [null, ' WRONG_TYPE'],
  ] as const) {
    test(fault, () => assert.deepEqual(faults(raw), [fault]))
  }
  test('all faults come together', () => {
    const raw = { property: { city: 5, colour: 1 }, valuation_inputs: { land_value: -1 }, other: {} }
    assert.deepEqual(faults(raw).toSorted(), [
      'other UNKNOWN_FIELD',
      'property.city WRONG_TYPE',
      'property.colour UNKNOWN_FIELD',
      'valuation_inputs.land_value NEGATIVE',
    ])
  })
  test('a prototype cannot be named', () => {
    for (const raw of [
      '{"__proto__":{"a":1}}',
      '{"property":{"__proto__":{"a":1}}}',
      '{"form_answers":{"a":{"__proto__":1}}}',
    ]) {
      const reading = read(JSON.parse(raw))
      const out: Record<string, unknown> = reading.ok ? { ...reading.patch } : {}
      assert.equal(out['a'], undefined)
      assert.equal(({} as Record<string, unknown>)['a'], undefined)
    }
  })
})

describe('RP-05 what a patch becomes', () => {
  test('figures are JSON numbers, exact', () => {
    const got = patchOf(
      inputs({
        land_value: '1234567890123.45',
        building_value: 0.1,
        fmv_input: '007.50',
        market_total_value_input: -0,
      }),
    )
    assert.deepEqual(
      got,
      inputs({ land_value: 1_234_567_890_123.45, building_value: 0.1, fmv_input: 7.5, market_total_value_input: 0 }),
    )
    assert.deepEqual(patchOf({ property: { geo: { lat: '-12.3456789', lng: 1e-7 } } }), {
      property: { geo: { lat: -12.3456789, lng: 1e-7 } },
    })
  })
  test('text is NFC and trimmed; blank clears, in a row it is left out', () => {
    assert.deepEqual(
      patchOf({ property: { city: ' Mysu\u0301ru ', taluk: '  ', floors: [{ label: ' ', height_m: 3, area: null }] } }),
      {
        property: { city: 'Mys\u00faru', taluk: null, floors: [{ height_m: 3 }] },
      },
    )
  })
  test('null clears anywhere', () => {
    const raw = {
      property: null,
      stage: { rows: null, notes: null },
      form_answers: { general: { a: null } },
      party: { valuer_id: null },
    }
    assert.deepEqual(patchOf(raw), raw)
  })
  test('local units of the ruleset, phones, years and answers', () => {
    const raw = {
      property: { land_area: { value: '2', unit: 'local:ankanam' } },
      party: { owner_phone: '98450 12345' },
      project: { projections: [{ year: 2027 }, { year: '2027-28' }] },
      form_answers: {
        general: { residential_area: true, height: { ground_floor: '3 m', other_floors: '' }, list: ['a', ' b '] },
      },
    }
    assert.deepEqual(patchOf(raw), {
      property: { land_area: { value: 2, unit: 'local:ankanam' } },
      party: { owner_phone: '+919845012345' },
      project: { projections: [{ year: 2027 }, { year: '2027-28' }] },
      form_answers: {
        general: { residential_area: true, height: { ground_floor: '3 m', other_floors: null }, list: ['a', 'b'] },
      },
    })
  })
})

describe('RP-11 aliases', () => {
  test('land at their path; a plain text becomes one row', () => {
    const manual_fields = {
      stage_notes: 'Roof',
      project_summary: 'Mill',
      project_cost_total: 5,
      means_of_finance: 'Own',
      enclosures_text: 'Maps',
    }
    assert.deepEqual(patchOf({ manual_fields }), {
      manual_fields: { enclosures_text: 'Maps' },
      stage: { notes: 'Roof' },
      project: { summary: 'Mill', cost_total: 5, means_of_finance: [{ source: 'Own' }] },
    })
    assert.deepEqual(patchOf({ manual_fields: { stage_notes: null } }), { stage: { notes: null } })
  })
  test('a field under both names is a fault', () => {
    assert.deepEqual(faults({ manual_fields: { stage_notes: 'a' }, stage: { notes: 'b' } }), [
      'manual_fields.stage_notes GIVEN_TWICE',
    ])
  })
})

describe('schemas', () => {
  test('a patch without nulls is a contract; the contract takes nothing unknown', () => {
    const patch = patchOf({
      property: { land_area: { value: 1, unit: 'sqft' }, floors: [{ area: { value: 2 } }] },
      form_answers: { a: { b: 1 } },
    })
    assert.deepEqual(ContractInputs.parse(patch), patch)
    assert.equal(Contract.safeParse({ ...patch, other: 1 }).success, false)
    assert.equal(ContractInputs.safeParse({ property: { city: null } }).success, false)
  })
  test('all of them can be written as JSON schema', () => {
    const properties = (schema: z.ZodType, io: 'input' | 'output') => {
      const written = z.toJSONSchema(schema, { io })
      const own = written.$defs?.[String(written.$ref).replace('#/$defs/', '')] ?? written
      return Object.keys(own.properties ?? {}).length
    }
    assert.equal(properties(Contract, 'output'), 15)
    assert.equal(properties(ContractPatch, 'input'), 11)
  })
  test('moves of a report', () => {
    assert.deepEqual(Object.keys(REPORT_MOVES), [...REPORT_STATUSES])
    assert.equal(canMoveReport('DRAFT', 'DATA_PENDING'), true)
    assert.equal(canMoveReport('DRAFT', 'READY_FOR_RENDER'), false)
    assert.deepEqual(REPORT_MOVES.CANCELLED, [])
  })
})

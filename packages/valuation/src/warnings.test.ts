import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { derive } from './derive.ts'
import { disagree, evidenceWarnings } from './evidence-warnings.ts'
import { deriveRaw, type Question, TODAY } from './sample-reports.ts'
import { STD_1 } from './ruleset.ts'

const warnings = (raw: object, question: Question = {}) => deriveRaw(raw, question).warnings
const codes = (raw: object, question: Question = {}): string[] => warnings(raw, question).map(({ code }) => code)
const inputs = (valuation_inputs: object, question: Question = {}) => codes({ valuation_inputs }, question)
const level = (code: string, raw: object, question: Question = {}) =>
  warnings(raw, question).find((warning) => warning.code === code)?.level

/** A report about which the rules have nothing to say. */
const CALM = {
  party: { bank_name: 'Canara Bank', signatory_id: '019a0000-0000-7000-8000-000000000001' },
  property: { address: '1 Main Road', geo: { lat: 12.9, lng: 77.5 }, land_area: { value: 10 } },
  valuation_inputs: { market_rate_input: { value: 10 }, guideline_total_value: 100, fmv_input: 100 },
}

describe('chapter 6 warnings', () => {
  test('a whole report raises none, an empty one what it lacks', () => {
    assert.deepEqual(codes(CALM), [])
    assert.deepEqual(codes({}), [
      'BANK_NAME_MISSING',
      'PROPERTY_ADDRESS_MISSING',
      'SIGNATORY_MISSING',
      'COORDINATES_MISSING',
      'RATE_INPUT_MISSING',
      'GUIDELINE_MISSING',
    ])
    assert.ok(!codes({}, { defaults: { signatory_id: 'somebody' } }).includes('SIGNATORY_MISSING'))
  })
  test('RATE_MISMATCH_SUSPICIOUS beyond ten times and a tenth', () => {
    const suspicious = (market: number, guideline_rate_per_sqm: number) =>
      inputs({ market_rate_input: { value: market }, guideline_rate_per_sqm }).includes('RATE_MISMATCH_SUSPICIOUS')
    assert.deepEqual(
      [
        suspicious(10_001, 1_000),
        suspicious(10_000, 1_000),
        suspicious(99, 1_000),
        suspicious(100, 1_000),
        suspicious(5, 0),
      ],
      [true, false, true, false, false],
    )
  })
  test('UNIT_MISMATCH', () => {
    const mismatch = (user_input_units: string) =>
      inputs({ market_rate_input: { value: 5, unit: 'sqft' }, user_input_units }).includes('UNIT_MISMATCH')
    assert.deepEqual([mismatch('sqm'), mismatch('sqft')], [true, false])
  })
  test('co-operative totals', () => {
    const coop = (valuation_inputs: object) =>
      inputs(valuation_inputs, { bank_type: 'COOP' }).filter((code) => code.startsWith('COOP_'))
    assert.deepEqual(coop({ adopted_total_value_input: 8 }), ['COOP_MARKET_INFERRED_FROM_ADOPTED'])
    assert.deepEqual(coop({ market_total_value_input: 8 }), ['COOP_ADOPTED_INFERRED_FROM_MARKET'])
    const both = (adopted_total_value_input: number) =>
      coop({ market_total_value_input: 100, adopted_total_value_input })
    assert.deepEqual([both(81), both(81.01), both(78.99)], [[], ['COOP_PAIR_INCONSISTENT'], ['COOP_PAIR_INCONSISTENT']])
  })
  test('typed values against their parts, beyond the tolerance', () => {
    const sums = (land_value: number, fmv_input?: number) =>
      codes({ valuation_inputs: { land_value, fmv_input }, cost_sheet: { land: { rows: [{ amount: 100 }] } } }).filter(
        (code) => code.endsWith('MISMATCH'),
      )
    assert.deepEqual(sums(101), [])
    assert.deepEqual(sums(101.01), ['SHEET_VALUE_MISMATCH'])
    assert.deepEqual(sums(100, 101.01), ['FMV_COMPONENT_MISMATCH'])
  })
  test('variance is a warning without justification, an information with it', () => {
    const far = { valuation_inputs: { fmv_input: 5, guideline_total_value: 4 } }
    assert.equal(level('FMV_GUIDELINE_VARIANCE', far), 'warn')
    assert.equal(
      level('FMV_GUIDELINE_VARIANCE', { ...far, manual_fields: { justification_text: 'Corner plot' } }),
      'info',
    )
  })
  test('guideline zero', () => assert.ok(inputs({ guideline_total_value: 0 }).includes('GUIDELINE_ZERO')))
  test('depreciation', () => {
    const aged = (age_years: number, depreciation_percent?: number) =>
      codes({
        property: { building: { age_years, total_life_years: 60 } },
        valuation_inputs: { depreciation_percent },
      }).filter((code) => code.startsWith('DEPRECIATION_'))
    assert.deepEqual([aged(60), aged(65)], [[], ['DEPRECIATION_CAPPED']])
    assert.deepEqual([aged(7, 11.68), aged(7, 11.69)], [[], ['DEPRECIATION_INPUT_DIFFERS']])
  })
  test('odd parameters', () => {
    assert.ok(inputs({ fmv_input: 5 }, { params: { realisable_percent: 70 } }).includes('DISTRESS_ABOVE_REALISABLE'))
  })
  test('areas', () => {
    const property = (of: object) => codes({ property: of })
    const floors = [{ area: { value: 50 } }, { area: { value: 52 } }]
    assert.ok(property({ floors, built_up_area: { value: 100 } }).includes('FLOOR_AREA_SUM_MISMATCH'))
    assert.ok(!property({ floors, built_up_area: { value: 101 } }).includes('FLOOR_AREA_SUM_MISMATCH'))
    const deed = { land_area_deed: { value: 10 }, land_area_actual: { value: 12 } }
    assert.ok(property({ ...deed, land_area: { value: 11 } }).includes('AREA_EXCEEDS_DOCUMENTS'))
    assert.ok(!property(deed).includes('AREA_EXCEEDS_DOCUMENTS'))
  })
  test('place', () => {
    assert.ok(codes({ property: { geo: { lat: 48.8, lng: 2.3 } } }).includes('COORDINATES_OUTSIDE_INDIA'))
    assert.ok(codes({ property: { geo: { lat: 12 } } }).includes('COORDINATES_MISSING'))
  })
  test('days', () => {
    const engagement = { valuation_date: '2026-11-02', report_date: '2026-11-01' }
    assert.ok(codes({ engagement }).includes('DATE_ORDER'))
    assert.ok(
      codes({
        engagement: { report_date: '2026-11-01' },
        valuation_inputs: { inspection_date: '2026-11-02' },
      }).includes('DATE_ORDER'),
    )
    const lease = (to: string) => codes({ property: { lease: { to } } }).includes('LEASE_EXPIRING')
    assert.deepEqual([lease('2031-11-20'), lease('2031-11-21')], [true, false])
    assert.equal(TODAY, '2026-11-20')
  })
  test('stages above their allotment are errors', () => {
    const rows = (allotted_percent: number, completed_percent: number) => ({
      stage: { rows: [{ allotted_percent, completed_percent }] },
    })
    assert.equal(level('STAGE_OVER_ALLOTTED', rows(100, 101 - 1)), undefined)
    assert.equal(level('STAGE_OVER_ALLOTTED', rows(99, 5)), 'error')
    const over = {
      stage: {
        rows: [
          { allotted_percent: 20, completed_percent: 21 },
          { allotted_percent: 80, completed_percent: 0 },
        ],
      },
    }
    assert.equal(level('STAGE_OVER_ALLOTTED', over), 'error')
  })
  test('RP-45 progress below the previous report warns', () => {
    const at = (completion_percent: number, defaults?: Question['defaults']) =>
      codes(
        { stage: { completion_percent, previous_percent: 40 } },
        { report_type: 'STAGE_PROGRESS', defaults },
      ).includes('STAGE_REGRESSION')
    assert.deepEqual([at(39), at(40), at(41, { previous_completion_percent: 42 })], [true, false, true])
  })
  test('project gap', () => {
    const gap = (amount: number) =>
      codes({ project: { cost_total: 100, means_of_finance: [{ amount }] } }, { report_type: 'DPR' }).includes(
        'PROJECT_FINANCE_GAP',
      )
    assert.deepEqual([gap(101), gap(101.01), gap(98.99)], [false, true, true])
  })
  test('what cannot be computed is an error, never a wrong number', () => {
    const huge = { area: { value: 9_999_999_999_999 }, rate: { value: 9_999_999_999_999 } }
    const got = deriveRaw({ cost_sheet: { land: { rows: [huge] } } })
    assert.equal(got.computed_values.FMV, undefined)
    assert.ok(got.warnings.some((warning) => warning.code === 'VALUE_NOT_COMPUTABLE' && warning.level === 'error'))
  })
  test('a local unit that the ruleset lost is an error', () => {
    const local_units = [{ key: 'ankanam', label: 'Ankanam', sqft: 72 }]
    const contract = { property: { land_area: { value: 1, unit: 'local:ankanam' as const } } }
    const question = { today: TODAY, report_type: 'VALUATION', bank_type: 'OTHER', contract } as const
    const known = derive({ ...question, ruleset: { ...STD_1, local_units } })
    assert.equal(known.standardized.land_area_sqm, 6.69)
    const lost = derive({ ...question, ruleset: STD_1 }).warnings.find(({ code }) => code === 'VALUE_NOT_COMPUTABLE')
    assert.equal(lost?.path, 'property.land_area.unit')
  })
})

describe('warnings read live', () => {
  test('GEO_SOURCES_DISAGREE beyond 200 m', () => {
    const lat = 12
    assert.equal(
      disagree([
        { lat, lng: 77 },
        { lat: lat + 0.0017, lng: 77 },
      ]),
      false,
    )
    assert.equal(
      disagree([
        { lat, lng: 77 },
        { lat, lng: 77 },
        { lat: lat + 0.0019, lng: 77 },
      ]),
      true,
    )
  })
  test('each fact has its code', () => {
    assert.deepEqual(evidenceWarnings({}), [])
    const got = evidenceWarnings({
      suggested_profile: 'Own',
      newer_ruleset: 'std-2',
      outdated_items: ['e1'],
      unordered_images: 2,
      unlinked_fields: ['property.address'],
      stale_fields: ['property.geo'],
      low_confidence_fields: ['property.geo'],
      readings_pending: 1,
      readings_failed: 1,
      unread_fields: ['property.geo'],
    })
    assert.deepEqual(
      got.map(({ code, level: of }) => `${code} ${of}`),
      [
        'PROFILE_SUGGESTION_CHANGED info',
        'RULESET_OUTDATED info',
        'EVIDENCE_NEWER_VERSION info',
        'ANNEXURE_ORDER_MISSING info',
        'FIELD_LINKS_MISSING info',
        'FIELD_LINK_STALE info',
        'OCR_LOW_CONFIDENCE info',
        'OCR_EVIDENCE_PENDING info',
        'OCR_EVIDENCE_FAILED warn',
        'OCR_FIELD_FAILED warn',
      ],
    )
  })
})

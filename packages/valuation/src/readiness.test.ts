import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ReportType, Severity } from '@zenops/contracts/report-enums'
import { Readiness } from '@zenops/contracts/report-outputs'
import { type CountedEvidence, evidenceChecklist } from './evidence-count.ts'
import { chooseProfile, DEFAULT_PROFILES, type ProfileCase } from './profiles.ts'
import { evidenceSuggestions, isReady, type ProfileInForce, readiness, type ReadinessInput } from './readiness.ts'
import { contractOf, deriveRaw } from './sample-reports.ts'

let made = 0
type More = Partial<CountedEvidence>
const evidence = (evidence_type: CountedEvidence['evidence_type'], more: More = {}): CountedEvidence => {
  made += 1
  return {
    id: `e${made}`,
    document_id: `d${made}`,
    sha256: `hash ${made}`,
    document_status: 'uploaded',
    evidence_type,
    created_at: '2026-11-01T00:00:00.000Z',
    ...more,
  }
}
const many = (count: number, type: CountedEvidence['evidence_type'], more: More = {}) =>
  Array.from({ length: count }, () => evidence(type, more))
const tagged = (category: string) => ({ tags: { category } })

const BANK = { bank_name: 'Canara Bank' }
const ADDRESS = { address: '1 Main Road, Mysuru' }
const VALUED = {
  party: BANK,
  property: { ...ADDRESS, land_area: { value: 100 } },
  valuation_inputs: { market_rate_input: { value: 0 } },
}

function judge(report_type: ReportType, raw: object, more: Partial<ReadinessInput> = {}): Readiness {
  const derived = deriveRaw(raw, { report_type })
  const found = readiness({
    report_type,
    contract: contractOf(raw),
    derived,
    evidence: [],
    links: [],
    profile: null,
    gate: { template_available: true, changes_requested: false },
    ...more,
  })
  return Readiness.parse(found)
}
const score = (...of: Parameters<typeof judge>) => judge(...of).completeness_score
const keys = (lines: readonly { key: string }[]) => lines.map(({ key }) => key)

const inForce = (of: ProfileCase): ProfileInForce => {
  const chosen = chooseProfile(DEFAULT_PROFILES, of)
  assert.ok(chosen)
  return { ...chosen, id: chosen.name, version: 1 }
}
const SBI = inForce({ report_type: 'VALUATION', bank_type: 'SBI', value_slab: 'UNKNOWN' })
const DOCUMENTS = ['SALE_DEED', 'RTC', 'EC', 'KHATA', 'TAX', 'PLAN'] as const
const sbiEvidence = () => [
  ...DOCUMENTS.map((doc_type) => evidence('DOCUMENT', { doc_type })),
  ...many(2, 'PHOTO', tagged('exterior')),
  ...many(2, 'PHOTO', tagged('interior')),
  evidence('PHOTO', tagged('surroundings')),
  evidence('GEO', tagged('gps')),
  evidence('SCREENSHOT', tagged('google_map')),
  evidence('SCREENSHOT', tagged('route_map')),
]

describe('RP-10 the readiness table', () => {
  test('VALUATION base', () => {
    const bankOnly = judge('VALUATION', { party: BANK })
    assert.equal(bankOnly.completeness_score, 20)
    assert.deepEqual(keys(bankOnly.missing_fields), ['property.address', 'property.land_area', 'valuation_inputs.rate'])
    assert.deepEqual(bankOnly.missing_evidence, [
      { key: 'valuation_photos', text: 'Photos: 0 of 6', needed: 6, found: 0, severity: 'BLOCKING' },
    ])
    const { valuation_inputs: _, ...unrated } = VALUED
    assert.equal(score('VALUATION', unrated, { evidence: many(5, 'PHOTO') }), 60)
    const full = [...many(4, 'PHOTO'), evidence('GEO'), evidence('SCREENSHOT')]
    const complete = judge('VALUATION', VALUED, { evidence: full })
    assert.deepEqual([complete.completeness_score, complete.checks_passed, complete.checks_total], [100, 5, 5])
    assert.deepEqual(complete.required_evidence_minimums, { valuation_photos: 6 })
  })
  test('REVALUATION base', () => {
    const raw = { party: BANK, property: ADDRESS, valuation_inputs: { land_value: 0 } }
    const got = judge('REVALUATION', raw, { evidence: many(3, 'PHOTO') })
    assert.equal(got.completeness_score, 75)
    assert.deepEqual(keys(got.missing_evidence), ['revaluation_photos'])
    const bySheet = { party: BANK, property: ADDRESS, cost_sheet: { land: { rows: [{ amount: 5 }] } } }
    assert.deepEqual(judge('REVALUATION', bySheet).missing_fields, [])
    const none = judge('REVALUATION', { party: BANK, property: ADDRESS })
    assert.deepEqual(keys(none.missing_fields), ['valuation_inputs.fmv_input_or_components'])
  })
  test('STAGE_PROGRESS base: screenshots do not count', () => {
    const raw = { party: { bank_branch_name: 'Main' }, property: ADDRESS }
    const got = judge('STAGE_PROGRESS', raw, { evidence: many(4, 'SCREENSHOT') })
    assert.equal(got.completeness_score, 50)
    assert.deepEqual(keys([...got.missing_fields, ...got.missing_evidence]), ['stage.notes', 'stage_progress_photos'])
  })
  test('DPR base', () => {
    const got = judge('DPR', { party: BANK }, { evidence: [...many(2, 'PHOTO'), ...many(2, 'SCREENSHOT')] })
    assert.equal(got.completeness_score, 40)
    assert.deepEqual(keys(got.missing_fields), ['project.summary', 'project.cost', 'project.means_of_finance'])
  })
  test('VALUATION with the SBI profile', () => {
    const at = (items: CountedEvidence[]) => judge('VALUATION', VALUED, { evidence: items, profile: SBI })
    assert.equal(at([]).checks_total, 16)
    assert.equal(at([]).completeness_score, 25)
    const full = sbiEvidence()
    assert.equal(full.length, 14)
    assert.equal(at(full).completeness_score, 100)
    const short = at(full.toSpliced(6, 1))
    assert.equal(short.completeness_score, 94)
    assert.deepEqual(keys(short.missing_evidence), ['photo_exterior', 'screenshot_guideline'])
    assert.equal(at(many(6, 'PHOTO')).completeness_score, 25)
  })
})

describe('RP-10 what counts', () => {
  const photos = (items: CountedEvidence[]) =>
    judge('VALUATION', VALUED, { evidence: items }).missing_evidence[0]?.found
  test('the same file twice counts once', () => {
    assert.equal(photos([...many(4, 'PHOTO'), ...many(2, 'PHOTO', { sha256: 'same' })]), 5)
  })
  test('papers seen, deleted, pending, quarantined and foreign documents never count', () => {
    const never: More[] = [
      { document_id: null },
      { document_status: 'deleted' },
      { document_status: 'pending' },
      { document_status: 'quarantined' },
      { belongs: false },
    ]
    assert.equal(photos([...many(5, 'PHOTO'), ...never.map((more) => evidence('PHOTO', more))]), 5)
  })
  test('a deleted document lowers the score', () => {
    const items = many(6, 'PHOTO')
    assert.equal(score('VALUATION', VALUED, { evidence: items }), 100)
    const deleted = items.map((item, index) => (index === 0 ? { ...item, document_status: 'deleted' as const } : item))
    assert.equal(score('VALUATION', VALUED, { evidence: deleted }), 80)
  })
  test('0 is a value, blank text is none', () => {
    const blank = { ...VALUED, property: { ...VALUED.property, address: '   ' } }
    assert.deepEqual(keys(judge('VALUATION', blank).missing_fields), ['property.address'])
    const zero = { ...VALUED, property: { ...ADDRESS, land_area: { value: 0 } } }
    assert.deepEqual(judge('VALUATION', zero).missing_fields, [])
    const unitOnly = { ...VALUED, property: { ...ADDRESS, land_area: { unit: 'sqft' } } }
    assert.deepEqual(keys(judge('VALUATION', unitOnly).missing_fields), ['property.land_area'])
  })
  test('for a flat the area of the unit is asked for', () => {
    const flat = (property: object) => ({ ...VALUED, property: { ...ADDRESS, property_type: 'FLAT', ...property } })
    assert.deepEqual(keys(judge('VALUATION', flat({ land_area: { value: 9 } })).missing_fields), ['property.land_area'])
    assert.deepEqual(judge('VALUATION', flat({ carpet_area: { value: 9 } })).missing_fields, [])
  })
  test('one item serves one requirement, the strictest first', () => {
    const line = (key: string, more: object) => ({
      key,
      label: key,
      evidence_types: ['PHOTO' as const],
      tags: {},
      min_count: 1,
      severity: 'BLOCKING' as const,
      order_hint: 1,
      ...more,
    })
    const [any, exterior] = evidenceChecklist(
      [line('any', { order_hint: 0 }), line('exterior', { tags: { category: 'exterior' } })],
      [evidence('PHOTO', tagged('exterior'))],
    )
    assert.deepEqual([any?.current_count, exterior?.current_count], [0, 1])
    assert.deepEqual([exterior?.satisfied, exterior?.missing_count], [true, 0])
  })
})

describe('RP-10 gates', () => {
  const blocks = (raw: object, more: Partial<ReadinessInput> = {}) => keys(judge('VALUATION', raw, more).gate_blocks)
  test('each blocks by its own key', () => {
    assert.deepEqual(blocks(VALUED), ['values.fmv'])
    const valued = { ...VALUED, valuation_inputs: { fmv_input: 1 } }
    assert.deepEqual(blocks(valued), [])
    assert.deepEqual(blocks(valued, { gate: { template_available: false, changes_requested: true } }), [
      'template.available',
      'qc.changes_requested',
    ])
    assert.deepEqual(blocks(valued, { evidence: [evidence('PHOTO', { document_status: 'quarantined' })] }), [
      'evidence.processing',
    ])
    assert.deepEqual(blocks({ ...valued, stage: { rows: [{ allotted_percent: 90 }] } }), ['ruleset.errors'])
  })
  test('READY needs all of it', () => {
    const valued = { ...VALUED, valuation_inputs: { fmv_input: 1, market_rate_input: { value: 1 } } }
    const items = many(6, 'PHOTO')
    assert.equal(isReady(judge('VALUATION', valued, { evidence: items })), true)
    assert.equal(isReady(judge('VALUATION', valued, { evidence: items.slice(1) })), false)
    assert.equal(isReady(judge('VALUATION', VALUED, { evidence: items })), false)
  })
  test('links are listed by the same keys and never score', () => {
    const links = [{ field_key: 'property.address', evidence_item_id: 'e1' }]
    const got = judge('VALUATION', VALUED, { evidence: many(6, 'PHOTO'), links })
    assert.deepEqual(keys(got.missing_field_evidence_links), [
      'party.bank_name',
      'property.land_area',
      'valuation_inputs.rate',
    ])
    assert.equal(got.completeness_score, 100)
  })
})

describe('RP-11 both ways of filling', () => {
  const photos = many(4, 'PHOTO')
  test('DPR', () => {
    const means_of_finance = [{ source: 'Own funds', kind: 'EQUITY', amount: 5 }]
    const direct = {
      party: BANK,
      project: { summary: 'Mill', cost_heads: [{ head: 'Land', amount: 5 }], means_of_finance },
    }
    const aliased = {
      party: BANK,
      manual_fields: { project_summary: 'Mill', project_cost_total: '5.00', means_of_finance: 'Own funds and a loan' },
    }
    assert.equal(score('DPR', direct, { evidence: photos }), 100)
    assert.equal(score('DPR', aliased, { evidence: photos }), 100)
  })
  test('STAGE_PROGRESS', () => {
    const place = { party: BANK, property: ADDRESS }
    assert.equal(score('STAGE_PROGRESS', { ...place, stage: { notes: 'Roof cast' } }, { evidence: photos }), 100)
    const aliased = { ...place, manual_fields: { stage_notes: 'Roof cast' } }
    assert.equal(score('STAGE_PROGRESS', aliased, { evidence: photos }), 100)
  })
})

describe('RP-12 choice of a profile', () => {
  const chosen = (of: ProfileCase) => {
    const profile = chooseProfile(DEFAULT_PROFILES, of)
    return profile && [profile.report_type, profile.bank_type, profile.value_slab].join('/')
  }
  for (const [bank_type, value_slab, expected] of [
    ['SBI', 'LT_5CR', 'VALUATION/SBI/LT_5CR'],
    ['SBI', 'GT_5CR', 'VALUATION/SBI/LT_5CR'],
    ['SBI', 'UNKNOWN', 'VALUATION/SBI/LT_5CR'],
    ['PSU_GENERIC', 'LT_5CR', 'VALUATION/PSU_GENERIC/GT_5CR'],
    ['COOP', 'GT_5CR', 'VALUATION/COOP/UNKNOWN'],
    ['AGRI', 'LT_5CR', 'VALUATION/AGRI/UNKNOWN'],
    ['OTHER', 'UNKNOWN', 'VALUATION/OTHER/UNKNOWN'],
  ] as const) {
    test(`${bank_type} ${value_slab}`, () => {
      assert.equal(chosen({ report_type: 'VALUATION', bank_type, value_slab }), expected)
    })
  }
  test('other report types take theirs whatever the bank', () => {
    for (const report_type of ['REVALUATION', 'DPR', 'STAGE_PROGRESS'] as const) {
      assert.equal(chosen({ report_type, bank_type: 'COOP', value_slab: 'GT_5CR' }), `${report_type}/OTHER/UNKNOWN`)
    }
  })
  test('a profile of the bank itself beats all others, and is for no other bank', () => {
    const [first] = DEFAULT_PROFILES
    assert.ok(first)
    const own = { ...first, name: 'Own', bank_id: 'bank 1', value_slab: 'UNKNOWN' as const }
    const of = (bank_id: string) =>
      chooseProfile([...DEFAULT_PROFILES, own], {
        report_type: 'VALUATION',
        bank_type: 'SBI',
        value_slab: 'LT_5CR',
        bank_id,
      })?.name
    assert.equal(of('bank 1'), 'Own')
    assert.equal(of('bank 2'), first.name)
  })
  test('ties go by name', () => {
    const [first] = DEFAULT_PROFILES
    assert.ok(first)
    const named = ['b', 'a', 'c'].map((name) => ({ ...first, name }))
    assert.equal(chooseProfile(named, { report_type: 'VALUATION', bank_type: 'SBI', value_slab: 'LT_5CR' })?.name, 'a')
  })
  test('the shipped items: 12 blocking ones of 14 pieces', () => {
    const blocking = SBI.items.filter((item) => item.severity === 'BLOCKING')
    assert.equal(blocking.length, 12)
    assert.equal(
      blocking.reduce((sum, item) => sum + item.min_count, 0),
      14,
    )
    assert.deepEqual(
      blocking.map((item) => item.order_hint),
      [10, 20, 30, 40, 50, 60, 100, 110, 120, 130, 140, 150],
    )
    for (const { items } of DEFAULT_PROFILES) assert.equal(new Set(keys(items)).size, items.length)
  })
})

describe('RP-13 severities', () => {
  const with_ = (severity: Severity): ProfileInForce => ({
    ...SBI,
    version: 2,
    required_fields: [
      { field_key: 'property.city', severity },
      { field_key: 'valuation_inputs.rate', severity },
    ],
    items: SBI.items.filter((item) => item.key === 'photo_exterior').map((item) => ({ ...item, severity })),
  })
  const at = (severity: Severity) =>
    judge('VALUATION', { party: BANK, property: { ...ADDRESS, land_area: { value: 1 } } }, { profile: with_(severity) })
  test('WARNING is listed, neither blocks nor scores', () => {
    const got = at('WARNING')
    assert.deepEqual([got.completeness_score, got.checks_total], [100, 3])
    assert.deepEqual(keys(got.missing_fields), ['valuation_inputs.rate', 'property.city'])
    assert.deepEqual(keys(got.missing_evidence), ['photo_exterior'])
    assert.equal(got.profile?.version, 2)
  })
  test('BLOCKING does both, OPTIONAL is not even listed', () => {
    assert.deepEqual([at('BLOCKING').completeness_score, at('BLOCKING').checks_total], [50, 6])
    assert.deepEqual([...at('OPTIONAL').missing_fields, ...at('OPTIONAL').missing_evidence], [])
  })
  test('suggestions name items whose field lacks value or link', () => {
    const input = {
      report_type: 'VALUATION' as const,
      contract: contractOf({ property: { geo: { lat: 12, lng: 77 } } }),
      derived: deriveRaw({}),
      evidence: [],
      links: [{ field_key: 'property.geo', evidence_item_id: 'e1' }],
      profile: SBI,
      gate: { template_available: true, changes_requested: false },
    }
    assert.deepEqual(keys(evidenceSuggestions(input)), ['screenshot_guideline'])
    assert.deepEqual(keys(evidenceSuggestions({ ...input, links: [] })), ['geo_gps', 'screenshot_guideline'])
  })
})

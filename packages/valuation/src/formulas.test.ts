import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { Decimal, round } from './decimal.ts'
import { contractOf, deriveRaw, type Question } from './sample-reports.ts'
import { areaInSqm, measured, ratePerSqm, unitTable } from './units.ts'
import { roundBy, upToStep } from './values.ts'
import type { Unit } from '@zenops/contracts/report-enums'

const units = unitTable([])
const values = (raw: object, question: Question = {}) => deriveRaw(raw, question).computed_values
const inputs = (valuation_inputs: object, question: Question = {}) => values({ valuation_inputs }, question)

const area = (value: number, unit: Unit): number | undefined => {
  const found = measured({ value, unit }, units)
  return found && areaInSqm(found).toNumber()
}
const rate = (value: number, unit: Unit): number | undefined => {
  const found = measured({ value, unit }, units)
  return found && ratePerSqm(found).toNumber()
}

describe('RP-02 rounding', () => {
  test('halves go up', () => {
    assert.equal(round(new Decimal('1.005')).toNumber(), 1.01)
    assert.equal(round(new Decimal('2.675')).toNumber(), 2.68)
  })
})

describe('RP-02 F1 to F3', () => {
  for (const [land_value, building_value, fmv_input, fmv, realisable, distress] of [
    [2_000_000, 3_000_000, undefined, 5_000_000, 4_750_000, 4_000_000],
    [3_250_000.55, 1_875_000.4, undefined, 5_125_000.95, 4_868_750.9, 4_100_000.76],
    [1_234_567.89, undefined, undefined, 1_234_567.89, 1_172_839.5, 987_654.31],
    [100, 200, 50_000_000, 50_000_000, 47_500_000, 40_000_000],
  ] as const) {
    test(`fair market value ${fmv}`, () => {
      const got = inputs({ land_value, building_value, fmv_input })
      assert.deepEqual([got.FMV, got.realizable_value, got.distress_value], [fmv, realisable, distress])
    })
  }
  test('nothing given gives nothing, and zero is a value', () => {
    assert.equal(inputs({}).FMV, undefined)
    assert.equal(inputs({ land_value: 0 }).FMV, 0)
  })
  test('extras alone make no value, with land they add to it', () => {
    const extras = { extra_items: { rows: [{ amount: 10 }, { quantity: 3, unit_rate: 5 }] } }
    assert.equal(values({ cost_sheet: extras }).FMV, undefined)
    assert.equal(values({ cost_sheet: extras, valuation_inputs: { land_value: 100 } }).FMV, 125)
  })
  test('distress on the realisable value', () => {
    const params = { realisable_percent: 90, distress_percent: 90, distress_base: 'REALISABLE' } as const
    const got = inputs({ fmv_input: 44_741_000 }, { params })
    assert.deepEqual([got.realizable_value, got.distress_value], [40_266_900, 36_240_210])
  })
})

describe('RP-02 F4 and F7 of co-operative banks', () => {
  const coop = (valuation_inputs: object) => inputs(valuation_inputs, { bank_type: 'COOP' })
  for (const [adopted, market, roundedAdopted, roundedMarket] of [
    [12_345, 15_431.25, 12_500, 15_500],
    [4_444_444, 5_555_555, 4_444_500, 5_556_000],
  ] as const) {
    test(`adopted total ${adopted}`, () => {
      const got = coop({ adopted_total_value_input: adopted })
      assert.equal(got.coop_market_value, market)
      assert.deepEqual([got.rounded_adopted_total, got.rounded_market_total], [roundedAdopted, roundedMarket])
      assert.equal(got.rounded_to_next_500, roundedMarket)
    })
  }
  test('only market given; both given are kept', () => {
    assert.equal(coop({ market_total_value_input: 5_000_001 }).coop_adopted_value, 4_000_000.8)
    const both = coop({ market_total_value_input: 100, adopted_total_value_input: 90 })
    assert.deepEqual([both.coop_market_value, both.coop_adopted_value], [100, 90])
  })
  test('rates per sqm', () => {
    const byAdopted = coop({ adopted_rate_input: { value: 800, unit: 'sqft' } }).standardized_rates
    assert.deepEqual(byAdopted, { adopted_rate_per_sqm: 8_611.12, market_rate_per_sqm: 10_763.9 })
    const byMarket = coop({ market_rate_input: { value: 1_000, unit: 'sqft' } }).standardized_rates
    assert.deepEqual(byMarket, { adopted_rate_per_sqm: 8_611.12, market_rate_per_sqm: 10_763.9 })
  })
  test('other banks leave them empty', () => {
    const got = inputs({ adopted_total_value_input: 12_345, fmv_input: 7 })
    assert.deepEqual(
      [got.coop_market_value, got.coop_adopted_value, got.rounded_to_next_500, got.rounded_adopted_total],
      [undefined, undefined, undefined, undefined],
    )
  })
  test('up to the next 500', () => {
    const table = [
      [-1, 0],
      [0, 0],
      [400, 500],
      [500, 500],
      [500.01, 1_000],
      [600, 1_000],
      [1_000, 1_000],
      [15_431.25, 15_500],
      [5_555_555, 5_556_000],
      [4_444_444, 4_444_500],
      [1_000_101, 1_000_500],
    ] as const
    for (const [value, expected] of table) assert.equal(upToStep(new Decimal(value), 500).toNumber(), expected)
  })
})

describe('RP-02 F5 and F6 units', () => {
  for (const [value, unit, sqm] of [
    [1_200, 'sqft', 111.48],
    [2_400, 'sqft', 222.97],
    [1_076.39, 'sqft', 100],
    [43_560, 'sqft', 4_046.86],
    [8, 'marla', 202.34],
    [1, 'acre', 4_046.86],
    [1, 'hectare', 10_000],
    [20, 'guntha', 2_023.43],
    [100, 'sqyd', 83.61],
  ] as const) {
    test(`${value} ${unit}`, () => assert.equal(area(value, unit), sqm))
  }
  for (const [value, unit, perSqm] of [
    [800, 'sqft', 8_611.12],
    [1_000, 'sqft', 10_763.9],
    [2_500, 'sqft', 26_909.75],
    [450, 'sqft', 4_843.76],
    [2_000, 'sqft', 21_527.8],
    [350_000, 'marla', 13_837.89],
    [2_500_000, 'acre', 617.76],
  ] as const) {
    test(`rate ${value} per ${unit}`, () => assert.equal(rate(value, unit), perSqm))
  }
  test('a missing unit means square metres; an unknown local one gives nothing', () => {
    assert.equal(inputs({ guideline_rate_input: { value: 12 } }).standardized_rates?.guideline_rate_per_sqm, 12)
    assert.equal(area(3, 'local:ankanam'), undefined)
    const ankanam = measured(
      { value: 1, unit: 'local:ankanam' },
      unitTable([{ key: 'ankanam', label: 'Ankanam', sqft: 72 }]),
    )
    assert.equal(ankanam && areaInSqm(ankanam).toNumber(), 6.69)
  })
  test('RP-03 a typed guideline per sqm stands before the converted one', () => {
    const guideline_rate_input = { value: 3_000, unit: 'sqft' }
    const both = inputs({ guideline_rate_per_sqm: 30_000, guideline_rate_input })
    assert.equal(both.standardized_rates?.guideline_rate_per_sqm, 30_000)
    assert.equal(inputs({ guideline_rate_input }).standardized_rates?.guideline_rate_per_sqm, 32_291.7)
  })
})

describe('RP-02 F8 and F9', () => {
  const form = (raw: object, bank_type: Question['bank_type']) => {
    const got = deriveRaw(raw, bank_type ? { bank_type } : {})
    return [got.value_slab, got.template_selector]
  }
  const of = (fmv_input: number) => ({ valuation_inputs: { fmv_input } })
  for (const [bank, value, slab, selector] of [
    ['SBI', 49_999_999, 'LT_5CR', 'SBI_FORMAT_A'],
    ['SBI', 49_999_999.99, 'LT_5CR', 'SBI_FORMAT_A'],
    ['SBI', 50_000_000, 'GT_5CR', 'BOI_PSU_GENERIC'],
    ['PSU_GENERIC', 12_000_000, 'LT_5CR', 'SBI_FORMAT_A'],
    ['COOP', 60_000_000, 'GT_5CR', 'COOP_GENERIC'],
    ['AGRI', 60_000_000, 'GT_5CR', 'AGRI_GENERIC'],
    ['OTHER', 0, 'UNKNOWN', 'UNKNOWN'],
  ] as const) {
    test(`${bank} ${value}`, () => assert.deepEqual(form(of(value), bank), [slab, selector]))
  }
  test('nothing known; agricultural land of a co-operative bank', () => {
    assert.deepEqual(form({}, 'OTHER'), ['UNKNOWN', 'UNKNOWN'])
    const land = { ...of(1_000_000), property: { property_type: 'AGRICULTURAL_LAND' } }
    assert.deepEqual(form(land, 'COOP'), ['LT_5CR', 'AGRI_GENERIC'])
  })
  test('a co-operative bank falls back on its totals, another bank does not', () => {
    const totals = { valuation_inputs: { market_total_value_input: 60_000_000 } }
    assert.deepEqual(form(totals, 'COOP'), ['LT_5CR', 'COOP_GENERIC'])
    assert.deepEqual(form(totals, 'SBI'), ['UNKNOWN', 'UNKNOWN'])
  })
  test('flats, shops and offices take the unit form', () => {
    const variant = (property_type: string) => deriveRaw({ property: { property_type } }).template_variant
    assert.deepEqual(['FLAT', 'SHOP', 'OFFICE', 'HOUSE'].map(variant), ['UNIT', 'UNIT', 'UNIT', 'LAND_BUILDING'])
  })
})

describe('RP-02 F11 to F13 and F24', () => {
  const aged = (age_years: number, total_life_years: number) =>
    values({ property: { building: { age_years, total_life_years } } })
  test('depreciation and residual life', () => {
    const table = [aged(12, 60), aged(7, 60), aged(65, 60)]
    assert.deepEqual(
      table.map((got) => [got.depreciation_percent, got.residual_life_years]),
      [
        [20, 48],
        [11.67, 53],
        [100, 0],
      ],
    )
    const typed = {
      property: { building: { age_years: 12, total_life_years: 60 } },
      valuation_inputs: { depreciation_percent: 15 },
    }
    assert.equal(values(typed).depreciation_percent, 15)
  })
  test('justification is compared before rounding', () => {
    const against = (guideline_total_value: number) => {
      const got = inputs({ fmv_input: 5_000_000, guideline_total_value })
      return [got.variance_percent, got.justification_required]
    }
    assert.deepEqual(against(4_000_000), [25, true])
    assert.deepEqual(against(4_200_000), [19.05, false])
    assert.deepEqual(against(6_250_000), [20, true])
    assert.deepEqual(against(6_249_999.99), [20, false])
    assert.deepEqual(against(0), [undefined, false])
  })
  test('book value', () => {
    const book = (guideline: object) => inputs(guideline).book_value
    assert.equal(book({ guideline_total_value: 3_600_000 }), 3_600_000)
    assert.equal(book({ guideline_total_value: 0 }), 0)
    assert.equal(book({}), undefined)
    const lines = [
      { area: { value: 1_000 }, rate: { value: 4_000 } },
      { area: { value: 9_900 }, rate: { value: 2_800 } },
    ]
    assert.equal(book({ guideline_lines: lines }), 31_720_000)
  })
  test('the considered area is the smaller of deed and site', () => {
    const area_of = (property: object) => values({ property }).standardized_areas?.land_area_sqm
    const land_area_deed = { value: 7_280, unit: 'sqft' }
    const land_area_actual = { value: 8_436, unit: 'sqft' }
    assert.equal(area_of({ land_area_deed, land_area_actual }), area(7_280, 'sqft'))
    assert.equal(area_of({ land_area_actual }), area(8_436, 'sqft'))
    assert.equal(area_of({ land_area_deed, land_area_actual, land_area: { value: 5 } }), 5)
  })
})

describe('RP-02 F14 to F16', () => {
  const partA = (row: object) => values({ cost_sheet: { land: { rows: [row] } } }).sheet?.part_a
  test('row amounts', () => {
    const decimal = { value: 15, unit: 'decimal' }
    assert.equal(partA({ area: decimal, rate: { value: 350_000, unit: 'decimal' } }), 5_250_000)
    assert.equal(partA({ area: { value: 68.93 }, rate: { value: 64_580 } }), 4_451_499.4)
    assert.equal(partA({ area: { value: 1_371.7924, unit: 'sqft' }, rate: { value: 300, unit: 'sqft' } }), 411_537.72)
    assert.equal(partA({ amount: 7, area: { value: 1 }, rate: { value: 1 } }), 7)
    assert.equal(partA({ area: { value: 1 } }), undefined)
  })
  for (const [amount, age_years, total_life_years, salvage_percent, depreciation, net] of [
    [6_100_000, 3, 80, 10, 205_875, 5_894_125],
    [6_710_000, 3, 80, 10, 226_462.5, 6_483_537.5],
    [3_000_000, 12, 60, 0, 600_000, 2_400_000],
    [3_000_000, 65, 60, 10, 2_700_000, 300_000],
  ] as const) {
    test(`floor of ${amount}, ${age_years} of ${total_life_years} years`, () => {
      const row = { amount, age_years, total_life_years, salvage_percent, depreciation_mode: 'AGE_LIFE' }
      const got = values({ cost_sheet: { building: { rows: [row] } } })
      assert.deepEqual(got.sheet?.building_rows, [{ cost: amount, depreciation, net }])
      assert.equal(got.building_value_effective, net)
    })
  }
  test('a third of the cost is exact, not a third rounded and multiplied', () => {
    const row = { amount: 0.15, age_years: 1, total_life_years: 30, depreciation_mode: 'AGE_LIFE' }
    const got = values({ cost_sheet: { building: { rows: [row] } } })
    assert.equal(got.sheet?.building_rows?.[0]?.depreciation, 0.01)
  })
  test('a typed value wins over its part', () => {
    const got = values({ valuation_inputs: { land_value: 90 }, cost_sheet: { land: { rows: [{ amount: 100 }] } } })
    assert.deepEqual([got.land_value_effective, got.sheet?.part_a, got.sheet?.total], [90, 100, 90])
  })
})

describe('RP-02 F17 units', () => {
  const flat = {
    property: { property_type: 'FLAT', building: { age_years: 12, total_life_years: 60 } },
    cost_sheet: {
      unit: {
        area: { value: 1_050, unit: 'sqft' },
        building_services_rate: { value: 1_800, unit: 'sqft' },
        land_others_rate: { value: 2_200, unit: 'sqft' },
        items: [{ label: 'Wardrobes', amount: 150_000 }],
      },
    },
  }
  test('split rate', () => {
    assert.deepEqual(values(flat).sheet?.unit, {
      depreciated_building_rate: 1_476,
      depreciation_percent: 18,
      composite_rate: 3_676,
      rate_unit: 'sqft',
      value: 3_859_800,
      total: 4_009_800,
    })
    assert.equal(values(flat).FMV, 4_009_800)
  })
  test('the rate adopted by hand wins, a new composite rate stands in for the split', () => {
    const { land_others_rate: _, ...unsplit } = flat.cost_sheet.unit
    const of = (unit: object) => values({ ...flat, cost_sheet: { unit } }).sheet?.unit?.composite_rate
    assert.equal(of({ ...unsplit, new_composite_rate: { value: 4_000, unit: 'sqft' } }), 4_000)
    assert.equal(of({ ...flat.cost_sheet.unit, final_rate: { value: 3_500, unit: 'sqft' } }), 3_500)
    assert.equal(of(unsplit), undefined)
  })
  test('a house is not valued as a unit', () => {
    const house = { ...flat, property: { property_type: 'HOUSE' } }
    assert.equal(values(house).FMV, undefined)
  })
})

describe('RP-02 F18, F19, F20, F22', () => {
  test('say value and output rounding', () => {
    const by = (value: string, rounding: Parameters<typeof roundBy>[1]) =>
      roundBy(new Decimal(value), rounding).toNumber()
    assert.equal(by('44740637.50', { mode: 'NEAREST', step: 1_000 }), 44_741_000)
    assert.equal(by('37347433.92', { mode: 'DOWN', step: 100_000 }), 37_300_000)
    assert.equal(by('37300000.01', { mode: 'UP', step: 100_000 }), 37_400_000)
    const params = { realisable_percent: 85, output_rounding: { mode: 'DOWN', step: 1_000 } } as const
    assert.equal(inputs({ fmv_input: 3_004_000 }, { params }).realizable_value, 2_553_000)
  })
  test('stages', () => {
    const at = (land_value: number, building_value: number, stage: object) => {
      const got = values({ valuation_inputs: { land_value, building_value }, stage })
      return [got.stage_present_value, got.stage_completed_value, got.FMV]
    }
    assert.deepEqual(at(954_000, 1_908_000, { completion_percent: 50 }), [1_908_000, 2_862_000, 1_908_000])
    const completed = { completion_percent: 20, fmv_basis: 'COMPLETED' }
    assert.deepEqual(at(270_000, 600_000, completed), [390_000, 870_000, 870_000])
    const rows = [
      { allotted_percent: 20, completed_percent: 20 },
      { allotted_percent: 80, completed_percent: 30 },
    ]
    assert.deepEqual(at(0, 100, { rows, completion_percent: 1 }), [50, 100, 50])
  })
  test('project finance', () => {
    const project = {
      cost_heads: [
        { head: 'Land', amount: 400 },
        { head: 'Works', amount: 600 },
      ],
      means_of_finance: [
        { source: 'Own', kind: 'EQUITY', amount: 300 },
        { source: 'Loan', amount: 650 },
      ],
      projections: [
        { year: '2027', pat: 1_200_000, depreciation: 400_000, interest: 800_000, principal: 1_000_000 },
        { year: 2028, pat: 1_500_000, depreciation: 400_000, interest: 700_000, principal: 1_000_000 },
      ],
    }
    const got = values({ project }, { report_type: 'DPR' }).project
    assert.deepEqual(got, { finance_total: 950, gap: -50, dscr: [1.33, 1.53], dscr_average: 1.43 })
  })
  test('insurable value', () => {
    const params = { insurable_percent: 35, insurable_base: 'FMV' } as const
    assert.equal(inputs({ fmv_input: 5_951_499.4 }, { params }).insurable_value, 2_083_024.79)
    assert.equal(inputs({ fmv_input: 5_951_499.4 }).insurable_value, undefined)
  })
})

describe('RP-02 for any figures', () => {
  const rupees = fc.integer({ min: 0, max: 99_999_999_999 }).map((paise) => paise / 100)
  test('components add up to the fair market value, to the paisa', () => {
    fc.assert(
      fc.property(rupees, rupees, fc.array(rupees, { maxLength: 6 }), (land_value, building_value, extras) => {
        const rows = extras.map((amount) => ({ amount }))
        const got = values({ valuation_inputs: { land_value, building_value }, cost_sheet: { services: { rows } } })
        const paise = [land_value, building_value, ...extras].reduce(
          (sum, value) => sum + BigInt(Math.round(value * 100)),
          0n,
        )
        assert.equal(BigInt(Math.round((got.FMV ?? -1) * 100)), paise)
      }),
      { numRuns: 200 },
    )
  })
  test('depreciation and net of a floor add up to its cost, neither is negative', () => {
    const years = fc.integer({ min: 0, max: 200 })
    const percent = fc.integer({ min: 0, max: 1_000_000 }).map((n) => n / 10_000)
    fc.assert(
      fc.property(fc.tuple(rupees, years, years, percent), (drawn) => {
        const [amount, age_years, total_life_years, salvage_percent] = drawn
        const row = { amount, age_years, total_life_years, salvage_percent, depreciation_mode: 'AGE_LIFE' }
        const [floor] = values({ cost_sheet: { building: { rows: [row] } } }).sheet?.building_rows ?? []
        assert.ok(floor?.depreciation !== undefined && floor.net !== undefined)
        assert.ok(floor.depreciation >= 0 && floor.net >= 0)
        assert.equal(new Decimal(floor.depreciation).plus(floor.net).toNumber(), amount)
      }),
      { numRuns: 200 },
    )
  })
  test('what a row amounts to is the exact product, rounded once', () => {
    const small = fc.integer({ min: 0, max: 99_999_999 }).map((n) => n / 10_000)
    fc.assert(
      fc.property(small, small, (a, r) => {
        const got = values({ cost_sheet: { land: { rows: [{ area: { value: a }, rate: { value: r } }] } } }).sheet
          ?.part_a
        const product = BigInt(Math.round(a * 10_000)) * BigInt(Math.round(r * 10_000))
        const paise = (product + 500_000n) / 1_000_000n
        assert.equal(BigInt(Math.round((got ?? -1) * 100)), paise)
      }),
      { numRuns: 300 },
    )
  })
  test('the contract is never changed by deriving', () => {
    const contract = contractOf({ valuation_inputs: { land_value: 5 }, stage: { rows: [{ completed_percent: 4 }] } })
    const before = structuredClone(contract)
    values(contract)
    assert.deepEqual(contract, before)
  })
})

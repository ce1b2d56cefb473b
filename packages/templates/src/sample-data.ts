import { FORMS } from './build/bank-formats.ts'
import type { TemplateSources } from './template-data.ts'

/** Invented, impersonal answers and the figures of a published valuation: what previews and tests fill templates with. */
export function sampleSources(variant: 'LAND_BUILDING' | 'UNIT' = 'LAND_BUILDING'): TemplateSources {
  return {
    contract: {
      meta: { report_type: 'VALUATION', bank_type: 'PSU_GENERIC', value_slab: 'LT_5CR', template_variant: variant },
      ...CONTRACT,
      cost_sheet: variant === 'UNIT' ? { ...CONTRACT.cost_sheet, unit: UNIT_SHEET } : CONTRACT.cost_sheet,
      form_answers: formAnswers(),
    },
    computed: COMPUTED,
    report: {
      report_no: 'R-2604-0007',
      reference_no: 'SVA/SBI/2026-27/0042',
      title: 'Valuation, Sample Borrower',
      report_type: 'VALUATION',
      evidence: { exterior: true, gps: true, google_map: true },
    },
    assignment: { assignment_no: 'A-2604-0019', title: 'Valuation, Sample Borrower' },
    firm: {
      name: 'Sample Valuers & Associates',
      tagline: 'Government approved valuers and engineers',
      address: '12, Station Road, Sample Town 800 001',
      phone: '+91 612 000 0000',
      email: 'office@valuers.example',
      place: 'Sample Town',
    },
    signatory: {
      name: 'Sample Signatory',
      qualifications: 'B.E. (Civil), M.Val.',
      registration_no: 'CAT-I/000/0000',
      membership_no: 'F-00000',
    },
    bank: { name: 'Sample Bank', branch: 'Main Branch' },
  }
}

const FLOORS = ['Basement', 'Ground floor', 'First floor', 'Second floor', 'Third floor', 'Fourth floor']
const FLOOR_RATES = [1000, 1100, 1200, 1200, 1200, 1000]

const CONTRACT = {
  engagement: {
    purpose: 'To assess the fair market value of the property offered as security for a bank loan',
    approach:
      'The land is valued by the market approach from enquiries and recent deals in the locality; the building is valued by the cost approach from its plinth areas, present replacement rates and straight-line depreciation with salvage.',
    loan_product: 'MSME',
    bank_reference_no: 'APP-0001',
    assignment_date: '2026-04-02',
    valuation_date: '2026-04-06',
    report_date: '2026-04-08',
    documents_perused: [
      { doc_type: 'SALE_DEED', number: '0000/2018', date: '2018-06-14', authority: 'Sub-Registrar, Sample Town' },
      { doc_type: 'APPROVED_PLAN', number: 'PLN/000', date: '2019-01-10', authority: 'Municipal Council' },
      { doc_type: 'MUNICIPAL_TAX_BILL', number: 'TX/000', date: '2025-05-30', authority: 'Municipal Council' },
    ],
  },
  party: {
    bank_name: 'Sample Bank',
    bank_branch_name: 'Main Branch, Sample Town',
    bank_branch_address: '1, Market Street, Sample Town 800 001',
    borrower_name: 'Sample Trading Company',
    owner_name: 'Sample Owner',
    owner_address: '14, Lake Road, Sample Town 800 002',
    owner_phone: '+91 612 000 0001',
    owner_shares: [
      { name: 'Sample Owner', share_percent: 60 },
      { name: 'Second Sample Owner', share_percent: 40 },
    ],
    purchaser_name: 'Sample Purchaser',
    accompanied_by: 'Representative of the owner',
  },
  property: {
    property_type: 'MIXED',
    address: 'Survey No. 101, Ward 4, Lake Road, Sample Town 800 002',
    description: 'Six-storey framed building with shops below and offices above, on its own plot',
    tenure: 'FREEHOLD',
    survey_no: '101',
    plot_no: '7',
    door_no: '14',
    village: 'Sample Village',
    taluk: 'Sample Taluka',
    ward_no: '4',
    district: 'Sample District',
    city: 'Sample Town',
    locality: 'Lake Road',
    landmark: 'Town Hall',
    khata_no: '55',
    jurisdiction: 'Municipal Council',
    enactments: 'Not covered',
    classification: { locality_class: 'MIDDLE', urbanity: 'SEMI_URBAN', use: 'Commercial' },
    boundaries: {
      north: { deed: 'Road, 9 m wide', actual: 'Road, 9 m wide' },
      south: { deed: 'Plot No. 8', actual: 'House on Plot No. 8' },
      east: { deed: 'Lane', actual: 'Lane, 3 m wide' },
      west: { deed: 'Plot No. 6', actual: 'Vacant Plot No. 6' },
    },
    boundaries_match: true,
    demarcated: true,
    dimensions: {
      north: { deed: '24.4 m', actual: '24.3 m' },
      south: { deed: '24.4 m', actual: '24.4 m' },
      east: { deed: '24.9 m', actual: '24.9 m' },
      west: { deed: '24.9 m', actual: '24.8 m' },
    },
    land_area: { value: 15, unit: 'decimal' },
    land_area_deed: { value: 15, unit: 'decimal' },
    built_up_area: { value: 36600, unit: 'sqft' },
    carpet_area: { value: 68.93, unit: 'sqm' },
    super_built_up_area: { value: 92, unit: 'sqm' },
    undivided_share: { value: 20.49, unit: 'sqm' },
    floors: FLOORS.map((label) => ({ label, area: { value: 6100, unit: 'sqft' }, height_m: 3.2 })),
    unit: { floor: 'Second floor', label: 'Flat 204', configuration: 'Two bedrooms, hall, kitchen' },
    building: {
      type: 'Commercial',
      construction_type: 'RCC framed structure',
      year_built: 2023,
      age_years: 3,
      total_life_years: 80,
      floors_count: 6,
      quality: 'Good',
      exterior: 'GOOD',
      interior: 'NORMAL',
      fsi_permitted: 2.5,
      fsi_consumed: 2.1,
    },
    plan_approval: {
      number: 'PLN/000',
      date: '2019-01-10',
      valid_until: '2022-01-09',
      authority: 'Municipal Council',
      verified: true,
      comment: 'The construction follows the approved plan.',
      completion_certificate: 'Issued on 12-03-2023',
    },
    geo: { lat: 24.900778, lng: 86.998444, source: 'GPS_PHOTO' },
    occupancy: { status: 'OWNER', since: '2023' },
    violations: 'None observed',
  },
  valuation_inputs: {
    inspection_date: '2026-04-04',
    guideline_rate_input: { value: 200000, unit: 'decimal' },
    market_rate_range: { from: 350000, to: 400000, unit: 'decimal' },
    market_rate_input: { value: 375000, unit: 'decimal' },
    adopted_rate_input: { value: 350000, unit: 'decimal' },
    rental_value_per_month: 180000,
    comparables: [
      {
        description: 'Plot on the same road',
        date: '2025-11-20',
        area: { value: 12, unit: 'decimal' },
        rate: { value: 360000, unit: 'decimal' },
        source: 'registered deed',
      },
      {
        description: 'Corner plot, 200 m away',
        date: '2026-01-15',
        area: { value: 9, unit: 'decimal' },
        rate: { value: 390000, unit: 'decimal' },
        source: 'local enquiry',
      },
    ],
    guideline_lines: [{ label: 'Land', amount: 3000000 }],
  },
  cost_sheet: {
    land: { rows: [{ label: 'Land', area: { value: 15, unit: 'decimal' }, rate: { value: 350000, unit: 'decimal' } }] },
    building: {
      rows: FLOORS.map((label, index) => ({
        label,
        plinth_area: { value: 6100, unit: 'sqft' },
        roof_height_m: 3.2,
        replacement_rate: { value: FLOOR_RATES[index] ?? 0, unit: 'sqft' },
        age_years: 3,
        total_life_years: 80,
        depreciation_mode: 'AGE_LIFE',
      })),
    },
    extra_items: { rows: [] },
    amenities: { rows: [] },
    miscellaneous: { rows: [] },
    services: { rows: [] },
  },
  manual_fields: {
    justification_text:
      'The guideline value has not been revised since 2019; deals on the same road were closed at the rates named above.',
    enclosures_text: 'Site images\nGuideline value\nGoogle map\nCopy of the sale deed',
  },
  agri: {
    soil: 'Black cotton soil',
    land_classes: [{ class: 'Wet', survey_no: '101', extent: '2 acre', rate: '12,00,000', value: '24,00,000' }],
    irrigation_sources: ['Open well', 'Canal'],
    crops: [{ crop: 'Paddy', season: 'Kharif', area: '2 acre', yield: '20 q', income: '60,000' }],
    distance_road_km: 1.5,
    distance_market_km: 6,
  },
  stage: {
    rows: [
      { key: 'plinth', label: 'Plinth', allotted_percent: 20, completed_percent: 20, remarks: 'Complete' },
      { key: 'rcc', label: 'R.C.C. above ground', allotted_percent: 40, completed_percent: 30, remarks: null },
      { key: 'brick_work', label: 'Brick work', allotted_percent: 40, completed_percent: 0, remarks: null },
    ],
    floors_completed: 2,
    recommended_percent: 50,
    previous_percent: 20,
    notes: 'Slab of the second floor is cast.',
  },
  project: {
    promoter: 'Sample Promoter',
    location: 'Sample Industrial Estate',
    summary: 'A packaging unit of 1,200 tonnes a year.',
    kind: 'DPR',
    cost_heads: [
      { head: 'Land', amount: 2000000 },
      { head: 'Machinery', amount: 5000000 },
    ],
    cost_total: 7000000,
    means_of_finance: [
      { source: 'Promoter', kind: 'EQUITY', amount: 2500000 },
      { source: 'Bank', kind: 'TERM_LOAN', amount: 4500000 },
    ],
  },
}

const UNIT_SHEET = {
  area: { value: 68.93, unit: 'sqm' },
  area_basis: 'CARPET',
  comparable_rate: { value: 64000, unit: 'sqm' },
  new_composite_rate: { value: 66000, unit: 'sqm' },
  building_services_rate: { value: 30000, unit: 'sqm' },
  land_others_rate: { value: 36000, unit: 'sqm' },
  final_rate: { value: 64580, unit: 'sqm' },
  items: [
    { key: 'wardrobes', label: 'Wardrobes', amount: 250000 },
    { key: 'fixed_furniture', label: 'Fixed furniture and fixtures', amount: 1250000 },
  ],
}

const COMPUTED = {
  FMV: 44740637.5,
  fmv_say: 44741000,
  realizable_value: 40266900,
  distress_value: 36240210,
  book_value: 3000000,
  guideline_total: 3000000,
  insurable_value: 27643446,
  land_value_effective: 5250000,
  building_value_effective: 39490637.5,
  extras_total: 0,
  justification_required: true,
  residual_life_years: 77,
  completion_percent: 50,
  depreciation_percent: 3.75,
  standardized_rates: { guideline_rate_per_sqm: 4942.11, market_rate_per_sqm: 9266.46, adopted_rate_per_sqm: 8648.69 },
  sheet: {
    part_a: 5250000,
    part_b: 39490637.5,
    part_c: 0,
    part_d: 0,
    part_e: 0,
    part_f: 0,
    total: 44740637.5,
    building_rows: [
      [6100000, 205875, 5894125],
      [6710000, 226462.5, 6483537.5],
      [7320000, 247050, 7072950],
      [7320000, 247050, 7072950],
      [7320000, 247050, 7072950],
      [6100000, 205875, 5894125],
    ],
    unit: {
      depreciated_building_rate: 28987.5,
      depreciation_percent: 3.38,
      composite_rate: 64987.5,
      value: 4451499.4,
      total: 5951499.4,
    },
  },
  value_in_words: {
    fmv: 'Rupees Four Crores Forty Seven Lakhs Forty One Thousand Only',
    realizable: 'Rupees Four Crores Two Lakhs Sixty Six Thousand Nine Hundred Only',
    distress: 'Rupees Three Crores Sixty Two Lakhs Forty Thousand Two Hundred Ten Only',
    book: 'Rupees Thirty Lakhs Only',
  },
}

/** An answer for each item that the contract has no place for, by the item's type. */
function formAnswers(): Record<string, Record<string, unknown>> {
  const answers: Record<string, Record<string, unknown>> = {}
  for (const section of FORMS.flatMap((form) => form.sections)) {
    for (const item of section.items) {
      if (!item.contract_path?.startsWith('form_answers.')) continue
      answers[section.key] = { ...answers[section.key], [item.key]: ANSWERS[item.type] ?? 'As seen on site' }
    }
  }
  return answers
}

const ANSWERS: Readonly<Record<string, unknown>> = {
  bool: true,
  list: ['Close to the main road', 'All services at hand'],
  pair: { ground_floor: 'As per standard practice', other_floors: 'As per standard practice' },
  money: 1200,
  number: 12,
  enum: 'MEDIUM',
  group: { ward_no: '4', village: 'Sample Village' },
}

import { AREA_BASES, DEPRECIATION_MODES, FINANCE_KINDS, FMV_BASES, GUIDELINE_SCOPES } from './report-enums.ts'
import * as f from './report-nodes.ts'

const NOT_IN_PROJECTS = 'oo-o'
const FIRST_TWO = 'oo--'
const VALUE = 'o*-o'
const RATE = '*o-o'

export const VALUATION_INPUTS = f.group(
  'Values',
  {
    inspection_date: f.pastDate('Date of inspection', 'oooo'),
    guideline_rate_per_sqm: f.ratePerSqm('Guideline rate per sqm', RATE),
    guideline_rate_input: f.rate('Guideline rate', RATE),
    market_rate_input: f.rate('Market rate', RATE),
    adopted_rate_input: f.rate('Adopted rate'),
    market_rate_range: f.rateRange('Prevailing market rate'),
    comparables: f.rows('Comparable sales', {
      description: f.paragraph('Property'),
      date: f.date('Date'),
      area: f.area('Area'),
      rate: f.rate('Rate'),
      source: f.text('Source'),
    }),
    user_input_units: f.unit('Unit in which rates are typed'),
    land_value: f.money('Value of the land', VALUE),
    building_value: f.money('Value of the building', VALUE),
    fmv_input: f.money('Fair market value typed', VALUE),
    market_total_value_input: f.money('Market value in total', FIRST_TWO),
    adopted_total_value_input: f.money('Adopted value in total', FIRST_TWO),
    guideline_total_value: f.money('Guideline value in total'),
    guideline_lines: f.rows('Guideline lines', {
      label: f.text('Part'),
      area: f.area('Area'),
      rate: f.rate('Rate'),
      amount: f.money('Amount'),
    }),
    guideline_scope: f.oneOf('What the guideline covers', GUIDELINE_SCOPES),
    guideline_screenshot_present: f.bool('Guideline screenshot at hand'),
    depreciation_percent: f.percent('Depreciation typed'),
    rental_value_per_month: f.money('Rental value per month'),
    value_in_words_input: f.text('Value in words typed'),
  },
  NOT_IN_PROJECTS,
)

const itemRows = (label: string) =>
  f.group(label, {
    rows: f.rows(label, {
      key: f.text('Key'),
      label: f.text('Item'),
      quantity: f.number('Quantity'),
      unit_rate: f.number('Rate per unit'),
      amount: f.money('Amount'),
    }),
  })

export const COST_SHEET = f.group(
  'Cost sheet',
  {
    land: f.group('Part A: land', {
      rows: f.rows('Part A: land', {
        label: f.text('Part'),
        class: f.text('Class'),
        area: f.area('Area'),
        rate: f.rate('Rate'),
        amount: f.money('Amount'),
      }),
    }),
    building: f.group('Part B: building', {
      rows: f.rows('Part B: building', {
        label: f.text('Floor'),
        plinth_area: f.area('Plinth area'),
        roof_height_m: f.metres('Roof height'),
        age_years: f.years('Age'),
        total_life_years: f.years('Total life'),
        replacement_rate: f.rate('Replacement rate'),
        depreciation_mode: f.oneOf('Depreciation by', DEPRECIATION_MODES),
        depreciation_percent: f.percent('Depreciation'),
        salvage_percent: f.percent('Salvage'),
        amount: f.money('Replacement cost'),
      }),
    }),
    extra_items: itemRows('Part C: extra items'),
    amenities: itemRows('Part D: amenities'),
    miscellaneous: itemRows('Part E: miscellaneous'),
    services: itemRows('Part F: services'),
    unit: f.group('Unit', {
      area: f.area('Area of the unit'),
      area_basis: f.oneOf('Basis of the area', AREA_BASES),
      comparable_rate: f.rate('Rate of comparable units'),
      new_composite_rate: f.rate('Composite rate of a new unit'),
      building_services_rate: f.rate('Rate of building and services'),
      land_others_rate: f.rate('Rate of land and others'),
      salvage_percent: f.percent('Salvage'),
      final_rate: f.rate('Rate adopted'),
      items: f.rows('Items of the unit', { key: f.text('Key'), label: f.text('Item'), amount: f.money('Amount') }),
    }),
  },
  NOT_IN_PROJECTS,
)

export const STAGE = f.group(
  'Stage of construction',
  {
    rows: f.rows('Stage sheet', {
      key: f.text('Key'),
      label: f.text('Activity'),
      allotted_percent: f.percent('Allotted'),
      completed_percent: f.percent('Completed'),
      remarks: f.text('Remarks'),
    }),
    sheet: f.text('Name of the stage sheet'),
    floors_completed: f.number('Floors completed'),
    completion_percent: f.percent('Completion'),
    recommended_percent: f.percent('Recommended'),
    previous_percent: f.percent('Previous completion'),
    fmv_basis: f.oneOf('Basis of the fair market value', FMV_BASES),
    material_at_site: f.text('Material at site'),
    expected_completion: f.date('Expected completion'),
    estimate_amount: f.money('Estimate submitted'),
    estimate_rate: f.rate('Rate of the estimate'),
    amount_recommended: f.money('Amount recommended'),
    notes: f.paragraph('Notes on the progress', 'o--*'),
  },
  'o--o',
)

const REQUIRED_IN_PROJECTS = '--*-'

export const PROJECT = f.group(
  'Project',
  {
    summary: f.paragraph('Summary of the project', REQUIRED_IN_PROJECTS),
    cost_heads: f.rows(
      'Cost heads',
      { head: f.text('Head'), amount: f.money('Amount') },
      { asked: REQUIRED_IN_PROJECTS },
    ),
    cost_total: f.money('Total cost of the project', REQUIRED_IN_PROJECTS),
    means_of_finance: f.rows(
      'Means of finance',
      { source: f.paragraph('Source'), kind: f.oneOf('Kind', FINANCE_KINDS), amount: f.money('Amount') },
      { asked: REQUIRED_IN_PROJECTS, textAs: 'source' },
    ),
    kind: f.oneOf('Kind of report', ['DPR', 'TEV']),
    promoter: f.text('Promoter'),
    location: f.text('Location'),
    product_mix: f.paragraph('Product mix'),
    land_details: f.paragraph('Land'),
    building_estimate: f.rows(
      'Building estimate',
      { label: f.text('Item'), area: f.area('Area'), rate: f.rate('Rate'), amount: f.money('Amount') },
      { textAs: 'label' },
    ),
    machinery: f.rows(
      'Plant and machinery',
      {
        label: f.text('Item'),
        supplier: f.text('Supplier'),
        quantity: f.number('Quantity'),
        rate: f.money('Rate'),
        amount: f.money('Amount'),
      },
      { textAs: 'label' },
    ),
    utilities: f.paragraph('Utilities'),
    manpower: f.rows(
      'Manpower',
      { label: f.text('Work'), number: f.count('People'), wage_per_month: f.money('Wage per month') },
      { textAs: 'label' },
    ),
    implementation: f.rows(
      'Implementation',
      { label: f.text('Activity'), from: f.date('From'), to: f.date('To'), remarks: f.text('Remarks') },
      { textAs: 'label' },
    ),
    projections: f.rows('Projections', {
      year: f.mark('Year'),
      revenue: f.money('Revenue'),
      expenses: f.money('Expenses'),
      depreciation: f.money('Depreciation'),
      interest: f.money('Interest'),
      pat: f.money('Profit after tax'),
      principal: f.money('Principal'),
    }),
    subsidy: f.text('Subsidy'),
    approvals: f.rows(
      'Approvals',
      {
        label: f.text('Approval'),
        authority: f.text('Authority'),
        number: f.text('Number'),
        date: f.date('Date'),
        status: f.text('State'),
      },
      { textAs: 'label' },
    ),
    swot: f.paragraph('Strengths, weaknesses, opportunities, threats'),
  },
  '--o-',
)

const described = (label: string) =>
  f.rows(
    label,
    {
      label: f.text('Description'),
      number: f.number('Number'),
      age_years: f.years('Age'),
      depth_m: f.metres('Depth'),
      horse_power: f.number('Horse power'),
      area: f.area('Area'),
      amount: f.money('Value'),
      remarks: f.text('Remarks'),
    },
    { textAs: 'label' },
  )

export const AGRI = f.group(
  'Agricultural land',
  {
    soil: f.text('Soil'),
    land_classes: f.rows(
      'Classes of land',
      {
        class: f.text('Class'),
        survey_no: f.text('Survey number'),
        area: f.area('Extent'),
        rate: f.rate('Rate'),
        amount: f.money('Value'),
      },
      { textAs: 'class' },
    ),
    irrigation_sources: f.texts('Sources of irrigation'),
    crops: f.rows(
      'Crops',
      {
        crop: f.text('Crop'),
        season: f.text('Season'),
        area: f.area('Area'),
        yield: f.text('Yield'),
        income: f.money('Income'),
      },
      { textAs: 'crop' },
    ),
    trees: described('Trees'),
    wells: described('Wells'),
    pump_sets: described('Pump sets'),
    structures: described('Structures'),
    fencing: f.text('Fencing'),
    electricity: f.text('Electricity'),
    distance_road_km: f.kilometres('Distance to the road'),
    distance_market_km: f.kilometres('Distance to the market'),
    tenancy: f.text('Tenancy'),
    land_ceiling: f.text('Land ceiling'),
  },
  FIRST_TWO,
)

const fewest = f.countBetween('Fewest images a page', 1, 4)
const most = f.countBetween('Most images a page', 2, 4)
const preferred = f.countBetween('Preferred images a page', 2, 4)

export const ANNEXURES = f.group(
  'Annexures',
  {
    items: f.rows('Annexure items', {
      evidence_item_id: f.person('Evidence item'),
      label: f.text('Label'),
      category: f.text('Category'),
      sort_order: f.count('Order'),
      group_hint: f.group('Images a page', {
        min_images_per_page: fewest,
        max_images_per_page: most,
        preferred_images_per_page: preferred,
      }),
    }),
    image_grouping_default: f.group('Images a page', {
      min_images_per_page: fewest,
      max_images_per_page: most,
    }),
  },
  'oooo',
)

export const MANUAL_FIELDS = f.group(
  'Manual parts',
  {
    enclosures_text: f.paragraph('Enclosures'),
    checklist_json: f.json('Checklist'),
    justification_text: f.paragraph('Justification'),
  },
  'oooo',
)

import { CONDITIONS, GEO_SOURCES, LOAN_PRODUCTS, OCCUPANCIES, PROPERTY_TYPES, TENURES } from './report-enums.ts'
import * as f from './report-nodes.ts'

const EVERYWHERE = 'oooo'
const NOT_IN_PROJECTS = 'oo-o'

export const ENGAGEMENT = f.group(
  'Engagement',
  {
    purpose: f.paragraph('Purpose of the valuation'),
    bank_reference_no: f.text('Reference number of the bank'),
    enquiries: f.paragraph('Enquiries made'),
    approach: f.paragraph('Approach of the valuation'),
    loan_product: f.oneOf('Loan product', LOAN_PRODUCTS),
    assignment_date: f.date('Date of the assignment'),
    valuation_date: f.date('Date of the valuation'),
    report_date: f.date('Date of the report'),
    documents_perused: f.rows('Documents perused', {
      doc_type: f.text('Document'),
      number: f.text('Number'),
      date: f.date('Date'),
      authority: f.text('Issued by'),
      remarks: f.paragraph('Remarks'),
    }),
    previous_valuation: f.group(
      'Previous valuation',
      { date: f.date('Date'), value: f.money('Value'), by: f.text('Valuer') },
      '-o--',
    ),
  },
  EVERYWHERE,
)

export const PARTY = f.group(
  'Parties',
  {
    bank_name: f.text('Bank', '****'),
    bank_branch_name: f.text('Branch', '****'),
    bank_branch_code: f.text('Branch code'),
    bank_branch_address: f.paragraph('Address of the branch'),
    borrower_name: f.text('Borrower'),
    owner_name: f.text('Owner'),
    client_name: f.text('Client'),
    purchaser_name: f.text('Purchaser'),
    developer_name: f.text('Developer'),
    owner_address: f.paragraph('Address of the owner'),
    owner_phone: f.phone('Phone of the owner'),
    owner_shares: f.rows('Shares of the owners', { name: f.text('Owner'), share_percent: f.percent('Share') }),
    contact_name: f.text('Contact at site'),
    contact_phone: f.phone('Phone of the contact'),
    contact_relation: f.text('Relation of the contact'),
    accompanied_by: f.text('Accompanied by'),
    valuer_id: f.person('Valuer'),
    engineer_id: f.person('Site engineer'),
    signatory_id: f.person('Signatory'),
  },
  EVERYWHERE,
)

const side = (label: string) =>
  f.group(label, { deed: f.text('As per deed'), plan: f.text('As per plan'), actual: f.text('Actual') })
const sides = (label: string) =>
  f.group(
    label,
    { north: side('North'), south: side('South'), east: side('East'), west: side('West') },
    NOT_IN_PROJECTS,
  )

const BUILDING = f.group(
  'Building',
  {
    type: f.text('Type of building'),
    construction_type: f.text('Type of construction'),
    year_built: f.count('Year of construction'),
    age_years: f.years('Age'),
    total_life_years: f.years('Total life'),
    residual_life_years: f.years('Residual life'),
    floors_count: f.number('Number of floors'),
    quality: f.text('Quality'),
    exterior: f.oneOf('Condition outside', CONDITIONS),
    interior: f.oneOf('Condition inside', CONDITIONS),
    fsi_permitted: f.number('Floor space index permitted'),
    fsi_consumed: f.number('Floor space index consumed'),
  },
  NOT_IN_PROJECTS,
)

const PLAN_APPROVAL = f.group('Plan approval', {
  number: f.text('Number'),
  date: f.date('Date'),
  valid_until: f.date('Valid until'),
  authority: f.text('Authority'),
  verified: f.bool('Verified'),
  comment: f.paragraph('Comment'),
  completion_certificate: f.text('Completion certificate'),
})

const OCCUPANCY = f.group(
  'Occupancy',
  {
    status: f.oneOf('Occupied by', OCCUPANCIES),
    since: f.text('Since'),
    rent_per_month: f.money('Rent per month'),
    tenants: f.rows('Tenants', {
      name: f.text('Tenant'),
      since: f.text('Since'),
      area: f.area('Area'),
      rent_per_month: f.money('Rent per month'),
    }),
  },
  NOT_IN_PROJECTS,
)

export const PROPERTY = f.group(
  'Property',
  {
    property_type: f.oneOf('Type of property', PROPERTY_TYPES),
    address: f.paragraph('Address of the property', '**o*'),
    landmark: f.text('Landmark'),
    locality: f.text('Locality'),
    city: f.text('City'),
    taluk: f.text('Taluk'),
    village: f.text('Village'),
    district: f.text('District'),
    state: f.text('State'),
    pin: f.pin('PIN code'),
    plot_no: f.text('Plot number'),
    door_no: f.text('Door number'),
    ward_no: f.text('Ward number'),
    survey_no: f.text('Survey number'),
    cts_no: f.text('CTS number'),
    ts_no: f.text('TS number'),
    khata_no: f.text('Khata number'),
    description: f.paragraph('Description'),
    jurisdiction: f.text('Jurisdiction'),
    enactments: f.text('Enactments that apply'),
    conversion_contemplated: f.paragraph('Conversion contemplated'),
    violations: f.paragraph('Violations'),
    tenure: f.oneOf('Tenure', TENURES),
    lease: f.group('Lease', {
      lessor: f.text('Lessor'),
      from: f.date('From'),
      to: f.date('To'),
      rent: f.money('Rent'),
    }),
    classification: f.group(
      'Classification',
      {
        locality_class: f.oneOf('Class of locality', ['HIGH', 'MIDDLE', 'POOR']),
        urbanity: f.oneOf('Urban or rural', ['URBAN', 'SEMI_URBAN', 'RURAL']),
        use: f.text('Use'),
      },
      NOT_IN_PROJECTS,
    ),
    boundaries: sides('Boundaries'),
    dimensions: sides('Dimensions'),
    boundaries_match: f.bool('Boundaries match', NOT_IN_PROJECTS),
    demarcated: f.bool('Plot demarcated', NOT_IN_PROJECTS),
    land_area: f.area('Land area considered', '*ooo'),
    land_area_deed: f.area('Land area as per deed', '*ooo'),
    land_area_actual: f.area('Land area at site', '*ooo'),
    built_up_area: f.area('Built-up area', NOT_IN_PROJECTS),
    carpet_area: f.area('Carpet area', NOT_IN_PROJECTS),
    super_built_up_area: f.area('Super built-up area', NOT_IN_PROJECTS),
    undivided_share: f.area('Undivided share of land', NOT_IN_PROJECTS),
    floors: f.rows(
      'Floors',
      { label: f.text('Floor'), area: f.area('Area'), height_m: f.metres('Height'), usage: f.text('Use') },
      { asked: NOT_IN_PROJECTS },
    ),
    unit: f.group(
      'Unit',
      { floor: f.text('Floor'), label: f.text('Unit number'), configuration: f.text('Rooms') },
      NOT_IN_PROJECTS,
    ),
    building: BUILDING,
    plan_approval: PLAN_APPROVAL,
    geo: f.group('Coordinates', {
      lat: f.latitude('Latitude'),
      lng: f.longitude('Longitude'),
      source: f.oneOf('Source of the coordinates', GEO_SOURCES),
      accuracy_m: f.metres('Accuracy'),
    }),
    occupancy: OCCUPANCY,
  },
  EVERYWHERE,
)

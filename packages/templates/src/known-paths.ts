export type PathKind =
  | 'text'
  | 'number'
  | 'date'
  | 'bool'
  | 'area'
  | 'rate'
  | 'range'
  | 'geo'
  | 'list'
  | 'object'
  | 'image'
  /** Anything may stand below: answers whose keys are data. */
  | 'open'

/** What a template may name: path → kind; `[]` stands for a row of a list. */
export type KnownPaths = Readonly<Record<string, PathKind>>

const SIDES = 'north south east west'

/**
 * One line per root or branch: `path: name name:kind …`; a name without kind is text. Kinds: n number, d date, b bool,
 * a area, r rate, g range, l list, i image, o open, p point.
 */
const CATALOGUE = `
meta: report_type bank_type value_slab template_selector template_variant ruleset_version
engagement: purpose bank_reference_no enquiries approach loan_product assignment_date:d valuation_date:d report_date:d documents_perused:l
engagement.documents_perused[]: doc_type number date:d authority remarks
engagement.previous_valuation: date:d value:n by
party: bank_name bank_branch_name bank_branch_code bank_branch_address borrower_name owner_name client_name purchaser_name developer_name owner_address owner_phone contact_name contact_phone contact_relation accompanied_by valuer_id engineer_id signatory_id owner_shares:l
party.owner_shares[]: name share_percent:n
property: property_type address landmark locality city taluk village district state pin plot_no door_no ward_no survey_no cts_no ts_no khata_no description jurisdiction enactments conversion_contemplated violations tenure boundaries_match:b demarcated:b land_area:a land_area_deed:a land_area_actual:a built_up_area:a carpet_area:a super_built_up_area:a undivided_share:a floors:l geo:p
property.lease: lessor from to rent
property.classification: locality_class urbanity use
property.floors[]: label area:a height_m:n usage
property.unit: floor label configuration
property.building: type construction_type year_built:n age_years:n total_life_years:n residual_life_years:n floors_count:n quality exterior interior fsi_permitted:n fsi_consumed:n
property.plan_approval: number date:d valid_until:d authority verified:b comment completion_certificate
property.geo: lat:n lng:n source accuracy_m:n
property.occupancy: status since rent_per_month:n tenants:l
valuation_inputs: inspection_date:d guideline_rate_per_sqm:n guideline_rate_input:r market_rate_input:r adopted_rate_input:r market_rate_range:g user_input_units land_value:n building_value:n fmv_input:n market_total_value_input:n adopted_total_value_input:n guideline_total_value:n guideline_scope guideline_screenshot_present:b depreciation_percent:n rental_value_per_month:n value_in_words_input comparables:l guideline_lines:l
valuation_inputs.comparables[]: description date:d area:a rate:r source
valuation_inputs.guideline_lines[]: label area:a rate:r amount:n
cost_sheet.land: rows:l
cost_sheet.land.rows[]: key label class area:a rate:r amount:n
cost_sheet.building: rows:l
cost_sheet.building.rows[]: key label plinth_area:a roof_height_m:n age_years:n total_life_years:n replacement_rate:r depreciation_mode depreciation_percent:n salvage_percent:n amount:n
cost_sheet.extra_items: rows:l
cost_sheet.extra_items.rows[]: key label quantity:n unit_rate:n amount:n
cost_sheet.amenities: rows:l
cost_sheet.amenities.rows[]: key label quantity:n unit_rate:n amount:n
cost_sheet.miscellaneous: rows:l
cost_sheet.miscellaneous.rows[]: key label quantity:n unit_rate:n amount:n
cost_sheet.services: rows:l
cost_sheet.services.rows[]: key label quantity:n unit_rate:n amount:n
cost_sheet.unit: area:a area_basis comparable_rate:r new_composite_rate:r building_services_rate:r land_others_rate:r salvage_percent:n final_rate:r items:l
cost_sheet.unit.items[]: key label quantity:n unit_rate:n amount:n
stage: sheet floors_completed:n completion_percent:n recommended_percent:n previous_percent:n fmv_basis material_at_site expected_completion:d estimate_amount:n estimate_rate:r amount_recommended:n notes rows:l
stage.rows[]: key label allotted_percent:n completed_percent:n remarks
project: summary cost_total:n kind promoter location land_details utilities subsidy swot cost_heads:l means_of_finance:l product_mix:o building_estimate:l machinery:l manpower:l implementation:l projections:l approvals:l
project.cost_heads[]: head amount:n
project.means_of_finance[]: source kind amount:n
project.building_estimate[]: item area rate amount:n
project.machinery[]: item supplier qty rate amount:n
project.projections[]: year revenue:n expenses:n depreciation:n interest:n pat:n principal:n
agri: soil fencing electricity distance_road_km:n distance_market_km:n tenancy land_ceiling land_classes:l irrigation_sources:l crops:l trees:l wells:l pump_sets:l structures:l
agri.land_classes[]: class survey_no extent rate value
agri.crops[]: crop season area yield income
manual_fields: enclosures_text justification_text checklist_json:o
computed: FMV:n fmv_say:n realizable_value:n distress_value:n book_value:n coop_market_value:n coop_adopted_value:n rounded_to_next_500:n rounded_market_total:n rounded_adopted_total:n land_value_effective:n building_value_effective:n extras_total:n guideline_total:n guideline_source guideline_scope variance_percent:n justification_required:b depreciation_percent:n residual_life_years:n insurable_value:n completion_percent:n stage_present_value:n stage_completed_value:n
computed.standardized_rates: guideline_rate_per_sqm:n market_rate_per_sqm:n adopted_rate_per_sqm:n
computed.standardized_areas: land_area_sqm:n built_up_area_sqm:n
computed.sheet: part_a:n part_b:n part_c:n part_d:n part_e:n part_f:n total:n building_rows:l
computed.sheet.building_rows[]: label plinth_area:a roof_height_m:n age_years:n total_life_years:n replacement_rate:r depreciation_mode depreciation_percent:n salvage_percent:n cost:n depreciation:n net:n
computed.sheet.unit: depreciated_building_rate:n depreciation_percent:n composite_rate:n value:n total:n
computed.project: finance_total:n gap:n dscr_average:n dscr:l
computed.value_in_words: fmv realizable distress book
report: report_no reference_no title report_type status revision:n letter_only:b evidence:o
assignment: assignment_no title
firm: name tagline address phone email website gstin registration_no place logo:i
signatory: name designation qualifications registration_no membership_no address phone email signature:i
bank: name branch address type
form:o`

const KINDS: Readonly<Record<string, PathKind>> = {
  n: 'number',
  d: 'date',
  b: 'bool',
  a: 'area',
  r: 'rate',
  g: 'range',
  l: 'list',
  i: 'image',
  o: 'open',
  p: 'geo',
}

export const KNOWN_PATHS: KnownPaths = readCatalogue()

function readCatalogue(): KnownPaths {
  const known: Record<string, PathKind> = {}
  for (const line of CATALOGUE.trim().split('\n')) {
    const colon = line.indexOf(': ')
    const [branch, names] = colon < 0 ? ['', line] : [line.slice(0, colon), line.slice(colon + 2)]
    if (branch) declareBranch(known, branch)
    for (const name of names.split(' ')) {
      const [key = '', kind = ''] = name.split(':')
      known[branch ? `${branch}.${key}` : key] = KINDS[kind] ?? 'text'
    }
  }
  for (const group of ['boundaries', 'dimensions']) {
    for (const side of SIDES.split(' ')) {
      for (const source of ['deed', 'plan', 'actual']) known[`property.${group}.${side}.${source}`] = 'text'
      declareBranch(known, `property.${group}.${side}`)
    }
  }
  return known
}

/** Every prefix of a branch is an object, unless the catalogue says otherwise. */
function declareBranch(known: Record<string, PathKind>, branch: string): void {
  const steps = branch.split('.')
  for (let length = 1; length <= steps.length; length++) {
    const path = steps.slice(0, length).join('.')
    if (path.endsWith('[]')) known[path] = 'object'
    else known[path] ??= 'object'
  }
}

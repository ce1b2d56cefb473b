import { z } from 'zod'
import {
  BANK_TYPES,
  GUIDELINE_SCOPES,
  GUIDELINE_SOURCES,
  REPORT_TYPES,
  SEVERITIES,
  TEMPLATE_SELECTORS,
  TEMPLATE_VARIANTS,
  VALUE_SLABS,
  WARNING_LEVELS,
} from './report-enums.ts'

const figure = z.number().optional()
const words = z.string().optional()

const StandardizedRates = /* @__PURE__ */ z.strictObject({
  guideline_rate_per_sqm: figure,
  market_rate_per_sqm: figure,
  adopted_rate_per_sqm: figure,
})
const StandardizedAreas = /* @__PURE__ */ z.strictObject({ land_area_sqm: figure, built_up_area_sqm: figure })

/** One floor of Part B: replacement cost, what age took away, what is left. Rupees. */
const BuildingRow = /* @__PURE__ */ z.strictObject({
  label: z.string().optional(),
  cost: figure,
  depreciation: figure,
  net: figure,
})

const SheetUnit = /* @__PURE__ */ z.strictObject({
  depreciated_building_rate: figure,
  depreciation_percent: figure,
  composite_rate: figure,
  /** Unit of the two rates. */
  rate_unit: z.string().optional(),
  value: figure,
  total: figure,
})

const Sheet = /* @__PURE__ */ z.strictObject({
  part_a: figure,
  part_b: figure,
  part_c: figure,
  part_d: figure,
  part_e: figure,
  part_f: figure,
  total: figure,
  building_rows: z.array(BuildingRow).optional(),
  unit: SheetUnit.optional(),
})

/** `dscr` stands row by row beside the projections; a year without interest and principal has none. */
const ProjectFigures = /* @__PURE__ */ z.strictObject({
  finance_total: figure,
  gap: figure,
  dscr: z.array(z.number().nullable()).optional(),
  dscr_average: figure,
})

/** Rupees unless the name says otherwise. A value that cannot be computed is absent. */
export const ComputedValues = /* @__PURE__ */ z
  .strictObject({
    FMV: figure,
    fmv_say: figure,
    realizable_value: figure,
    distress_value: figure,
    book_value: figure,
    coop_market_value: figure,
    coop_adopted_value: figure,
    rounded_to_next_500: figure,
    rounded_market_total: figure,
    rounded_adopted_total: figure,
    standardized_rates: StandardizedRates.optional(),
    standardized_areas: StandardizedAreas.optional(),
    land_value_effective: figure,
    building_value_effective: figure,
    extras_total: figure,
    sheet: Sheet.optional(),
    guideline_total: figure,
    guideline_source: z.enum(GUIDELINE_SOURCES).optional(),
    guideline_scope: z.enum(GUIDELINE_SCOPES).optional(),
    variance_percent: figure,
    justification_required: z.boolean().optional(),
    depreciation_percent: figure,
    residual_life_years: figure,
    insurable_value: figure,
    completion_percent: figure,
    stage_present_value: figure,
    stage_completed_value: figure,
    project: ProjectFigures.optional(),
    value_in_words: z.strictObject({ fmv: words, realizable: words, distress: words, book: words }).optional(),
  })
  .meta({ id: 'ReportComputedValues' })
export type ComputedValues = z.infer<typeof ComputedValues>

export const WARNING_CODES = [
  'BANK_NAME_MISSING',
  'PROPERTY_ADDRESS_MISSING',
  'RATE_INPUT_MISSING',
  'RATE_MISMATCH_SUSPICIOUS',
  'UNIT_MISMATCH',
  'COOP_MARKET_INFERRED_FROM_ADOPTED',
  'COOP_ADOPTED_INFERRED_FROM_MARKET',
  'COOP_PAIR_INCONSISTENT',
  'FMV_COMPONENT_MISMATCH',
  'SHEET_VALUE_MISMATCH',
  'FMV_GUIDELINE_VARIANCE',
  'GUIDELINE_MISSING',
  'GUIDELINE_ZERO',
  'DEPRECIATION_CAPPED',
  'DEPRECIATION_INPUT_DIFFERS',
  'DISTRESS_ABOVE_REALISABLE',
  'VALUE_WORDS_DIFFER',
  'FLOOR_AREA_SUM_MISMATCH',
  'AREA_EXCEEDS_DOCUMENTS',
  'SIGNATORY_MISSING',
  'COORDINATES_MISSING',
  'COORDINATES_OUTSIDE_INDIA',
  'GEO_SOURCES_DISAGREE',
  'DATE_ORDER',
  'LEASE_EXPIRING',
  'STAGE_OVER_ALLOTTED',
  'STAGE_REGRESSION',
  'PROJECT_FINANCE_GAP',
  'PROFILE_SUGGESTION_CHANGED',
  'RULESET_OUTDATED',
  'EVIDENCE_NEWER_VERSION',
  'ANNEXURE_ORDER_MISSING',
  'FIELD_LINKS_MISSING',
  'FIELD_LINK_STALE',
  'OCR_LOW_CONFIDENCE',
  'OCR_EVIDENCE_PENDING',
  'OCR_EVIDENCE_FAILED',
  'OCR_FIELD_FAILED',
  'MISSING_REQUIRED_FIELD',
  'MISSING_EVIDENCE_SECTION',
  'VALUE_NOT_COMPUTABLE',
] as const
export type WarningCode = (typeof WARNING_CODES)[number]

/** `path` is where the cause stands in the contract; null when it stands elsewhere. */
export const ReportWarning = /* @__PURE__ */ z
  .strictObject({
    code: z.enum(WARNING_CODES),
    level: z.enum(WARNING_LEVELS),
    message: z.string(),
    path: z.string().nullable(),
  })
  .meta({ id: 'ReportWarning' })
export type ReportWarning = z.infer<typeof ReportWarning>

/** What the rules make of a contract; stored with each revision and shown while typing. */
export const DerivedValues = /* @__PURE__ */ z
  .strictObject({
    ruleset_version: z.string(),
    value_slab: z.enum(VALUE_SLABS),
    template_selector: z.enum(TEMPLATE_SELECTORS),
    template_variant: z.enum(TEMPLATE_VARIANTS),
    bank_type: z.enum(BANK_TYPES),
    report_type: z.enum(REPORT_TYPES),
    standardized: StandardizedRates.extend(StandardizedAreas.shape),
    computed_values: ComputedValues,
    warnings: z.array(ReportWarning),
  })
  .meta({ id: 'ReportDerivedValues' })
export type DerivedValues = z.infer<typeof DerivedValues>

const ReadinessKey = /* @__PURE__ */ z.strictObject({ key: z.string(), text: z.string() })
const severity = z.enum(SEVERITIES)

/** What a report has and lacks. Keys are stable; texts are for people and may change. */
export const Readiness = /* @__PURE__ */ z
  .strictObject({
    completeness_score: z.int().min(0).max(100),
    checks_passed: z.int().min(0),
    checks_total: z.int().min(0),
    missing_fields: z.array(ReadinessKey.extend({ severity })),
    missing_evidence: z.array(ReadinessKey.extend({ needed: z.int(), found: z.int(), severity })),
    missing_field_evidence_links: z.array(ReadinessKey),
    gate_blocks: z.array(ReadinessKey),
    warnings: z.array(ReportWarning),
    required_evidence_minimums: z.record(z.string(), z.int()),
    profile: z.strictObject({ id: z.string(), version: z.int(), name: z.string() }).nullable(),
  })
  .meta({ id: 'ReportReadiness' })
export type Readiness = z.infer<typeof Readiness>

/** One requirement of the chosen profile and what serves it. */
export const ChecklistLine = /* @__PURE__ */ z.strictObject({
  key: z.string(),
  label: z.string(),
  severity,
  needed: z.int(),
  current_count: z.int(),
  missing_count: z.int(),
  satisfied: z.boolean(),
  evidence_item_ids: z.array(z.string()),
})
export type ChecklistLine = z.infer<typeof ChecklistLine>

import { z } from 'zod'
import { BANK_TYPES, REPORT_TYPES, TEMPLATE_SELECTORS, TEMPLATE_VARIANTS, VALUE_SLABS } from './report-enums.ts'
import type { Fields, ValuesOf } from './report-nodes.ts'
import { ComputedValues } from './report-outputs.ts'
import { storedObject } from './report-schema.ts'
import { ENGAGEMENT, PARTY, PROPERTY } from './report-tree-property.ts'
import { AGRI, ANNEXURES, COST_SHEET, MANUAL_FIELDS, PROJECT, STAGE, VALUATION_INPUTS } from './report-tree-values.ts'

/** The sections people fill, as data: the one description behind schemas, patches, registry and forms. */
export const CONTRACT_TREE = {
  engagement: ENGAGEMENT,
  party: PARTY,
  property: PROPERTY,
  valuation_inputs: VALUATION_INPUTS,
  cost_sheet: COST_SHEET,
  stage: STAGE,
  project: PROJECT,
  agri: AGRI,
  annexures: ANNEXURES,
  manual_fields: MANUAL_FIELDS,
} as const satisfies Fields

/** Sections that the server rebuilds at each revision; a patch that names one is `SERVER_OWNED_FIELD`. */
export const SERVER_SECTIONS = ['meta', 'computed_values', 'audit'] as const

/** Other names under which some fields may be sent. */
export const FIELD_ALIASES = {
  'manual_fields.stage_notes': 'stage.notes',
  'manual_fields.project_summary': 'project.summary',
  'manual_fields.project_cost_total': 'project.cost_total',
  'manual_fields.means_of_finance': 'project.means_of_finance',
} as const satisfies Record<string, string>

export type FormAnswers = Record<string, Record<string, unknown>>
export interface DataBundle {
  schema: { name: string; version: number | string } | null
  payload: Record<string, unknown>
}
/** The contract as people fill it: sections of the tree, answers without a place, and the bundle. */
export type ContractInputs = ValuesOf<typeof CONTRACT_TREE> & {
  form_answers?: FormAnswers | undefined
  data_bundle?: DataBundle | undefined
}

export const ContractMeta = /* @__PURE__ */ z.strictObject({
  report_type: z.enum(REPORT_TYPES),
  bank_type: z.enum(BANK_TYPES),
  value_slab: z.enum(VALUE_SLABS),
  template_selector: z.enum(TEMPLATE_SELECTORS),
  template_variant: z.enum(TEMPLATE_VARIANTS),
  ruleset_version: z.string(),
})
export const ContractAudit = /* @__PURE__ */ z.strictObject({
  snapshot_version: z.int().min(0),
  created_by: z.guid().nullable(),
  created_at: z.iso.datetime({ precision: 3 }).nullable(),
})

const freeSections = {
  form_answers: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  data_bundle: z
    .strictObject({
      schema: z.strictObject({ name: z.string(), version: z.union([z.string(), z.number()]) }).nullable(),
      payload: z.record(z.string(), z.unknown()),
    })
    .optional(),
}

function sections(): Record<string, z.ZodType> {
  const shape: Record<string, z.ZodType> = {}
  for (const [key, node] of Object.entries(CONTRACT_TREE)) shape[key] = storedObject(node.fields).optional()
  return shape
}

/** The inputs as stored: no nulls, figures as JSON numbers. */
export const ContractInputs: z.ZodType<ContractInputs> = /* @__PURE__ */ (() =>
  // Cast: the shape is built from the tree that the type reads.
  z.strictObject({ ...sections(), ...freeSections }) as unknown as z.ZodType<ContractInputs>)()

export type Contract = ContractInputs & {
  meta?: z.infer<typeof ContractMeta> | undefined
  computed_values?: ComputedValues | undefined
  audit?: z.infer<typeof ContractAudit> | undefined
}
/** The whole contract as answers show it, server-owned sections included. */
export const Contract: z.ZodType<Contract> = /* @__PURE__ */ (() =>
  // Cast: as above, with the three server-owned sections.
  z
    .strictObject({
      meta: ContractMeta.optional(),
      ...sections(),
      ...freeSections,
      computed_values: ComputedValues.optional(),
      audit: ContractAudit.optional(),
    })
    .meta({ id: 'ReportContract' }) as unknown as z.ZodType<Contract>)()

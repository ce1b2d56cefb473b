import { CONTRACT_TREE, type ContractInputs, FIELD_ALIASES } from '@zenops/contracts/report-contract'
import { REPORT_TYPES, type ReportType } from '@zenops/contracts/report-enums'
import type { ContractNode, Fields, Leaf } from '@zenops/contracts/report-nodes'
import { variantOf } from './rule-case.ts'
import type { Measure } from './units.ts'

export type Asking = 'required' | 'asked' | 'hidden'
export interface FieldDefinition {
  /** Contract path, or one of the composite keys that readiness uses. */
  readonly key: string
  readonly label: string
  readonly data_type: string
  readonly unit: string | null
  readonly options: readonly string[]
  /** Columns of a list. */
  readonly columns: readonly { key: string; label: string; data_type: string }[]
  readonly requirement: Readonly<Record<ReportType, Asking>>
  readonly aliases: readonly string[]
  /** Contract paths that a composite key stands for; its own path else. */
  readonly paths: readonly string[]
  /** Evidence may be linked to it. */
  readonly linkable: boolean
}

/** Fields to which evidence is linked, by the keys that readiness uses too. */
export const LINKABLE_FIELDS = [
  'party.bank_name',
  'party.bank_branch_name',
  'property.address',
  'property.land_area',
  'property.built_up_area',
  'property.geo',
  'valuation_inputs.rate',
  'valuation_inputs.guideline_rate_per_sqm',
  'valuation_inputs.guideline_total_value',
  'valuation_inputs.market_rate_input',
  'valuation_inputs.land_value',
  'valuation_inputs.building_value',
  'valuation_inputs.inspection_date',
  'project.summary',
  'project.cost',
  'project.means_of_finance',
  'stage.notes',
  'manual_fields.justification_text',
] as const
const LINKABLE: ReadonlySet<string> = new Set(LINKABLE_FIELDS)

/** Keys that are satisfied by any of several paths. */
const COMPOSITE_PATHS: Readonly<Record<string, readonly string[]>> = {
  'party.bank_name': ['party.bank_name', 'party.bank_branch_name'],
  'property.land_area': ['property.land_area', 'property.land_area_deed', 'property.land_area_actual'],
  'property.geo': ['property.geo.lat', 'property.geo.lng'],
  'valuation_inputs.rate': [
    'valuation_inputs.guideline_rate_per_sqm',
    'valuation_inputs.guideline_rate_input',
    'valuation_inputs.market_rate_input',
  ],
  'valuation_inputs.fmv_input_or_components': [
    'valuation_inputs.fmv_input',
    'valuation_inputs.land_value',
    'valuation_inputs.building_value',
    'cost_sheet',
  ],
  'project.cost': ['project.cost_total', 'project.cost_heads'],
}
const COMPOSITE_LABELS: Readonly<Record<string, string>> = {
  'property.geo': 'Coordinates',
  'valuation_inputs.rate': 'Guideline or market rate',
  'valuation_inputs.fmv_input_or_components': 'Fair market value or its components',
  'project.cost': 'Cost of the project',
}

const ASKING: Readonly<Record<string, Asking>> = { '*': 'required', o: 'asked', '-': 'hidden' }
const asking = (letters: string): Record<ReportType, Asking> => {
  const at = (type: ReportType): Asking => ASKING[letters.charAt(REPORT_TYPES.indexOf(type))] ?? 'asked'
  return {
    VALUATION: at('VALUATION'),
    REVALUATION: at('REVALUATION'),
    DPR: at('DPR'),
    STAGE_PROGRESS: at('STAGE_PROGRESS'),
  }
}
const aliasesOf = (path: string): string[] =>
  Object.entries(FIELD_ALIASES).flatMap(([alias, target]) => (target === path ? [alias] : []))

const typeOf = (node: ContractNode): string => {
  if (node.node === 'leaf') return node.kind
  return node.node === 'rows' ? 'list' : node.kind
}
const columnsOf = (node: ContractNode): FieldDefinition['columns'] =>
  node.node === 'rows'
    ? Object.entries(node.fields).map(([key, column]) => ({ key, label: column.label, data_type: typeOf(column) }))
    : []
const leafOnly = (node: ContractNode): Partial<Leaf<unknown>> => (node.node === 'leaf' ? node : {})

const definition = (node: ContractNode, key: string, letters: string): FieldDefinition => ({
  key,
  label: node.label,
  data_type: typeOf(node),
  unit: leafOnly(node).unit ?? null,
  options: leafOnly(node).options ?? [],
  columns: columnsOf(node),
  requirement: asking(letters),
  aliases: aliasesOf(key),
  paths: COMPOSITE_PATHS[key] ?? [key],
  linkable: LINKABLE.has(key),
})

/** Groups that are one value to a person: an area, a rate. */
const isWhole = (node: ContractNode): boolean => node.node !== 'group' || node.kind !== 'group'

function fieldsUnder(fields: Fields, path: string, letters: string): FieldDefinition[] {
  return Object.entries(fields).flatMap(([key, node]) => {
    const at = path ? `${path}.${key}` : key
    const asked = node.asked ?? letters
    return isWhole(node) || node.node !== 'group' ? [definition(node, at, asked)] : fieldsUnder(node.fields, at, asked)
  })
}

const composites = (): FieldDefinition[] =>
  Object.entries(COMPOSITE_LABELS).map(([key, label]) => ({
    key,
    label,
    data_type: key === 'property.geo' ? 'coordinates' : 'any_of',
    unit: null,
    options: [],
    columns: [],
    requirement: asking(
      ['VALUATION', 'REVALUATION', 'DPR', 'STAGE_PROGRESS'].map((type) => letterOf(key, type)).join(''),
    ),
    aliases: [],
    paths: COMPOSITE_PATHS[key] ?? [key],
    linkable: LINKABLE.has(key),
  }))

/** Keys that a report type demands before READY, in the order of the form. */
export const REQUIRED_FIELDS: Readonly<Record<ReportType, readonly string[]>> = {
  VALUATION: ['party.bank_name', 'property.address', 'property.land_area', 'valuation_inputs.rate'],
  REVALUATION: ['party.bank_name', 'property.address', 'valuation_inputs.fmv_input_or_components'],
  DPR: ['party.bank_name', 'project.summary', 'project.cost', 'project.means_of_finance'],
  STAGE_PROGRESS: ['party.bank_name', 'property.address', 'stage.notes'],
}
function letterOf(key: string, type: string): string {
  // Cast: called with the four types only.
  return REQUIRED_FIELDS[type as ReportType].includes(key) ? '*' : 'o'
}

let all: ReadonlyMap<string, FieldDefinition> | undefined
/** Every field by its key: the contract's paths in the order of the tree, then the composite keys. */
export function fieldRegistry(): ReadonlyMap<string, FieldDefinition> {
  all ??= new Map([...fieldsUnder(CONTRACT_TREE, '', 'oooo'), ...composites()].map((field) => [field.key, field]))
  return all
}

export const fieldLabel = (key: string): string => fieldRegistry().get(key)?.label ?? key

// ---- is it there? ----

/** The value at a dotted path; undefined when nothing is stored there. */
export function valueAt(contract: object, path: string): unknown {
  let value: unknown = contract
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<string, unknown>)[key] // own member, checked above
  }
  return value
}

/** A numeric 0 and a plain no are values; blank text, empty lists and empty objects are not. */
export function hasValue(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() !== ''
  if (Array.isArray(value)) return value.some(hasValue)
  if (typeof value === 'object' && value !== null) return Object.values(value).some(hasValue)
  return value !== undefined && value !== null
}

const isMeasured = (measure: Measure | undefined): boolean => measure?.value !== undefined

function hasLandArea(contract: ContractInputs): boolean {
  const { property } = contract
  if (variantOf(contract) === 'UNIT') {
    return [property?.built_up_area, property?.carpet_area, property?.super_built_up_area].some(isMeasured)
  }
  return [property?.land_area, property?.land_area_deed, property?.land_area_actual].some(isMeasured)
}

const CHECKS: Readonly<Record<string, (contract: ContractInputs, fmv: number | undefined) => boolean>> = {
  'property.land_area': hasLandArea,
  'property.geo': ({ property }) => property?.geo?.lat !== undefined && property.geo.lng !== undefined,
  'valuation_inputs.rate': ({ valuation_inputs: inputs }) =>
    inputs?.guideline_rate_per_sqm !== undefined ||
    isMeasured(inputs?.guideline_rate_input) ||
    isMeasured(inputs?.market_rate_input),
  'valuation_inputs.fmv_input_or_components': (_, fmv) => fmv !== undefined,
  'project.cost': ({ project }) =>
    project?.cost_total !== undefined || (project?.cost_heads ?? []).some((head) => head.amount !== undefined),
}

/** Whether the contract holds what a field key asks for. `fmv` is the computed fair market value. */
export function isPresent(key: string, contract: ContractInputs, fmv: number | undefined): boolean {
  const check = CHECKS[key]
  if (check) return check(contract, fmv)
  const field = fieldRegistry().get(key)
  const measure = field?.data_type === 'area' || field?.data_type === 'rate'
  return (COMPOSITE_PATHS[key] ?? [key]).some((path) => {
    const value = valueAt(contract, path)
    // Cast: areas and rates are measures; a unit alone is no value.
    return measure ? isMeasured(value as Measure | undefined) : hasValue(value)
  })
}

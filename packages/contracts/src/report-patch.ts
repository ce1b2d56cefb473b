import { z } from 'zod'
import { CONTRACT_TREE, type ContractInputs, FIELD_ALIASES, SERVER_SECTIONS } from './report-contract.ts'
import { type Collected, readFreeJson } from './report-free-json.ts'
import type { ContractNode, Fields, LeafKind, PatchOf } from './report-nodes.ts'
import type { Fault, FaultReason } from './report-numbers.ts'
import { isGroup, typedObject } from './report-schema.ts'

/** A checked merge patch over the inputs; `data_bundle` is written elsewhere. */
export type ContractPatch = PatchOf<Omit<ContractInputs, 'data_bundle'>>

const answers = () =>
  z.record(z.string(), z.union([z.record(z.string(), z.unknown()), z.null()])).transform((raw, ctx) => {
    const faults: Collected = []
    const value = readFreeJson(raw, { at: [], faults, nulls: true })
    for (const { at, reason } of faults) ctx.addIssue({ code: 'custom', message: reason, path: [...at] })
    return value
  })

/** A merge patch (RFC 7396) over the inputs, cleaned: text NFC and trimmed, decimal strings as numbers. */
export const ContractPatch: z.ZodType<ContractPatch> = /* @__PURE__ */ (() => {
  const shape: Record<string, z.ZodType> = {}
  for (const [key, node] of Object.entries(CONTRACT_TREE)) shape[key] = typedObject(node.fields).nullable().optional()
  // Cast: the shape is built from the tree that the type reads.
  return z
    .strictObject({ ...shape, form_answers: answers().nullable().optional() })
    .meta({ id: 'ReportContractPatch' }) as unknown as z.ZodType<ContractPatch>
})()

export interface PatchContext {
  /** Today in the tenant's zone, `YYYY-MM-DD`. */
  readonly today: string
  /** Keys of the ruleset's local units, without `local:`. */
  readonly local_units?: readonly string[]
}
export type PatchReading =
  | { readonly ok: true; readonly patch: ContractPatch }
  | {
      readonly ok: false
      readonly error_code: 'SERVER_OWNED_FIELD' | 'VALIDATION_FAILED'
      readonly faults: readonly Fault[]
    }

/** A guard by hand: arrays and null are objects too. */
const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Moves values sent under an alias to their own path; a field sent under both names is a fault. */
function resolveAliases(raw: Record<string, unknown>, faults: Fault[]): Record<string, unknown> {
  const manual = raw['manual_fields']
  if (!isPlain(manual)) return raw
  const rest = { ...manual }
  const out: Record<string, unknown> = { ...raw, manual_fields: rest }
  for (const [alias, path] of Object.entries(FIELD_ALIASES)) {
    const from = alias.slice('manual_fields.'.length)
    const [section = '', field = ''] = path.split('.')
    if (!Object.hasOwn(rest, from)) continue
    const target = out[section]
    if (isPlain(target) && Object.hasOwn(target, field)) faults.push({ path: alias, reason: 'GIVEN_TWICE' })
    out[section] = { ...(isPlain(target) ? target : {}), [field]: rest[from] }
    delete rest[from]
  }
  if (Object.keys(rest).length === 0) delete out['manual_fields']
  return out
}

const REASONS: Partial<Record<string, FaultReason>> = {
  invalid_type: 'WRONG_TYPE',
  invalid_union: 'WRONG_TYPE',
  invalid_value: 'UNKNOWN_VALUE',
  invalid_key: 'UNKNOWN_FIELD',
  too_big: 'TOO_MANY_ROWS',
}

/** Zod's issues as faults of the contract: one for each unknown key, reasons from the closed list. */
export function faultsOf(error: z.ZodError): Fault[] {
  return error.issues.flatMap((issue): Fault[] => {
    const path = issue.path.join('.')
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: path ? `${path}.${key}` : key, reason: 'UNKNOWN_FIELD' }))
    }
    // Cast: custom issues of these schemas carry a fault reason as their message.
    const reason = issue.code === 'custom' ? (issue.message as FaultReason) : (REASONS[issue.code] ?? 'INVALID')
    return [{ path, reason }]
  })
}

interface Walk {
  readonly ctx: PatchContext
  readonly faults: Fault[]
}

const LATE: Partial<Record<LeafKind, (value: string, ctx: PatchContext) => FaultReason | undefined>> = {
  past_date: (value, { today }) => (value > today ? 'IN_THE_FUTURE' : undefined),
  unit: (value, { local_units }) =>
    value.startsWith('local:') && !local_units?.includes(value.slice('local:'.length)) ? 'UNKNOWN_UNIT' : undefined,
}

/** What only the moment can judge: days in the future and units of the ruleset in force. */
function judge(node: ContractNode, value: unknown, at: { path: string; walk: Walk }): void {
  const { path, walk } = at
  if (node.node === 'leaf') {
    const reason = typeof value === 'string' ? LATE[node.kind]?.(value, walk.ctx) : undefined
    if (reason) walk.faults.push({ path, reason })
  } else if (isGroup(node)) judgeFields(node.fields, value, at)
  else if (Array.isArray(value)) {
    for (const [index, row] of value.entries()) judgeFields(node.fields, row, { path: `${path}.${index}`, walk })
  }
}
function judgeFields(fields: Fields, value: unknown, { path, walk }: { path: string; walk: Walk }): void {
  if (!isPlain(value)) return
  for (const [key, member] of Object.entries(value)) {
    const node = fields[key]
    if (node) judge(node, member, { path: path ? `${path}.${key}` : key, walk })
  }
}

const refused = (error_code: 'SERVER_OWNED_FIELD' | 'VALIDATION_FAILED', faults: Fault[]): PatchReading => ({
  ok: false,
  error_code,
  faults,
})

/** Reads what was sent as a patch: checked, cleaned and with aliases resolved, or all faults together. */
export function readContractPatch(raw: unknown, ctx: PatchContext): PatchReading {
  if (!isPlain(raw)) return refused('VALIDATION_FAILED', [{ path: '', reason: 'WRONG_TYPE' }])
  const owned = SERVER_SECTIONS.filter((section) => Object.hasOwn(raw, section))
  if (owned.length > 0) {
    return refused(
      'SERVER_OWNED_FIELD',
      owned.map((path) => ({ path, reason: 'SERVER_OWNED' })),
    )
  }
  if (Object.hasOwn(raw, 'data_bundle')) {
    return refused('VALIDATION_FAILED', [{ path: 'data_bundle', reason: 'HAS_ITS_OWN_ROUTE' }])
  }
  const faults: Fault[] = []
  const parsed = ContractPatch.safeParse(resolveAliases(raw, faults))
  if (!parsed.success) faults.push(...faultsOf(parsed.error))
  else judgeFields(CONTRACT_TREE, parsed.data, { path: '', walk: { ctx, faults } })
  return parsed.success && faults.length === 0 ? { ok: true, patch: parsed.data } : refused('VALIDATION_FAILED', faults)
}

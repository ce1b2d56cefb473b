import { z } from 'zod'
import { UNITS } from './report-enums.ts'
import { type Collected, readFreeJson } from './report-free-json.ts'
import {
  type ContractNode,
  type Fields,
  type Group,
  isNumberKind,
  type Leaf,
  type LeafKind,
  numberRule,
  type Rows,
  type ValuesOf,
} from './report-nodes.ts'
import { type FaultReason, readNumber, readText } from './report-numbers.ts'

const TEXT = 200
const PARAGRAPH = 4000
export const MOST_ROWS = 200
const FIRST_DAY = '1900-01-01'
const UNIT_PATTERN = new RegExp(`^(?:${UNITS.join('|')}|local:[a-z0-9_]{1,40})$`)
const lengthOf = (kind: LeafKind): number => (kind === 'paragraph' ? PARAGRAPH : TEXT)

// ---- what is stored ----

const STORED: Partial<Record<LeafKind, () => z.ZodType>> = {
  bool: () => z.boolean(),
  date: () => z.iso.date(),
  past_date: () => z.iso.date(),
  id: () => z.guid(),
  unit: () => z.string().regex(UNIT_PATTERN),
  mark: () => z.union([z.string().max(TEXT), z.number()]),
  texts: () => z.array(z.string().max(TEXT)).max(MOST_ROWS),
  json: () => z.record(z.string(), z.unknown()),
}

function storedLeaf(node: Leaf<unknown>): z.ZodType {
  if (isNumberKind(node.kind)) {
    const { min, max } = numberRule(node, node.kind)
    return max === undefined ? z.number().min(min) : z.number().min(min).max(max)
  }
  if (node.kind === 'enum') return z.enum([...(node.options ?? [])])
  return STORED[node.kind]?.() ?? z.string().max(lengthOf(node.kind))
}

function stored(node: ContractNode): z.ZodType {
  if (node.node === 'leaf') return storedLeaf(node)
  return node.node === 'rows' ? z.array(storedObject(node.fields)).max(MOST_ROWS) : storedObject(node.fields)
}

/** Schema of what is stored under these fields: unknown keys refused, every member optional, nothing null. */
export function storedObject<C extends Fields>(fields: C): z.ZodType<ValuesOf<C>> {
  const shape: Record<string, z.ZodType> = {}
  for (const [key, node] of Object.entries(fields)) shape[key] = stored(node).optional()
  // Cast: the shape is built member by member from the fields that ValuesOf reads.
  return z.strictObject(shape) as unknown as z.ZodType<ValuesOf<C>>
}

// ---- what may be typed ----

const refuse = (ctx: z.RefinementCtx, reason: FaultReason, path: PropertyKey[] = []): typeof z.NEVER => {
  ctx.addIssue({ code: 'custom', message: reason, path })
  return z.NEVER
}

const typedNumber = (node: Leaf<unknown>, kind: Parameters<typeof numberRule>[1]) =>
  z.union([z.number(), z.string()]).transform((raw, ctx) => {
    const read = readNumber(raw, numberRule(node, kind))
    return typeof read === 'string' ? refuse(ctx, read) : read
  })

/** Cleaned text; blank becomes null, which clears. `check` names what else is wrong with it. */
const typedText = (max: number, check: (value: string) => FaultReason | undefined = () => undefined) =>
  z.string().transform((raw, ctx) => {
    const read = readText(raw, max)
    if (typeof read === 'string') return refuse(ctx, read)
    const reason = read.value === null ? undefined : check(read.value)
    return reason ? refuse(ctx, reason) : read.value
  })

const isDay = z.iso.date()
const isUuid = z.guid()
const dayFault = (value: string): FaultReason | undefined =>
  value >= FIRST_DAY && isDay.safeParse(value).success ? undefined : 'INVALID_DATE'

const typedPhone = () =>
  typedText(40).transform((raw, ctx) => {
    if (raw === null) return null
    const digits = raw.replace(/[\s()-]/g, '')
    const full = /^[6-9]\d{9}$/.test(digits) ? `+91${digits}` : digits
    return /^\+[1-9]\d{6,14}$/.test(full) ? full : refuse(ctx, 'INVALID_PHONE')
  })

const typedJson = () =>
  z.record(z.string(), z.unknown()).transform((raw, ctx) => {
    const faults: Collected = []
    const value = readFreeJson(raw, { at: [], faults, nulls: true })
    for (const { at, reason } of faults) refuse(ctx, reason, [...at])
    // Cast: an object that is read stays an object.
    return value as Record<string, unknown>
  })

const typedMark = (node: Leaf<unknown>) =>
  z.union([z.number(), z.string()]).transform((raw, ctx) => {
    const read = typeof raw === 'number' ? readNumber(raw, numberRule(node, 'count')) : readText(raw, TEXT)
    if (typeof read === 'string') return refuse(ctx, read)
    return typeof read === 'number' ? read : read.value
  })

const TYPED: Partial<Record<LeafKind, (node: Leaf<unknown>) => z.ZodType>> = {
  bool: () => z.boolean(),
  date: () => typedText(10, dayFault),
  past_date: () => typedText(10, dayFault),
  id: () => typedText(36, (value) => (isUuid.safeParse(value).success ? undefined : 'INVALID_ID')),
  unit: () => typedText(60, (value) => (UNIT_PATTERN.test(value) ? undefined : 'UNKNOWN_UNIT')),
  phone: typedPhone,
  pin: () => typedText(10, (value) => (/^[1-9]\d{5}$/.test(value) ? undefined : 'INVALID_PIN')),
  mark: typedMark,
  texts: () =>
    z
      .array(typedText(TEXT))
      .max(MOST_ROWS)
      .transform((list) => list.filter((value) => value !== null)),
  json: typedJson,
  enum: (node) => typedText(TEXT, (value) => (node.options?.includes(value) ? undefined : 'UNKNOWN_VALUE')),
}

function typedLeaf(node: Leaf<unknown>): z.ZodType {
  if (isNumberKind(node.kind)) return typedNumber(node, node.kind)
  return TYPED[node.kind]?.(node) ?? typedText(lengthOf(node.kind))
}

/** Row members have nothing to clear: null, typed or from blank text, leaves them out. */
function withoutNulls(value: Record<string, unknown>): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) {
    if (member === null || member === undefined) continue
    out[key] = isPlain(member) ? withoutNulls(member) : member
  }
  return out
}
// A guard by hand: arrays and null are objects too.
const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function typedRows(node: Rows<Fields>): z.ZodType {
  const row = typedObject(node.fields).transform(withoutNulls)
  const { textAs } = node
  if (textAs === undefined) return z.array(row).max(MOST_ROWS)
  const worded = z.preprocess((raw) => (typeof raw === 'string' ? { [textAs]: raw } : raw), row)
  const list = z
    .array(worded)
    .max(MOST_ROWS)
    .transform((all) => all.filter((one) => Object.keys(one).length > 0))
  return z.preprocess((raw) => (typeof raw === 'string' ? [raw] : raw), list)
}

const typed = (node: ContractNode): z.ZodType => {
  if (node.node === 'leaf') return typedLeaf(node)
  return node.node === 'rows' ? typedRows(node) : typedObject(node.fields)
}

/** Schema of a merge patch over these fields: every member may be left out, or null to clear it. */
export function typedObject(fields: Fields): z.ZodType<Record<string, unknown>> {
  const shape: Record<string, z.ZodType> = {}
  for (const [key, node] of Object.entries(fields)) shape[key] = typed(node).nullable().optional()
  return z.strictObject(shape)
}

export const isGroup = (node: ContractNode): node is Group<Fields> => node.node === 'group'

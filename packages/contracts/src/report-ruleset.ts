import { z } from 'zod'
import { BANK_TYPES, FMV_BASES, REPORT_TYPES } from './report-enums.ts'

const percent = z.number().min(0).max(100)
const ratio = z.number().min(0).max(1_000_000)
const money = z.number().min(0).max(9_999_999_999_999)
/** Text that can be hashed and stored: no half of a surrogate pair, no NUL. */
const readable = (max: number, min = 0) =>
  z
    .string()
    .min(min)
    .max(max)
    .refine((value) => value.isWellFormed() && !value.includes('\u0000'), 'unreadable')
const grouping = (min: number) => z.int().min(min).max(4)

/** How a value is rounded: to the step named, or not at all. */
export const Rounding = /* @__PURE__ */ z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('NONE') }),
  z.strictObject({ mode: z.enum(['NEAREST', 'UP', 'DOWN']), step: z.number().gt(0).max(1_000_000_000) }),
])
export type Rounding = z.infer<typeof Rounding>

export const AnnexureGrouping = /* @__PURE__ */ z
  .strictObject({ min: grouping(1), max: grouping(2), preferred: grouping(2) })
  .refine(({ min, max }) => min <= max, 'min above max')
export type AnnexureGrouping = z.infer<typeof AnnexureGrouping>

/** Every parameter of the rules with its bounds. Rupees, per cent, or plain factors. */
export const RulesetParams = /* @__PURE__ */ z
  .strictObject({
    realisable_percent: percent,
    distress_percent: percent,
    distress_base: z.enum(['FMV', 'REALISABLE']),
    coop_factor: z.number().gt(0).lt(1),
    coop_round_step: z.number().gt(0).max(1_000_000_000),
    variance_percent: percent,
    slab_limit: money.min(1),
    stage_sheet: readable(40, 1),
    stage_fmv_basis: z.enum(FMV_BASES),
    salvage_percent: percent,
    unit_salvage_percent: percent,
    say_rounding: Rounding,
    output_rounding: Rounding,
    insurable_percent: percent.nullable(),
    insurable_base: z.enum(['BUILDING', 'FMV']),
    rate_ratio_low: ratio,
    rate_ratio_high: ratio,
    tolerance: money,
    blank_mark: readable(20),
    annexure_grouping: AnnexureGrouping,
  })
  .meta({ id: 'RulesetParams' })
export type RulesetParams = z.infer<typeof RulesetParams>

/** Parameters that differ from the base; what is left out stays as it is there. */
export const RulesetParamsPart = /* @__PURE__ */ RulesetParams.partial()
export type RulesetParamsPart = z.infer<typeof RulesetParamsPart>

export const RulesetOverride = /* @__PURE__ */ z.strictObject({
  match: z
    .strictObject({
      bank_id: z.guid().optional(),
      bank_type: z.enum(BANK_TYPES).optional(),
      report_type: z.enum(REPORT_TYPES).optional(),
    })
    .refine((match) => Object.keys(match).length > 0, 'names nothing to match'),
  params: RulesetParamsPart,
})
export type RulesetOverride = z.infer<typeof RulesetOverride>

export const LocalUnit = /* @__PURE__ */ z.strictObject({
  key: z.string().regex(/^[a-z0-9_]{1,40}$/),
  label: readable(200, 1),
  /** Square feet of one unit. */
  sqft: z.number().gt(0).max(1_000_000_000),
})
export type LocalUnit = z.infer<typeof LocalUnit>

/** One immutable version of the rules: a name, parameters over the standard ones, exceptions, local units. */
export const Ruleset = /* @__PURE__ */ z
  .strictObject({
    version: readable(80, 1),
    params: RulesetParamsPart,
    overrides: z.array(RulesetOverride).max(200).optional(),
    local_units: z
      .array(LocalUnit)
      .max(100)
      .refine((units) => new Set(units.map((unit) => unit.key)).size === units.length, 'a key is used twice')
      .optional(),
  })
  .meta({ id: 'Ruleset' })
export type Ruleset = z.infer<typeof Ruleset>

import { z } from 'zod'
import { operation } from './kit.ts'
import { publishProfiles, readProfiles, writeProfiles } from './reports-access.ts'
import { EvidenceProfile, PROFILE_STATES, RULESET_STATES } from './reports-evidence-records.ts'
import {
  BANK_TYPES,
  LocalUnit,
  REPORT_TYPES,
  RulesetOverride,
  RulesetParams,
  RulesetParamsPart,
  VALUE_SLABS,
} from './reports-shapes.ts'
import { byId, flag, id, instant, listQuery, many, optionalText, page, personRef, sha256, text } from './values.ts'

/** One version of the rules. Published ones never change. */
export const RulesetRow = z
  .object({
    id,
    version: z.string(),
    state: z.enum(RULESET_STATES),
    in_force: z.boolean().meta({ description: 'new reports use it' }),
    shipped: z.boolean().meta({ description: 'comes with the product' }),
    based_on: z.string().nullable(),
    hash: sha256,
    note: z.string().nullable(),
    created_by: personRef.nullable(),
    created_at: instant,
    published_at: instant.nullable(),
  })
  .meta({ id: 'RulesetRow' })
export const RulesetDetail = RulesetRow.extend({
  params: RulesetParams,
  overrides: z.array(RulesetOverride),
  local_units: z.array(LocalUnit),
}).meta({ id: 'Ruleset' })

export const listRulesets = operation({
  id: 'reports.listRulesets',
  method: 'GET',
  path: '/v1/rulesets',
  summary: 'Versions of the rules, newest first.',
  access: readProfiles,
  query: listQuery({ state: many(z.enum(RULESET_STATES)), in_force: flag.optional() }),
  ok: page(RulesetRow),
})

export const getRuleset = operation({
  id: 'reports.getRuleset',
  method: 'GET',
  path: '/v1/rulesets/:id',
  summary: 'One version of the rules with every parameter.',
  access: readProfiles,
  params: byId,
  ok: RulesetDetail,
})

export const createRuleset = operation({
  id: 'reports.createRuleset',
  method: 'POST',
  path: '/v1/rulesets',
  summary: 'Derives a draft of the rules; parameters left out stay as the standard has them.',
  access: writeProfiles,
  status: 201,
  body: z.strictObject({
    version: text(80),
    note: optionalText(500),
    params: RulesetParamsPart,
    overrides: z.array(RulesetOverride).max(200).default([]),
    local_units: z
      .array(LocalUnit)
      .max(100)
      .refine((units) => new Set(units.map((unit) => unit.key)).size === units.length, 'a key is used twice')
      .default([]),
  }),
  ok: RulesetDetail,
  errors: ['DUPLICATE_RECORD'],
})

export const publishRuleset = operation({
  id: 'reports.publishRuleset',
  method: 'POST',
  path: '/v1/rulesets/:id/publish',
  summary: 'Fixes a version of the rules for ever; new reports use the newest published one.',
  access: publishProfiles,
  params: byId,
  ok: RulesetDetail,
  errors: ['ILLEGAL_TRANSITION'],
})

export const listEvidenceProfiles = operation({
  id: 'reports.listEvidenceProfiles',
  method: 'GET',
  path: '/v1/evidence-profiles',
  summary: 'Evidence profiles, by name.',
  access: readProfiles,
  query: listQuery({
    report_type: many(z.enum(REPORT_TYPES)),
    bank_type: many(z.enum(BANK_TYPES)),
    value_slab: many(z.enum(VALUE_SLABS)),
    bank_id: id.optional(),
    state: many(z.enum(PROFILE_STATES)),
    is_default: flag.optional(),
  }),
  ok: page(EvidenceProfile),
})

import { z } from 'zod'
import { confirmation } from './identity-blocks.ts'
import { operation } from './kit.ts'
import { byId, count, id, instant, many, optionalText, page, paging, personRef, tenantRef, text } from './values.ts'

const both = ['web', 'studio'] as const
const reason = text(400, 10)
const incident = optionalText(80).meta({ description: 'id of the incident' })

/** What can be cut off; beside these each model provider by its name. */
export const SWITCH_KEYS = [
  'llm.all',
  'outbox.mail',
  'outbox.whatsapp',
  'outbox.webhook',
  'exports',
  'portal.intake',
  'signup',
  'release',
] as const
/** Name of a model provider, as it stands in a key. */
export const providerName = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'a short name such as openai')
const PROVIDER_KEY = /^llm\.provider\.[a-z0-9][a-z0-9_-]{0,39}$/
export type SwitchKey = (typeof SWITCH_KEYS)[number] | `llm.provider.${string}`
const isSwitchKey = (value: unknown): value is SwitchKey =>
  typeof value === 'string' && (SWITCH_KEYS.some((key) => key === value) || PROVIDER_KEY.test(value))
export const switchKey = z.custom<SwitchKey>(isSwitchKey, 'no such switch').meta({ type: 'string' })

/** Shortest and longest time that something stays cut off, seconds. */
export const SWITCH_SECONDS = { min: 60, max: 86_400 } as const

export const KillSwitch = z
  .object({
    key: z.string(),
    scope_tenant_id: id.nullable().meta({ description: 'null: everywhere' }),
    state: z.enum(['ENABLED', 'DISABLED']).meta({ description: 'ENABLED: the thing is cut off' }),
    reason: z.string().nullable(),
    incident_id: z.string().nullable(),
    effective_until: instant.nullable(),
    changed_by: personRef.nullable().meta({ description: 'null: it was never touched, or ended by itself' }),
    changed_at: instant.nullable(),
    version: count.meta({ description: '0: never touched' }),
  })
  .meta({ id: 'KillSwitch' })

export const listKillSwitches = operation({
  id: 'ops.listKillSwitches',
  method: 'GET',
  path: '/v1/ops/kill-switches',
  summary: 'Every kill-switch with its state: everywhere, and in the firm.',
  access: { capability: 'ops.read' },
  audiences: both,
  query: z.strictObject({ tenant_id: tenantRef.optional().meta({ description: 'studio: with those of one firm' }) }),
  ok: page(KillSwitch),
})

const change = z.strictObject({
  action: z.enum(['enable', 'disable']).meta({ description: 'enable cuts the thing off, disable restores it' }),
  reason,
  incident_id: incident,
  effective_seconds: z
    .int()
    .min(SWITCH_SECONDS.min)
    .max(SWITCH_SECONDS.max)
    .optional()
    .meta({ description: 'of enable: it ends by itself after this time' }),
  tenant_id: tenantRef.nullable().optional().meta({ description: 'studio: of one firm; absent or null = everywhere' }),
  confirmation: confirmation.optional(),
})
const changed = {
  access: { capability: 'ops.killswitch' },
  audiences: both,
  stepUp: true,
  perMinute: 10,
  body: change,
  ok: KillSwitch,
  errors: ['OPS_SWITCH_CONFLICT', 'CONFIRMATION_REQUIRED', 'OPS_CONFIRMATION_MISMATCH'],
} as const

export const setKillSwitch = operation({
  id: 'ops.setKillSwitch',
  method: 'PUT',
  path: '/v1/ops/kill-switches/:key',
  summary: 'Cuts something off for 1 minute to 24 hours, or restores it; asks for typed confirmation.',
  params: z.strictObject({ key: switchKey }),
  ...changed,
})
export const setProviderSwitch = operation({
  id: 'ops.setProviderSwitch',
  method: 'POST',
  path: '/v1/ops/llm/providers/:provider/kill-switch',
  summary: 'The kill-switch of one model provider.',
  params: z.strictObject({ provider: providerName }),
  ...changed,
})

export const ROLLBACK_TYPES = ['policy', 'prompt', 'kb', 'answer_template', 'bank_ruleset', 'report_template'] as const
export const ROLLBACK_STATES = ['REQUESTED', 'APPLIED', 'FAILED'] as const
const targetType = z.enum(ROLLBACK_TYPES)
const versionName = text(80)

export const Rollback = z
  .object({
    rollback_id: id,
    tenant_id: id,
    target_type: targetType,
    target_id: z.string(),
    from_version: z.string(),
    to_version: z.string(),
    reason: z.string(),
    incident_id: z.string().nullable(),
    status: z.enum(ROLLBACK_STATES),
    error_code: z.string().nullable(),
    requested_by: personRef.nullable(),
    requested_at: instant,
    finished_at: instant.nullable(),
    trace_id: z.string(),
  })
  .meta({ id: 'Rollback' })

export const listRollbacks = operation({
  id: 'ops.listRollbacks',
  method: 'GET',
  path: '/v1/ops/rollbacks',
  summary: 'Rollbacks, newest first.',
  access: { capability: 'ops.read' },
  audiences: both,
  query: z.strictObject({ target_type: many(targetType), status: many(z.enum(ROLLBACK_STATES)), ...paging }),
  ok: page(Rollback),
})
export const getRollback = operation({
  id: 'ops.getRollback',
  opens: 'ROLLBACK',
  method: 'GET',
  path: '/v1/ops/rollbacks/:id',
  summary: 'One rollback and how it ended.',
  access: { capability: 'ops.read' },
  audiences: both,
  params: byId,
  ok: Rollback,
})
export const startRollback = operation({
  id: 'ops.startRollback',
  method: 'POST',
  path: '/v1/ops/rollbacks',
  summary: 'Puts an approved older version in force again, in one transaction; asks for typed confirmation.',
  access: { capability: 'ops.rollback' },
  audiences: both,
  stepUp: true,
  idempotency: 'required',
  status: 202,
  body: z.strictObject({
    target_type: targetType,
    target_id: text(200),
    to_version: versionName,
    reason,
    incident_id: incident,
    confirmation: confirmation.optional(),
  }),
  ok: z.object({ rollback_id: id, status: z.enum(ROLLBACK_STATES) }),
  errors: ['OPS_ROLLBACK_INVALID_TARGET', 'CONFLICT', 'CONFIRMATION_REQUIRED', 'OPS_CONFIRMATION_MISMATCH'],
})

/** Something that has versions, with those that may be put in force again. */
export const RollbackTarget = z
  .object({
    target_type: targetType,
    target_id: z.string(),
    label: z.string(),
    current_version: z.string(),
    versions: z.array(
      z.object({
        version: z.string(),
        in_force: z.boolean(),
        approved_at: instant.nullable(),
        note: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'RollbackTarget' })
export const listRollbackTargets = operation({
  id: 'ops.listRollbackTargets',
  method: 'GET',
  path: '/v1/ops/rollback-targets',
  summary: 'What can be rolled back, each with its approved versions, newest first.',
  access: { capability: 'ops.read' },
  audiences: both,
  ok: page(RollbackTarget),
})
export const compareRollback = operation({
  id: 'ops.compareRollback',
  opens: 'ROLLBACK_TARGET',
  method: 'GET',
  path: '/v1/ops/rollback-targets/:target_type/:target_id/diff',
  summary: 'What an older version says differently from the one in force.',
  access: { capability: 'ops.read' },
  audiences: both,
  params: z.strictObject({ target_type: targetType, target_id: text(200) }),
  query: z.strictObject({ to_version: versionName }),
  ok: z.object({
    from_version: z.string(),
    to_version: z.string(),
    changes: z.array(
      z.object({
        path: z.string().meta({ description: 'JSON Pointer' }),
        op: z.enum(['add', 'remove', 'replace']),
        before: z.json().optional(),
        after: z.json().optional(),
      }),
    ),
  }),
  errors: ['OPS_ROLLBACK_INVALID_TARGET'],
})
